"""Every code has its sentence, every sentence its code, and the package stands alone."""

import ast
import re
import subprocess
import sys
from pathlib import Path

import pytest

import bandung.sheets
from bandung.sheets import errors
from bandung.sheets.messages import FILES, MESSAGES
from bandung.sheets.sniffing import LABELS, look
from tests.sheets.test_reading_hostile import OLE

FOLDER = Path(bandung.sheets.__file__).parent
SOURCES = {path.name: path.read_text(encoding="utf-8") for path in FOLDER.glob("*.py")}


@pytest.mark.parametrize("code", MESSAGES)
def test_each_sentence_is_whole_and_used(code):
    template, hint = MESSAGES[code]
    assert template.endswith((".", "%(seen)s"))
    assert hint.endswith(".")
    names = set(re.findall(r"%\((\w+)\)s", template + hint))
    facts = dict.fromkeys(names, 7)
    assert "%" not in (template % facts) + (hint % facts)
    used = [
        name for name, source in SOURCES.items() if f'"{code}"' in source and name != "messages.py"
    ]
    is_personal = code.startswith("personal_")
    assert used or is_personal


def test_each_refusal_of_a_file_has_its_class():
    assert set(errors.BY_CODE) == set(FILES)


def test_an_unknown_code_is_a_mistake():
    with pytest.raises(KeyError):
        errors.unreadable("nonsense")


def test_a_refusal_carries_what_surfaces_translate():
    problem = errors.unreadable("wrong_extension", extension="csv", found="x", expected="xlsx")
    assert isinstance(problem, errors.WrongFormat)
    assert problem.template % problem.facts == problem.message
    assert problem.hint_template % problem.facts == problem.hint
    assert problem.hint in str(problem)


def test_every_label_is_listed():
    for content in (b"a,b\n", b"PK\x03\x04", b"%PDF", OLE, b"<html>", b"GIF89a", bytes(range(256))):
        assert look(content).label in LABELS
    assert len(set(LABELS)) > 15


def test_no_import_but_the_standard_library_and_itself():
    for name, source in SOURCES.items():
        for node in ast.walk(ast.parse(source)):
            imported = [alias.name for alias in node.names] if isinstance(node, ast.Import) else []
            imported += [node.module or "."] if isinstance(node, ast.ImportFrom) else []
            for module in imported:
                top = module.partition(".")[0]
                assert top in sys.stdlib_module_names or module.startswith("bandung.sheets"), (
                    name,
                    module,
                )
                assert top not in ("time", "random", "socket", "urllib", "pickle", "marshal"), (
                    name,
                    module,
                )


def test_the_child_imports_no_site_package():
    program = (
        f"import sys; sys.path.append({str(FOLDER.parents[1])!r})\n"
        "import bandung.sheets.child, bandung.sheets.xlsx, bandung.sheets.delimited\n"
        "print(*(m for m in sys.modules if m.partition('.')[0] in ('django', 'python_calamine', 'dataclasses', 'decimal')))"
    )
    answer = subprocess.run(
        [sys.executable, "-I", "-S", "-c", program], capture_output=True, check=True, text=True
    )
    assert answer.stdout.strip() == ""
