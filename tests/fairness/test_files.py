"""claimants.csv, lots.csv and the result: read exactly, written exactly, refused with the place."""

import io
import json
import re
from datetime import date
from fractions import Fraction
from math import inf
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given

from bandung.fairness import Allocation, Problem, allocate, check
from bandung.fairness.columns import weight, whole
from bandung.fairness.files import BadFile, read_inputs
from bandung.fairness.measures import measure
from bandung.fairness.rereading import OtherNames, read_result
from bandung.fairness.results import write_result
from bandung.fairness.verifying import Verified, file_faults, verify
from tests.fairness.cases import CLAIMANTS, LOTS, cases, laws


@pytest.fixture
def folder(tmp_path):
    """Where the two files are written."""

    def write(claimants: str | bytes = CLAIMANTS, lots: str | bytes = LOTS):
        for name, content in (("claimants.csv", claimants), ("lots.csv", lots)):
            encoded = content.encode() if isinstance(content, str) else content
            (tmp_path / name).write_bytes(encoded)
        return tmp_path / "claimants.csv", tmp_path / "lots.csv"

    return write


@pytest.fixture
def refused(folder):
    """What is wrong with two files."""

    def faults(claimants: str | bytes = CLAIMANTS, lots: str | bytes = LOTS):
        with pytest.raises(BadFile) as bad:
            read_inputs(*folder(claimants, lots))
        return bad.value.faults

    return faults


def problem_of(paths) -> Problem:
    return read_inputs(*paths).problem


# Reading


def test_the_files_become_the_problem_that_they_say(folder):
    problem = problem_of(folder())
    assert problem.ids == ("AAA", "BBB", "CCC", "DDD", "EEE", "FFF")
    assert problem.need.tolist() == [1000, 2000, 1500, 800, 700, 900]
    assert problem.received.tolist() == [100, 0, 1200, 0, 0, 0]
    assert problem.cap.tolist() == [900, 2000, 300, 50, 700, 900]
    assert problem.minimum.tolist() == [0, 0, 0, 0, 0, 500]
    weights = zip(problem.weight_above.tolist(), problem.weight_below.tolist(), strict=True)
    assert [Fraction(*each) for each in weights] == [1, Fraction(5, 4), 1, Fraction(5, 4), 1, 1]
    assert problem.lot_ids == ("L1", "L2", "L3", "L4")
    assert problem.supply.tolist() == [1000, 500, 2000, 55]
    assert problem.pack.tolist() == [12, 10, 7, 7]
    assert problem.expiry[:2].tolist() == [date(2026, m, 1).toordinal() for m in (1, 2)]
    said = Problem.from_rules(
        [
            {"claimant": "AAA", "need": 1000, "received": 100, "groups": "LDC;AFR"},
            {"claimant": "BBB", "need": 2000, "weight": Fraction(5, 4), "groups": "AFR", "accepts": "covax"},
            {"claimant": "CCC", "need": 1500, "received": 1200, "groups": "AME"},
            {"claimant": "DDD", "need": 800, "weight": Fraction(5, 4), "cap": 50, "groups": "AFR;SIDS"},
            {"claimant": "EEE", "need": 700, "groups": "ASI", "accepts": "other"},
            {"claimant": "FFF", "need": 900, "groups": "XYZ", "minimum": 500},
        ],
        [
            {"lot": "L1", "product": "covax", "quantity": 1000, "pack": 12, "for": "AFR", "expires_on": date(2026, 1, 1)},
            {"lot": "L2", "product": "covax", "quantity": 500, "pack": 10, "not_for": "EEE;ASI", "expires_on": date(2026, 2, 1)},
            {"lot": "L3", "product": "other", "quantity": 2000, "pack": 7, "for": "ASI"},
            {"lot": "L4", "product": "third", "quantity": 55, "pack": 7, "for": "SIDS"},
        ],
    )  # fmt: skip
    assert problem.digest == said.digest


