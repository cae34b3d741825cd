"""Cell addresses: column letters and numbers. Rows count from 1, column indexes from 0."""

LAST_ROW = 1_048_576
LAST_COLUMN = 16_384


def column_letters(index: int) -> str:
    """The letters of a column index: 0 is A, 26 is AA."""
    letters = ""
    number = index + 1
    while number:
        number, rest = divmod(number - 1, 26)
        letters = chr(65 + rest) + letters
    return letters


def column_index(letters: str) -> int:
    """The index of a column's letters: A is 0.

    Refuses (ValueError) what is no column of a sheet.
    """
    number = 0
    for letter in letters:
        if not "A" <= letter <= "Z" or number > LAST_COLUMN:
            raise ValueError(letters)
        number = number * 26 + ord(letter) - 64
    if not 0 < number <= LAST_COLUMN:
        raise ValueError(letters)
    return number - 1


def address(row: int, index: int) -> str:
    """The address of a cell, such as C7."""
    return f"{column_letters(index)}{row}"


def split(reference: str) -> tuple[int, int]:
    """Row and column index of an address such as C7 or $C$7.

    Refuses (ValueError) what lies outside a sheet.
    """
    letters = reference.replace("$", "").rstrip("0123456789")
    digits = reference.replace("$", "")[len(letters) :]
    row = int(digits) if 0 < len(digits) <= 7 and digits[0] != "0" else 0
    if not 0 < row <= LAST_ROW:
        raise ValueError(reference)
    return row, column_index(letters)
