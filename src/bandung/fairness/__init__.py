"""Fair allocation: exact leximin with a certificate. Plain Python, numpy and scipy, no more.

from bandung.fairness import Problem, allocate, check, explain
"""

from bandung.fairness.allocation import Allocation, Certificate, Consignment, allocate
from bandung.fairness.problem import BadProblem, Fault, Problem
from bandung.fairness.what_if import WhatIf

__all__ = [
    "Allocation",
    "BadProblem",
    "Certificate",
    "Consignment",
    "Fault",
    "Problem",
    "WhatIf",
    "allocate",
]
