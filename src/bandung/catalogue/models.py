"""What can be asked for, in which units and packs; and indicators with their derived figures.

An item's meaning is pinned by its version: a need says `MED-IPC-05@1`, and that row never changes.
"""

from django.db import models
from django.db.models import F, Q
from django.utils.translation import get_language

from bandung.core.models import OfficialModel

LANGUAGES = ("en", "fr", "es", "ar")


class LabelledModel(OfficialModel):
    """A thing with a label in four languages."""

    label_en = models.CharField(max_length=200)
    label_fr = models.CharField(max_length=200, blank=True)
    label_es = models.CharField(max_length=200, blank=True)
    label_ar = models.CharField(max_length=200, blank=True)
    is_confirmed = models.BooleanField(default=False)  # a person has confirmed the wording

    class Meta:
        abstract = True

    def __str__(self) -> str:
        return self.label

    @property
    def label(self) -> str:
        """The label in the reader's language."""
        return self.label_in(get_language() or "en")

    def label_in(self, language: str) -> str:
        """The label in `language`, in English where that is not known."""
        code = language[:2]
        return (code in LANGUAGES and getattr(self, f"label_{code}")) or self.label_en


class Code(LabelledModel):
    """An entry of a code list, such as priority 1."""

    key = models.CharField(max_length=80, primary_key=True)  # list/code
    list = models.CharField(max_length=40)
    code = models.CharField(max_length=40)
    position = models.PositiveSmallIntegerField()

    class Meta:
        ordering = ["list", "position"]
        constraints = [
            models.UniqueConstraint(fields=["list", "code"], name="catalogue_one_code"),
        ]


class Unit(LabelledModel):
    """A unit of measure and how many of its base unit it is; a base unit has factor 1."""

    code = models.CharField(max_length=10, primary_key=True)
    base = models.ForeignKey("self", on_delete=models.PROTECT)
    base_per_unit = models.PositiveBigIntegerField()
    ucum = models.CharField(max_length=20, blank=True)

    class Meta:
        ordering = ["code"]
        constraints = [
            models.CheckConstraint(condition=Q(base_per_unit__gte=1), name="catalogue_factor"),
            models.CheckConstraint(
                condition=~Q(code=F("base")) | Q(base_per_unit=1), name="catalogue_base_factor"
            ),
        ]


class Category(LabelledModel):
    """A category of items within a sector, with the clusters' codes where known."""

    code = models.CharField(max_length=60, primary_key=True)  # sector/slug
    sector = models.CharField(max_length=20)
    cluster = models.CharField(max_length=60, blank=True)
    ocha_code = models.CharField(max_length=20, blank=True)
    dac_codes = models.CharField(max_length=60, blank=True)

    class Meta:
        ordering = ["code"]
        verbose_name_plural = "categories"


class Item(OfficialModel):
    """An item of the catalogue; what it means is in its versions, the last one in force."""

    code = models.CharField(max_length=20, primary_key=True)
    current = models.OneToOneField(
        "ItemVersion", on_delete=models.PROTECT, related_name="+", null=True
    )
    withdrawn_by = models.PositiveBigIntegerField(null=True)

    class Meta:
        ordering = ["code"]

    def __str__(self) -> str:
        return self.code


class ItemVersion(LabelledModel):
    """What an item meant from one act to the next."""

    class Kind(models.TextChoices):
        GOODS = "goods"
        SERVICES = "services"
        PEOPLE = "people"
        MONEY = "money"

    key = models.CharField(max_length=30, primary_key=True)  # MED-IPC-05@1
    item = models.ForeignKey(Item, on_delete=models.PROTECT, related_name="versions")
    version = models.PositiveIntegerField()
    act = models.PositiveBigIntegerField()
    sector = models.CharField(max_length=20)
    category = models.ForeignKey(Category, on_delete=models.PROTECT)
    kind = models.CharField(max_length=10, choices=Kind)
    unit = models.ForeignKey(Unit, on_delete=models.PROTECT, related_name="+")
    base_unit = models.ForeignKey(Unit, on_delete=models.PROTECT, related_name="+")
    atc = models.CharField(max_length=20, blank=True)
    note = models.CharField(max_length=300, blank=True)
    source = models.TextField()

    class Meta:
        ordering = ["item", "version"]
        constraints = [
            models.UniqueConstraint(fields=["item", "version"], name="catalogue_one_version"),
        ]


class Pack(LabelledModel):
    """A pack in which an item is counted; its content in base units never changes."""

    code = models.CharField(max_length=60, primary_key=True)  # MED-IPC-05/box-50
    item = models.ForeignKey(Item, on_delete=models.PROTECT, related_name="packs")
    base_per_pack = models.PositiveBigIntegerField()
    basis = models.CharField(max_length=200)
    withdrawn_by = models.PositiveBigIntegerField(null=True)

    class Meta:
        ordering = ["code"]
        constraints = [
            models.CheckConstraint(condition=Q(base_per_pack__gte=1), name="catalogue_pack_size"),
        ]


class Indicator(LabelledModel):
    """A quantity computed by a formula from published sources; never a state's statement."""

    code = models.CharField(max_length=20, primary_key=True)
    sector = models.CharField(max_length=20)
    unit = models.ForeignKey(Unit, on_delete=models.PROTECT)
    linked_item = models.ForeignKey(Item, on_delete=models.PROTECT, null=True)
    part_of = models.ForeignKey("self", on_delete=models.PROTECT, null=True)
    formula = models.TextField()
    source = models.TextField()

    class Meta:
        ordering = ["code"]


class Figure(OfficialModel):
    """An indicator's derived figure for a state, in the base unit of the indicator's unit."""

    key = models.PositiveBigIntegerField(primary_key=True)
    indicator = models.ForeignKey(Indicator, on_delete=models.PROTECT, related_name="figures")
    state = models.CharField(max_length=3)
    base_quantity = models.BigIntegerField()

    class Meta:
        ordering = ["indicator", "state"]
        constraints = [
            models.UniqueConstraint(fields=["indicator", "state"], name="catalogue_one_figure"),
            models.CheckConstraint(condition=Q(base_quantity__gte=0), name="catalogue_figure"),
        ]

    def __str__(self) -> str:
        return f"{self.indicator_id} {self.state}"
