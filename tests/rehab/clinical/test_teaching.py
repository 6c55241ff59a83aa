"""What My plan teaches: each claim with its reference, none of them a promise or a share of people."""

import re

import pytest

from assessments.clinical.classification import TendinopathyType
from rehab.clinical import teaching
from rehab.clinical.teaching import Claim

WHY_NOT = tuple(claim for claims in teaching.WHY_NOT.values() for claim in claims)
CLAIMS = tuple(
    dict.fromkeys(
        (*teaching.WHY.values(), *WHY_NOT, *teaching.HELPS, *teaching.HELPS_NOT, teaching.TAKES_TIME)
    )
)


@pytest.mark.parametrize("claim", CLAIMS, ids=lambda claim: claim.reference[:20])
def test_a_claim_names_its_study_with_the_year_and_promises_nothing(claim: Claim) -> None:
    assert re.search(r"\b(19|20)\d\d\b", claim.reference)
    assert "%" not in claim.says
    assert not re.search(r"\b(will|cure|guarantee|always)\b", claim.says)


def test_every_type_that_gets_a_plan_is_told_where_it_is_sore() -> None:
    assert set(teaching.WHERE) == set(TendinopathyType) - {TendinopathyType.UNCLASSIFIED}


def test_the_pain_lines_are_filled_in_from_the_plan() -> None:
    assert "at 3 out of 10" in teaching.PAIN_IN_RUNNING.format(stop=3)
    assert "reaches 7 out of 10" in teaching.PAIN_IN_EXERCISE.format(severe=7)
    assert "12 weeks" in " ".join(teaching.MISTAKES).format(weeks=12)
