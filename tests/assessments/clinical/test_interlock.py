"""Who may get which protocol: nothing talks its way past a red flag, and no step slips through."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from assessments.clinical.classification import PalpationFindings, Protocol, TendinopathyType, classify
from assessments.clinical.interlock import FLAT_ONLY_TYPES, Outcome, assign
from assessments.clinical.red_flags import Finding, screen

MID = classify(PalpationFindings(4, None, True, False))
INSERTIONAL = classify(PalpationFindings(0.5, None, False, True))
CLEAR = screen(())

suggestions = st.builds(
    lambda first, second, thick, stretch: classify(
        PalpationFindings(first, second if first is not None else None, thick, stretch)
    ),
    st.none() | st.floats(0, 20),
    st.none() | st.floats(0, 20),
    st.sampled_from([True, False, None]),
    st.sampled_from([True, False, None]),
)
protocols = st.none() | st.sampled_from(Protocol)
types = st.none() | st.sampled_from(TendinopathyType)
screenings = st.builds(screen, st.sets(st.sampled_from(Finding)), st.sets(st.sampled_from(Finding)))
below_neutral = st.sampled_from([protocol for protocol in Protocol if protocol.drops_below_neutral])


@given(below_neutral, suggestions, types, screenings, st.booleans())
def test_below_neutral_never_reaches_an_insertional_or_mixed_leg_without_a_reason(
    protocol, suggestion, decided, screening, confirmed
) -> None:
    answer = assign(protocol, suggestion, screening, decided_type=decided, confirmed=confirmed)
    if FLAT_ONLY_TYPES & {suggestion.type, decided}:
        assert answer.outcome in {Outcome.OVERRIDE_WITH_REASON, Outcome.BLOCKED}
        assert not answer.may_be_saved


@given(protocols, suggestions, types, screenings, st.booleans(), st.text())
def test_blocked_stays_blocked_whatever_is_written(
    protocol, suggestion, decided, screening, confirmed, reason
) -> None:
    plain = assign(protocol, suggestion, screening, decided_type=decided)
    argued = assign(
        protocol, suggestion, screening, decided_type=decided, confirmed=confirmed, override_reason=reason
    )
    assert argued.outcome is plain.outcome
    assert argued.says == plain.says != ""
    if screening.blocks_plan or suggestion.protocol is None:
        assert argued.outcome is Outcome.BLOCKED
    if argued.outcome is Outcome.BLOCKED:
        assert not argued.may_be_saved


def test_a_written_reason_opens_the_step_and_spaces_are_no_reason() -> None:
    assert not assign(Protocol.STEP, INSERTIONAL, CLEAR, override_reason="  \n").may_be_saved
    assert not assign(Protocol.STEP, INSERTIONAL, CLEAR, confirmed=True).may_be_saved
    assert assign(Protocol.STEP, INSERTIONAL, CLEAR, override_reason="Late dorsiflexion work").may_be_saved


def test_a_caution_waits_for_a_confirmation_and_says_why() -> None:
    answer = assign(Protocol.STEP, MID, screen([Finding.DIABETES]))
    assert (answer.outcome, answer.may_be_saved) == (Outcome.CONFIRM, False)
    assert "diabetes" in answer.says
    assert assign(Protocol.STEP, MID, screen([Finding.DIABETES]), confirmed=True).may_be_saved


def test_deciding_on_another_type_needs_a_reason_and_brings_its_own_protocol() -> None:
    answer = assign(None, MID, CLEAR, decided_type=TendinopathyType.INSERTIONAL)
    assert (answer.outcome, answer.protocol) == (Outcome.OVERRIDE_WITH_REASON, Protocol.FLAT)
    assert "mid-portion, not insertional" in answer.says


def test_deciding_mid_portion_does_not_free_the_step_of_an_insertional_finding() -> None:
    answer = assign(Protocol.STEP, INSERTIONAL, CLEAR, decided_type=TendinopathyType.MIDPORTION)
    assert answer.outcome is Outcome.OVERRIDE_WITH_REASON
    assert "neutral" in answer.says


@pytest.mark.parametrize("unasked", [finding for finding in Finding if finding.pathway.is_red_flag])
def test_an_unasked_question_that_could_stop_the_plan_stops_it(unasked: Finding) -> None:
    answer = assign(Protocol.STEP, MID, screen((), missing=[unasked]), confirmed=True)
    assert answer.outcome is Outcome.BLOCKED
    assert "Not asked" in answer.says


def test_an_unasked_milder_question_asks_to_confirm() -> None:
    answer = assign(Protocol.STEP, MID, screen((), missing=[Finding.ORAL_STEROID_RECENT]))
    assert answer.outcome is Outcome.CONFIRM


def test_an_override_also_names_what_would_have_to_be_confirmed() -> None:
    says = assign(Protocol.STEP, INSERTIONAL, screen([Finding.GOUT])).says
    assert "neutral" in says
    assert "gout" in says
