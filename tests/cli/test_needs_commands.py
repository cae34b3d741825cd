"""`bandung needs ...`: exit codes, one JSON object a line, problems at their cells, the receipt."""

import json

import pytest
import xlsxwriter
from django.utils.translation import gettext, override

from bandung.cli.main import run
from bandung.ledger.models import Head
from bandung.ledger.queries import entry_view, everybody
from bandung.needs.models import Submission
from tests.factories import GLOVES, found_world, need, statement, submit, submit_and_publish

pytestmark = [pytest.mark.django_db(transaction=True)]
HEADERS = ["item", "quantity", "unit", "needed_by", "priority", "basis"]


@pytest.fixture
def world():
    return found_world()


@pytest.fixture
def command(capsys):
    """Runs a command; gives its exit code and what it printed."""

    def call(*words: str) -> tuple[int, str, str]:
        with pytest.raises(SystemExit) as ended:
            run([str(word) for word in words])
        printed = capsys.readouterr()
        return int(ended.value.code or 0), printed.out, printed.err

    return call


def workbook(path, *rows, headers=HEADERS):
    with xlsxwriter.Workbook(path) as book:
        sheet = book.add_worksheet()
        for number, row in enumerate((headers, *rows)):
            sheet.write_row(number, 0, row)
    return path


GOOD = [GLOVES, 500, "EA", "2026-09-30", 2, "estimated"]
BAD = ["MED-NOTHING", -5, "EA", "soon", 2, "estimated"]


def objects(text: str) -> list[dict]:
    return [json.loads(line) for line in text.splitlines()]


def test_a_template_is_written_filled_and_imported(world, command, tmp_path):
    submit_and_publish(world, statement([need(quantity=700)]))
    path = tmp_path / "t.xlsx"
    for language in ("en", "fr", "es", "ar"):
        code, _out, _err = command(
            "needs",
            "template",
            "--state",
            "ZMB",
            "--scope",
            "medical",
            "--lang",
            language,
            "-o",
            path,
        )
        assert code == 0
        code, out, _err = command("needs", "import", path, "--state", "ZMB", "--json")
        assert code == 0
        assert objects(out)[-1]["summary"]["outcome"] == "unchanged"
    assert Submission.objects.count() == 1


def test_an_import_is_recorded_once_and_its_receipt_is_an_act(world, command, tmp_path):
    path = workbook(tmp_path / "f.xlsx", GOOD)
    before = Head.objects.get().size
    code, out, _err = command("needs", "import", path, "--state", "ZMB", "--dry-run", "--json")
    assert (code, Head.objects.get().size) == (0, before)
    assert objects(out)[-1]["summary"]["outcome"] == "would be recorded"
    code, out, _err = command("needs", "import", path, "--state", "ZMB", "--json")
    summary = objects(out)[-1]["summary"]
    assert (code, summary["outcome"], summary["added"]) == (0, "recorded", 1)
    assert entry_view(summary["receipt"]["number"], everybody).leaf == summary["receipt"]["leaf"]
    code, out, _err = command("needs", "import", path, "--state", "ZMB", "--json")
    again = objects(out)[-1]["summary"]["receipt"]
    assert (code, again["number"], again["is_repeated"]) == (0, summary["receipt"]["number"], True)
    assert Head.objects.get().size == before + 1


def test_problems_are_named_at_their_cells_and_nothing_is_recorded(world, command, tmp_path):
    path = workbook(tmp_path / "f.xlsx", GOOD, BAD)
    before = Head.objects.get().size
    code, out, _err = command("needs", "import", path, "--state", "ZMB", "--json")
    assert (code, Head.objects.get().size) == (1, before)
    *lines, last = objects(out)
    problems = [line for line in lines if "code" in line]
    assert {problem["cell"] for problem in problems} == {"A3", "B3", "D3"}
    for problem in problems:
        assert set(problem) >= {"sheet", "cell", "code", "message", "seen", "hint"}
        assert problem["message"]
        assert problem["hint"]
    assert last["summary"]["errors"] == 3
    code, out, _err = command("needs", "import", path, "--state", "ZMB")
    assert code == 1
    assert "B3" in out


