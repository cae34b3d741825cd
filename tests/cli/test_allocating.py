"""`bandung allocate ...`: two files in, a short table, a result, a chart, a check of a result."""

import json
import os
import subprocess
import sys
from pathlib import Path
from xml.etree import ElementTree

import pytest

from bandung.cli.main import run
from bandung.cli.whole_files import written_whole
from tests.fairness.cases import CLAIMANTS
from tests.fairness.cases import LOTS as BARE_LOTS

LOTS = BARE_LOTS.replace("\nL4", "\n[L4]")  # a name that rich would take for markup


@pytest.fixture
def files(tmp_path):
    """The two files."""
    (tmp_path / "claimants.csv").write_text(CLAIMANTS, encoding="utf-8")
    (tmp_path / "lots.csv").write_text(LOTS, encoding="utf-8")
    return tmp_path / "claimants.csv", tmp_path / "lots.csv"


@pytest.fixture
def command(capsysbinary, files):
    """Runs the command on the two files; gives its exit code and what it printed."""

    def call(*words: object, inputs: tuple[Path, Path] = files) -> tuple[int, str, str]:
        with pytest.raises(SystemExit) as ended:
            run(["allocate", *map(str, inputs), *map(str, words)])
        printed = capsysbinary.readouterr()
        return int(ended.value.code or 0), printed.out.decode(), printed.err.decode()

    return call


def test_it_prints_a_short_table_and_what_is_left_and_why(command):
    code, out, err = command()
    assert (code, err) == (0, "")
    rows = {" ".join(line.split()) for line in out.splitlines()}
    assert {
        "coverage before after who, after",
        "worst 0.00 % 0.00 % FFF",
        "median 0.00 % 45.44 %",
        "best 80.00 % 100.00 % EEE",
        "Gini, by need 0.7547 0.3636",
        "changed by worst coverage units placed Gini",
        "whole packs 0.00 points -5 +0.0011",
        "minima -5.00 points 0 +0.0642",
        "receive nothing why who",
        "1 put off: below their minimum FFF",
        "1 at or above their level already CCC",
        "1 consignment put off, below the minimum of FFF",
        "left of units why",
        "L3 1,300 exact shares of all users are at their caps",
        "L1 4 less than a pack",
    } <= rows
    assert "3 blocks; 2,245 of 3,555 units placed, rule quota-leximin; digest " in out
    assert "[L4]" in out
    assert len(out.splitlines()) < 24


def test_one_block_and_one_lot_are_said_in_the_singular(command, files):
    files[0].write_text("claimant,need\nEEE,700\n", encoding="utf-8")
    lots = "".join(f"L{n},p,{1000 + n},1,EEE\n" for n in range(11))
    files[1].write_text("lot,product,quantity,pack,for\n" + lots, encoding="utf-8")
    _code, out, _err = command()
    assert "\n1 block; " in out
    assert out.endswith("units of 1 more lot\n")


def test_who_receives_nothing_is_named_with_the_reason(command, files):
    files[0].write_text(
        "claimant,need,received,cap,accepts\nAAA,1000,,,\nBBB,5,,,\nCCC,50,50,,\nDDD,50,40,,\n"
        "EEE,50,,,none\nFFF,50,,,none\nGGG,50,,,none\nHHH,50,,,none\n[I],50,,,none\n",
        encoding="utf-8",
    )
    files[1].write_text("lot,product,quantity,pack\nL1,p,300,40\n", encoding="utf-8")
    code, out, err = command()
    rows = [" ".join(line.split()) for line in out.splitlines()]
    assert code == 0
    assert "5 no lot may serve them EEE, FFF, GGG and 2 more" in rows
    assert "1 share below a whole pack BBB" in rows
    assert "1 need met already, or a limit of 0 CCC" in rows
    assert "1 at or above their level already DDD" in rows
    assert err == (
        "warning: claimants.csv, line 6, accepts: no lot carries this product (none). "
        "5 claimants name it.\n"
    )


