"""Accounts: invitation, sign-in in two steps, how sessions end, the exercise's short way in."""

import re
from datetime import date, timedelta
from hashlib import sha256
from statistics import median
from time import perf_counter
from urllib.parse import parse_qs, urlsplit

import pytest
from allauth.mfa.models import Authenticator
from django.contrib.sessions.models import Session
from django.core import mail
from django.test import Client
from django.utils import timezone

from bandung.core.models import User, new_person
from bandung.core.refused import NotAllowed, Refused
from bandung.ledger.act import Mandate
from bandung.ledger.acts import FoundLedger
from bandung.ledger.door import record
from bandung.ledger.models import Entry
from bandung.movement.access import mandate, mandates_of
from bandung.movement.accounts import (
    EXERCISE_FUNCTIONS,
    LinkSpent,
    NameTaken,
    NoSuchAccount,
    NotAnExercise,
    create_exercise_users,
    end_mandate,
    exercise_users,
    find_user,
    invite,
    invite_holder,
    list_users,
    open_invitation,
    redeem,
    reinvite,
)
from bandung.movement.second_factor import (
    MAX_WRONG,
    has_second_factor,
    is_right_code,
    new_secret,
    one_time_code,
    plain,
    step_at,
    step_of,
)
from bandung.movement.unofficial import ExerciseAccount, Invitation
from bandung.site import settings as site_settings
from tests.factories import appoint, found, ledger_size, register
from tests.movement.people import BACKEND, PASSWORD, sign_in, somebody

pytestmark = [pytest.mark.django_db(transaction=True)]
SINCE = date(2026, 1, 1)
WRONG = "This name and password do not belong together."


@pytest.fixture
def ledger() -> Mandate:
    return found(exercise=False)


def invited(by: Mandate, **facts) -> Invitation:
    facts = {"name": "Amina", "function": "reviewer", "since": SINCE, "by": by} | facts
    return invite(**facts)


def shown_secret(page) -> str:
    found = re.search(r'<code class="hash">([A-Z2-7 ]+)</code>', page.content.decode())
    assert found
    return found[1].replace(" ", "")


def answers(secret: str, **changed) -> dict[str, str]:
    code = one_time_code(secret, step_at(timezone.now()))
    filled = {"username": "amina", "new_password": PASSWORD, "again": PASSWORD, "code": code}
    return filled | changed


# Invitation


def test_an_invitation_appoints_and_keeps_only_the_digest_of_its_link(ledger):
    invitation = invited(ledger, email="Amina@Mission.Example")
    user = invitation.user
    assert user.email == "amina@mission.example"
    assert not user.has_usable_password()
    (held,) = mandates_of(user.person, timezone.now())
    assert held.function == "reviewer"
    entry = Entry.objects.get(number=ledger_size())
    assert entry.verb == "movement.mandate_granted"
    for personal in ("Amina", "amina", "mission.example"):
        assert personal.encode() not in bytes(entry.content)
    assert len(invitation.token) >= 43, "32 random bytes"
    stored = Invitation.objects.get()
    assert stored.digest == sha256(invitation.token.encode()).hexdigest()
    assert stored.token == ""
    assert stored.expires_at - stored.issued_at == timedelta(days=7)


def test_a_refused_appointment_leaves_no_account(ledger):
    size = ledger_size()
    with pytest.raises(Refused):
        invited(ledger, function="focal_point", party="XXX", reference="note 1")
    with pytest.raises(NotAllowed):
        invited(appoint("p-1", "secretariat"))
    assert not User.objects.exists()
    assert ledger_size() == size + 1


def test_an_address_belongs_to_one_person(ledger):
    invited(ledger, email="amina@mission.example")
    size = ledger_size()
    with pytest.raises(NameTaken):
        invited(ledger, email="AMINA@mission.example")
    assert ledger_size() == size


def test_looking_at_the_link_does_not_use_it_up(ledger, client):
    invitation = invited(ledger)
    page = f"/invitation/{invitation.token}/"
    for _each in range(3):
        answer = client.get(page)
        assert answer.status_code == 200
        assert "no-store" in answer["Cache-Control"]
    assert client.head(page).status_code == 200
    assert Invitation.objects.get().used_at is None