@pytest.mark.parametrize(
    "change",
    [
        lambda text: "\ufeff" + text,
        lambda text: text.replace("\n", "\r\n"),
        lambda text: text.replace("\n", "\n\n"),
        lambda text: text.rstrip("\n"),
        lambda text: text + "," * text.splitlines()[0].count(",") + "\n",
        lambda text: text.replace(",", " , "),
        lambda text: text.replace("claimant,", "Claimant,").replace("lot,", "LOT,"),
        lambda text: re.sub(r"^(\w+),", r'"\1",', text, flags=re.MULTILINE),
        lambda text: text.replace("\n", "\n   \n"),
        lambda text: text + "  ," * text.splitlines()[0].count(",") + " \n",
        lambda text: text.replace(";", "|"),
        lambda text: text.replace(";", "|").replace(",", ";"),
        lambda text: re.sub(r"(\w+;[\w;]+)", r'"\1"', text).replace(",", ";"),
        lambda text: "\ufeffsep=;\r\n" + text.replace(";", "|").replace(",", ";"),
        lambda text: "sep=,\n" + text,
        lambda text: '"sep=\t"\n' + text.replace(",", "\t"),
        lambda text: text.replace(",", "\t"),
    ],
    ids=[
        "bom",
        "crlf",
        "blank-lines",
        "no-end",
        "empty-row",
        "spaces",
        "capitals",
        "quotes",
        "lines-of-spaces",
        "row-of-spaces",
        "bars",
        "semicolons-and-bars",
        "semicolons-and-quotes",
        "sep-semicolon",
        "sep-comma",
        "sep-tab",
        "tabs",
    ],
)
def test_what_spreadsheets_do_to_a_file_changes_nothing(folder, change):
    plain = problem_of(folder()).digest
    assert problem_of(folder(change(CLAIMANTS), change(LOTS))).digest == plain


def test_columns_may_be_left_out_and_stand_in_any_order(folder):
    problem = problem_of(folder("need,claimant\n5,A\n7,B\n", "quantity,lot\n6,L\n"))
    assert problem.need.tolist() == [5, 7]
    assert problem.cap.tolist() == [5, 7]
    assert problem.pack.tolist() == [1]
    assert allocate(problem).allocated.tolist() in ([2, 4], [3, 3])


def test_equal_letters_are_equal_however_they_are_written(folder):
    claimants = "claimant,need,groups\nCo\u0302te,5,e\u0301quipe\n"
    problem = problem_of(folder(claimants, "lot,quantity,for\nL,6,C\u00f4te\nM,6,\u00e9quipe\n"))
    assert problem.lot_class.tolist() == [0, 0]


@pytest.mark.parametrize(
    ("text", "exact"),
    [
        ("5/4", Fraction(5, 4)),
        ("1.25", Fraction(5, 4)),
        ("10/8", Fraction(5, 4)),
        ("5 / 4", Fraction(5, 4)),
        ("0.1", Fraction(1, 10)),
        ("3", Fraction(3)),
        ("", Fraction(1)),
    ],
)
def test_weights_are_exact(text, exact):
    assert weight(text) == exact.as_integer_ratio()


@pytest.mark.parametrize(
    "text", ["0", "0/4", "4/0", "-1", "1,25", "125%", "1e3", "nan", "inf", "x", "1/2/3", "9" * 41]
)
def test_what_is_no_weight_is_none(text):
    assert weight(text) is None


@pytest.mark.parametrize(
    ("text", "number"),
    [("12", 12), ("+12", 12), ("12.0", 12), ("0012", 12), ("١٢", 12), (str(2**63 - 1), 2**63 - 1)],
)
def test_whole_numbers_are_read(text, number):
    assert whole(text, 1, None) == (number, "")


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("1,200", "grouped"),
        ("1 200", "grouped"),
        ("1.200", "grouped"),
        ("1.000", "grouped"),
        ("1_200", "grouped"),
        ("12.5", "not-whole"),
        ("12,5", "not-whole"),
        (".5", "not-whole"),
        ("1e6", "not-a-number"),
        ("nan", "not-a-number"),
        ("about 12", "not-a-number"),
        ("-3", "negative"),
        ("0", "zero"),
        ("", "missing"),
        (str(2**63), "beyond-64-bits"),
        ("9" * 5000, "beyond-64-bits"),
    ],
)
def test_what_is_no_whole_number_is_named(text, code):
    assert whole(text, 1, None)[1] == code


