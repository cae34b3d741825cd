"""The container of a workbook: a zip archive opened with suspicion. Runs in the child only."""

import encodings.cp437  # noqa: F401  zipfile decodes old names with it; no file may be opened later
import zipfile
import zlib
from typing import IO

from bandung.sheets.errors import unreadable
from bandung.sheets.limits import Limits

BROKEN = (
    zipfile.BadZipFile,
    zipfile.LargeZipFile,
    zlib.error,
    EOFError,
    NotImplementedError,
    OSError,
    OverflowError,
    ValueError,
)


class Archive:
    """The parts of a workbook by name, whatever the case and slashes of its names."""

    def __init__(self, file: IO[bytes], limits: Limits) -> None:
        self.limits = limits
        self.inflated = 0
        try:
            self.zip = zipfile.ZipFile(file)
            entries = self.zip.infolist()
        except BROKEN:
            raise unreadable("damaged_archive") from None
        self.parts: dict[str, zipfile.ZipInfo] = {}
        self.check(entries)
        self.check_macros()

    def check(self, entries: list[zipfile.ZipInfo]) -> None:
        """Refuses archives that declare too much, are encrypted, or hold two parts of one name.

        Two parts of one name would let one program show other figures than the ones read here.
        """
        limits = self.limits
        if len(entries) > limits.parts:
            raise unreadable("too_many_parts", parts=len(entries), limit=limits.parts)
        declared = sum(entry.file_size for entry in entries)
        if declared > limits.inflated_bytes:
            raise self.bomb(declared)
        for entry in entries:
            if entry.flag_bits & 0x1:
                raise unreadable("encrypted")
            large = entry.file_size > limits.ratio_from_bytes
            if large and entry.file_size > limits.ratio * max(entry.compress_size, 1):
                raise self.bomb(declared)
            name = normal(entry.filename)
            if name in self.parts:
                raise unreadable("damaged_archive")
            self.parts[name] = entry

    def check_macros(self) -> None:
        """Refuses workbooks that bring programs along."""
        for name, entry in self.parts.items():
            if name.endswith("vbaproject.bin") or name.startswith("xl/macrosheets/"):
                raise unreadable("macros", part=entry.filename[:200])
        types = self.read("[Content_Types].xml") if self.has("[Content_Types].xml") else b""
        if b"macroEnabled" in types:
            raise unreadable("macros", part="macroEnabled")

    def bomb(self, size: int) -> Exception:
        return unreadable("inflates_too_much", bytes=size, limit=self.limits.inflated_bytes)

    def has(self, name: str) -> bool:
        return normal(name) in self.parts

    def open(self, name: str) -> "Part":
        """The inflated bytes of a part. Refuses a missing part."""
        entry = self.parts.get(normal(name))
        if entry is None:
            raise unreadable("missing_part", part=name[:200])
        if entry.compress_type not in (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED):
            raise unreadable("damaged_archive")
        try:
            return Part(self, self.zip.open(entry))
        except (*BROKEN, RuntimeError, KeyError):
            raise unreadable("damaged_archive") from None

    def read(self, name: str) -> bytes:
        """A whole part at once, for small ones."""
        part = self.open(name)
        pieces = []
        while piece := part.read(65_536):
            pieces.append(piece)
        return b"".join(pieces)


class Part:
    """One open part; counts what comes out, whatever the archive declared."""

    def __init__(self, archive: Archive, stream: IO[bytes]) -> None:
        self.archive = archive
        self.stream = stream

    def read(self, size: int) -> bytes:
        try:
            piece = self.stream.read(size)
        except BROKEN:
            raise unreadable("damaged_archive") from None
        self.archive.inflated += len(piece)
        if self.archive.inflated > self.archive.limits.inflated_bytes:
            raise self.archive.bomb(self.archive.inflated)
        return piece


def normal(name: str) -> str:
    """Names as spreadsheet programs compare them."""
    return name.replace("\\", "/").lstrip("/").lower()
