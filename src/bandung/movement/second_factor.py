"""The second factor: one-time codes of RFC 6238 (SHA-1, six digits, 30 s) and recovery codes.

Kept in allauth's Authenticator rows. A code counts once: the last step used is remembered in the
database, so two workers cannot both accept it. Ten wrong codes stop an account for a quarter of
an hour, from whatever address they come.
"""

import base64
import hmac
import secrets
import struct
import unicodedata
from datetime import datetime, timedelta
from hashlib import sha256
from io import BytesIO
from urllib.parse import quote, urlencode

import qrcode  # type: ignore[import-untyped]
from allauth.mfa.models import Authenticator  # type: ignore[import-untyped]
from django.db import transaction
from django.utils.translation import gettext_lazy as _
from qrcode.image.svg import SvgPathFillImage  # type: ignore[import-untyped]

from bandung.core.models import User
from bandung.core.refused import Refused

STEP_SECONDS = 30
DRIFT_STEPS = 1  # a telephone's clock may be half a minute off, either way
SECRET_BYTES = 20
MAX_WRONG = 10
LOCKED_FOR = timedelta(minutes=15)
RECOVERY_CODES = 10
ALPHABET = "23456789ABCDEFGHJKLMNPQRSTUVWXYZ"  # 32 signs, none of which looks like another


class TooManyCodes(Refused):
    """Too many wrong codes."""

    code = "too-many-codes"
    template = _("Too many wrong codes were tried for this account.")
    hint_template = _("Try again in a quarter of an hour.")


def new_secret() -> str:
    """A random secret as authenticator apps read it (base 32)."""
    return base64.b32encode(secrets.token_bytes(SECRET_BYTES)).decode()


def one_time_code(secret: str, step: int) -> str:
    """The six digits of a time step (RFC 4226, section 5.3)."""
    digest = hmac.digest(base64.b32decode(secret), struct.pack(">Q", step), "sha1")
    offset = digest[-1] & 0x0F
    number = int.from_bytes(digest[offset : offset + 4], "big") & 0x7FFFFFFF
    return f"{number % 1_000_000:06}"


def step_at(at: datetime) -> int:
    """The number of the 30-second step that `at` lies in."""
    return int(at.timestamp()) // STEP_SECONDS


def step_of(secret: str, typed: str, at: datetime) -> int | None:
    """The time step near `at` whose code was typed, or None."""
    for step in range(step_at(at) - DRIFT_STEPS, step_at(at) + DRIFT_STEPS + 1):
        if hmac.compare_digest(one_time_code(secret, step), typed):
            return step
    return None


def plain(typed: str) -> str:
    """A typed code without spaces and hyphens, in capitals, with digits of any script as 0 to 9."""
    kept = [each for each in typed if not each.isspace() and each not in "-\u2010\u2011\u2013"]
    digits = [str(unicodedata.decimal(each)) if each.isdecimal() else each for each in kept]
    return "".join(digits).upper().encode("ascii", "replace").decode()


def picture(secret: str, username: str, issuer: str) -> str:
    """The secret as a QR code for an authenticator app: a `data:` address of an SVG image."""
    query = urlencode({"secret": secret, "issuer": issuer}, quote_via=quote)
    address = f"otpauth://totp/{quote(issuer)}:{quote(username)}?{query}"
    drawing = BytesIO()
    qrcode.make(address, image_factory=SvgPathFillImage, box_size=12).save(drawing)
    return f"data:image/svg+xml;base64,{base64.b64encode(drawing.getvalue()).decode()}"


def has_second_factor(user: User) -> bool:
    """Whether one-time codes are set up."""
    return bool(Authenticator.objects.filter(user=user, type=Authenticator.Type.TOTP).exists())


def enrol(user: User, secret: str, step: int) -> tuple[str, ...]:
    """Sets up one-time codes in place of any earlier ones; the code of `step` is used up.

    Returns new recovery codes, which cannot be shown again.
    """
    _store(user, Authenticator.Type.TOTP, {"secret": secret, "last": step, "wrong": 0})
    return new_recovery_codes(user)


def new_recovery_codes(user: User) -> tuple[str, ...]:
    """Replaces the recovery codes; only digests are kept."""
    codes = tuple(_recovery_code() for _each in range(RECOVERY_CODES))
    digests = [_digest(plain(code)) for code in codes]
    _store(user, Authenticator.Type.RECOVERY_CODES, {"digests": digests})
    return codes


@transaction.atomic
def is_right_code(user: User, typed: str, at: datetime) -> bool:
    """Whether this is a one-time code or a recovery code not used before; it is used up.

    Refuses, as TooManyCodes, after ten wrong codes within a quarter of an hour.
    """
    rows = Authenticator.objects.select_for_update().filter(user=user)
    factor = rows.filter(type=Authenticator.Type.TOTP).first()
    if factor is None:
        return False
    _refuse_locked(factor, at)
    code = plain(typed)
    step = step_of(factor.data["secret"], code, at)
    is_fresh = step is not None and step > factor.data["last"]
    if is_fresh:
        factor.data |= {"last": step, "wrong": 0}
    is_right = is_fresh or _use_recovery_code(user, code)
    if not is_right:
        factor.data |= {"wrong": factor.data["wrong"] + 1, "wrong_at": int(at.timestamp())}
    factor.last_used_at = at if is_right else factor.last_used_at
    factor.save(update_fields=["data", "last_used_at"])
    return is_right


def _refuse_locked(factor: Authenticator, at: datetime) -> None:
    waited = at.timestamp() - factor.data.get("wrong_at", 0)
    if waited >= LOCKED_FOR.total_seconds():
        factor.data["wrong"] = 0
    elif factor.data["wrong"] >= MAX_WRONG:
        raise TooManyCodes


def _use_recovery_code(user: User, code: str) -> bool:
    row = Authenticator.objects.select_for_update().filter(
        user=user, type=Authenticator.Type.RECOVERY_CODES
    )
    kept = row.first()
    if kept is None or _digest(code) not in kept.data["digests"]:
        return False
    kept.data["digests"].remove(_digest(code))
    kept.save(update_fields=["data"])
    return True


def _recovery_code() -> str:
    """80 random bits in four groups of four signs."""
    signs = "".join(secrets.choice(ALPHABET) for _each in range(16))
    return "-".join(signs[i : i + 4] for i in range(0, 16, 4))


def _digest(code: str) -> str:
    return sha256(f"recovery code {code}".encode()).hexdigest()


def _store(user: User, kind: str, kept: dict[str, object]) -> None:
    Authenticator.objects.update_or_create(user=user, type=kind, defaults={"data": kept})
