"""A figure with its unit and its promise, and how it is printed."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Figure:
    """One measured figure; `promise` is the bound that an issue sets, or empty."""

    name: str
    value: float
    unit: str
    promise: str = ""

    def line(self) -> str:
        """The figure as a row of docs/benchmarks.md."""
        digits = 0 if self.value >= 100 else 2
        return f"| {self.name} | {self.value:,.{digits}f} {self.unit} | {self.promise} |"
