"""The ledger's own tables. Entries and blocks are only ever added; the rest follows from them."""

from django.db import models


class Head(models.Model):
    """The one row whose lock orders all acts: how many there are, and the tree's frontier."""

    id = models.PositiveSmallIntegerField(primary_key=True, default=1)
    size = models.PositiveBigIntegerField(default=0)
    frontier = models.BinaryField(default=b"")
    last_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.CheckConstraint(condition=models.Q(id=1), name="ledger_one_head"),
        ]

    def __str__(self) -> str:
        return f"head of {self.size} acts"


class Entry(models.Model):
    """One act as it was written. `content` is what is hashed; the columns beside it are for search.

    `root` is that of the tree once this act stood in it: the receipt that its author got.
    """

    number = models.PositiveBigIntegerField(primary_key=True)
    at = models.DateTimeField()
    leaf = models.BinaryField(max_length=32)
    root = models.BinaryField(max_length=32)
    content = models.BinaryField()
    verb = models.CharField(max_length=60)
    party = models.CharField(max_length=40)
    mandate = models.CharField(max_length=30)
    person = models.CharField(max_length=40)
    key = models.CharField(max_length=100)
    request = models.CharField(max_length=64)
    is_sealed = models.BooleanField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["mandate", "verb", "key"], name="ledger_exactly_once"),
            models.CheckConstraint(condition=models.Q(number__gte=1), name="ledger_from_one"),
        ]
        indexes = [models.Index(fields=["party", "number"], name="ledger_by_party")]

    def __str__(self) -> str:
        return f"act {self.number}"


class Block(models.Model):
    """A sealed content with the salt that opens its commitment."""

    commitment = models.CharField(max_length=64, primary_key=True)
    number = models.ForeignKey(
        Entry, on_delete=models.PROTECT, db_column="number", related_name="blocks"
    )
    position = models.PositiveIntegerField()
    label = models.CharField(max_length=40)
    salt = models.BinaryField(max_length=32)
    content = models.BinaryField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["number", "label"], name="ledger_one_block_a_label"),
        ]

    def __str__(self) -> str:
        return f"{self.label} of act {self.number_id}"


class Opening(models.Model):
    """A block that an act made public."""

    block = models.OneToOneField(Block, on_delete=models.PROTECT, primary_key=True)
    opened_by = models.ForeignKey(Entry, on_delete=models.PROTECT, db_column="opened_by")

    def __str__(self) -> str:
        return f"{self.block_id} opened by act {self.opened_by_id}"


class Touch(models.Model):
    """Which act touched which object, so that a stale decision is noticed."""

    pk = models.CompositePrimaryKey("subject", "number")
    subject = models.CharField(max_length=120)
    number = models.PositiveBigIntegerField()

    def __str__(self) -> str:
        return f"{self.subject} by act {self.number}"


class Instance(models.Model):
    """What the founding act said: the log's name, term and chair, whether it is an exercise."""

    id = models.PositiveSmallIntegerField(primary_key=True, default=1)
    name = models.CharField(max_length=200)
    term = models.PositiveIntegerField()
    chair = models.CharField(max_length=3)
    administrator = models.CharField(max_length=40)
    is_exercise = models.BooleanField()
    founded_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.CheckConstraint(condition=models.Q(id=1), name="ledger_one_instance"),
        ]

    def __str__(self) -> str:
        return self.name