def test_a_line_whose_row_has_a_problem_is_not_called_removed(world, command, tmp_path):
    number = submit_and_publish(world, statement([need(quantity=700)]))
    path = workbook(tmp_path / "f.xlsx", [GLOVES, -5, *GOOD[2:]])
    code, out, _err = command("needs", "import", path, "--state", "ZMB", "--json")
    *lines, last = objects(out)
    changes = [line["change"] for line in lines if "change" in line]
    assert changes == [{"kind": "open", "item": GLOVES, "line_id": f"{number}.1"}]
    assert (code, last["summary"]["open"], last["summary"]["removed"]) == (1, 1, 0)
    _code, out, _err = command("needs", "import", path, "--state", "ZMB")
    assert f"? {number}.1 {GLOVES}" in out


def test_good_lines_alone_need_a_confirmation_and_the_receipt_lists_the_rest(
    world, command, tmp_path
):
    path = workbook(tmp_path / "f.xlsx", GOOD, BAD)
    code, out, _err = command("needs", "import", path, "--state", "ZMB", "--partial", "--json")
    assert (code, Submission.objects.count()) == (1, 0)
    code, out, _err = command(
        "needs", "import", path, "--state", "ZMB", "--partial", "--yes", "--json"
    )
    summary = objects(out)[-1]["summary"]
    assert (code, summary["outcome"]) == (0, "recorded")
    assert [left["row"] for left in summary["left_out"]] == [3]


def test_a_refusal_after_the_reading_counts_as_a_problem(world, command, tmp_path):
    submit(world)
    path = workbook(tmp_path / "f.xlsx", [GLOVES, 501, *GOOD[2:]])
    code, out, _err = command("needs", "import", path, "--state", "ZMB", "--json")
    *lines, last = objects(out)
    (problem,) = [line for line in lines if "code" in line]
    assert set(problem) >= {"sheet", "cell", "code", "message", "seen", "hint"}
    assert (problem["code"], problem["severity"]) == ("already-pending", "error")
    assert (code, last["summary"]["errors"], last["summary"]["exit"]) == (1, 1, 1)
    code, out, _err = command("needs", "import", path, "--state", "ZMB")
    assert code == 1
    assert "refused: 1 problem" in out


@pytest.mark.parametrize(
    ("name", "content"),
    [("f.xlsx", b""), ("f.xlsx", b"not a workbook"), ("f.csv", b"PK\x03\x04"), ("none.xlsx", None)],
)
def test_an_unreadable_file_is_exit_2_with_a_problem(world, command, tmp_path, name, content):
    path = tmp_path / name
    if content is not None:
        path.write_bytes(content)
    code, out, _err = command("needs", "import", path, "--state", "ZMB", "--json")
    problem, summary = objects(out)
    assert code == 2
    assert problem["message"]
    assert summary["summary"]["outcome"] == "unreadable"


@pytest.mark.parametrize(
    "words",
    [
        ["needs", "import"],
        ["needs", "import", "f.xlsx"],
        ["needs", "import", "f.xlsx", "--state", "XXX"],
        ["needs", "import", "f.xlsx", "--state", "ZMB", "--emergency", "NONE"],
        ["needs", "import", "f.xlsx", "--state", "ZMB", "--lang", "de"],
        ["needs", "import", "f.xlsx", "--state", "ZMB", "--as-of", "yesterday"],
        ["needs", "export", "--format", "pdf"],
        ["needs", "accept", "x"],
        ["needs"],
        ["nonsense"],
    ],
)
def test_wrong_usage_is_exit_64(world, command, words):
    code, out, err = command(*words)
    assert code == 64
    assert out + err


