"""From a workbook to a published line that anybody can verify, in a real browser."""

import re

import pytest

from bandung.needs.models import Submission
from tests.journeys.steps import filled

pytestmark = pytest.mark.browser
GLOVES = {"item": "MED-GLOVES", "counted_in": "EA", "priority": "1", "basis": "measured"}


def test_a_need_travels_from_a_workbook_to_the_public(arrive):
    # Given the focal point of a state, who downloads its workbook
    focal_point = arrive("focal point")
    focal_point.sees("Nothing waits for you", "You have no drafts")
    focal_point.presses("Say what is needed")
    focal_point.sees("By workbook", "In the form")
    template = focal_point.downloads("English")

    # When a quantity in it is not a number
    bad = filled(template, [{**GLOVES, "quantity": "about forty"}])
    focal_point.uploads(bad, "needs.xlsx")
    # Then the problem stands at its cell and nothing is recorded
    focal_point.sees("1 problem is to be mended", "B7", "about forty", "Type one number in digits")
    assert not Submission.objects.exists()

    # When the corrected workbook is uploaded and submitted
    focal_point.uploads(filled(template, [{**GLOVES, "quantity": 4000}]), "corrected.xlsx")
    focal_point.sees("1 added", "Item MED-GLOVES", "4,000")
    focal_point.presses("Submit")
    # Then there is a receipt with number, time and fingerprint
    first = Submission.objects.get().number
    focal_point.sees(f"Submission {first} is recorded", "Recorded at", "Fingerprint")

    # When a reviewer returns it with a reason
    reviewer = arrive("reviewer")
    reviewer.sees("To review")
    reviewer.follows(f"{first}, State of ZMB")
    reviewer.sees("Is each line credible?", "new")
    reviewer.types(reason_1="magnitude", note_1="Ten times last month’s use?")
    reviewer.presses("Return with these remarks")
    reviewer.sees(f"Submission {first} is returned to its state", "It waits for a correction")

    # Then the focal point finds it on the desk, with the remark beside the line
    focal_point.goes_to("/desk/")
    focal_point.sees("Returned to you")
    focal_point.follows(f"{first}, State of ZMB")
    focal_point.sees("Ten times last month’s use?")
    focal_point.follows("Correct it")
    focal_point.sees("What the reviewer asks", "Ten times last month’s use?")
    focal_point.presses("Correct in the form")
    focal_point.sees("This draft corrects", "Ten times last month’s use?")

    # When it is corrected, in boxes, and submitted again
    focal_point.follows("Item MED-GLOVES")
    focal_point.types(counted_in="MED-GLOVES/box-50", quantity="9")
    focal_point.page.locator("#id_quantity").press("Tab")
    focal_point.sees("= 450 EA", "Saved at")
    focal_point.presses("Save the line")
    focal_point.presses("Save and check")
    focal_point.sees("1 line is understood", "box of 50")
    focal_point.presses("Submit")
    second = Submission.objects.latest("number").number
    focal_point.sees(f"Submission {second} is recorded")

    # And the reviewer accepts, and the secretariat publishes
    reviewer.goes_to("/desk/")
    reviewer.follows(f"{second}, State of ZMB")
    reviewer.presses("Accept")
    reviewer.sees(f"Submission {second} is accepted")
    secretariat = arrive("secretariat")
    secretariat.follows(f"{second}, State of ZMB")
    secretariat.sees("Publication makes the lines for everyone public")
    secretariat.presses("Publish")
    secretariat.sees(f"Submission {second} is published", "in force")

    # Then a reader without an account finds the line, opens its act and sees it verified
    anybody = arrive()
    anybody.goes_to("/needs/?state=ZMB")
    anybody.sees("Item MED-GLOVES")
    anybody.follows(f"{second}.1")
    anybody.sees("State of ZMB")
    anybody.page.locator("main").get_by_role("link", name=re.compile(r"^act \d+$")).first.click()
    anybody.sees("Verified just now")
