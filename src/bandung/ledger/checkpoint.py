"""A checkpoint: how long a log is, and the root over all of it.

Its text is that of an unsigned C2SP tlog-checkpoint (https://c2sp.org/tlog-checkpoint): origin,
size and Base64 root, a line each. Whoever keeps one can later find any change to that part of the
log. Plain Python.
"""

import unicodedata
from base64 import b64decode, b64encode
from dataclasses import dataclass
from hashlib import sha256

ROOT_BYTES = 32


@dataclass(frozen=True)
class Checkpoint:
    """The first `size` entries of the log `origin` have this `root` (64 hexadecimal digits)."""

    origin: str
    size: int
    root: str

    def text(self) -> str:
        """The three lines of the checkpoint."""
        return f"{self.origin}\n{self.size}\n{b64encode(bytes.fromhex(self.root)).decode()}\n"


def read_checkpoint(text: str) -> Checkpoint:
    """The checkpoint written in `text`; ValueError for anything but its one writing."""
    lines = text.split("\n")
    if len(lines) != 4 or not lines[0] or not (lines[1].isascii() and lines[1].isdigit()):
        raise ValueError("a checkpoint is three lines: origin, size, root")
    root = b64decode(lines[2], validate=True)
    found = Checkpoint(lines[0], int(lines[1]), root.hex())
    if len(root) != ROOT_BYTES or found.text() != text:
        raise ValueError("not the one writing of a checkpoint")
    return found


def origin_of(name: str, is_exercise: bool) -> str:
    """The origin of the log called `name`: an ASCII word without spaces.

    Where letters are lost on the way, eight digits of the name's hash keep two names apart.
    """
    plain = unicodedata.normalize("NFKD", name).encode("ascii", "ignore").decode().lower()
    words = "".join(each if each.isalnum() else " " for each in plain).split()
    parts = words if name.isascii() and words else [*words, sha256(name.encode()).hexdigest()[:8]]
    return ("exercise/" if is_exercise else "") + "-".join(parts)
