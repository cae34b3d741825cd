"""From submission to publication and after: who may, four eyes, legal moves, what replaces what."""

from datetime import timedelta

import pytest
from pydantic import ValidationError

from bandung.core.refused import NotAllowed, Refused
from bandung.ledger.act import print_key
from bandung.ledger.door import Moved
from bandung.ledger.guard import open_door
from bandung.ledger.models import Opening
from bandung.ledger.queries import entry_view, everybody
from bandung.movement.acts import EndAppointment
from bandung.needs.acts import (
    AcceptSubmission,
    DisputeLine,
    LiftDispute,
    PublishNeeds,
    RemarkText,
    ReturnSubmission,
    WithdrawPublication,
    WithdrawSubmission,
    note_block,
)
from bandung.needs.acts.disputes import AlreadyDisputed, NotDisputed, NoteUnclear, UnknownLine
from bandung.needs.acts.publishing import NotInForce, NotTheSubmission, Outdated
from bandung.needs.acts.reviewing import RemarkMissing, RemarkUnclear
from bandung.needs.acts.rules import NotIndependent, UnknownSubmission, WrongStatus
from bandung.needs.models import MOVES, Dispute, Line, Remark, ScopeSector, Status, Submission
from tests.factories import (
    CARE,
    GLOVES,
    MASKS,
    NOW,
    accept,
    appoint,
    dispute,
    ledger_size,
    lift,
    need,
    publish,
    say,
    seen,
    send_back,
    speaker,
    statement,
    submit,
    submit_and_publish,
    withdraw,
)

pytestmark = pytest.mark.django_db
TODAY = NOW.date()


def status(number: int) -> str:
    return Submission.objects.with_status().get(number=number).status


def refused(why: type[Refused], doing, *given, **how) -> Refused:
    """The act is refused for this reason and leaves nothing behind."""
    before = ledger_size()
    with pytest.raises(why) as caught:
        doing(*given, **how)
    assert ledger_size() == before
    assert str(caught.value)
    return caught.value


# Accepting and returning


def test_a_reviewer_accepts(world):
    number = submit(world, now=NOW)
    act = accept(world, number, NOW)
    row = Submission.objects.get(number=number)
    assert (row.accepted_by, row.reviewer, status(number)) == (act, "person-reviewer", "accepted")
    assert entry_view(act).is_hidden
    assert entry_view(act, everybody).sentence.endswith(f"Submission {number} of ZMB was accepted.")


def test_a_reviewer_returns_with_remarks(world):
    number = submit(world, statement([need(3), need(12, MASKS)]), NOW)
    remarks = [
        RemarkText(line=12, reason="magnitude"),
        RemarkText(reason="other", note="Voir la note"),
    ]
    act = send_back(world, number, remarks, NOW)
    assert (status(number), Submission.objects.get(number=number).returned_by) == ("returned", act)
    rows = Remark.objects.filter(submission=number).values_list("key", "line", "reason", "note")
    assert list(rows) == [
        (act << 16 | 1, number << 16 | 12, "magnitude", ""),
        (act << 16 | 2, None, "other", "Voir la note"),
    ]
    assert entry_view(act).is_hidden
    assert "was returned" in entry_view(act, everybody).sentence


def test_an_accepted_submission_can_still_be_returned(world):
    number = submit(world, now=NOW)
    accept(world, number, NOW)
    send_back(world, number, now=NOW)
    assert status(number) == "returned"


@pytest.mark.parametrize(
    ("why", "remarks"),
    [
        (RemarkMissing, []),
        (RemarkUnclear, [RemarkText(line=2, reason="unit")]),
        (RemarkUnclear, [RemarkText(reason="unheard-of")]),
        (RemarkUnclear, [RemarkText(reason="other", note=" ")]),
        (RemarkUnclear, [RemarkText(reason="unit")] * 5_001),
    ],
)
def test_remarks_that_explain_nothing(world, why, remarks):
    number = submit(world, now=NOW)
    refused(why, send_back, world, number, remarks, NOW)


@pytest.mark.parametrize(
    "block", [b"[{}]", b"[", b'[{"line": null, "note": "", "reason": "unit"}]']
)
def test_a_remarks_block_has_one_writing(world, block):
    number = submit(world, now=NOW)
    act = ReturnSubmission.of(number, number)
    refused(RemarkUnclear, say, act, world.reviewer, {"remarks": block}, NOW)


def test_only_reviewers_review(world):
    number = submit(world, now=NOW)
    for other in (world.focal_point(), world.focal_point("KEN"), world.secretariat, world.partner):
        refused(NotAllowed, accept, world, number, NOW, other)
        refused(NotAllowed, send_back, world, number, now=NOW, by=other)


