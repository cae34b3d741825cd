"""Write the pages of docs/ that follow from the code and from the glossary's tables.

    python scripts/write_docs.py [acts commands api glossary] [--check]

Without names, all parts. `--check` writes nothing and exits 1 if a page differs. Pages of acts
and terms that no longer exist are removed.
"""

import argparse
import os
from collections.abc import Callable
from pathlib import Path

import django
from pages.acts import acts
from pages.api import api
from pages.commands import commands
from pages.glossary import glossary
from pages.markdown import Pages

DOCS = Path(__file__).resolve().parent.parent / "docs"
PARTS: dict[str, Callable[[], Pages]] = {
    "acts": acts,
    "commands": commands,
    "api": api,
    "glossary": lambda: glossary(DOCS / "glossary"),
}


def main() -> int:
    """Write or check the parts named on the command line."""
    parser = argparse.ArgumentParser(description="Write the generated pages of docs/.")
    parser.add_argument("parts", nargs="*", help=f"of {', '.join(PARTS)}; all if none is named")
    parser.add_argument("--check", action="store_true", help="write nothing; exit 1 if one differs")
    options = parser.parse_args()
    if unknown := set(options.parts) - set(PARTS):
        parser.error(f"no such part: {', '.join(sorted(unknown))}")
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "bandung.site.settings")
    django.setup()
    changed = []
    for part in options.parts or PARTS:
        pages = PARTS[part]()
        changed += differences(part, pages)
        if not options.check:
            write(part, pages)
    print("\n".join(f"docs/{name}" for name in changed) or "docs: nothing to write")
    return 1 if changed and options.check else 0


def differences(part: str, pages: Pages) -> list[str]:
    """Names of the pages of `part` that are missing, stale or no longer wanted."""
    changed = [name for name, text in pages.items() if _on_disk(name) != text]
    return sorted(changed + _unwanted(part, pages))


def write(part: str, pages: Pages) -> None:
    """Writes the pages of `part` and removes those that are no longer wanted."""
    for name in _unwanted(part, pages):
        (DOCS / name).unlink()
    for name, text in pages.items():
        (DOCS / name).parent.mkdir(parents=True, exist_ok=True)
        (DOCS / name).write_text(text, encoding="utf-8")


def _on_disk(name: str) -> str | None:
    path = DOCS / name
    return path.read_text(encoding="utf-8") if path.exists() else None


def _unwanted(part: str, pages: Pages) -> list[str]:
    found = [f"{part}/{path.name}" for path in (DOCS / part).glob("*.md")]
    return [name for name in found if name not in pages]


if __name__ == "__main__":
    raise SystemExit(main())