def test_the_link_sets_everything_up_once(ledger, client, settings):
    settings.PASSWORD_HASHERS = site_settings.PASSWORD_HASHERS
    invitation = invited(ledger, email="amina@mission.example")
    page = f"/invitation/{invitation.token}/"
    secret = shown_secret(client.get(page))
    answer = client.post(page, answers(secret))
    assert answer.status_code == 200
    codes = re.findall(r"<code dir=\"ltr\">([A-Z2-9-]{19})</code>", answer.content.decode())
    assert len(set(codes)) == 10
    user = User.objects.get()
    assert user.username == "amina"
    assert user.password.startswith("argon2$argon2id$")
    assert user.check_password(PASSWORD)
    assert has_second_factor(user)
    again = client.post(page, answers(secret))
    assert again.status_code == 404
    assert "has been used" in again.content.decode()
    assert client.get(page).status_code == 404
    kept = repr(list(Authenticator.objects.values_list("data", flat=True)))
    for code in codes:
        assert code not in kept
        assert plain(code) not in kept
    assert is_right_code(user, codes[3].lower().replace("-", " "), timezone.now())
    assert not is_right_code(user, codes[3], timezone.now()), "each of them works once"


def test_each_browser_sees_a_secret_of_its_own(ledger):
    """Whoever looked at the link before its holder did knows nothing of the holder's codes."""
    page = f"/invitation/{invited(ledger).token}/"
    spy, holder = Client(), Client()
    seen, own = shown_secret(spy.get(page)), shown_secret(holder.get(page))
    assert seen != own
    assert shown_secret(holder.get(page)) == own
    refused = holder.post(page, answers(seen))
    assert "not the code of the picture" in refused.content.decode()
    assert holder.post(page, answers(own)).status_code == 200
    assert is_right_code(
        User.objects.get(), one_time_code(own, step_at(timezone.now()) + 1), timezone.now()
    )


@pytest.mark.parametrize(
    ("changed", "problem"),
    [
        ({"new_password": "short", "again": "short"}, "at least 12 characters"),
        ({"new_password": "password1234", "again": "password1234"}, "too common"),
        ({"again": "seven quiet herons at dusk"}, "two passwords differ"),
        ({"code": "000000x"}, "not the code of the picture"),
        ({"username": "a b"}, "Enter a valid username"),
        ({"username": "Taken@mission.example"}, "Somebody else signs in"),
        ({"username": ""}, "This field is required"),
    ],
)
def test_what_is_wrong_is_said_and_nothing_is_used_up(ledger, client, changed, problem):
    invited(ledger, email="taken@mission.example")
    invitation = invited(ledger)
    page = f"/invitation/{invitation.token}/"
    secret = shown_secret(client.get(page))
    answer = client.post(page, answers(secret, **changed))
    assert problem in answer.content.decode()
    assert PASSWORD not in answer.content.decode()
    invitation.refresh_from_db()
    assert invitation.used_at is None
    assert not invitation.user.has_usable_password()
    assert not Authenticator.objects.exists()


def test_a_link_ends_after_seven_days(ledger):
    issued = timezone.now()
    token = invited(ledger, now=issued).token
    almost = issued + timedelta(days=7) - timedelta(seconds=1)
    assert open_invitation(token, almost)
    with pytest.raises(LinkSpent):
        open_invitation(token, issued + timedelta(days=7))


@pytest.mark.parametrize("token", ["", "x", "0" * 64, "\u0660" * 43])
def test_an_unknown_link(ledger, token):
    invited(ledger)
    with pytest.raises(LinkSpent):
        open_invitation(token, timezone.now())
    with pytest.raises(LinkSpent):
        open_invitation(Invitation.objects.get().digest, timezone.now())


def test_a_second_use_at_the_same_moment_loses(ledger):
    now, secret = timezone.now(), new_secret()
    token = invited(ledger).token
    chosen = {"secret": secret, "step": step_at(now), "at": now}
    redeem(token, username="amina", password=PASSWORD, **chosen)
    with pytest.raises(LinkSpent):
        redeem(token, username="other", password="another long password", **chosen)
    assert User.objects.get().check_password(PASSWORD)


