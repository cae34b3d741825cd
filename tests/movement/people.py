"""People with accounts, for tests of the pages."""

from dataclasses import dataclass

from django.test import Client
from django.utils import timezone

from bandung.core.models import User
from bandung.movement.second_factor import enrol, new_secret, one_time_code, step_at
from tests.factories import appoint

PASSWORD = "seven quiet herons at dawn"
BACKEND = "django.contrib.auth.backends.ModelBackend"


@dataclass
class Somebody:
    """A person with an account, a password and an authenticator app."""

    user: User
    secret: str
    recovery_codes: tuple[str, ...] = ()
    used: int = 0

    def next_code(self) -> str:
        """A code not used before, as an app shows it, or at most half a minute early."""
        self.used = max(self.used + 1, step_at(timezone.now()))
        return one_time_code(self.secret, self.used)

    def client(self) -> Client:
        """A browser in which this person is signed in."""
        client = Client()
        client.force_login(self.user, BACKEND)
        return client


def somebody(function: str = "reviewer", party: str = "", username: str = "amina") -> Somebody:
    """An account set up, with a mandate in force unless `function` is empty."""
    user = User(username=username, email=f"{username}@mission.example", name=username.title())
    user.set_password(PASSWORD)
    user.save()
    if function:
        appoint(user.person, function, party)
    made = Somebody(user, new_secret())
    made.recovery_codes = enrol(user, made.secret, step_at(timezone.now()) - 10)
    return made


def sign_in(client: Client, who: Somebody, next_page: str = "/account/"):
    """Both steps of signing in; the answer to the second."""
    first = client.post(
        "/sign-in/", {"username": who.user.username, "password": PASSWORD, "next": next_page}
    )
    assert first.status_code == 302, first.content.decode()
    return client.post(first["Location"], {"code": who.next_code(), "next": next_page})
