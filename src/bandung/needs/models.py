"""Needs: what a state said it needs, for one emergency and one or more sectors, as of a day.

A status is never stored: it follows from the numbers of the acts that a submission has met.
"""

from collections.abc import Iterable
from typing import ClassVar, Self

from django.db import models
from django.db.models import Case, Exists, F, OuterRef, Q, Value, When
from django.db.models.functions import Cast, Concat, StrIndex
from django.db.models.lookups import Exact
from django.utils.translation import gettext_lazy as _

from bandung.catalogue.models import Item, ItemVersion, Pack, Unit
from bandung.core.models import OfficialModel
from bandung.movement.models import NamedModel, Party


class Sector(models.TextChoices):
    MEDICAL = "medical"
    SOCIAL = "social"
    HUMANITARIAN = "humanitarian"


class Status(models.TextChoices):
    """What was last said about a submission."""

    SUBMITTED = "submitted", _("waiting for review")
    RETURNED = "returned", _("returned")
    ACCEPTED = "accepted", _("accepted, waiting for publication")
    PUBLISHED = "published", _("published")
    SUPERSEDED = "superseded", _("superseded")
    WITHDRAWN = "withdrawn", _("withdrawn")


# Legal moves: the act on the left may be done to a submission in one of these statuses.
MOVES: dict[str, frozenset[str]] = {
    "accept": frozenset({Status.SUBMITTED}),
    "return": frozenset({Status.SUBMITTED, Status.ACCEPTED}),
    "publish": frozenset({Status.ACCEPTED}),
    "withdraw": frozenset({Status.SUBMITTED, Status.RETURNED, Status.ACCEPTED, Status.PUBLISHED}),
    "dispute": frozenset({Status.PUBLISHED}),
}
PENDING = (Status.SUBMITTED, Status.ACCEPTED)


class Visibility(models.TextChoices):
    PUBLIC = "public"
    PARTNERS = "partners"
    WITHHELD = "withheld"


class Emergency(NamedModel):
    """An emergency for which states say what they need; several may run."""

    code = models.CharField(max_length=20, primary_key=True)
    opened_on = models.DateField()
    closed_on = models.DateField(null=True)
    due_on = models.DateField(null=True)  # after this day a state that said nothing is silent
    source = models.TextField()

    class Meta:
        ordering = ["code"]
        verbose_name_plural = "emergencies"


class SubmissionQuerySet(models.QuerySet["Submission"]):
    """Submissions by their status, which follows from the acts they have met."""

    def with_status(self) -> Self:
        """Adds `status`, a `Status`: the last thing that was said about the submission.

        A publication that no longer holds in any sector is withdrawn if its state withdrew every
        sector of it, and else superseded.
        """
        sectors = ScopeSector.objects.filter(submission=OuterRef("pk"))
        return self.annotate(
            status=Case(
                When(withdrawn_by__isnull=False, then=Value(Status.WITHDRAWN)),
                When(returned_by__isnull=False, then=Value(Status.RETURNED)),
                When(accepted_by=None, then=Value(Status.SUBMITTED)),
                When(published_by=None, then=Value(Status.ACCEPTED)),
                When(Exists(sectors.in_force()), then=Value(Status.PUBLISHED)),
                When(
                    Exists(sectors.filter(replaced_by__isnull=False)), then=Value(Status.SUPERSEDED)
                ),
                default=Value(Status.WITHDRAWN),
                output_field=models.CharField(max_length=12),
            )
        )

    def undecided(self) -> Self:
        """Submissions that wait for a review or for publication."""
        return self.filter(withdrawn_by=None, returned_by=None, published_by=None)

    def in_force(self) -> Self:
        """Submissions whose publication holds in at least one sector."""
        return self.filter(Exists(ScopeSector.objects.filter(submission=OuterRef("pk")).in_force()))


SubmissionManager = models.Manager.from_queryset(SubmissionQuerySet)


