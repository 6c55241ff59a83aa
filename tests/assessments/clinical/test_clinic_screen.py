"""The clinician's screen: yes, no and not asked stay three things."""

from datetime import date

import pytest

from assessments.clinical.clinic_screen import ASKED, QUESTION_GROUPS, TESTS, screen_in_clinic
from assessments.clinical.findings import FINDING_RULES, Finding, Origin, Pathway
from assessments.clinical.history import NEVER, Exposure, SafetyHistory

TODAY = date(2026, 11, 22)
ALL_NO = dict.fromkeys(ASKED, False)
NOTHING = SafetyHistory(
    birth_date=date(1990, 5, 4),
    fluoroquinolone=NEVER,
    injection_near_tendon=NEVER,
    oral_steroid=NEVER,
    rupture_or_repair=NEVER,
    sudden_onset=False,
)


def test_every_finding_of_the_table_is_asked_tested_or_derived() -> None:
    derived = {one for one, rule in FINDING_RULES.items() if rule.origin is Origin.DERIVED}
    from_a_date = {Finding.ORAL_STEROID_RECENT}
    assert ASKED | set(TESTS) | derived | from_a_date == set(Finding)


def test_the_groups_stand_in_the_order_of_urgency_and_hold_one_pathway_or_milder() -> None:
    urgency = [max(one.pathway.urgency for one in group.findings) for group in QUESTION_GROUPS]
    assert urgency == sorted(urgency, reverse=True)
    for group in QUESTION_GROUPS[:3]:
        assert len({one.pathway for one in group.findings}) == 1


def test_all_asked_and_nothing_found_is_complete() -> None:
    screening = screen_in_clinic(ALL_NO, NOTHING, TODAY)
    assert (screening.pathway, screening.missing) == (Pathway.NONE, ())


def test_nothing_asked_leaves_everything_open() -> None:
    screening = screen_in_clinic({}, SafetyHistory(), TODAY)
    assert screening.findings == ()
    assert {*ASKED, Finding.UNDER_18, Finding.FLUOROQUINOLONE_RECENT} <= set(screening.missing)


@pytest.mark.parametrize("finding", sorted(ASKED))
def test_one_question_left_out_stays_open(finding: Finding) -> None:
    answers = {one: False for one in ASKED if one is not finding}
    assert screen_in_clinic(answers, NOTHING, TODAY).missing == (finding,)


@pytest.mark.parametrize("finding", sorted(ASKED | set(TESTS)))
def test_one_yes_decides(finding: Finding) -> None:
    screening = screen_in_clinic({**ALL_NO, finding: True}, NOTHING, TODAY)
    assert (screening.findings, screening.pathway) == ((finding,), finding.pathway)


def test_a_test_that_was_not_done_holds_nothing_back() -> None:
    assert screen_in_clinic(dict.fromkeys(ASKED, False), NOTHING, TODAY).is_complete


def test_an_earlier_course_that_nobody_asked_about_stays_open() -> None:
    history = SafetyHistory(
        birth_date=date(1990, 5, 4), injection_near_tendon=NEVER, oral_steroid=NEVER,
        rupture_or_repair=NEVER, sudden_onset=False,
    )  # fmt: skip
    assert screen_in_clinic(ALL_NO, history, TODAY).missing == (Finding.FLUOROQUINOLONE_RECENT,)


def test_a_course_on_no_known_day_counts_as_recent_and_is_not_asked_again() -> None:
    history = SafetyHistory(
        birth_date=date(1990, 5, 4), fluoroquinolone=Exposure(True), injection_near_tendon=NEVER,
        oral_steroid=NEVER, rupture_or_repair=NEVER, sudden_onset=False,
    )  # fmt: skip
    screening = screen_in_clinic(ALL_NO, history, TODAY)
    assert (screening.findings, screening.missing) == ((Finding.FLUOROQUINOLONE_RECENT,), ())