def test_every_problem_of_both_files_is_named_at_once_with_its_line(refused):
    claimants = (
        "claimant,need,received,weight,cap,groups,accepts,minimum\n"
        'AAA,"1,000",-5,5/0,,AFR,,\n'
        "\n"
        'BBB,,0,,"12\n",AFR,,x\n'
        "AAA,5,,,,,,\n"
        "CCC,5\n"
        ",7,,,,,,\n"
    )
    lots = (
        "lot,product,quantity,pack,for,not_for,expires_on\n"
        "L1,p,5,6,AFRO,,22.11.2026\n"
        "L1,p,ten,0,,CCC,2026-02-30\n"
        "L2,p,5,6,AFR,,\n"
    )
    found = refused(claimants, lots)
    places = [(each.file, each.line, each.column, each.code, each.seen) for each in found]
    assert places == [
        ("claimants.csv", 7, "", "cells", "CCC,5"),
        ("claimants.csv", 8, "claimant", "missing", ""),
        ("claimants.csv", 2, "need", "grouped", "1,000"),
        ("claimants.csv", 4, "need", "missing", ""),
        ("claimants.csv", 2, "received", "negative", "-5"),
        ("claimants.csv", 2, "weight", "weight", "5/0"),
        ("claimants.csv", 4, "minimum", "not-a-number", "x"),
        ("claimants.csv", 6, "claimant", "duplicate", "AAA"),
        ("lots.csv", 3, "quantity", "not-a-number", "ten"),
        ("lots.csv", 3, "pack", "zero", "0"),
        ("lots.csv", 2, "expires_on", "date", "22.11.2026"),
        ("lots.csv", 3, "expires_on", "date", "2026-02-30"),
        ("lots.csv", 4, "pack", "pack-above-lot", "6 > 5"),
    ]
    assert all(each.message and each.hint for each in found)


def test_a_fault_says_where_what_and_how_to_mend_it(refused):
    (fault,) = refused(CLAIMANTS.replace("2000", "2 000"))
    assert str(fault) == (
        "claimants.csv, line 3, need: a number with separators (2 000). "
        "Write its digits only, such as 1200."
    )


def test_an_unknown_name_is_named_with_the_likely_one(refused):
    (fault,) = refused(CLAIMANTS, LOTS.replace(",AFR,", ",AFRICA;AFRO,", 1).replace("AFRICA;", ""))
    assert (fault.line, fault.column, fault.code, fault.seen) == (2, "for", "unknown-name", "AFRO")
    assert "did you mean AFR?" in fault.message


@pytest.mark.parametrize(
    ("header", "codes", "said"),
    [
        ("claimant,nead", {"unknown-column", "missing-column"}, "did you mean need?"),
        ("claimant,need,need", {"column-twice"}, "stands twice"),
        ("need", {"missing-column"}, "the column is missing"),
        ("claimant,need;cap", {"separator"}, "the first line has commas and semicolons"),
        ("claimant;need\tcap", {"separator"}, "the first line has semicolons and tabs"),
        ("sep=x", {"separator"}, "Put the same between all: commas, semicolons or tabs."),
        ("claimant,need,quartz", {"unknown-column"}, "The columns are claimant, need, received"),
    ],
)
def test_a_first_line_that_does_not_fit_is_refused(refused, header, codes, said):
    found = refused(f"{header}\nA,5\n")
    assert {each.code for each in found} == codes
    assert all(each.line == 1 for each in found)
    assert said in "\n".join(map(str, found))


@pytest.mark.parametrize(
    ("content", "code", "line"),
    [
        (b"", "empty-file", 0),
        (b"\n\n", "empty-file", 0),
        (b"\xef\xbb\xbf", "empty-file", 0),
        (b"claimant,need\n", "no-rows", 0),
        (b"claimant,need\nA,5\nC\xf4te,6\n", "table-not-utf-8", 3),
        ("claimant,need\nA,5\n".encode("utf-16"), "table-not-utf-8", 1),
        (b"claimant,need\nA,5\nB\0,6\n", "table-not-utf-8", 3),
        (b'claimant,need\n"A,5\nB,6\n', "quotes", 3),
        (b'claimant,need\n"A"x,5\nB,6\n', "quotes", 2),
        (b"PK\x03\x04\xff\xfe", "workbook", 0),
        (b"\xd0\xcf\x11\xe0\xa1", "workbook", 0),
    ],
)
def test_a_file_that_is_no_such_table_is_refused(refused, content, code, line):
    (fault,) = refused(content)
    assert (fault.file, fault.code, fault.line) == ("claimants.csv", code, line)


def test_a_file_that_is_not_there_and_one_that_is_a_folder_are_refused(folder, tmp_path):
    claimants, lots = folder()
    with pytest.raises(BadFile) as bad:
        read_inputs(claimants.with_name("none.csv"), lots.parent)
    assert [each.code for each in bad.value.faults] == ["no-file", "folder"]