def test_a_submission_of_another_state_or_none(world):
    number = submit(world, now=NOW)
    wrong = AcceptSubmission(submission=number, state="KEN", based_on=number)
    refused(UnknownSubmission, say, wrong, world.reviewer, now=NOW)
    none = AcceptSubmission(submission=1, state="ZMB", based_on=ledger_size())
    refused(UnknownSubmission, say, none, world.reviewer, now=NOW)


# Four eyes


def reviewer_also(function: str, party: str, since, until=None, person="person-both"):
    """A reviewer, and the other mandate that this person holds or held."""
    appoint(person, function, party, since=since, until=until, now=NOW)
    return speaker("reviewer", person=person, now=NOW)


@pytest.mark.parametrize(
    ("function", "until", "is_barred"),
    [
        ("focal_point", None, True),
        ("head_of_delegation", None, True),
        ("focal_point", TODAY, True),
        ("focal_point", TODAY - timedelta(days=365), False),
        ("focal_point", TODAY - timedelta(days=364), True),
        ("head_of_delegation", TODAY - timedelta(days=400), False),
    ],
)
def test_who_spoke_for_a_state_within_twelve_months_judges_nothing_of_it(
    world, function, until, is_barred
):
    both = reviewer_also(function, "ZMB", TODAY - timedelta(days=900), until)
    number, kenyan = submit(world, now=NOW), submit(world, statement(state="KEN"), NOW)
    accept(world, kenyan, NOW, by=both)
    if is_barred:
        refused(NotIndependent, accept, world, number, NOW, both)
        refused(NotIndependent, send_back, world, number, now=NOW, by=both)
    else:
        accept(world, number, NOW, by=both)


def test_a_reviewer_lent_by_a_state_does_not_judge_it(world):
    lent = speaker("reviewer", "ZMB", now=NOW)
    refused(NotIndependent, accept, world, submit(world, now=NOW), NOW, lent)
    accept(world, submit(world, statement(state="KEN"), NOW), NOW, by=lent)


def test_the_chairs_own_publisher_does_not_publish_the_chairs_state(world):
    lent = speaker("secretariat", "CUB", now=NOW)
    number = submit(world, statement(state="CUB"), NOW)
    accept(world, number, NOW)
    refused(NotIndependent, publish, world, number, NOW, lent)
    publish(world, number, NOW)


def test_submitter_reviewer_and_publisher_are_three_persons(world):
    """Even once the twelve months after the submitter's mandate are over."""
    number = submit(world, now=NOW)
    later = NOW + timedelta(days=800)
    mandate = world.focal_point()
    end = EndAppointment(
        mandate=mandate.code,
        party_code="ZMB",
        reference="note",
        based_on=int(mandate.code.split(".")[0]),
    )
    say(end, world.administrator, now=NOW)
    same = speaker("reviewer", person=mandate.person, now=NOW)
    refused(NotIndependent, accept, world, number, later, same)
    refused(NotIndependent, send_back, world, number, now=later, by=same)

    reviewer_too = speaker("secretariat", person="person-reviewer", now=NOW)
    submitter_too = speaker("secretariat", person=mandate.person, now=NOW)
    accept(world, number, later)
    refused(NotIndependent, publish, world, number, later, reviewer_too)
    refused(NotIndependent, publish, world, number, later, submitter_too)
    publish(world, number, later)


# Publishing


def test_the_secretariat_publishes_and_the_public_block_opens(world):
    said = statement(
        [need(1), need(2, CARE), need(3, MASKS, visibility="withheld")],
        scope=("social", "medical", "humanitarian"),
        nil=("humanitarian",),
    )
    number = submit(world, said, NOW)
    accept(world, number, NOW)
    later = NOW + timedelta(hours=1)
    act = publish(world, number, later)
    row = Submission.objects.get(number=number)
    assert (row.published_by, row.published_at, status(number)) == (act, later, "published")
    published = ScopeSector.objects.in_force().filter(submission=number)
    assert set(published.values_list("published_by", flat=True)) == {act}
    assert published.count() == 3
    opened = Opening.objects.filter(opened_by=act).values_list("block__number", "block__label")
    assert list(opened) == [(number, "public")]
    assert entry_view(act).sentence.endswith(
        "ZMB published 2 lines (medical, social) and a nil report (humanitarian) "
        "for COVID-19 as of 2026-06-01."
    )


def test_only_the_secretariat_publishes(world):
    number = submit(world, now=NOW)
    accept(world, number, NOW)
    for other in (world.reviewer, world.focal_point(), world.administrator, world.partner):
        refused(NotAllowed, publish, world, number, NOW, other)


def test_a_decision_rests_on_what_was_seen(world):
    number = submit(world, now=NOW)
    blind = AcceptSubmission(submission=number, state="ZMB")
    refused(Moved, say, blind, world.reviewer, now=NOW)
    stale = AcceptSubmission.of(number, number)
    accept(world, number, NOW)
    refused(Moved, say, stale, world.reviewer, now=NOW)


