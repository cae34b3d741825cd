"""What has been read so far, against the limits. Runs in the child only."""

from bandung.sheets.encoding import Sent
from bandung.sheets.errors import unreadable
from bandung.sheets.limits import Limits


class Budget:
    """Counts rows of the sheet at hand, and cells and characters of the whole file."""

    def __init__(self, limits: Limits) -> None:
        self.limits = limits
        self.sheet = ""
        self.rows = 0
        self.cells = 0
        self.text = 0

    def open_sheet(self, name: str) -> None:
        self.sheet = name[:100]
        self.rows = 0

    def take_row(self, number: int, cells: list[Sent]) -> None:
        """Refuses the row that passes a limit."""
        limits = self.limits
        self.rows += 1
        self.cells += len(cells)
        if self.rows > limits.rows:
            raise unreadable("too_many_rows", sheet=self.sheet, limit=limits.rows)
        if len(cells) > limits.columns:
            raise unreadable(
                "too_many_columns",
                sheet=self.sheet,
                row=number,
                columns=len(cells),
                limit=limits.columns,
            )
        self.take_cells(0)

    def take_cells(self, count: int) -> None:
        self.cells += count
        if self.cells > self.limits.cells:
            raise unreadable("too_many_cells", limit=self.limits.cells)

    def take_text(self, row: int, text: str) -> None:
        """Refuses a cell that is too long, and the cell with which all text is too long."""
        length = len(text)
        self.text += length
        if length > self.limits.cell_text:
            raise unreadable(
                "cell_too_long", sheet=self.sheet, row=row, limit=self.limits.cell_text
            )
        if self.text > self.limits.text:
            raise unreadable("too_much_text", limit=self.limits.text)
