"""Workbooks become a state's statement: find the table, read the cells, say what changes.

`understand` reads and records nothing; `submit_file` records what was understood.
"""

from bandung.exchange.importing.problems import Problem, problem_of
from bandung.exchange.importing.reading import understand
from bandung.exchange.importing.submitting import NotAcceptable, Submitted, submit_file
from bandung.exchange.importing.understanding import LeftOut, NotInPart, Understanding

__all__ = [
    "LeftOut",
    "NotAcceptable",
    "NotInPart",
    "Problem",
    "Submitted",
    "Understanding",
    "problem_of",
    "submit_file",
    "understand",
]