@pytest.mark.parametrize(
    "facts",
    [
        {"emergency": "FLOOD"},
        {"scope": ("social",)},
        {"nil": ("medical",)},
        {"as_of": TODAY},
        {"public_lines": 2},
    ],
)
def test_a_publication_says_what_the_submission_says(world, facts):
    number = submit(world, now=NOW)
    accept(world, number, NOW)
    act = PublishNeeds.of(number, seen(number)).model_copy(update=facts)
    refused(NotTheSubmission, say, act, world.secretariat, now=NOW)


def test_a_publication_replaces_the_same_sectors_only_and_both_stay(world):
    both = statement([need(), need(2, CARE)], scope=("medical", "social"))
    first = submit_and_publish(world, both, NOW)
    second = submit_and_publish(world, statement([need(quantity=7)]), NOW)
    rows = ScopeSector.objects.filter(submission=first)
    assert dict(rows.values_list("sector", "replaced_by")) == {
        "medical": second + 2,
        "social": None,
    }
    assert (status(first), status(second)) == ("published", "published")
    third = submit_and_publish(world, statement([need(item=CARE)], scope=("social",)), NOW)
    assert (status(first), status(second), status(third)) == (
        "superseded",
        "published",
        "published",
    )
    assert Line.objects.filter(submission=first).count() == 2


def test_an_older_submission_never_replaces_a_newer_publication(world):
    older = submit(world, now=NOW)
    accept(world, older, NOW)
    # The door lets no second statement about a sector wait; rows as if it once had.
    newer = submit(world, statement([need(item=CARE)], scope=("social",)), NOW)
    accept(world, newer, NOW)
    publish(world, newer, NOW)
    with open_door():
        ScopeSector.objects.filter(submission=newer).update(sector="medical")
    error = refused(Outdated, publish, world, older, NOW)
    assert error.facts["newer"] == newer


# Withdrawing


def test_a_state_withdraws_before_publication_without_a_public_word(world):
    for steps in ([], [accept], [send_back]):
        number = submit(world, now=NOW)
        for step in steps:
            step(world, number, now=NOW)
        act = withdraw(world, number, now=NOW)
        assert status(number) == "withdrawn"
        assert entry_view(act).is_hidden
    assert "withdrew submission" in entry_view(act, everybody).sentence


def test_a_withdrawn_publication_never_revives_the_older_one(world):
    both = statement([need(), need(2, CARE)], scope=("medical", "social"))
    first = submit_and_publish(world, both, NOW)
    second = submit_and_publish(world, both, NOW)
    act = withdraw(world, second, ["medical"], now=NOW)
    assert entry_view(act).sentence.endswith("ZMB withdrew its publication (medical) for COVID-19.")
    assert (status(first), status(second)) == ("superseded", "published")
    withdraw(world, second, ["social"], now=NOW)
    assert (status(first), status(second)) == ("superseded", "withdrawn")
    assert not ScopeSector.objects.in_force().exists()
    third = submit_and_publish(world, now=NOW)
    assert (status(first), status(second), status(third)) == (
        "superseded",
        "withdrawn",
        "published",
    )


def test_partly_replaced_and_partly_withdrawn_is_superseded(world):
    both = statement([need(), need(2, CARE)], scope=("medical", "social"))
    first = submit_and_publish(world, both, NOW)
    submit_and_publish(world, now=NOW)
    withdraw(world, first, ["social"], now=NOW)
    assert status(first) == "superseded"


def test_withdrawals_are_refused(world):
    social = speaker("focal_point", "ZMB", ["social"], now=NOW)
    number = submit(world, now=NOW)
    early = WithdrawSubmission.of(number, number)
    for other in (world.focal_point("KEN"), world.secretariat, world.reviewer, social):
        refused(NotAllowed, say, early, other, now=NOW)
    other_scope = early.model_copy(update={"scope": ("social",)})
    refused(NotTheSubmission, say, other_scope, world.focal_point(), now=NOW)
    published = WithdrawPublication.of(number, ("medical",), number)
    refused(NotInForce, say, published, world.focal_point(), now=NOW)
    accept(world, number, NOW)
    publish(world, number, NOW)

    late = early.model_copy(update={"based_on": seen(number)})
    refused(WrongStatus, say, late, world.focal_point(), now=NOW)
    published = WithdrawPublication.of(number, ("medical",), seen(number))
    for other in (world.focal_point("KEN"), world.secretariat, social):
        refused(NotAllowed, say, published, other, now=NOW)
    wrong = published.model_copy(update={"emergency": "FLOOD"})
    refused(NotTheSubmission, say, wrong, world.focal_point(), now=NOW)
    wrong = published.model_copy(update={"sectors": ("social",)})
    refused(NotInForce, say, wrong, world.focal_point(), now=NOW)
    withdraw(world, number, ["medical"], now=NOW)
    refused(WrongStatus, withdraw, world, number, ["medical"], now=NOW)