def test_a_folder_without_a_name_is_named_as_it_was_given(folder, monkeypatch):
    claimants, lots = folder()
    monkeypatch.chdir(lots.parent)
    with pytest.raises(BadFile) as bad:
        read_inputs(claimants, Path("."))
    assert str(bad.value) == ".: this is a folder. Name a file in it."


def test_in_a_file_with_semicolons_a_list_that_is_not_marked_is_refused(refused):
    semicolons = CLAIMANTS.replace(",", ";")
    found = refused(semicolons)
    assert [(each.line, each.code) for each in found] == [(2, "cells"), (5, "cells")]
    assert str(found[0]) == (
        "claimants.csv, line 2: the line has 9 cells, the names of the columns are 8 "
        '(AAA;1000;100;;;LDC;AFR;;). Put a list in "", or write | between its names.'
    )


@pytest.mark.parametrize(
    ("line", "said"),
    [
        ("A", "the line has one cell, the names of the columns are 3 (A). Add commas for"),
        ("A,5,6,7", "the line has 4 cells, the names of the columns are 3 (A,5,6,7). Put cells"),
    ],
)
def test_a_line_with_other_cells_says_how_to_mend_it(refused, line, said):
    (fault,) = refused(f"claimant,need,cap\n{line}\nB,5,5\n")
    assert said in str(fault)


def test_lines_are_right_below_a_line_that_names_the_separator(refused):
    (fault,) = refused("sep=;\nclaimant;need\nA;5\nB;x\n", "lot,quantity\nL,5\n")
    assert (fault.line, fault.column) == (4, "need")
    (fault,) = refused("sep=;\nclaimant;nead;need\nA;5;5\n")
    assert (fault.line, fault.code) == (2, "unknown-column")


def test_each_hint_fits_its_column(refused):
    found = refused("claimant,need,received\nA,-5,-1\nB,0,0\n", "lot,quantity,pack\nL,5,0\nM,-1,\n")
    assert {(each.column, each.seen): each.hint for each in found} == {
        ("need", "-5"): "Write 1 or more.",
        ("received", "-1"): "Write 0 or more.",
        ("need", "0"): "Write 1 or more, or leave the line out.",
        ("pack", "0"): "Write 1 or more, or leave it blank.",
        ("quantity", "-1"): "Write 0 or more.",
    }


def test_who_is_excluded_but_not_there_may_be_left_out(refused):
    (fault,) = refused(lots=LOTS.replace("EEE;ASI", "QQQ;ASI"))
    assert (fault.column, fault.seen) == ("not_for", "QQQ")
    assert "or leave it out: only who stands there receives anything." in fault.hint


def test_an_empty_lot_keeps_its_usual_pack(folder):
    problem = problem_of(folder(lots=LOTS.replace("L1,covax,1000,12", "L1,covax,0,12")))
    assert (problem.supply[0], problem.pack[0]) == (0, 12)


def test_the_hint_of_a_result_that_is_not_utf_8_speaks_of_no_table(folder, tmp_path):
    problem = problem_of(folder())
    (tmp_path / "result.json").write_bytes(b"\xff\xfe{}")
    with pytest.raises(BadFile) as bad:
        read_result(tmp_path / "result.json", problem)
    assert str(bad.value).endswith("the text is not UTF-8 (\\xff). Save it in UTF-8.")


def test_of_very_many_problems_the_first_are_named_and_the_rest_counted(folder):
    rows = "".join(f"F{n},x\n" for n in range(3_000))
    with pytest.raises(BadFile) as bad:
        read_inputs(*folder("claimant,need\n" + rows, "lot,quantity\nL,6\n"))
    assert len(bad.value.faults) == 1_000
    assert bad.value.more == 2_000


def test_lines_are_right_beyond_one_portion_and_after_cells_of_several_lines(folder):
    rows = [f"F{n},7,g\n" for n in range(60_000)]
    rows[10] = 'F10,7,"g\r\n;h\n;i"\n'
    rows[-1] = "last,-7,g\n"
    with pytest.raises(BadFile) as bad:
        read_inputs(*folder("claimant,need,groups\n" + "".join(rows), "lot,quantity\nL,6\n"))
    (fault,) = bad.value.faults
    assert (fault.line, fault.code) == (1 + 60_000 + 2, "negative")


