"""Official tables of the ledger's own tests: a store and its lines."""

from django.db import models

from bandung.core.models import OfficialModel


class Stock(OfficialModel):
    """A store of one thing; `quantity` counts whole units."""

    code = models.CharField(max_length=40, primary_key=True)
    name = models.TextField()
    quantity = models.BigIntegerField()
    opened_on = models.DateField()
    changed_at = models.DateTimeField()
    tags = models.JSONField(default=list)

    class Meta:
        constraints = [
            models.CheckConstraint(condition=models.Q(quantity__gte=0), name="stock_not_below_zero")
        ]

    def __str__(self) -> str:
        return self.code


class StockLine(OfficialModel):
    """One line of a count."""

    key = models.BigIntegerField(primary_key=True)
    stock = models.ForeignKey(Stock, on_delete=models.PROTECT, related_name="lines")
    quantity = models.BigIntegerField()
    note = models.TextField(blank=True)
    is_public = models.BooleanField(default=False)

    def __str__(self) -> str:
        return f"{self.stock_id} {self.quantity}"