class Submission(OfficialModel):
    """A state's statement; its number is that of the act that submitted it.

    `Submission.objects.with_status()` adds its `status`.
    """

    objects: ClassVar["SubmissionManager[Submission]"] = SubmissionManager()
    status: str  # added by `with_status`

    number = models.PositiveBigIntegerField(primary_key=True)
    state = models.ForeignKey(Party, on_delete=models.PROTECT, related_name="submissions")
    emergency = models.ForeignKey(Emergency, on_delete=models.PROTECT, related_name="submissions")
    as_of = models.DateField()
    submitted_at = models.DateTimeField()
    submitter = models.CharField(max_length=40)  # opaque person
    corrects = models.ForeignKey("self", on_delete=models.PROTECT, null=True, related_name="+")
    returned_by = models.PositiveBigIntegerField(null=True)
    accepted_by = models.PositiveBigIntegerField(null=True)
    reviewer = models.CharField(max_length=40, blank=True)  # who accepted or returned it
    published_by = models.PositiveBigIntegerField(null=True)
    published_at = models.DateTimeField(null=True)
    withdrawn_by = models.PositiveBigIntegerField(null=True)

    class Meta:
        ordering = ["number"]
        constraints = [
            models.CheckConstraint(
                condition=Q(published_by=None, published_at=None)
                | Q(published_by__isnull=False, published_at__isnull=False),
                name="needs_published_pair",
            ),
            models.CheckConstraint(
                condition=Q(published_by=None) | Q(accepted_by__isnull=False),
                name="needs_published_is_accepted",
            ),
            models.CheckConstraint(
                condition=Q(returned_by=None) | Q(published_by=None),
                name="needs_returned_is_not_published",
            ),
            models.CheckConstraint(
                condition=Q(returned_by=None, accepted_by=None, reviewer="") | ~Q(reviewer=""),
                name="needs_reviewed_by_someone",
            ),
            models.CheckConstraint(
                condition=Q(reviewer="") | ~Q(reviewer=F("submitter")), name="needs_four_eyes"
            ),
        ]
        indexes = [
            models.Index(
                fields=["state", "emergency"],
                condition=Q(returned_by=None, withdrawn_by=None, published_by=None),
                name="needs_undecided",
            ),
        ]

    def __str__(self) -> str:
        return f"submission {self.number}"

    @property
    def subject(self) -> str:
        """The name under which acts touch it."""
        return f"needs.submission/{self.number}"


class ScopeQuerySet(models.QuerySet["ScopeSector"]):
    """Sectors of submissions by whether their publication holds."""

    def in_force(self) -> Self:
        """Published, and neither replaced nor withdrawn since."""
        return self.filter(published_by__isnull=False, replaced_by=None, withdrawn_by=None)

    def known_at(self, number: int) -> Self:
        """What was in force once act `number` had been recorded."""
        return self.filter(
            Q(replaced_by=None) | Q(replaced_by__gt=number),
            Q(withdrawn_by=None) | Q(withdrawn_by__gt=number),
            published_by__lte=number,
        )

    def of(self, state: str, emergency: str, sectors: Iterable[str]) -> Self:
        """These sectors of all that a state submitted for an emergency."""
        return self.filter(state=state, emergency=emergency, sector__in=list(sectors))

    def publication_acts(self) -> list[int]:
        """Numbers of the acts that published, replaced or withdrew these sectors, in order."""
        rows = self.filter(published_by__isnull=False)
        numbers = rows.values_list("published_by", "replaced_by", "withdrawn_by")
        return sorted({number for row in numbers for number in row if number is not None})


ScopeManager = models.Manager.from_queryset(ScopeQuerySet)


