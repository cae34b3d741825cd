"""The register: states and organisations, who belongs to what from when, and who speaks for whom.

Days are the days a fact holds; rows say which act recorded them and on what source.
"""

from datetime import date

from django.db import models
from django.db.models import Expression, Q
from django.utils.translation import get_language

from bandung.core.models import OfficialModel
from bandung.ledger.act import print_key
from bandung.movement import unofficial as unofficial  # accounts: tables beside the record

LANGUAGES = ("en", "fr", "es", "ar")


class NamedModel(OfficialModel):
    """A thing with a name in four languages."""

    name_en = models.CharField(max_length=200)
    name_fr = models.CharField(max_length=200, blank=True)
    name_es = models.CharField(max_length=200, blank=True)
    name_ar = models.CharField(max_length=200, blank=True)

    class Meta:
        abstract = True

    def __str__(self) -> str:
        return self.name

    @property
    def name(self) -> str:
        """The name in the reader's language."""
        return self.name_in(get_language() or "en")

    def name_in(self, language: str) -> str:
        """The name in `language`, in English where that is not known."""
        code = language[:2]
        return (code in LANGUAGES and getattr(self, f"name_{code}")) or self.name_en


def holds_on(day: date | Expression) -> Q:
    """Rows whose `since`..`until` (exclusive) covers `day`; an open side has no bound."""
    return (Q(since=None) | Q(since__lte=day)) & (Q(until=None) | Q(until__gt=day))


class Party(NamedModel):
    """A state or an organisation. States are keyed by ISO 3166-1 alpha-3.

    `name_*` are the formal short names, for documents; `menu_*` are set where lists and maps
    need a shorter one.
    """

    class Kind(models.TextChoices):
        STATE = "state"
        ORGANISATION = "organisation"

    code = models.CharField(max_length=40, primary_key=True)
    kind = models.CharField(max_length=12, choices=Kind)
    iso2 = models.CharField(max_length=2, blank=True)
    m49 = models.CharField(max_length=3, blank=True)
    menu_en = models.CharField(max_length=200, blank=True)
    menu_fr = models.CharField(max_length=200, blank=True)
    menu_es = models.CharField(max_length=200, blank=True)
    menu_ar = models.CharField(max_length=200, blank=True)
    note = models.TextField(blank=True)
    source = models.TextField()

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(kind="organisation") | Q(code__regex=r"^[A-Z]{3}$"),
                name="movement_state_has_iso3",
            ),
            models.UniqueConstraint(
                fields=["iso2"], condition=~Q(iso2=""), name="movement_one_iso2"
            ),
            models.UniqueConstraint(fields=["m49"], condition=~Q(m49=""), name="movement_one_m49"),
        ]
        ordering = ["code"]

    @property
    def menu_name(self) -> str:
        """The name for lists and maps in the reader's language."""
        return self.menu_name_in(get_language() or "en")

    def menu_name_in(self, language: str) -> str:
        """The shorter name in `language` where there is one, else the formal one."""
        code = language[:2] if language[:2] in LANGUAGES else "en"
        return getattr(self, f"menu_{code}") or self.name_in(code)


class Membership(OfficialModel):
    """A party belongs to the movement in some kind from a day.

    `precision` year: only the year is known, and the day is its 31 December. `basis`: how firm
    that year is. `other_year`: the year another source gives. `until_source`: who says it ended.
    """

    class Kind(models.TextChoices):
        MEMBER = "member"
        OBSERVER_STATE = "observer_state"
        OBSERVER_ORGANISATION = "observer_organisation"

    class Precision(models.TextChoices):
        DAY = "day"
        YEAR = "year"
        UNKNOWN = "unknown"

    class Basis(models.TextChoices):
        STATED = "stated"  # a page states it
        TWO_AGREE = "two-agree"  # two lists give the same year
        NEAR_AGREE = "near-agree"  # two lists, one year apart
        CONFLICT = "conflict"  # two sources, further apart
        RECALLED = "recalled"  # one list, not read

    PROVISIONAL = frozenset({Basis.NEAR_AGREE, Basis.CONFLICT, Basis.RECALLED})

    key = models.PositiveBigIntegerField(primary_key=True)
    party = models.ForeignKey(Party, on_delete=models.PROTECT, related_name="memberships")
    kind = models.CharField(max_length=24, choices=Kind)
    decided_on = models.DateField(null=True)
    since = models.DateField(null=True)
    until = models.DateField(null=True)
    precision = models.CharField(max_length=8, choices=Precision)
    basis = models.CharField(max_length=20, choices=Basis)
    other_year = models.CharField(max_length=4, blank=True)
    source = models.TextField()
    until_source = models.TextField(blank=True)

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(since=None) | Q(until=None) | Q(until__gt=models.F("since")),
                name="movement_membership_days",
            ),
            models.CheckConstraint(
                condition=Q(precision="unknown", since=None) | Q(since__isnull=False),
                name="movement_membership_precision",
            ),
        ]
        ordering = ["key"]

    def __str__(self) -> str:
        return f"{self.party_id} {self.kind}"

    @property
    def code(self) -> str:
        """Its printed key, such as 345.1."""
        return print_key(self.key)


