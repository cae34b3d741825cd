"""From an upload to a receipt: once, sealed, and nothing at all where nothing changed."""

from datetime import date

import pytest

from bandung.core.refused import NotAllowed
from bandung.exchange.importing import NotAcceptable, NotInPart, submit_file, understand
from bandung.exchange.templates import write_template
from bandung.ledger.door import KeyReused
from bandung.ledger.models import Block, Head
from bandung.needs.acts import ReturnSubmission, WithdrawSubmission
from bandung.needs.acts.reviewing import RemarkText
from bandung.needs.models import Line, Submission
from bandung.needs.statement import AttachmentName
from tests import factories
from tests.exchange.conftest import TODAY, Desk
from tests.exchange.files import GLOVES, csv_of, grid, xlsx

ROWS = [GLOVES, {**GLOVES, "priority": 2, "visibility": "withheld"}]


def read(desk: Desk, content: bytes, name: str = "needs.xlsx", **options):
    options.setdefault("today", TODAY)
    return understand(content, name, desk.zambia, desk.emergency, desk.reader, **options)


def size() -> int:
    return int(Head.objects.get(id=1).size)


def test_submitted_with_its_file_sealed(desk: Desk) -> None:
    content = xlsx(grid(ROWS))
    understood = read(desk, content, as_of=date(2026, 6, 1))
    done = submit_file(understood, desk.focal_point, content)
    assert done.receipt is not None
    submission = Submission.objects.get(pk=done.receipt.number)
    assert (submission.state_id, submission.as_of) == ("ZMB", date(2026, 6, 1))
    assert Line.objects.filter(submission=submission).count() == 2
    blocks = {b.label: bytes(b.content) for b in Block.objects.filter(number=submission.number)}
    assert blocks["original"] == content
    assert b'"file_name":"needs.xlsx"' in blocks["source"]


def test_the_same_file_twice_is_one_act(desk: Desk) -> None:
    content = xlsx(grid(ROWS))
    first = submit_file(read(desk, content), desk.focal_point, content)
    before = size()
    again = submit_file(read(desk, content), desk.focal_point, content)
    assert again.receipt.number == first.receipt.number
    assert again.receipt.is_repeated
    other = csv_of(grid(ROWS))  # the same statement from another file
    with pytest.raises(KeyReused):
        submit_file(read(desk, other, "needs.csv"), desk.focal_point, other)
    assert size() == before


def test_the_same_statement_again_after_a_return_or_withdrawal(desk: Desk) -> None:
    content = xlsx(grid(ROWS))
    first = submit_file(read(desk, content), desk.focal_point, content).receipt.number
    act = WithdrawSubmission.of(first, factories.seen(first))
    factories.say(act, desk.focal_point)
    second = submit_file(read(desk, content), desk.focal_point, content).receipt
    assert second.number > first
    assert not second.is_repeated
    act = ReturnSubmission.of(second.number, factories.seen(second.number))
    remarks = ReturnSubmission.contents([RemarkText(reason="magnitude")])
    factories.say(act, desk.reviewer, remarks)
    third = submit_file(read(desk, content), desk.focal_point, content, corrects=second.number)
    assert third.receipt.number > second.number


def test_what_is_in_force_already_makes_no_act(desk: Desk) -> None:
    content = xlsx(grid(ROWS))
    desk.publish(read(desk, content).statement)
    before = size()
    done = submit_file(read(desk, content), desk.focal_point, content)
    assert done.receipt is None
    filled = write_template(desk.zambia, desk.emergency, ("medical",), "es", desk.reader)
    assert submit_file(read(desk, filled), desk.focal_point, filled).receipt is None
    assert size() == before


def test_a_file_with_problems_is_not_submitted(desk: Desk) -> None:
    content = xlsx(grid([*ROWS, {**GLOVES, "item": "Zeppelin"}]))
    understood = read(desk, content)
    before = size()
    with pytest.raises(NotAcceptable):
        submit_file(understood, desk.focal_point, content)
    assert size() == before
    done = submit_file(understood.partial(), desk.focal_point, content)
    assert [(each.row, each.codes) for each in done.left_out] == [(4, ("unknown-item",))]
    assert Line.objects.filter(submission=done.receipt.number).count() == 2


def test_not_in_part_if_a_sector_would_fall_silent(desk: Desk) -> None:
    social = {**GLOVES, "item": "SOC-06", "counted_in": "armful"}
    understood = read(desk, xlsx(grid([GLOVES, social])))
    assert understood.scope == ("medical", "social")
    with pytest.raises(NotInPart, match="social"):
        understood.partial()
    missing = {code: value for code, value in GLOVES.items() if code != "basis"}
    with pytest.raises(NotInPart, match="Basis"):
        read(desk, xlsx(grid([missing]))).partial()


def test_only_the_state_s_own_mandate_submits(desk: Desk) -> None:
    content = xlsx(grid(ROWS))
    before = size()
    with pytest.raises(NotAllowed):
        submit_file(read(desk, content), desk.reviewer, content)
    assert size() == before


def test_a_file_with_contacts_is_not_kept_unasked(desk: Desk) -> None:
    secret = "call +260 97 712 3456"
    content = csv_of(grid([{**GLOVES, "justification": secret}]))
    done = submit_file(read(desk, content, "a.csv"), desk.focal_point, content)
    blocks = Block.objects.filter(number=done.receipt.number)
    assert blocks.count() > 4
    assert all(b"712 3456" not in bytes(block.content) for block in blocks)
    factories.say(
        WithdrawSubmission.of(done.receipt.number, factories.seen(done.receipt.number)),
        desk.focal_point,
    )
    asked = read(desk, content, "a.csv", keep_personal=True)
    done = submit_file(asked, desk.focal_point, content)
    assert Line.objects.get(submission=done.receipt.number).justification == secret


def test_documents_come_along(desk: Desk) -> None:
    content = xlsx(grid(ROWS))
    note = AttachmentName(position=1, name="note.pdf", media_type="application/pdf", size=4)
    done = submit_file(
        read(desk, content), desk.focal_point, content, attachments=[(note, b"%PDF")]
    )
    assert Block.objects.filter(number=done.receipt.number, label="attachment1").exists()