def test_progress_is_told_to_the_end(folder):
    told = []
    rows = "".join(f"F{n},7\n" for n in range(120_000))
    paths = folder("claimant,need\n" + rows, "lot,quantity\nL,6\n")
    read_inputs(*paths, lambda done, total: told.append((done, total)))
    assert len(told) == 3
    assert [done for done, _total in told] == sorted(done for done, _total in told)
    assert told[-1][0] == 120_001


def test_groups_are_kept_for_the_measures(folder):
    inputs = read_inputs(*folder())
    assert set(inputs.groups) == {"LDC", "AFR", "AME", "SIDS", "ASI", "XYZ"}
    assert inputs.groups["AFR"].tolist() == [True, True, False, True, False, False]
    found = measure(inputs.problem, allocate(inputs.problem), inputs.groups)
    assert set(found["groups"]) == set(inputs.groups)


# Results


def written(problem: Problem, allocation: Allocation) -> str:
    file = io.StringIO()
    write_result(problem, allocation, file)
    return file.getvalue()


@pytest.fixture
def reread(tmp_path):
    """Reads a result's text back."""

    def read(text: str | bytes, problem: Problem):
        path = tmp_path / "result.json"
        path.write_bytes(text.encode() if isinstance(text, str) else text)
        return read_result(path, problem)

    return read


def test_the_result_holds_what_the_issue_asks_for(folder):
    problem = problem_of(folder())
    allocation = allocate(problem)
    found = json.loads(written(problem, allocation))
    assert [*found] == ["rule", "digest", "version", "claimants", "lots", "measures"]
    assert (found["rule"], found["digest"]) == ("quota-leximin", problem.digest)
    first, _second, _third, fourth, _fifth, last = found["claimants"]
    assert first == {
        "claimant": "AAA",
        "allocated": 360,
        "share": "2500/7",
        "coverage": "23/50",
        "level": "16/35",
        "block": int(allocation.block[0]),
        "limited_by": "lots",
        "consignments": [{"lot": "L1", "quantity": 360, "share": "2500/7"}],
    }
    assert (fourth["level"], fourth["limited_by"]) == ("inf", "cap")
    assert (last["level"], last["limited_by"], last["deferred"]) == (None, "minimum", ["L2"])
    assert found["lots"][0] == {"lot": "L1", "level": "16/35", "placed": 996, "left": 4}
    assert found["lots"][2]["level"] == "inf"
    assert found["measures"] == allocation.measures


def test_without_packs_every_amount_is_text(folder):
    problem = problem_of(folder())
    found = json.loads(written(problem, allocate(problem, None)))
    assert found["rule"] == "continuous"
    assert found["claimants"][0]["allocated"] == "2500/7"
    assert found["claimants"][0]["consignments"][0]["quantity"] == "2500/7"
    assert found["lots"][2]["left"] == "1300"


SAME = (
    "rule", "digest", "version", "shares", "coverage", "level", "limited_by", "consignments",
    "lot_level", "deferred", "share_coverage", "measures",
)  # fmt: skip
ARRAYS = (
    "allocated", "block", "placed", "left", "level_array", "consignment_claimant",
    "consignment_lot",
)  # fmt: skip