@pytest.mark.parametrize(
    "words",
    [
        ["import", "f.xlsx", "--state", "ZMB", "--corrects", "-5"],
        ["import", "f.xlsx", "--state", "ZMB", "--corrects", "0"],
        ["import", "f.xlsx", "--state", "ZMB", "--corrects", str(2**53)],
        ["export", "--since", "-1"],
        ["export", "--since", str(2**64)],
        ["export", "--known-at", str(2**53)],
    ],
)
def test_a_number_that_no_act_can_have_is_exit_64(world, command, tmp_path, monkeypatch, words):
    monkeypatch.chdir(tmp_path)
    workbook(tmp_path / "f.xlsx", GOOD)
    code, _out, err = command("needs", *words)
    assert (code, Submission.objects.count()) == (64, 0)
    assert words[-2] in err


def test_the_greatest_numbers_are_answered(world, command, tmp_path):
    path = workbook(tmp_path / "f.xlsx", GOOD)
    given = ("--state", "ZMB", "--json", "--corrects", 2**53 - 1)
    code, out, _err = command("needs", "import", path, *given)
    assert (code, objects(out)[-1]["summary"]["errors"]) == (1, 1)
    target = tmp_path / "e.csv"
    for option in ("--since", "--known-at"):
        code, _out, _err = command("needs", "export", option, 2**53 - 1, "-o", target)
        assert code == 0


def test_a_scope_that_does_not_exist_is_wrong_usage(world, command, tmp_path):
    path = workbook(tmp_path / "f.xlsx", GOOD)
    code, _out, err = command("needs", "import", path, "--state", "ZMB", "--scope", "military")
    assert code == 64
    assert "military" in err


def test_messages_come_in_the_language_asked_for(world, command, tmp_path):
    path = workbook(tmp_path / "f.xlsx", BAD)
    said = {
        objects(command("needs", "import", path, "--state", "ZMB", "--json", "--lang", lang)[1])[
            1
        ].get("message")
        for lang in ("en", "fr", "es", "ar")
    }
    assert len(said) == 4


def words_of(language: str, *messages: str) -> list[str]:
    with override(language):
        return [gettext(each) for each in messages]


@pytest.mark.parametrize("language", ["en", "fr", "es", "ar"])
def test_a_refusal_is_said_in_one_language(world, command, tmp_path, language):
    given = ("--state", "ZMB", "--lang", language)
    path = workbook(tmp_path / "f.xlsx", [GLOVES, -5, *GOOD[2:]])
    part = ("--partial", "--scope", "medical", "--json")
    _code, out, _err = command("needs", "import", path, *given, *part)
    refusal = next(each for each in objects(out) if each.get("code") == "not-in-part")
    frame, why, hint, sector = words_of(
        language,
        "This file cannot be taken in part: %(why)s",
        "no good row is left in %(sectors)s.",
        "Correct it, then send it again.",
        "medical",
    )
    assert refusal["message"] == frame % {"why": why % {"sectors": sector}}
    assert refusal["hint"] == hint
    number = submit(world)
    path = workbook(tmp_path / "f.xlsx", [GLOVES, 501, *GOOD[2:]])
    _code, out, _err = command("needs", "import", path, *given)
    headers, waits = words_of(
        language,
        "headers in row %(row)s",
        "Submission %(number)s about the same sectors still waits for a decision.",
    )
    assert headers % {"row": 1} in out
    assert waits % {"number": number} in out


@pytest.mark.parametrize(
    ("language", "line"),
    [
        ("en", "refused: 1 problem, 0 notices"),
        ("fr", "refusé : 1 problème, 0 avis"),
        ("es", "rechazado: 1 problema, 0 avisos"),
        ("ar", "النتيجة: مرفوض؛ مشكلة واحدة، لا تنبيهات"),
    ],
)
def test_the_last_line_counts_in_the_language(world, command, tmp_path, language, line):
    path = workbook(tmp_path / "f.xlsx", [GLOVES, -5, *GOOD[2:]])
    _code, out, _err = command("needs", "import", path, "--state", "ZMB", "--lang", language)
    assert out.splitlines()[-1] == line