def test_what_is_hardly_meant_is_said_and_divided_all_the_same(command, files):
    files[0].write_text(
        "claimant,need,received,accepts,minimum\nA,100,,AX;AZ,\nB,50,20,azt,31\nC,9,,,10\n",
        encoding="utf-8",
    )
    files[1].write_text("lot,product,quantity\nL,AZ,30\nM,AZT,2\n", encoding="utf-8")
    code, _out, err = command("--json", "-")
    assert code == 0
    assert err.splitlines()[:3] == [
        "warning: claimants.csv, line 2, accepts: no lot carries this product; did you mean AZ? "
        "(AX). One claimant names it.",
        "warning: claimants.csv, line 3, accepts: no lot carries this product; did you mean AZT? "
        "(azt). One claimant names it.",
        "warning: claimants.csv, line 3, minimum: more than the 30 that this claimant may still "
        "receive (31). No consignment can be large enough for it, nor for 1 more.",
    ]


@pytest.mark.parametrize("rule", ["quota-leximin", "adams", "floor", "hamilton", "none"])
def test_every_rule_writes_a_result_that_holds(command, tmp_path, rule):
    result = tmp_path / "result.json"
    code, out, _err = command("--packs", rule, "--json", result)
    said = "continuous" if rule == "none" else rule
    assert (code, json.loads(result.read_bytes())["rule"]) == (0, said)
    assert f"rule {said}" in out
    code, out, err = command("--verify", result)
    assert (code, err) == (0, "")
    assert f"every condition holds for 6 claimants and 4 lots (rule {said}, digest " in out


def test_small_states_are_said_in_the_result_and_checked(command, files, tmp_path):
    files[0].write_text("claimant,need\nAAA,12\nBBB,1000\n", encoding="utf-8")
    files[1].write_text("lot,quantity,pack\nL1,200,20\n", encoding="utf-8")
    result = tmp_path / "result.json"
    code, out, _err = command("--small-states", "--json", result)
    assert (code, "rule quota-leximin+small-states" in out) == (0, True)
    text = result.read_text(encoding="utf-8")
    assert json.loads(text)["claimants"][0]["allocated"] == 20
    assert command("--verify", result)[0] == 0
    result.write_text(text.replace("+small-states", ""), encoding="utf-8")
    code, out, _err = command("--verify", result)
    assert code == 1
    assert "cap, claimant AAA: 20 is above the cap of 12" in out


def test_the_result_on_standard_output_stands_alone(command, tmp_path):
    code, out, err = command("--json", "-", "--explain", "AAA")
    assert code == 0
    assert [*json.loads(out)] == ["rule", "digest", "version", "claimants", "lots", "measures"]
    assert "AAA receives 360" in err
    command("--json", tmp_path / "result.json")
    assert (tmp_path / "result.json").read_text(encoding="utf-8") == out


def test_the_measures_compare_groups(command):
    _code, out, _err = command("--json", "-")
    assert set(json.loads(out)["measures"]["groups"]) == {"LDC", "AFR", "AME", "SIDS", "ASI", "XYZ"}


def test_a_result_that_was_changed_is_refused_and_names_what_fails(command, tmp_path):
    result = tmp_path / "result.json"
    command("--json", result)
    text = result.read_text(encoding="utf-8")
    result.write_text(text.replace('"allocated":360', '"allocated":372', 1), encoding="utf-8")
    code, out, _err = command("--verify", result)
    assert code == 1
    assert "allocated, claimant AAA: 372 is not the sum of its consignments, 360" in out
    assert "coverage, claimant AAA: its coverage is 59/125, not 23/50" in out
    result.write_text(text.replace('"lot":"[L4]","level"', '"lot":"L9","level"'), encoding="utf-8")
    code, out, _err = command("--verify", result)
    assert code == 1
    assert "lot [L4] is in the input, not in the result" in out