class ScopeSector(OfficialModel):
    """One sector of a submission's scope; publication, replacement and withdrawal go by sector."""

    objects: ClassVar["ScopeManager[ScopeSector]"] = ScopeManager()

    key = models.CharField(max_length=40, primary_key=True)  # number/sector
    submission = models.ForeignKey(Submission, on_delete=models.PROTECT, related_name="scope")
    state = models.CharField(max_length=3)
    emergency = models.CharField(max_length=20)
    sector = models.CharField(max_length=20, choices=Sector)
    is_nil = models.BooleanField()
    published_by = models.PositiveBigIntegerField(null=True)
    replaced_by = models.PositiveBigIntegerField(null=True)
    withdrawn_by = models.PositiveBigIntegerField(null=True)

    class Meta:
        ordering = ["submission", "sector"]
        constraints = [
            models.UniqueConstraint(
                fields=["state", "emergency", "sector"],
                condition=Q(published_by__isnull=False, replaced_by=None, withdrawn_by=None),
                name="needs_one_in_force",
            ),
            models.CheckConstraint(
                condition=Q(published_by__isnull=False) | Q(replaced_by=None, withdrawn_by=None),
                name="needs_ends_after_publication",
            ),
        ]
        indexes = [
            models.Index(fields=["state", "emergency", "sector"], name="needs_by_place"),
            models.Index(
                fields=["state", "emergency"],
                condition=Q(published_by__isnull=False),
                name="needs_published_by_place",
            ),
        ]

    def __str__(self) -> str:
        return self.key


def _begins(key: str, part: str, sign: str) -> Q:
    """A row whose `key` names another row begins with that row's own `part` and this sign."""
    start = Concat(Cast(part, models.CharField()), Value(sign))
    return Q(Exact(StrIndex(F(key), start), Value(1)))


class Line(OfficialModel):
    """One need: an item, how much, by when. Its key is the submission's act and its row number."""

    key = models.PositiveBigIntegerField(primary_key=True)
    scope = models.ForeignKey(ScopeSector, on_delete=models.PROTECT, related_name="lines")
    submission = models.ForeignKey(
        Submission, on_delete=models.PROTECT, related_name="lines", db_constraint=False
    )  # that of its scope: needs_line_of_its_scope
    visibility = models.CharField(max_length=10, choices=Visibility)
    item = models.ForeignKey(
        Item, on_delete=models.PROTECT, related_name="lines", db_index=False, db_constraint=False
    )  # that of its version: needs_line_of_its_item; needs_by_item serves as index
    item_version = models.ForeignKey(ItemVersion, on_delete=models.PROTECT, related_name="lines")
    quantity = models.CharField(max_length=30)  # as typed, a plain decimal such as 2.5
    unit = models.ForeignKey(
        Unit, on_delete=models.PROTECT, null=True, related_name="+", db_index=False
    )
    pack = models.ForeignKey(
        Pack, on_delete=models.PROTECT, null=True, related_name="+", db_index=False
    )
    base_quantity = models.BigIntegerField()
    needed_by = models.DateField(null=True)
    priority = models.PositiveSmallIntegerField()
    severity = models.PositiveSmallIntegerField(null=True)
    people_in_need = models.BigIntegerField(null=True)
    people_targeted = models.BigIntegerField(null=True)
    stock = models.BigIntegerField(null=True)  # base units on hand
    monthly_use = models.BigIntegerField(null=True)  # base units a month
    basis = models.CharField(max_length=20)
    confidence = models.CharField(max_length=20, blank=True)
    justification = models.TextField(blank=True)
    channel = models.CharField(max_length=40, blank=True)  # also requested via
    channel_reference = models.CharField(max_length=200, blank=True)
    attachments = models.JSONField(default=list)  # positions of the submission's attachments

    class Meta:
        ordering = ["key"]
        constraints = [
            models.CheckConstraint(
                condition=_begins("scope", "submission", "/"), name="needs_line_of_its_scope"
            ),
            models.CheckConstraint(
                condition=_begins("item_version", "item", "@"), name="needs_line_of_its_item"
            ),
            models.CheckConstraint(condition=Q(base_quantity__gte=0), name="needs_quantity"),
            models.CheckConstraint(
                condition=Q(unit__isnull=False, pack=None) | Q(unit=None, pack__isnull=False),
                name="needs_unit_or_pack",
            ),
            models.CheckConstraint(
                condition=Q(priority__gte=1, priority__lte=3), name="needs_priority"
            ),
            models.CheckConstraint(
                condition=Q(severity=None) | Q(severity__gte=1, severity__lte=5),
                name="needs_severity",
            ),
            models.CheckConstraint(
                condition=(Q(stock=None) | Q(stock__gte=0))
                & (Q(monthly_use=None) | Q(monthly_use__gte=0))
                & (Q(people_in_need=None) | Q(people_in_need__gte=0))
                & (Q(people_targeted=None) | Q(people_targeted__gte=0)),
                name="needs_counts",
            ),
        ]
        indexes = [models.Index(fields=["item", "key"], name="needs_by_item")]

    def __str__(self) -> str:
        return f"line {self.key >> 16}.{self.key & 0xFFFF}"