# Disputes


def test_a_line_is_marked_disputed_and_cleared(world):
    number = submit_and_publish(world, statement([need(1), need(2, MASKS)]), NOW)
    line = number << 16 | 1
    act = dispute(world, line, "counted twice", now=NOW)
    assert entry_view(act).sentence.endswith(
        f"Line {number}.1 of ZMB (medical) was marked disputed."
    )
    row = Dispute.objects.get(number=act)
    assert (row.line_id, row.note, row.lifted_by) == (line, "counted twice", None)
    error = refused(AlreadyDisputed, dispute, world, line, now=NOW)
    assert error.facts["act"] == act
    lifted = lift(world, line, "it was not", NOW)
    row.refresh_from_db()
    assert (row.lifted_by, row.lift_note) == (lifted, "it was not")
    assert entry_view(lifted).sentence.endswith("is no longer disputed.")
    refused(NotDisputed, lift, world, line, now=NOW)
    dispute(world, line, by=world.focal_point(), now=NOW)
    assert Dispute.objects.filter(line=line).count() == 2
    assert status(number) == "published"


def test_disputes_are_refused(world):
    said = statement(
        [
            need(1),
            need(2, MASKS, visibility="partners"),
            need(3, GLOVES, 5, priority=1, visibility="withheld"),
        ]
    )
    number = submit(world, said, NOW)
    first = number << 16 | 1
    refused(UnknownLine, dispute, world, first, now=NOW)
    accept(world, number, NOW)
    publish(world, number, NOW)
    for hidden in (2, 3):
        refused(UnknownLine, dispute, world, number << 16 | hidden, now=NOW)
    for note in ("", " ", "x" * 4_001):
        refused(NoteUnclear, dispute, world, first, note, now=NOW)
    act = DisputeLine.of(first, seen(number))
    for block in (b"{}", b"[]", b'{"note":1}', b"{"):
        refused(NoteUnclear, say, act, world.secretariat, {"note": block}, NOW)
    social = speaker("focal_point", "ZMB", ["social"], now=NOW)
    for other in (world.focal_point("KEN"), world.reviewer, world.partner, social):
        refused(NotAllowed, dispute, world, first, by=other, now=NOW)
    for wrong in ({"state": "KEN"}, {"sector": "social"}, {"emergency": "FLOOD"}):
        other = act.model_copy(update=wrong)
        refused(UnknownLine, say, other, world.secretariat, note_block("x"), NOW)
    for name in (f"{number}.0", f"{number}.65536", f"{number}.01", "1", "١.١", ""):
        with pytest.raises(ValidationError):
            DisputeLine.model_validate(act.model_dump() | {"line": name})
    withdraw(world, number, ["medical"], now=NOW)
    refused(UnknownLine, dispute, world, first, now=NOW)


# The table of legal moves, whole


def reach(world, wanted: str) -> int:
    """A submission in this status."""
    number = submit(world, now=NOW)
    if wanted in ("accepted", "published", "superseded"):
        accept(world, number, NOW)
    if wanted in ("published", "superseded"):
        publish(world, number, NOW)
    if wanted == "superseded":
        submit_and_publish(world, now=NOW)
    if wanted == "returned":
        send_back(world, number, now=NOW)
    if wanted == "withdrawn":
        withdraw(world, number, now=NOW)
    return number


def do(world, move: str, number: int, is_published: bool) -> None:
    match move:
        case "accept":
            accept(world, number, NOW)
        case "return":
            send_back(world, number, now=NOW)
        case "publish":
            publish(world, number, NOW)
        case "withdraw":
            withdraw(world, number, ["medical"] if is_published else (), now=NOW)
        case "dispute":
            dispute(world, number << 16 | 1, now=NOW)


@pytest.mark.parametrize("move", MOVES)
@pytest.mark.parametrize("now_it_is", Status.values)
def test_every_move_from_every_status(world, now_it_is, move):
    number = reach(world, now_it_is)
    assert status(number) == now_it_is
    is_published = now_it_is in ("published", "superseded")
    if now_it_is in MOVES[move]:
        do(world, move, number, is_published)
    else:
        refused((WrongStatus, UnknownLine), do, world, move, number, is_published)
        assert status(number) == now_it_is


def test_a_line_is_named_as_it_is_printed(world):
    number = submit_and_publish(world, now=NOW)
    act = LiftDispute.of(number << 16 | 1, seen(number))
    assert act.line == print_key(act.key) == f"{number}.1"