def test_a_result_of_other_inputs_is_refused(command, files, tmp_path):
    result = tmp_path / "result.json"
    command("--json", result)
    files[1].write_text(LOTS.replace("L1,covax,1000", "L1,covax,1012"), encoding="utf-8")
    code, out, _err = command("--verify", result)
    assert code == 1
    assert "digest: the result was made from another input" in out
    assert "lot L1" in out


@pytest.mark.parametrize(
    ("language", "said"),
    [
        ("en", "BBB receives 1,136; its coverage rises from 0.00\u00a0% to 45.44\u00a0%."),
        ("fr", "BBB reçoit 1\u202f136 ; sa couverture passe de 0,00\u00a0% à 45,44\u00a0%."),
        ("es", "BBB recibe 1.136; su cobertura pasa de 0,00\u00a0% a 45,44\u00a0%."),
        ("ar", "\u2068BBB\u2069: الكمية المخصصة 1,136، وترتفع التغطية من"),
    ],
)
def test_a_share_is_explained_in_each_language(command, tmp_path, language, said):
    result = tmp_path / "result.json"
    code, out, _err = command("--explain", "BBB", "--lang", language, "--json", result)
    assert code == 0
    assert said in out
    code, again, _err = command("--verify", result, "--explain", "BBB", "--lang", language)
    assert code == 0
    assert again.splitlines()[-1] == out.splitlines()[-1]


def test_the_chart_is_drawn(command, tmp_path):
    drawn = tmp_path / "coverage.svg"
    code, _out, _err = command("--chart", drawn, "--lang", "fr")
    assert code == 0
    title = ElementTree.fromstring(drawn.read_bytes()).find("{http://www.w3.org/2000/svg}title")
    assert title.text == "Couverture avant et après la répartition"


def test_every_problem_of_both_files_is_named_and_the_exit_code_is_2(command, files, tmp_path):
    files[0].write_text(CLAIMANTS.replace("2000", "2 000").replace("1500", ""), encoding="utf-8")
    files[1].write_text(LOTS.replace(",AFR,", ",AFRO,"), encoding="utf-8")
    code, out, err = command("--json", tmp_path / "result.json")
    assert (code, out) == (2, "")
    assert err.splitlines() == [
        "claimants.csv, line 3, need: a number with separators (2 000). "
        "Write its digits only, such as 1200.",
        "claimants.csv, line 4, need: is missing. Fill it in.",
        "lots.csv, line 2, for: neither a claimant nor a group of claimants; did you mean AFR? "
        "(AFRO). Write a name of claimants.csv as it stands there.",
    ]
    assert not (tmp_path / "result.json").exists()


def test_very_many_problems_are_cut_short(command, files):
    rows = "".join(f"F{n},x\n" for n in range(2_000))
    files[0].write_text("claimant,need\n" + rows, encoding="utf-8")
    files[1].write_text("lot,quantity\nL1,5\n", encoding="utf-8")
    code, _out, err = command()
    assert code == 2
    assert len(err.splitlines()) == 51
    assert err.splitlines()[-1] == "... and 1,950 more"


def test_what_a_file_says_cannot_steer_the_terminal(command, files, tmp_path):
    files[0].write_text(CLAIMANTS.replace("2000", "\x1b[31m\u202e7"), encoding="utf-8")
    code, _out, err = command()
    assert code == 2
    assert "line 3, need" in err
    assert "\x1b" not in err
    assert "\u202e" not in err
    files[0].write_text(CLAIMANTS, encoding="utf-8")
    result = tmp_path / "result.json"
    command("--json", result)
    changed = result.read_text(encoding="utf-8").replace('"AAA"', '"A\\u001b[31mA"')
    result.write_text(changed, encoding="utf-8")
    code, out, _err = command("--verify", result)
    assert code == 1
    assert "\x1b" not in out


@pytest.mark.parametrize("content", ["", "{", "[]", '{"rule": 1}'])
def test_a_result_that_cannot_be_read_is_2(command, tmp_path, content):
    result = tmp_path / "result.json"
    result.write_text(content, encoding="utf-8")
    code, out, err = command("--verify", result)
    assert (code, out) == (2, "")
    assert err.startswith("result.json, line 1")


