"""What an upload really is, by its first bytes and tell-tale names; its file name is believed last.

Every label that fits behind "the content is" is listed in `LABELS`, for surfaces to translate.
"""

from typing import Literal, NamedTuple

from bandung.sheets.errors import unreadable

OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
ZIP = (b"PK\x03\x04", b"PK\x05\x06", b"PK\x07\x08")

HEADS = (
    (b"%PDF", "a PDF document (.pdf)"),
    (b"\x89PNG", "a picture (.png)"),
    (b"\xff\xd8\xff", "a picture (.jpg)"),
    (b"GIF8", "a picture (.gif)"),
    (b"{\\rtf", "a text document (.rtf)"),
    (b"\x1f\x8b", "a compressed file (.gz)"),
    (b"7z\xbc\xaf\x27\x1c", "a compressed archive (.7z)"),
    (b"Rar!", "a compressed archive (.rar)"),
    (b"\x09\x08\x10\x00", "an old Excel workbook (.xls)"),
    (b"\x09\x04\x06\x00", "an old Excel workbook (.xls)"),
    (b"SQLite format 3", "a database (.sqlite)"),
)
INSIDE_ZIP = (
    (b"xl/workbook.bin", "a binary Excel workbook (.xlsb)"),
    (b"word/", "a Word document (.docx)"),
    (b"ppt/", "a presentation (.pptx)"),
    (b"META-INF/manifest.xml", "an OpenDocument file"),
    (b"Index/Document.iwa", "a Numbers spreadsheet (.numbers)"),
)
INSIDE_OLE = (
    ("WordDocument", "a Word document (.doc)"),
    ("PowerPoint Document", "a presentation (.ppt)"),
    ("Workbook", "an old Excel workbook (.xls)"),
    ("Book", "an old Excel workbook (.xls)"),
)
ENCODINGS = (
    (b"\xff\xfe\x00\x00", "UTF-32"),
    (b"\x00\x00\xfe\xff", "UTF-32"),
    (b"\xff\xfe", "UTF-16"),
    (b"\xfe\xff", "UTF-16"),
)
MARKUP = (b"<!doctype html", b"<html", b"<table", b"<?xml", b"<svg")

# Extensions that promise a format; any other says nothing, and the content decides.
PROMISES = {
    **dict.fromkeys(("xlsx", "xlsm", "xltx", "xltm"), "xlsx"),
    **dict.fromkeys(("csv", "tsv", "tab", "txt"), "csv"),
    **dict.fromkeys(("xls", "xlsb", "ods", "odt", "pdf", "doc", "docx", "ppt", "pptx"), "other"),
    **dict.fromkeys(
        ("png", "jpg", "jpeg", "gif", "zip", "gz", "html", "htm", "xml", "json"), "other"
    ),
}
NAMES = {"xlsx": "an Excel workbook (.xlsx)", "csv": "plain text (.csv)"}
PLAIN_ZIP = "a compressed archive (.zip)"
OLD_OFFICE = "an old Office file"
OPEN_DOCUMENT = "an OpenDocument spreadsheet (.ods)"
WEB_PAGE = "a web page or XML (.html, .xml)"
UNKNOWN = "of no known kind"
LABELS = (
    *NAMES.values(),
    *(label for pairs in (HEADS, INSIDE_ZIP, INSIDE_OLE) for _, label in pairs),
    *(PLAIN_ZIP, OLD_OFFICE, OPEN_DOCUMENT, WEB_PAGE, UNKNOWN),
)


class Found(NamedTuple):
    """Either a format that is read, or the name of what it is instead."""

    format: Literal["xlsx", "csv"] | None
    label: str


def sniff(content: bytes, name: str) -> Literal["xlsx", "csv"]:
    """The format of the content.

    Refuses other formats, encrypted files, and names that promise another format.
    """
    if not content.strip(b"\xef\xbb\xbf \t\r\n\0"):
        raise unreadable("empty_file")
    found = look(content)
    if found.format is None:
        raise unreadable("not_a_spreadsheet", found=found.label)
    extension = extension_of(name)
    if PROMISES.get(extension, found.format) != found.format:
        raise unreadable(
            "wrong_extension", extension=extension, found=found.label, expected=found.format
        )
    return found.format


def look(content: bytes) -> Found:
    """What the bytes are. Refuses encrypted workbooks and text in another encoding."""
    if content.startswith(OLE):
        return Found(None, look_in_ole(content))
    if content.startswith(ZIP):
        return look_in_zip(content)
    for head, label in HEADS:
        if content.startswith(head):
            return Found(None, label)
    for mark, encoding in ENCODINGS:
        if content.startswith(mark):
            raise unreadable("other_encoding", found=encoding)
    if content[:200].lstrip(b"\xef\xbb\xbf \t\r\n").lower().startswith(MARKUP):
        return Found(None, WEB_PAGE)
    return look_at_text(content)


def look_in_ole(content: bytes) -> str:
    if "EncryptedPackage".encode("utf-16-le") in content:
        raise unreadable("encrypted")
    for stream, label in INSIDE_OLE:
        if stream.encode("utf-16-le") in content:
            return label
    return OLD_OFFICE


def look_in_zip(content: bytes) -> Found:
    names = directory(content)
    if b"xl/workbook.xml" in names:
        return Found("xlsx", NAMES["xlsx"])
    if b"vnd.oasis.opendocument.spreadsheet" in content[:200]:
        return Found(None, OPEN_DOCUMENT)
    for name, label in INSIDE_ZIP:
        if name in names:
            return Found(None, label)
    if b"Content_Types" in names:
        return Found("xlsx", NAMES["xlsx"])
    return Found(None, PLAIN_ZIP)


def directory(content: bytes) -> bytes:
    """The list of names at the end of a zip archive; all of a broken one."""
    end = content.rfind(b"PK\x05\x06")
    start = int.from_bytes(content[end + 16 : end + 20], "little")
    return content[start:] if 0 < start < end else content


def look_at_text(content: bytes) -> Found:
    """Text, unless much of its beginning cannot be; then it is named as UTF-16 or left unnamed."""
    head = content[:4096]
    odd, even = head[1::2].count(0), head[::2].count(0)
    if max(odd, even) > len(head) // 8 and min(odd, even) == 0:
        raise unreadable("other_encoding", found="UTF-16")
    unseen = sum(byte < 9 or 13 < byte < 32 for byte in head)
    if unseen > len(head) // 10:
        return Found(None, UNKNOWN)
    return Found("csv", NAMES["csv"])


def extension_of(name: str) -> str:
    """What follows the last dot of the file name, in small letters; empty without a dot."""
    last = name.replace("\\", "/").rpartition("/")[2].strip(" .")
    return last.rpartition(".")[2].lower()[:20] if "." in last else ""