@pytest.mark.parametrize("packs", ["quota-leximin", "adams", "floor", "hamilton", None])
@given(case=cases(7, 4))
@laws(40)
def test_a_result_that_is_read_back_is_the_result_and_holds(packs, tmp_path_factory, case):
    minimum = tuple(each // 20 for each in case.need)
    problem = case.but(minimum=minimum).problem()
    allocation = allocate(problem, packs)
    path = tmp_path_factory.mktemp("result") / "result.json"
    path.write_text(written(problem, allocation), encoding="utf-8")
    result = read_result(path, problem)
    for name in SAME:
        assert getattr(result, name) == getattr(allocation, name), name
    for name in ARRAYS:
        expected = getattr(allocation, name)
        assert np.array_equal(getattr(result, name), expected, equal_nan=name == "level_array"), (
            name
        )
    for name in ("shares_array", "coverage_array", "share_coverage_array"):
        assert getattr(result, name) == pytest.approx(getattr(allocation, name), rel=1e-12)
    assert [result.share(row) for row in range(problem.size)] == allocation.shares
    assert check(problem, result) == check(problem, allocation) == []
    assert verify(problem, result) == Verified((), ())
    if packs:
        assert result.consignment_quantity.tolist() == allocation.consignment_quantity.tolist()


def test_the_same_division_gives_the_same_bytes(folder):
    texts = {
        written(problem, allocate(problem)) for problem in (problem_of(folder()) for _ in "ab")
    }
    assert len(texts) == 1


def test_the_order_of_rows_in_a_result_does_not_matter(folder, reread):
    problem = problem_of(folder())
    text = written(problem, allocate(problem))
    turned = json.loads(text)
    turned["claimants"].reverse()
    turned["lots"].reverse()
    one = reread(text, problem)
    other = reread(json.dumps(turned, indent=3), problem)
    for name in ("shares", "coverage", "level", "limited_by", "consignments", "lot_level"):
        assert getattr(one, name) == getattr(other, name)
    assert check(problem, other) == []


def test_names_with_any_letters_come_back(folder, reread):
    claimants = 'claimant,need\n"Côte d\'Ivoire, ""le"" nord",5\nالجزائر,6\n中\\国,7\n'
    problem = problem_of(folder(claimants, "lot,quantity\nL é,6\n"))
    text = written(problem, allocate(problem))
    assert check(problem, reread(text, problem)) == []
    assert json.loads(text)["claimants"][0]["claimant"] == 'Côte d\'Ivoire, "le" nord'


def test_numbers_beyond_64_bits_on_the_way_are_exact(reread):
    need = [10**12 + 7, 10**12 + 39, 3]
    weights = [Fraction(1, 10_007), Fraction(7, 10_009), Fraction(1)]
    problem = Problem(need, [5, 0, 1], weights, None, [0, 0, 0], [10**12], [1], [[0]])
    allocation = allocate(problem)
    assert problem.weight_lcm * 10**12 > 2**63
    result = reread(written(problem, allocation), problem)
    assert result.coverage == allocation.coverage
    assert check(problem, result) == []
    assert [*file_faults(problem, result)] == []


def test_a_file_without_shares_and_blocks_is_read_too(folder, reread):
    problem = problem_of(folder())
    found = json.loads(written(problem, allocate(problem)))
    for each in found["claimants"]:
        del each["share"], each["block"]
    result = reread(json.dumps(found), problem)
    assert result.shares == allocate(problem).shares
    assert result.level[3] == inf
    assert result.block.tolist() == allocate(problem).block.tolist()
    assert check(problem, result) == []


@pytest.mark.parametrize(
    ("pattern", "replacement", "code"),
    [
        ('"coverage":"23/50"', '"coverage":"24/50"', "coverage"),
        ('"allocated":360', '"allocated":361', "allocated"),
        ('"quantity":360', '"quantity":372', "allocated"),
        ('"share":"2500/7","coverage"', '"share":"2501/7","coverage"', "share"),
        ('"level":"16/35","block"', '"level":"17/35","block"', "certificate-b"),
        ('"block":0', '"block":2', "block"),
        ('"limited_by":"cap"', '"limited_by":"lots"', "limited-by"),
        ('"limited_by":"minimum"', '"limited_by":"none"', "limited-by"),
        (',"deferred":["L2"]', "", "certificate-b"),
        ('"lot":"L1","level":"16/35"', '"lot":"L1","level":"15/35"', "certificate-d"),
        ('"left":4', '"left":5', "left"),
        ('"placed":996', '"placed":997', "placed"),
        ('"rule":"quota-leximin"', '"rule":"first-come"', "rule"),
        ('"digest":"', '"digest":"0', "digest"),
        ('"median":0.4544', '"median":0.4545', "measures"),
    ],
)
def test_what_is_changed_in_a_result_does_not_hold(folder, reread, pattern, replacement, code):
    problem = problem_of(folder())
    text = written(problem, allocate(problem))
    changed = text.replace(pattern, replacement, 1)
    assert changed != text
    result = reread(changed, problem)
    found = {each.code for each in (*check(problem, result), *file_faults(problem, result))}
    assert code in found


def test_a_result_about_others_is_refused_by_name(folder, reread):
    problem = problem_of(folder())
    text = written(problem, allocate(problem))
    for pattern, replacement, said in (
        ('"claimant":"AAA"', '"claimant":"AAX"', ["AAA is in the input", "AAX is in the result"]),
        ('"claimant":"AAA"', '"claimant":"BBB"', ["AAA is in the input", "BBB stands twice"]),
        ('{"lot":"L4","level"', '{"lot":"L9","level"', ["L4 is in the input", "L9 is in the"]),
        ('{"lot":"L1","quantity"', '{"lot":"L9","quantity"', ["lot L9, which is not in the input"]),
    ):
        with pytest.raises(OtherNames) as other:
            reread(text.replace(pattern, replacement, 1), problem)
        for words in said:
            assert words in str(other.value)


def damage(text: str, change: str) -> str:
    found = json.loads(text)
    first = found["claimants"][0]
    match change:
        case "text for a number":
            first["coverage"] = "about a half"
        case "float":
            first["coverage"] = 0.46
        case "divided by zero":
            first["coverage"] = "1/0"
        case "no level":
            del first["level"]
        case "limit":
            first["limited_by"] = "weather"
        case "consignments":
            first["consignments"] = {"L1": 360}
        case "a lot":
            first["consignments"][0]["lot"] = 1
        case "a quantity":
            first["consignments"][0]["quantity"] = 360.5
        case "beyond":
            first["allocated"] = 2**63
        case "truth":
            first["allocated"] = True
        case "a claimant":
            found["claimants"][0] = "AAA"
        case "block":
            first["block"] = "one"
        case "deferred":
            first["deferred"] = [3]
        case "lot level":
            found["lots"][0]["level"] = None
        case "lots":
            found["lots"] = {}
        case "claimants":
            del found["claimants"]
        case "rule":
            found["rule"] = 7
        case "measures":
            found["measures"] = []
        case "kinds":
            first["allocated"] = "360"
    return json.dumps(found)


@pytest.mark.parametrize(
    ("change", "where"),
    [
        ("text for a number", "claimants[0].coverage"),
        ("float", "claimants[0].coverage"),
        ("divided by zero", "claimants[0].coverage"),
        ("no level", "claimants[0].level"),
        ("limit", "claimants[0].limited_by"),
        ("consignments", "claimants[0].consignments"),
        ("a lot", "claimants[0].consignments[0].lot"),
        ("a quantity", "claimants[0].consignments[0].quantity"),
        ("beyond", "claimants[0].allocated"),
        ("truth", "claimants[0].allocated"),
        ("a claimant", "claimants[0]"),
        ("block", "claimants[0].block"),
        ("deferred", "claimants[0].deferred"),
        ("lot level", "lots[0].level"),
        ("lots", "lots"),
        ("claimants", "claimants"),
        ("rule", "rule"),
        ("measures", "measures"),
        ("kinds", "allocated"),
    ],
)
def test_a_result_of_another_shape_is_refused_at_its_place(folder, reread, change, where):
    problem = problem_of(folder())
    text = written(problem, allocate(problem))
    with pytest.raises(BadFile) as bad:
        reread(damage(text, change), problem)
    assert where in [each.column for each in bad.value.faults]
    assert {each.code for each in bad.value.faults} == {"no-result"}


def test_a_fault_in_a_result_is_given_its_line(folder, reread):
    problem = problem_of(folder())
    text = written(problem, allocate(problem)).replace('"limited_by":"minimum"', '"limited_by":""')
    with pytest.raises(BadFile) as bad:
        reread(text, problem)
    (fault,) = bad.value.faults
    assert text.splitlines()[fault.line - 1].startswith('{"claimant":"FFF"')


@pytest.mark.parametrize(
    "change",
    [
        lambda text: text[: len(text) // 2],
        lambda text: text[:-3],
        lambda text: text + "{}",
        lambda text: text.replace('"share":"2500/7"', '"share":NaN', 1),
        lambda text: text.replace('"claimants":[', '"claimants":[,', 1),
        lambda text: text.replace('"rule"', "rule", 1),
        lambda text: "",
        lambda text: "[]",
        lambda text: "[" * 100_000,
        lambda text: '{"claimants":' + "[" * 100_000,
        lambda text: "{1:2}",
        lambda text: text.encode("utf-16"),
        lambda text: text.encode()[:200] + b"\xff" + text.encode()[200:],
    ],
)
def test_a_damaged_result_is_refused(folder, reread, change):
    problem = problem_of(folder())
    text = written(problem, allocate(problem))
    with pytest.raises(BadFile) as bad:
        reread(change(text), problem)
    (fault,) = bad.value.faults
    assert fault.code in ("damaged-json", "not-utf-8")
    assert fault.hint