def test_files_that_are_not_there_are_2(command, files, tmp_path):
    code, _out, err = command(inputs=(tmp_path / "no.csv", files[1]))
    assert (code, err) == (2, "no.csv: there is no such file. Check its name and folder.\n")
    assert command("--verify", tmp_path / "no.json")[0] == 2


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (("--packs", "even"), "none of quota-leximin, adams, floor, hamilton, none"),
        (("--lang", "de"), "none of en, fr, es, ar"),
        (("--explain", "BBX"), "did you mean BBB?"),
        (("--verify", "r.json", "--json", "-"), "goes with --explain and --lang only"),
        (("--verify", "r.json", "--packs", "floor"), "goes with --explain and --lang only"),
        (("--verify", "r.json", "--chart", "c.svg"), "goes with --explain and --lang only"),
        (("--json", "no such folder/r.json"), "a folder that exists"),
        (("--chart", "."), "a folder that exists"),
        (("--quickly",), "No such option"),
        (("--small-states", "--packs", "floor"), "a rule that raises"),
        (("--small-states", "--packs", "none"), "a rule that raises"),
        (("--verify", "r.json", "--small-states"), "goes with --explain and --lang only"),
    ],
)
def test_wrong_usage_is_64(command, words, said):
    code, out, err = command(*words)
    assert (code, out) == (64, "")
    assert said in " ".join(err.split())


def test_an_input_is_not_written_over(command, files):
    for option in ("--json", "--chart"):
        code, _out, err = command(option, files[0])
        assert code == 64
        assert "is one of the files to read" in " ".join(err.split())
    assert files[0].read_text(encoding="utf-8") == CLAIMANTS


@pytest.mark.parametrize("chart", ["x", "./x", "folder/../x", "link"])
def test_the_result_and_the_chart_cannot_be_one_file(command, tmp_path, monkeypatch, chart):
    monkeypatch.chdir(tmp_path)
    (tmp_path / "folder").mkdir()
    (tmp_path / "link").symlink_to(tmp_path / "x")
    code, out, err = command("--json", "x", "--chart", chart)
    assert (code, out) == (64, "")
    assert "is the file of --json, too" in " ".join(err.split())
    assert not (tmp_path / "x").exists()


def test_a_file_is_written_whole_or_stays_as_it_was(tmp_path):
    path, link = tmp_path / "result.json", tmp_path / "link.json"
    path.write_text("before", encoding="utf-8")
    path.chmod(0o640)
    link.symlink_to(path)

    def fail(error):
        with written_whole(path) as file:
            file.write("half")
            raise error

    for error in (KeyboardInterrupt, OSError):
        with pytest.raises(error):
            fail(error)
        assert path.read_text(encoding="utf-8") == "before"
    with written_whole(link) as file:
        file.write("all")
    assert path.read_text(encoding="utf-8") == "all"
    assert link.is_symlink()
    assert path.stat().st_mode & 0o777 == 0o640
    assert sorted(each.name for each in tmp_path.iterdir()) == ["link.json", "result.json"]


def test_what_is_no_plain_file_is_written_as_it_is(command):
    code, _out, _err = command("--json", "/dev/null", "--chart", "/dev/null")
    assert code == 64  # one file
    code, _out, _err = command("--json", "/dev/null")
    assert code == 0
    assert not Path("/dev/null").is_file()


def test_a_failure_leaves_the_result_of_before(command, tmp_path, monkeypatch):
    result = tmp_path / "result.json"
    result.write_text("before", encoding="utf-8")

    def fail(*_given, **_more):
        raise OSError("the disk is full")

    monkeypatch.setattr("bandung.cli.dividing.write_result", fail)
    code, _out, err = command("--json", result)
    assert (code, err) == (1, "the disk is full\n")
    assert result.read_text(encoding="utf-8") == "before"


