"""Section A6, the windows: one below, on and one above each border, and what nobody asked."""

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from assessments.clinical.history import (
    NEVER,
    Exposure,
    SafetyHistory,
    SpaFeature,
    age_finding,
    derive,
    fluoroquinolone_finding,
    injection_finding,
    onset_finding,
    oral_steroid_finding,
    rupture_finding,
    spondyloarthritis_finding,
)
from assessments.clinical.red_flags import Finding, screen

TODAY = date(2026, 11, 22)
ADULT = date(1990, 5, 1)


def ago(days: int) -> date:
    return TODAY - timedelta(days=days)


@pytest.mark.parametrize(
    ("rule", "days", "finding"),
    [
        (fluoroquinolone_finding, 0, Finding.FLUOROQUINOLONE_NOW),
        (fluoroquinolone_finding, 1, Finding.FLUOROQUINOLONE_RECENT),
        (fluoroquinolone_finding, 59, Finding.FLUOROQUINOLONE_RECENT),
        (fluoroquinolone_finding, 60, Finding.FLUOROQUINOLONE_RECENT),
        (fluoroquinolone_finding, 61, Finding.FLUOROQUINOLONE_EARLIER),
        (fluoroquinolone_finding, 180, Finding.FLUOROQUINOLONE_EARLIER),
        (fluoroquinolone_finding, 181, None),
        (injection_finding, 0, Finding.INJECTION_RECENT),
        (injection_finding, 13, Finding.INJECTION_RECENT),
        (injection_finding, 14, Finding.INJECTION_RECENT),
        (injection_finding, 15, Finding.INJECTION_EARLIER),
        (injection_finding, 42, Finding.INJECTION_EARLIER),
        (injection_finding, 43, None),
        (oral_steroid_finding, 0, Finding.ORAL_STEROID_RECENT),
        (oral_steroid_finding, 89, Finding.ORAL_STEROID_RECENT),
        (oral_steroid_finding, 90, Finding.ORAL_STEROID_RECENT),
        (oral_steroid_finding, 91, None),
    ],
)
def test_each_window_ends_where_the_table_says(rule, days: int, finding: Finding | None) -> None:
    assert rule(ago(days), TODAY) is finding


@pytest.mark.parametrize(
    ("repair", "finding"),
    [
        (date(2026, 11, 22), Finding.RUPTURE_OR_REPAIR_RECENT),
        (date(2025, 11, 23), Finding.RUPTURE_OR_REPAIR_RECENT),
        (date(2025, 11, 22), Finding.RUPTURE_OR_REPAIR_RECENT),
        (date(2025, 11, 21), None),
    ],
)
def test_a_repair_counts_up_to_its_anniversary(repair: date, finding: Finding | None) -> None:
    assert rupture_finding(repair, TODAY) is finding


def test_a_repair_on_29_february_counts_to_1_march() -> None:
    assert rupture_finding(date(2024, 2, 29), date(2025, 3, 1)) is Finding.RUPTURE_OR_REPAIR_RECENT
    assert rupture_finding(date(2024, 2, 29), date(2025, 3, 2)) is None


@pytest.mark.parametrize(
    ("born", "finding"),
    [
        (date(2008, 11, 23), Finding.UNDER_18),
        (date(2008, 11, 22), None),
        (date(2008, 11, 21), None),
    ],
)
def test_the_eighteenth_birthday_is_adult(born: date, finding: Finding | None) -> None:
    assert age_finding(born, TODAY) is finding


def test_born_on_29_february_is_adult_on_1_march() -> None:
    assert age_finding(date(2004, 2, 29), date(2022, 2, 28)) is Finding.UNDER_18
    assert age_finding(date(2004, 2, 29), date(2022, 3, 1)) is None