class Dispute(OfficialModel):
    """A published line was marked disputed, until the mark is lifted; totals show it apart."""

    number = models.PositiveBigIntegerField(primary_key=True)  # of the act that marked it
    line = models.ForeignKey(Line, on_delete=models.PROTECT, related_name="disputes")
    note = models.TextField()  # why, for the state and the staff
    lifted_by = models.PositiveBigIntegerField(null=True)
    lift_note = models.TextField(blank=True)

    class Meta:
        ordering = ["number"]
        constraints = [
            models.UniqueConstraint(
                fields=["line"], condition=Q(lifted_by=None), name="needs_one_dispute"
            ),
            models.CheckConstraint(
                condition=Q(lifted_by=None) | Q(lifted_by__gt=F("number")),
                name="needs_lifted_after",
            ),
        ]

    def __str__(self) -> str:
        return f"dispute {self.number} of line {self.line_id}"


class Attachment(OfficialModel):
    """A supporting document of a submission; its bytes and its name lie in sealed blocks."""

    key = models.PositiveBigIntegerField(primary_key=True)
    submission = models.ForeignKey(Submission, on_delete=models.PROTECT, related_name="attachments")
    position = models.PositiveIntegerField()
    media_type = models.CharField(max_length=100)
    size = models.PositiveBigIntegerField()

    class Meta:
        ordering = ["key"]

    def __str__(self) -> str:
        return f"attachment {self.position} of {self.submission_id}"


class Remark(OfficialModel):
    """Why a submission, or one of its lines, was returned."""

    key = models.PositiveBigIntegerField(primary_key=True)
    submission = models.ForeignKey(Submission, on_delete=models.PROTECT, related_name="remarks")
    line = models.ForeignKey(Line, on_delete=models.PROTECT, null=True, related_name="remarks")
    reason = models.CharField(max_length=40)
    note = models.TextField(blank=True)

    class Meta:
        ordering = ["key"]

    def __str__(self) -> str:
        return f"{self.reason} on {self.submission_id}"


class Draft(models.Model):
    """What is being written and not yet said: unofficial, autosaved, free to be deleted.

    `content` keeps what was typed: {"scope": [...], "nil": [...], "as_of": "...",
    "lines": [{column: text}]}; `upload` is the file it came from.
    """

    state = models.ForeignKey(Party, on_delete=models.CASCADE, related_name="+")
    emergency = models.ForeignKey(Emergency, on_delete=models.CASCADE, related_name="+")
    person = models.CharField(max_length=40)  # who began it
    is_prepared = models.BooleanField(default=False)  # by the secretariat, for the state to submit
    language = models.CharField(max_length=2, default="en")
    content = models.JSONField(default=dict)
    upload = models.BinaryField(null=True)
    upload_name = models.CharField(max_length=200, blank=True)
    submit_key = models.CharField(max_length=40)
    saved_at = models.DateTimeField()

    class Meta:
        ordering = ["-saved_at", "-id"]

    def __str__(self) -> str:
        return f"draft {self.pk} for {self.state_id}"


class DraftDocument(models.Model):
    """A supporting document that will come with a draft's submission; unofficial like the draft."""

    draft = models.ForeignKey(Draft, on_delete=models.CASCADE, related_name="documents")
    name = models.CharField(max_length=200)
    media_type = models.CharField(max_length=100)
    content = models.BinaryField()

    class Meta:
        ordering = ["id"]

    def __str__(self) -> str:
        return f"document {self.pk} of draft {self.draft_id}"