def test_without_a_language_asked_for_refusals_are_in_that_of_the_file(world, command, tmp_path):
    submit_and_publish(world, statement([need(quantity=700)]))
    path = tmp_path / "f.xlsx"
    command("needs", "template", "--state", "ZMB", "--scope", "medical", "--lang", "fr", "-o", path)
    submit(world, statement([need(quantity=800)]))
    _code, out, _err = command("needs", "import", path, "--state", "ZMB", "--dry-run")
    assert out.splitlines()[-1].startswith("inchangé : 0 problème,")


@pytest.mark.parametrize("language", ["en", "fr", "es", "ar"])
def test_a_path_without_a_file_is_named_with_what_to_do(world, command, tmp_path, language):
    given = ("--state", "ZMB", "--json", "--lang", language)
    no_file, check, folder, name = words_of(
        language,
        "There is no file %(file)s.",
        "Check the path.",
        "%(file)s is a folder.",
        "Name the file in it.",
    )
    for path, message, hint in (
        (tmp_path / "none.xlsx", no_file, check),
        (tmp_path, folder, name),
    ):
        code, out, _err = command("needs", "import", path, *given)
        problem, last = objects(out)
        assert (code, last["summary"]["errors"]) == (2, 1)
        assert problem["message"] == message % {"file": path}
        assert (problem["seen"], problem["hint"]) == (str(path), hint)


@pytest.mark.parametrize("language", ["en", "fr", "es", "ar"])
def test_who_may_not_speak_is_told_in_the_language(world, command, tmp_path, language):
    path = workbook(tmp_path / "f.xlsx", GOOD)
    given = ("--state", "ZMB", "--as", "nobody-known", "--json", "--lang", language)
    code, out, _err = command("needs", "import", path, *given)
    sentence, function = words_of(
        language, "%(person)s holds no mandate as %(function)s for %(party)s.", "focal point"
    )
    facts = {"person": "nobody-known", "function": function, "party": "ZMB"}
    assert (code, objects(out)[0]["message"]) == (1, sentence % facts)


def test_a_submission_goes_the_rest_of_the_way(world, command, tmp_path):
    number = submit(world)
    code, _out, _err = command("needs", "publish", number)
    assert code == 1
    code, out, _err = command("needs", "accept", number)
    assert code == 0
    assert "receipt" in out
    code, _out, _err = command("needs", "publish", number)
    assert code == 0
    code, out, _err = command("needs", "export", "--format", "json", "-o", tmp_path / "e.json")
    exported = json.loads((tmp_path / "e.json").read_bytes())
    assert [row["submission"] for row in exported] == [number]


def test_a_submission_is_returned_with_a_coded_reason(world, command):
    number = submit(world)
    code, _out, err = command("needs", "return", number, "--reason", "nonsense")
    assert code == 1
    assert err
    said = ("needs", "return", number, "--reason", "magnitude")
    for wrong in (("--line", "0"), ("--line", 2**63), ("--note", "x" * 5_000)):
        assert command(*said, *wrong)[0] == 64
    code, _out, err = command(*said, "--note", "a\x07")
    assert (code, "U+0007" in err) == (1, True)
    code, _out, _err = command(
        "needs", "return", number, "--reason", "magnitude", "--line", "1", "--note", "ten times"
    )
    assert code == 0
    code, _out, err = command("needs", "accept", number)
    assert code == 1


def test_only_an_exercise_lets_a_command_speak_for_people(command, tmp_path):
    found_world(exercise=False)
    path = workbook(tmp_path / "f.xlsx", GOOD)
    code, out, _err = command("needs", "import", path, "--state", "ZMB")
    assert code == 1
    assert "sign in" in out
    code, out, _err = command("needs", "import", path, "--state", "ZMB", "--json")
    assert objects(out)[-1]["summary"]["outcome"] == "refused"


def test_the_person_named_must_hold_the_mandate(world, command):
    number = submit(world)
    code, _out, err = command("needs", "accept", number, "--as", "person-ZMB")
    assert code == 1
    assert "person-ZMB" in err