def test_a_new_link_voids_the_earlier_one_and_ends_sessions_when_used(ledger):
    who = somebody()
    browser = who.client()
    first, second = reinvite(who.user, ledger), reinvite(who.user, ledger)
    with pytest.raises(LinkSpent):
        open_invitation(first.token, timezone.now())
    assert browser.get("/account/").status_code == 200, "nothing changes before it is used"
    now, secret = timezone.now(), new_secret()
    redeem(
        second.token,
        username="amina",
        password="an entirely other sentence",
        secret=secret,
        step=step_at(now),
        at=now,
    )
    assert browser.get("/account/").status_code == 302
    assert not is_right_code(who.user, who.next_code(), timezone.now()), "the old app is out"
    assert not is_right_code(who.user, who.recovery_codes[0], timezone.now())


def test_only_an_administrator_issues_links(ledger):
    who = somebody()
    clerk = appoint("p-clerk", "secretariat")
    with pytest.raises(NotAllowed):
        reinvite(who.user, clerk)
    with pytest.raises(NotAllowed):
        invite_holder(person="p-2", name="B", by=clerk)
    former = appoint("p-admin", "administrator")
    end_mandate(former.code, ledger)
    with pytest.raises(NotAllowed):
        reinvite(who.user, former)
    assert not Invitation.objects.exists()


def test_the_first_administrator_gets_a_link_for_the_founding_mandate():
    person = new_person()
    act = FoundLedger(name="n", term=19, chair="AZE", administrator=person, exercise=False)
    record(act, None, "found")
    invitation = invite_holder(person=person, name="First", by=mandate("1.1"))
    assert User.objects.get().person == person
    assert invitation.issued_under == "1.1"
    assert ledger_size() == 1, "no act is needed"


def test_a_disabled_account_has_no_working_link(ledger):
    invitation = invited(ledger)
    User.objects.update(is_active=False)
    with pytest.raises(LinkSpent):
        open_invitation(invitation.token, timezone.now())


# Signing in


def test_two_steps_open_a_session(ledger, client):
    who = somebody()
    assert sign_in(client, who).status_code == 302
    page = client.get("/account/")
    assert page.status_code == 200
    assert "Amina" in page.content.decode()
    assert "reviewer" in page.content.decode()
    assert "no-store" in page["Cache-Control"]
    who.user.refresh_from_db()
    assert who.user.last_login is not None


@pytest.mark.parametrize("typed", ["amina", " AMINA ", "Amina@Mission.Example"])
def test_name_or_address_in_any_case(ledger, client, typed):
    somebody()
    answer = client.post("/sign-in/", {"username": typed, "password": PASSWORD})
    assert answer.status_code == 302
    assert answer["Location"].startswith("/sign-in/code/")


def test_the_password_alone_opens_nothing(ledger, client):
    somebody()
    client.post("/sign-in/", {"username": "amina", "password": PASSWORD})
    assert client.get("/account/")["Location"] == "/sign-in/?next=/account/"


def test_the_code_page_needs_the_password_first(ledger, client):
    who = somebody()
    for answer in (
        client.get("/sign-in/code/"),
        client.post("/sign-in/code/", {"code": who.next_code()}),
    ):
        assert (answer.status_code, answer["Location"]) == (302, "/sign-in/")


def test_the_step_between_ends_after_ten_minutes_and_with_a_new_password(ledger, client):
    who = somebody()
    client.post("/sign-in/", {"username": "amina", "password": PASSWORD})
    session = client.session
    session["signing_in"] |= {"at": int(timezone.now().timestamp()) - 601}
    session.save()
    assert client.get("/sign-in/code/").status_code == 302
    client.post("/sign-in/", {"username": "amina", "password": PASSWORD})
    assert client.get("/sign-in/code/").status_code == 200
    who.user.set_password("an entirely other sentence")
    who.user.save()
    assert client.get("/sign-in/code/").status_code == 302