@pytest.mark.parametrize(
    "rule",
    [fluoroquinolone_finding, injection_finding, oral_steroid_finding, rupture_finding, age_finding],
)
def test_a_day_in_the_future_is_refused(rule) -> None:
    with pytest.raises(ValueError, match="after the assessment"):
        rule(TODAY + timedelta(days=1), TODAY)


def test_the_fluoroquinolone_block_may_be_lengthened_and_never_shortened() -> None:
    assert fluoroquinolone_finding(ago(90), TODAY, 90) is Finding.FLUOROQUINOLONE_RECENT
    assert fluoroquinolone_finding(ago(91), TODAY, 90) is Finding.FLUOROQUINOLONE_EARLIER
    with pytest.raises(ValueError, match="60 to 180"):
        fluoroquinolone_finding(ago(59), TODAY, 59)


@pytest.mark.parametrize(
    ("sudden", "squeeze", "finding"),
    [
        (True, None, Finding.SUDDEN_ONSET_CALF_SQUEEZE_UNTESTED),
        (True, False, None),
        (True, True, None),
        (False, None, None),
        (None, None, None),
    ],
)
def test_a_sudden_start_needs_a_recorded_calf_squeeze(sudden, squeeze, finding) -> None:
    assert onset_finding(sudden, squeeze) is finding


@pytest.mark.parametrize("feature", SpaFeature)
def test_one_spondyloarthritis_feature_is_enough(feature: SpaFeature) -> None:
    assert spondyloarthritis_finding([feature]) is Finding.SPA_FEATURES
    assert spondyloarthritis_finding([]) is None


QUIET = SafetyHistory(ADULT, NEVER, NEVER, NEVER, NEVER, sudden_onset=False)


def test_a_quiet_history_finds_nothing_and_misses_nothing() -> None:
    derived = derive(QUIET, TODAY)
    assert (derived.findings, derived.missing) == ((), ())


def test_an_empty_history_finds_nothing_and_passes_nothing() -> None:
    derived = derive(SafetyHistory(), TODAY)
    assert derived.findings == ()
    assert set(derived.missing) == {
        Finding.FLUOROQUINOLONE_NOW,
        Finding.INJECTION_RECENT,
        Finding.ORAL_STEROID_RECENT,
        Finding.RUPTURE_OR_REPAIR_RECENT,
        Finding.UNDER_18,
        Finding.SUDDEN_ONSET_CALF_SQUEEZE_UNTESTED,
    }


def test_an_exposure_on_an_unknown_day_counts_as_recent() -> None:
    some_day = Exposure(happened=True)
    derived = derive(SafetyHistory(ADULT, some_day, some_day, some_day, some_day, False), TODAY)
    assert set(derived.findings) == {
        Finding.FLUOROQUINOLONE_RECENT,
        Finding.INJECTION_RECENT,
        Finding.ORAL_STEROID_RECENT,
        Finding.RUPTURE_OR_REPAIR_RECENT,
    }
    assert derived.missing == (Finding.FLUOROQUINOLONE_NOW,)


def test_a_day_says_that_it_happened_and_cannot_say_that_it_never_did() -> None:
    assert Exposure(last_day=TODAY).happened is True
    with pytest.raises(ValueError, match="never"):
        Exposure(happened=False, last_day=TODAY)


def test_an_abnormal_calf_squeeze_is_its_own_finding() -> None:
    history = SafetyHistory(ADULT, NEVER, NEVER, NEVER, NEVER, True, calf_squeeze_abnormal=True)
    assert derive(history, TODAY).findings == (Finding.CALF_SQUEEZE_ABNORMAL,)


@given(st.integers(0, 400), st.integers(0, 400))
def test_a_later_last_day_is_never_milder(one: int, other: int) -> None:
    later, earlier = sorted((one, other))
    for rule in (fluoroquinolone_finding, injection_finding, oral_steroid_finding, rupture_finding):
        near, far = (
            screen([found] if (found := rule(ago(days), TODAY)) else []) for days in (later, earlier)
        )
        assert near.pathway.urgency >= far.pathway.urgency
