"""Fair allocation: exact leximin with a certificate. Plain Python, numpy, and numba if it is there.

from bandung.fairness import Problem, allocate, check, explain
"""

from bandung.fairness.allocation import Allocation, Certificate, Consignment, allocate
from bandung.fairness.certificate import Violation, check_certificate
from bandung.fairness.checking import check
from bandung.fairness.explaining import Explanation, explain
from bandung.fairness.problem import BadProblem, Fault, Problem
from bandung.fairness.what_if import WhatIf

__all__ = [
    "Allocation",
    "BadProblem",
    "Certificate",
    "Consignment",
    "Explanation",
    "Fault",
    "Problem",
    "Violation",
    "WhatIf",
    "allocate",
    "check",
    "check_certificate",
    "explain",
]
