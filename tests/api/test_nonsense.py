"""Nonsense against the API: whatever is asked, an answer that its description allows, never 5xx."""

import pytest
import schemathesis
from django.core.wsgi import get_wsgi_application
from hypothesis import HealthCheck, Phase, given, settings

from tests.factories import found_world, need, statement, submit_and_publish

pytestmark = [pytest.mark.django_db(transaction=True)]
ADDRESSES = 13


def ask(examples: int) -> int:
    """Asks every address `examples` times; returns the number of calls, all valid."""
    world = found_world()
    lines = [need(n, quantity=n, priority=n) for n in (1, 2, 3)]
    submit_and_publish(world, statement(lines))
    schema = schemathesis.openapi.from_wsgi("/api/v1/openapi.json", get_wsgi_application())
    operations = [each.ok() for each in schema.get_all_operations()]
    assert len(operations) == ADDRESSES
    calls = 0
    for operation in operations:

        @settings(
            max_examples=examples,
            deadline=None,
            derandomize=True,
            database=None,
            suppress_health_check=list(HealthCheck),
            phases=[Phase.explicit, Phase.generate],
        )
        @given(case=operation.as_strategy())
        def call(case):
            nonlocal calls
            calls += 1
            answer = case.call(
                headers={"Accept-Encoding": "identity"}
            )  # its client unpacks nothing
            assert answer.status_code < 500
            case.validate_response(answer)

        call()
    return calls


def test_no_answer_breaks_the_description():
    assert ask(25) >= ADDRESSES


@pytest.mark.slow
def test_twenty_thousand_calls():
    assert ask(1_600) >= 10_000
