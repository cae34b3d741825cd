"""Rebuilds all official tables from a full bundle: decisions are applied, never made again."""

import json
import os
import subprocess
import sys
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory

from django.conf import settings
from django.db import transaction
from django.utils.translation import gettext_lazy as _

from bandung.core.refused import Refused
from bandung.ledger.act import Moment, Speaker
from bandung.ledger.bundle import write_bundle
from bandung.ledger.checkpoint import Checkpoint
from bandung.ledger.digest import snapshot
from bandung.ledger.entry import ENVELOPE, Shown, Statement, read, read_envelope
from bandung.ledger.guard import open_door
from bandung.ledger.models import Head
from bandung.ledger.queries import checkpoint
from bandung.ledger.registry import read_act
from bandung.ledger.rows import Written, take_place
from bandung.ledger.seal import Sealed
from bandung.ledger.verify import BLOCKS, Progress, Verdict, read_block, read_log, verify_bundle


class NotRebuildable(Refused):
    """The folder is no sound full bundle."""

    code = "not-rebuildable"
    template = _("This folder cannot be rebuilt from: %(reason)s")
    hint_template = _("Use a bundle made by `bandung ledger export --full`.")


class NotEmptyLedger(Refused):
    """The instance already holds acts."""

    code = "not-empty-ledger"
    template = _("This instance already holds %(size)s acts.")
    hint_template = _("Rebuild into a new instance: set BANDUNG_HOME to a new folder.")


@dataclass(frozen=True)
class Difference:
    """A table whose digest here is not that of the rebuilt ledger ("" where it does not exist)."""

    table: str
    here: str
    rebuilt: str


def rebuildable(directory: Path) -> Verdict:
    """The verdict on a bundle that is full and sound. Refuses any other, as NotRebuildable."""
    if not directory.is_dir():
        raise NotRebuildable(reason=_("%(folder)s does not exist.") % {"folder": directory})
    verdict = verify_bundle(directory)
    if verdict.first_failure:
        number, reason = verdict.first_failure
        raise NotRebuildable(reason=f"{number}: {reason}" if number else reason)
    if not verdict.is_full:
        raise NotRebuildable(reason=_("it is a public bundle, without the sealed blocks."))
    return verdict


def rebuild_from(
    directory: Path, progress: Progress | None = None, verdict: Verdict | None = None
) -> Checkpoint:
    """Fills this empty instance with the acts of the full bundle in `directory`, all or nothing.

    `verdict` is that of `rebuildable`, if it was asked before. Refuses a bundle that is not full
    or not sound, and an instance that holds acts.
    """
    verdict = verdict or rebuildable(directory)
    with transaction.atomic(durable=True), open_door():
        head = Head.objects.select_for_update().get(id=1)
        if head.size:
            raise NotEmptyLedger(size=head.size)
        for content in read_log(directory):
            _replay(head, directory, content)
            if progress:
                progress(head.size, verdict.size)
        head.save()
        reached = checkpoint(head.size)
        if reached.root != verdict.root:
            raise NotRebuildable(reason=_("it changed while it was read."))
    return reached


def check(progress: Progress | None = None) -> list[Difference]:
    """The tables that differ from a rebuild of this ledger; none if all is as it should be.

    The rebuild is made by another process in a temporary SQLite database, whichever database
    this instance uses.
    """
    here = snapshot()
    home = settings.BANDUNG_HOME
    with TemporaryDirectory(prefix="rebuild-", dir=home if home.is_dir() else None) as scratch:
        folder = Path(scratch)
        write_bundle(folder / "bundle", full=True, size=here.size, progress=progress)
        rebuilt = _rebuild_elsewhere(folder)
    return [
        Difference(table, here.tables.get(table, ""), rebuilt.get(table, ""))
        for table in sorted({*here.tables, *rebuilt})
        if here.tables.get(table) != rebuilt.get(table)
    ]


def _replay(head: Head, directory: Path, content: bytes) -> None:
    try:
        take_place(head, _written(directory, content))
    except Exception as error:
        act = head.size + 1
        reason = _("act %(act)s cannot be applied (%(error)r).") % {"act": act, "error": error}
        raise NotRebuildable(reason=reason) from error


def _written(directory: Path, content: bytes) -> Written:
    """The entry with these stored bytes, its blocks read from the bundle."""
    shown = read(content)
    blocks = [read_block(directory / BLOCKS / each) for each in shown.commitments]
    said, named = _said(shown, blocks)
    contents = {label: each.content for label, each in named.items() if label != ENVELOPE}
    speaker = Speaker(**said.by) if said.by else None
    moment = Moment(shown.number, shown.at, speaker, contents)
    return Written(read_act(said), moment, said, content, named, shown.opens)


def _said(shown: Shown, blocks: list[Sealed]) -> tuple[Statement, Mapping[str, Sealed]]:
    if shown.statement is not None and shown.labels is not None:
        return shown.statement, dict(zip(shown.labels, blocks, strict=True))
    said, labels = read_envelope(blocks[0].content)
    return said, dict(zip((ENVELOPE, *labels), blocks, strict=True))


def _rebuild_elsewhere(folder: Path) -> dict[str, str]:
    """The digests of a fresh instance in `folder` after rebuilding from `folder`/bundle."""
    environment = {name: text for name, text in os.environ.items() if name != "DATABASE_URL"}
    environment |= {
        "BANDUNG_HOME": str(folder),
        "DJANGO_SETTINGS_MODULE": settings.SETTINGS_MODULE,
        "PYTHONPATH": os.pathsep.join(filter(None, sys.path)),
    }
    finished = subprocess.run(
        [sys.executable, "-m", "bandung.ledger.scratch", str(folder / "bundle")],
        env=environment,
        capture_output=True,
        text=True,
        check=False,
    )
    if finished.returncode:
        raise NotRebuildable(reason=finished.stderr.strip().rpartition("\n")[2])
    digests: dict[str, str] = json.loads(finished.stdout)
    return digests
