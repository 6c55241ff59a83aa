"""What the rules say to a runner, in the runner's language: whole, whatever happened."""

from collections.abc import Iterator

import pytest
from django.utils import translation

from rehab.clinical.evaluate import evaluate
from rehab.clinical.evaluation import RunningDecision
from rehab.queries.translated import translated
from tests.golden.lives import lives


@pytest.fixture(scope="module")
def decisions() -> list[RunningDecision]:
    return [
        evaluate(life.history, life.plan, moment).running for life in lives(20, 8) for moment in life.moments
    ]


def sentences(decision: RunningDecision) -> Iterator[str]:
    yield decision.because
    yield decision.next_step
    if decision.allowed:
        yield decision.allowed.text


@pytest.mark.parametrize("language", ["de", "ar"])
def test_no_answer_stays_english(decisions: list[RunningDecision], language: str) -> None:
    left = set()
    with translation.override(language):
        for decision in decisions:
            left |= {one for one in sentences(decision) if str(translated(one)) == one}
    assert left == set()
    assert len({decision.rule for decision in decisions}) >= 15