class Group(NamedModel):
    """A set of states: a region, a United Nations list, a union, like-minded states."""

    class Kind(models.TextChoices):
        REGION = "region"
        UN_GROUP = "un_group"
        OFFICIAL = "official"
        UNION = "union"
        LIKE_MINDED = "like_minded"

    code = models.CharField(max_length=40, primary_key=True)
    kind = models.CharField(max_length=20, choices=Kind)
    note = models.TextField(blank=True)
    source = models.TextField(blank=True)

    class Meta:
        ordering = ["code"]


class GroupMember(OfficialModel):
    """A state is in a group from a day to a day; no first day: it is not recorded."""

    key = models.PositiveBigIntegerField(primary_key=True)
    group = models.ForeignKey(Group, on_delete=models.PROTECT, related_name="members")
    party = models.ForeignKey(Party, on_delete=models.PROTECT, related_name="groups")
    since = models.DateField(null=True)
    until = models.DateField(null=True)
    source = models.TextField()
    until_source = models.TextField(blank=True)

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(since=None) | Q(until=None) | Q(until__gt=models.F("since")),
                name="movement_group_days",
            ),
        ]
        ordering = ["key"]

    def __str__(self) -> str:
        return f"{self.party_id} in {self.group_id}"

    @property
    def code(self) -> str:
        """Its printed key, such as 345.12."""
        return print_key(self.key)


class Body(NamedModel):
    """An organ of the movement, with what it is to do."""

    code = models.CharField(max_length=40, primary_key=True)
    mandate = models.TextField()
    established = models.CharField(max_length=10, blank=True)
    confidence = models.CharField(max_length=20)
    note = models.TextField(blank=True)
    source = models.TextField()

    class Meta:
        ordering = ["code"]


class ChairTerm(OfficialModel):
    """A state chairs the movement from a day until it hands over.

    `planned_until` and `extended_until` are a year, a month or a day, as precise as the source.
    """

    number = models.PositiveIntegerField(primary_key=True)
    state = models.ForeignKey(Party, on_delete=models.PROTECT, related_name="chair_terms")
    since = models.DateField()
    until = models.DateField(null=True)
    planned_until = models.CharField(max_length=10, blank=True)
    extended_until = models.CharField(max_length=10, blank=True)
    note = models.TextField(blank=True)
    source = models.TextField()
    extended_source = models.TextField(blank=True)
    until_source = models.TextField(blank=True)

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(until=None) | Q(until__gt=models.F("since")),
                name="movement_term_days",
            ),
            models.CheckConstraint(
                condition=Q(extended_until="") | ~Q(planned_until=""),
                name="movement_extended_plan",
            ),
        ]
        ordering = ["number"]

    def __str__(self) -> str:
        return f"term {self.number}: {self.state_id}"


class Principle(OfficialModel):
    """One of the ten principles, in our own short wording."""

    number = models.PositiveSmallIntegerField(primary_key=True)
    slug = models.CharField(max_length=40, unique=True)
    title_en = models.CharField(max_length=120)
    title_fr = models.CharField(max_length=120)
    title_es = models.CharField(max_length=120)
    title_ar = models.CharField(max_length=120)
    statement_en = models.TextField()
    statement_fr = models.TextField()
    statement_es = models.TextField()
    statement_ar = models.TextField()
    source = models.TextField()

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(number__gte=1, number__lte=10), name="movement_ten_principles"
            ),
        ]
        ordering = ["number"]

    def __str__(self) -> str:
        return f"{self.number}. {self.title_en}"


STATE_FUNCTIONS = frozenset({"focal_point", "head_of_delegation"})  # they speak for a state
CHAIR_FUNCTIONS = frozenset({"secretariat", "administrator"})  # they work for the chair
FOUNDING_KEY = 1 << 16 | 1  # the mandate 1.1, which the founding act gives its administrator


class Appointment(OfficialModel):
    """A mandate: a person speaks for a party in a function, from a day to a day.

    `party` is empty for functions of the movement itself (reviewer, secretariat, administrator)
    unless the person is lent by a party. `sectors` is empty for all sectors.
    """

    class Function(models.TextChoices):
        FOCAL_POINT = "focal_point"
        HEAD_OF_DELEGATION = "head_of_delegation"
        REVIEWER = "reviewer"
        SECRETARIAT = "secretariat"
        PARTNER_READER = "partner_reader"
        ADMINISTRATOR = "administrator"

    key = models.PositiveBigIntegerField(primary_key=True)
    person = models.CharField(max_length=40, db_index=True)
    party = models.CharField(max_length=40, blank=True)
    function = models.CharField(max_length=20, choices=Function)
    sectors = models.JSONField(default=list)
    since = models.DateField()
    until = models.DateField(null=True)
    ended_at = models.DateTimeField(null=True)
    ended_by = models.PositiveBigIntegerField(null=True)
    reference = models.CharField(max_length=200, blank=True)

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(ended_at=None, ended_by=None)
                | Q(ended_at__isnull=False, ended_by__isnull=False),
                name="movement_mandate_end",
            ),
            models.CheckConstraint(
                condition=~Q(function__in=["focal_point", "head_of_delegation", "partner_reader"])
                | ~Q(party=""),
                name="movement_mandate_party",
            ),
            models.CheckConstraint(
                condition=Q(until=None) | Q(until__gt=models.F("since")),
                name="movement_mandate_days",
            ),
        ]
        ordering = ["key"]

    def __str__(self) -> str:
        return f"{self.function} for {self.party or 'the movement'}"