def test_unknown_name_wrong_password_and_disabled_account_read_the_same(ledger, client):
    who = somebody()
    somebody(username="gone")
    User.objects.filter(username="gone").update(is_active=False)
    invited(ledger, email="new@mission.example")
    tries = [
        {"username": "nobody", "password": PASSWORD},
        {"username": who.user.username, "password": "not the right password"},
        {"username": "gone", "password": PASSWORD},
        {"username": "new@mission.example", "password": PASSWORD},
    ]
    pages = []
    for each in tries:
        answer = client.post("/sign-in/", each)
        assert answer.status_code == 200
        text = answer.content.decode().replace(each["username"], "NAME")
        pages.append(re.sub(r'(value|nonce)="[^"]{24,}"', "", text))
    assert WRONG in pages[0]
    assert len(set(pages)) == 1


def test_a_code_counts_once_whatever_the_process(ledger):
    who = somebody()
    now = timezone.now()
    code = who.next_code()
    assert is_right_code(who.user, code, now)
    assert not is_right_code(who.user, code, now)
    earlier = one_time_code(who.secret, who.used - 1)
    assert not is_right_code(who.user, earlier, now), "nor does an older one after it"


def test_codes_of_rfc_6238():
    """Appendix B of RFC 6238, the last six of its eight digits."""
    secret = "GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ"
    known = {
        59: "287082",
        1111111109: "081804",
        1111111111: "050471",
        1234567890: "005924",
        2000000000: "279037",
        20000000000: "353130",
    }
    assert {at: one_time_code(secret, at // 30) for at in known} == known


def test_codes_of_a_clock_half_a_minute_off_and_no_more():
    now, secret = timezone.now(), new_secret()
    step = step_at(now)
    taken = [off for off in range(-3, 4) if step_of(secret, one_time_code(secret, step + off), now)]
    assert taken == [-1, 0, 1]


def test_digits_of_any_script_are_read():
    assert plain(" ٠١٢-٣٤٥ ") == "012345"
    assert plain("abcd-efgh") == "ABCDEFGH"
    assert plain("é") == "?"


def test_ten_wrong_codes_stop_the_account_from_any_address(ledger, client):
    who = somebody()
    now = timezone.now()
    for _each in range(MAX_WRONG):
        assert not is_right_code(who.user, "000000x", now)
    client.post("/sign-in/", {"username": "amina", "password": PASSWORD})
    answer = client.post("/sign-in/code/", {"code": who.next_code()})
    assert "Too many wrong codes" in answer.content.decode()
    assert client.get("/account/").status_code == 302
    later = now + timedelta(minutes=16)
    assert is_right_code(who.user, one_time_code(who.secret, step_at(later)), later)


def test_a_recovery_code_signs_in_once(ledger):
    who = somebody()
    for expected in (302, 200):
        client = Client()
        first = client.post("/sign-in/", {"username": "amina", "password": PASSWORD})
        answer = client.post(first["Location"], {"code": who.recovery_codes[0]})
        assert answer.status_code == expected


def test_ten_wrong_passwords_lock_the_name_from_that_network_only(ledger, client):
    who, other = somebody(), somebody(username="badru")
    for guess in range(10):
        forged = {"HTTP_X_FORWARDED_FOR": f"203.0.113.{guess}", "HTTP_USER_AGENT": f"agent {guess}"}
        answer = client.post(
            "/sign-in/", {"username": "amina", "password": f"guess {guess}"}, **forged
        )
    assert answer.status_code == 429
    assert "Too many attempts" in answer.content.decode()
    right = {"username": "amina", "password": PASSWORD}
    assert client.post("/sign-in/", right, HTTP_X_FORWARDED_FOR="203.0.113.99").status_code == 429
    by_address = right | {"username": who.user.email}
    assert client.post("/sign-in/", by_address).status_code == 429, "one account, one count"
    assert client.post("/sign-in/", right, REMOTE_ADDR="198.51.100.7").status_code == 302
    assert sign_in(Client(), other).status_code == 302, "others sign in as ever"


def test_names_that_nobody_has_are_locked_alike(ledger, client):
    for guess in range(10):
        answer = client.post("/sign-in/", {"username": "nobody", "password": f"guess {guess}"})
    assert answer.status_code == 429


@pytest.mark.slow
def test_the_answer_takes_as_long_for_a_name_nobody_has(ledger, client, settings):
    settings.AXES_FAILURE_LIMIT = 10_000
    somebody()
    taken: dict[str, list[float]] = {"amina": [], "nobody": []}
    for number in range(200):
        for name, times in taken.items():
            start = perf_counter()
            client.post("/sign-in/", {"username": name, "password": f"guess {number}"})
            times.append(perf_counter() - start)
    known, unknown = median(taken["amina"]), median(taken["nobody"])
    assert max(known, unknown) / min(known, unknown) <= 1.2


ELSEWHERE = [
    "https://evil.example/",
    "//evil.example",
    "///evil.example",
    "////evil.example",
    "/\\evil.example",
    "\\\\evil.example",
    "/\t/evil.example",
    "\t//evil.example",
    " //evil.example",
    "http:evil.example",
    "http:/evil.example",
    "http:///evil.example",
    "javascript:alert(1)",
    "data:text/html,x",
    "evil.example",
    "//evil.example@testserver/",
    "https://testserver@evil.example/",
    "https://testserver.evil.example/",
    "//\uff0fevil.example",
    "/\x00/evil.example",
    "\x08//evil.example",
    "http://testserver:99999/",
]


@pytest.mark.parametrize("address", ELSEWHERE)
def test_next_never_leads_to_another_site(ledger, client, address):
    who = somebody()
    answer = sign_in(client, who, next_page=address)
    assert answer.status_code == 302
    target = urlsplit(answer["Location"])
    assert (target.scheme, target.netloc) == ("", "")
    assert answer["Location"] == "/desk/"
    signed_in = client.get("/sign-in/", {"next": address})
    assert signed_in["Location"] == "/desk/"


def test_next_leads_back_to_the_page_asked_for(ledger, client):
    asked = client.get("/account/password/?a=1&b=2")
    query = parse_qs(urlsplit(asked["Location"]).query)
    assert query == {"next": ["/account/password/?a=1&b=2"]}
    answer = sign_in(client, somebody(), next_page=query["next"][0])
    assert answer["Location"] == "/account/password/?a=1&b=2"


def test_every_form_refuses_a_post_without_its_token(ledger):
    who = somebody()
    client = Client(enforce_csrf_checks=True)
    for page in ("/sign-in/", "/sign-in/code/", "/sign-in/exercise/", "/sign-out/"):
        assert client.post(page, {"username": "amina", "password": PASSWORD}).status_code == 403
    assert client.post(f"/invitation/{invited(ledger).token}/", {}).status_code == 403
    client.force_login(who.user, BACKEND)
    for page in ("/account/password/", "/account/recovery-codes/", "/sign-out/"):
        assert client.post(page).status_code == 403


# Sessions


def test_the_session_key_changes_at_each_step(ledger, client):
    who = somebody()
    client.get("/sign-in/")
    session = client.session
    session["planted"] = True
    session.save()
    client.cookies["session"] = planted = session.session_key
    client.post("/sign-in/", {"username": "amina", "password": PASSWORD})
    between = client.cookies["session"].value
    client.post("/sign-in/code/", {"code": who.next_code()})
    after = client.cookies["session"].value
    assert len({planted, between, after}) == 3
    assert not Session.objects.filter(session_key__in=[planted, between]).exists()
    assert "signing_in" not in client.session


def test_a_session_remembers_nothing_privileged(ledger, client):
    sign_in(client, somebody())
    assert set(client.session.keys()) == {"_auth_user_id", "_auth_user_backend", "_auth_user_hash"}


def test_signing_out_makes_the_cookie_worthless(ledger, client):
    sign_in(client, somebody())
    cookie = client.cookies["session"].value
    assert client.get("/sign-out/").status_code == 405
    answer = client.post("/sign-out/")
    assert (answer.status_code, answer["Location"]) == (302, "/")
    thief = Client()
    thief.cookies["session"] = cookie
    assert thief.get("/account/").status_code == 302


def test_a_new_password_ends_all_other_sessions(ledger):
    who = somebody()
    here, there = who.client(), who.client()
    form = {"password": PASSWORD, "new_password": "an entirely other sentence"}
    answer = here.post("/account/password/", form | {"again": form["new_password"]})
    assert answer.status_code == 302
    assert here.get("/account/").status_code == 200
    assert there.get("/account/").status_code == 302
    who.user.refresh_from_db()
    assert who.user.check_password("an entirely other sentence")


@pytest.mark.parametrize(
    ("changed", "problem"),
    [
        ({"password": "not the right one"}, "not your present password"),
        ({"new_password": "short", "again": "short"}, "at least 12 characters"),
        ({"again": "something else again"}, "two passwords differ"),
    ],
)
def test_a_password_change_refused(ledger, changed, problem):
    who = somebody()
    new = "an entirely other sentence"
    form = {"password": PASSWORD, "new_password": new, "again": new} | changed
    answer = who.client().post("/account/password/", form)
    assert problem in answer.content.decode()
    who.user.refresh_from_db()
    assert who.user.check_password(PASSWORD)


def test_guessing_the_present_password_is_counted(ledger):
    browser = somebody().client()
    new = "an entirely other sentence"
    for guess in range(10):
        form = {"password": f"guess {guess}", "new_password": new, "again": new}
        answer = browser.post("/account/password/", form)
    assert answer.status_code == 429


def test_disabling_an_account_ends_its_sessions(ledger):
    who = somebody()
    browser = who.client()
    assert browser.get("/account/").status_code == 200
    User.objects.filter(pk=who.user.pk).update(is_active=False)
    assert browser.get("/account/").status_code == 302


def test_the_session_ends_with_the_last_mandate(ledger):
    who = somebody()
    first = mandates_of(who.user.person, timezone.now())[0]
    second = appoint(who.user.person, "secretariat")
    browser = who.client()
    end_mandate(first.code, ledger)
    assert browser.get("/account/").status_code == 200, "one mandate is left"
    end_mandate(second.code, ledger)
    answer = browser.get("/account/")
    assert answer.status_code == 403
    assert "no mandate in force" in answer.content.decode()
    assert "Amina" not in answer.content.decode()
    assert browser.get("/account/").status_code == 302, "signed out"
    assert not Session.objects.exists()


def test_whoever_has_no_mandate_does_not_get_in(ledger, client):
    who = somebody(function="")
    answer = sign_in(client, who)
    assert answer.status_code == 403
    assert "no mandate in force" in answer.content.decode()
    assert client.get("/account/").status_code == 302


def test_new_recovery_codes_for_a_right_code(ledger):
    who = somebody()
    browser = who.client()
    wrong = browser.post("/account/recovery-codes/", {"code": "000000x"})
    assert "wrong, too old or used" in wrong.content.decode()
    answer = browser.post("/account/recovery-codes/", {"code": who.next_code()})
    codes = re.findall(r"<code dir=\"ltr\">([A-Z2-9-]{19})</code>", answer.content.decode())
    assert len(codes) == 10
    assert not is_right_code(who.user, who.recovery_codes[1], timezone.now())
    assert is_right_code(who.user, codes[0], timezone.now())


def test_all_mandates_are_shown(ledger):
    register("ZMB")
    who = somebody("focal_point", "ZMB")
    appoint(who.user.person, "head_of_delegation", "ZMB", sectors=["social"])
    text = who.client().get("/account/").content.decode()
    for word in ("focal point", "head of delegation", "State of ZMB", "social"):
        assert word in text


def test_cookies_and_headers_of_an_https_instance(ledger):
    """Asked of a process of its own: settings are read once."""
    import os
    import subprocess
    import sys

    script = (
        "import django; django.setup(); from django.conf import settings as s;"
        "print(s.SESSION_COOKIE_NAME, s.CSRF_COOKIE_NAME, s.SESSION_COOKIE_SECURE,"
        " s.CSRF_COOKIE_SECURE, s.SESSION_COOKIE_HTTPONLY, s.SESSION_COOKIE_DOMAIN,"
        " s.SESSION_COOKIE_PATH, s.SECURE_HSTS_SECONDS, s.TRUSTED_PROXIES)"
    )
    changed = {"BANDUNG_HTTPS": "1", "BANDUNG_PROXIES": "2"}
    changed["DJANGO_SETTINGS_MODULE"] = "bandung.site.settings"
    said = subprocess.run(
        [sys.executable, "-c", script],
        env=os.environ | changed,
        capture_output=True,
        text=True,
        check=True,
        timeout=60,
    )
    assert said.stdout.split() == (
        ["__Host-session", "__Host-csrf", "True", "True", "True", "None", "/", "31536000", "2"]
    )


# The exercise


@pytest.fixture
def exercise() -> Mandate:
    administrator = found(exercise=True)
    register("ZMB")
    register("WHO", kind="observer_organisation", since=None)
    return administrator


def make_people(by: Mandate) -> dict[str, User]:
    return create_exercise_users(by, state="ZMB", organisation="WHO", since=SINCE)


def test_on_an_exercise_anybody_continues_as_one_of_its_people(exercise, client):
    make_people(exercise)
    text = client.get("/sign-in/").content.decode()
    for label in ("focal point", "reviewer", "secretariat", "partner"):
        assert f"Continue as {label}" in text
    for function in EXERCISE_FUNCTIONS:
        browser = Client()
        answer = browser.post("/sign-in/exercise/", {"function": function, "next": "/account/"})
        assert (answer.status_code, answer["Location"]) == (302, "/account/")
        page = browser.get("/account/").content.decode()
        assert f"Exercise {function.replace('_', ' ')}" in page
        assert "Exercise: not submitted by any state" in page


def test_elsewhere_the_short_way_in_does_not_exist(ledger, client):
    register("ZMB")
    with pytest.raises(NotAnExercise):
        make_people(ledger)
    who = somebody("focal_point", "ZMB")
    ExerciseAccount.objects.create(user=who.user)  # even if somebody flags an account
    assert "Continue as" not in client.get("/sign-in/").content.decode()
    for function in (*EXERCISE_FUNCTIONS, "administrator", ""):
        answer = client.post("/sign-in/exercise/", {"function": function})
        assert answer.status_code == 404
    assert client.get("/account/").status_code == 302


@pytest.mark.parametrize("function", ["administrator", "head_of_delegation", "", "x"])
def test_other_functions_are_not_offered(exercise, client, function):
    make_people(exercise)
    who = somebody("administrator")
    assert client.post("/sign-in/exercise/", {"function": function}).status_code == 404
    assert who.user.person not in {
        user.person for user, _held in exercise_users(timezone.now()).values()
    }


def test_people_of_the_exercise_are_made_once(exercise):
    first = make_people(exercise)
    size = ledger_size()
    assert make_people(exercise) == first
    assert ledger_size() == size
    assert len({user.person for user in first.values()}) == 4, "four people: four eyes"


def test_real_accounts_of_an_exercise_keep_their_second_factor(exercise, client):
    make_people(exercise)
    somebody()
    answer = client.post("/sign-in/", {"username": "amina", "password": PASSWORD})
    assert answer["Location"].startswith("/sign-in/code/")


def test_made_up_people_have_no_password_pages(exercise, client):
    make_people(exercise)
    client.post("/sign-in/exercise/", {"function": "reviewer"})
    assert client.get("/account/password/").status_code == 404
    assert client.get("/account/recovery-codes/").status_code == 404
    assert client.get("/account/").status_code == 200


def test_an_exercise_person_whose_mandate_ended_is_not_offered(exercise, client):
    users = make_people(exercise)
    now = timezone.now()
    end_mandate(exercise_users(now)["reviewer"][1].code, exercise)
    assert "reviewer" not in exercise_users(timezone.now())
    assert client.post("/sign-in/exercise/", {"function": "reviewer"}).status_code == 404
    assert users["reviewer"].is_active


# The list


def test_the_list_of_accounts(ledger):
    who = somebody()
    invitation = invited(ledger, name="Badru", email="badru@mission.example")
    rows = {row.name: row for row in list_users()}
    assert rows["Amina"].is_set_up
    assert rows["Amina"].mandates[0].function == "reviewer"
    assert rows["Amina"].link_expires_at is None
    assert not rows["Badru"].is_set_up
    assert rows["Badru"].link_expires_at == invitation.expires_at
    assert invitation.token not in repr(rows)
    assert find_user("AMINA@mission.example") == who.user
    assert find_user(who.user.person) == who.user
    with pytest.raises(NoSuchAccount):
        find_user("nobody")


def test_no_mail_is_sent(ledger):
    invited(ledger, email="amina@mission.example")
    assert mail.outbox == []
