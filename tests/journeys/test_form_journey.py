"""The form's way in a browser that runs no scripts."""

import pytest

from bandung.needs.models import Draft, Submission
from tests.journeys.steps import Visitor

pytestmark = pytest.mark.browser


def add_line(focal_point: Visitor, item: str, **fields: str) -> None:
    focal_point.follows("Add a line")
    focal_point.page.locator("#id_q").fill(item)
    focal_point.presses("Show")
    focal_point.presses(f"Item {item}")
    focal_point.types(**fields)
    focal_point.presses("Save the line")


def test_a_need_is_typed_without_scripts(arrive):
    # Given a focal point whose browser runs no scripts
    focal_point = arrive("focal point", has_scripts=False)
    focal_point.presses("Say what is needed")
    focal_point.page.get_by_label("Social").uncheck()
    focal_point.page.get_by_label("Humanitarian").uncheck()
    focal_point.presses("Choose")
    focal_point.presses("Begin empty")

    # When a line is typed with a quantity that has two readings
    add_line(
        focal_point,
        "MED-GLOVES",
        quantity="1.000",
        counted_in="MED-GLOVES/box-50",
        priority="1",
        basis="measured",
    )
    # Then the field says so, and what was typed is kept
    focal_point.sees("“1.000” can be read as 1000 or as")
    assert focal_point.page.locator("#id_quantity").input_value() == "1.000"

    # When it is corrected, and social needs are said to be none
    focal_point.types(quantity="1,000")
    focal_point.presses("Save the line")
    focal_point.sees("50,000 EA")
    social = focal_point.page.get_by_role("group", name="Social")
    social.get_by_label("nothing is needed").check()
    focal_point.types(as_of="2026-06-01")
    focal_point.presses("Save and check")
    # Then the page before the submission tells what was understood
    focal_point.sees("1 line is understood", "nothing is needed", "1 June 2026", "1 added")
    assert not Submission.objects.exists()

    # When it is submitted
    focal_point.presses("Submit")
    # Then there is a receipt, and no draft is left
    number = Submission.objects.get().number
    focal_point.sees(f"Submission {number} is recorded", "Fingerprint")
    assert not Draft.objects.exists()
    assert Submission.objects.get().lines.get().base_quantity == 50_000