STOPPED = """
import signal, sys
signal.signal(signal.SIGINT, signal.default_int_handler)  # a shell's background job ignores it
class Finder:
    def find_spec(self, name, path=None, target=None):
        if name == {name!r}:
            signal.raise_signal(signal.SIGINT)
sys.meta_path.insert(0, Finder())
sys.argv = ["bandung", *{words!r}]
from bandung.cli.start import run
run()
"""


@pytest.mark.parametrize(
    ("name", "command"),
    [
        ("typer", "allocate"),
        ("bandung.cli.allocating", "allocate"),
        ("bandung.cli.dividing", "allocate"),
        ("numpy", "allocate"),
        ("django", "ledger"),
    ],
)
def test_who_stops_it_while_it_loads_gets_no_traceback(files, name, command):
    words = [command, *map(str, files)]
    found = python(STOPPED.format(name=name, words=words))
    assert found.returncode == 130
    assert found.stderr.strip().startswith("Stopped")
    assert "Traceback" not in found.stderr
    assert found.stdout == ""


def test_only_the_largest_rests_are_listed(command, files):
    lots = "".join(f"L{n},p,{1000 + n},1,EEE\n" for n in range(40))
    files[1].write_text("lot,product,quantity,pack,for\n" + lots, encoding="utf-8")
    files[0].write_text("claimant,need\nEEE,700\n", encoding="utf-8")
    code, out, _err = command()
    assert code == 0
    assert "... and 29,735 units of 30 more lots" in out
    assert sum(line.startswith("L") for line in out.splitlines()) == 10


# What it does without


def python(code: str, **more: str) -> subprocess.CompletedProcess[str]:
    environment = {**os.environ, "PYTHONIOENCODING": "utf-8", **more}
    environment.pop("DJANGO_SETTINGS_MODULE", None)
    return subprocess.run(
        [sys.executable, "-c", code], env=environment, capture_output=True, text=True, check=False
    )


LOADED = "import sys; print(sorted({'numpy', 'scipy', 'numba', 'django'} & set(sys.modules)))"


@pytest.mark.parametrize(
    ("imported", "loaded"),
    [
        ("import bandung.site.wsgi", ["django"]),
        ("import bandung.cli.main", []),
        ("from bandung.cli.main import loaded; loaded(['allocate'])", []),
        ("from bandung.cli.main import loaded; loaded([])", ["django"]),
        (
            "import bandung.site.wsgi, django.urls; django.urls.get_resolver().url_patterns",
            ["django"],
        ),
        ("import bandung.cli.allocating", []),
    ],
)
def test_nobody_else_loads_numpy_or_scipy(tmp_path, imported, loaded):
    found = python(f"{imported}; {LOADED}", BANDUNG_HOME=str(tmp_path))
    assert found.stdout.strip() == str(loaded), found.stderr


def test_the_work_itself_needs_no_django(files):
    code = (
        "from pathlib import Path; from bandung.cli import dividing; "
        f"dividing.divide(Path({str(files[0])!r}), Path({str(files[1])!r}), 'floor', '', 'AAA', 'en', None);"
        f"{LOADED}"
    )
    found = python(code)
    assert "AAA receives" in found.stdout, found.stderr
    assert "django" not in found.stdout.splitlines()[-1]
    assert "numpy" in found.stdout.splitlines()[-1]


def test_it_needs_no_instance_and_makes_none(files, tmp_path):
    home = tmp_path / "home"
    environment = {
        **os.environ,
        "BANDUNG_HOME": str(home),
        "DATABASE_URL": "postgres://127.0.0.1:9/x",
    }
    environment.pop("DJANGO_SETTINGS_MODULE", None)
    found = subprocess.run(
        [sys.executable, "-m", "bandung.cli", "allocate", *map(str, files), "--json", "-"],
        env=environment,
        capture_output=True,
        check=False,
    )
    assert found.returncode == 0, found.stderr
    assert json.loads(found.stdout)["rule"] == "quota-leximin"
    assert not home.exists()
