"""`bandung users list`: who has an account, and who is to be invited first."""

import pytest

from bandung.cli.main import run
from tests.factories import ADMINISTRATOR, appoint, found

pytestmark = [pytest.mark.django_db(transaction=True)]


@pytest.fixture
def command(capsys):
    """Runs a command, which must end well; gives the lines it printed."""

    def call(*words: str) -> list[str]:
        with pytest.raises(SystemExit) as ended:
            run(list(words))
        assert not ended.value.code
        return capsys.readouterr().out.splitlines()

    return call


def test_the_administrator_whom_the_founding_act_names_is_listed_until_invited(command) -> None:
    found(exercise=False)
    appoint("person-reviewer", "reviewer")
    first, mandate = command("users", "list")
    assert first == (
        f"{ADMINISTRATOR}, not yet invited: "
        f"`bandung users invite --person {ADMINISTRATOR}` prints their link"
    )
    assert mandate == "  1.1 administrator for the movement, all sectors"
    link, _valid = command("users", "invite", "--person", ADMINISTRATOR, "--name", "Amina")
    assert link.startswith("/invitation/")
    account, mandate = command("users", "list")
    assert account == f"{ADMINISTRATOR} Amina ({ADMINISTRATOR}), not set up"
    assert mandate == "  1.1 administrator for the movement, all sectors"


def test_an_administrator_whose_mandate_ended_is_not_to_be_invited(command) -> None:
    found(exercise=False)
    appoint("person-second", "administrator")
    assert len(command("users", "list")) == 4
    command("users", "end", "1.1", "--by", "person-second")
    first, _mandate = command("users", "list")
    assert first.startswith("person-second, not yet invited")
