"""Sealed blocks: an entry carries a commitment; the salt and the bytes open it.

The salt is 32 random bytes, so that a small figure cannot be found by trying all figures.
Plain Python.
"""

import secrets
from dataclasses import dataclass
from hashlib import sha256

SALT_BYTES = 32
DOMAIN = b"bandung-seal-v1\n"


@dataclass(frozen=True)
class Sealed:
    """A block of content with the salt that opens its commitment."""

    salt: bytes
    content: bytes

    @property
    def commitment(self) -> str:
        """64 hexadecimal digits, public before the content is."""
        return commitment(self.salt, self.content)


def seal(content: bytes) -> Sealed:
    """`content` under a fresh salt."""
    return Sealed(secrets.token_bytes(SALT_BYTES), content)


def commitment(salt: bytes, content: bytes) -> str:
    """SHA-256(domain || salt || content) in hexadecimal."""
    if len(salt) != SALT_BYTES:
        raise ValueError(f"a salt has {SALT_BYTES} bytes, this one {len(salt)}")
    return sha256(DOMAIN + salt + content).hexdigest()
