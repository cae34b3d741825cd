"""How much of an upload is read, at most.

A NamedTuple: the child starts faster without dataclasses.
"""

from typing import NamedTuple


class Limits(NamedTuple):
    """Upper bounds of one reading; sizes in bytes, times in seconds.

    The largest of 14 real humanitarian workbooks has 1.4 MB, 15 MB when inflated, 11,683 rows and
    0.4 million cells; a submission has at most 65,535 lines.
    """

    upload_bytes: int = 20_000_000
    inflated_bytes: int = 256_000_000
    ratio: int = 200  # inflated : compressed, only asked of parts above `ratio_from_bytes`
    ratio_from_bytes: int = 16_000_000
    parts: int = 5_000
    sheets: int = 255
    rows: int = 100_000  # filled rows of one sheet
    columns: int = 16_384
    cells: int = 2_000_000  # of all sheets, gaps before the last filled cell of a row included
    text: int = 20_000_000  # characters of all cells
    cell_text: int = 65_536  # characters of one cell; spreadsheet programs allow 32,767
    memory_bytes: int = 512_000_000
    cpu_seconds: int = 10
    wall_seconds: int = 10


DEFAULT = Limits()
