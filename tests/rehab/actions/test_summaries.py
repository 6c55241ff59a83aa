"""Into which group of the worklist a case belongs, and why."""

import pytest

from patients.models import Case, Role
from rehab.actions import summaries
from rehab.models import CaseSummary
from tests.factories import (
    NOW,
    inside,
    make_case,
    make_clinic,
    make_flag,
    make_member,
    make_patient,
    make_summary,
)


@pytest.fixture
def case(db: None) -> Case:
    clinician = make_member(make_clinic(), Role.CLINICIAN)
    case = make_case(make_patient(clinician.clinic, responsible=clinician))
    make_summary(case)
    return case


def _row(case: Case) -> CaseSummary:
    with inside(case.clinic):
        summaries.regroup(case_id=case.pk, now=NOW)
        return CaseSummary.objects.get(case=case)


def test_a_silent_runner_has_gone_quiet_whatever_the_silence_also_looks_like(case: Case) -> None:
    make_flag(case, side="CASE", kind="NOT_LOGGING", severity="QUIET", reason="No report for 8 days.")
    make_flag(case, kind="LOW_ADHERENCE", severity="REVIEW")
    make_flag(case, side="CASE", kind="STAGE_STALLED", severity="REVIEW")
    row = _row(case)
    assert (row.group, row.headline) == ("QUIET", "NOT_LOGGING")


def test_what_must_be_acted_on_today_comes_before_the_silence(case: Case) -> None:
    make_flag(case, side="CASE", kind="NOT_LOGGING", severity="QUIET")
    make_flag(case, kind="ELEVATED_24H", severity="ACT")
    row = _row(case)
    assert (row.group, row.headline) == ("ACT", "ELEVATED_24H")


def test_without_silence_a_review_is_a_review(case: Case) -> None:
    make_flag(case, kind="LOW_ADHERENCE", severity="REVIEW")
    row = _row(case)
    assert (row.group, row.headline) == ("REVIEW", "LOW_ADHERENCE")


def test_a_red_flag_stands_above_a_worsening(case: Case) -> None:
    make_flag(case, kind="WORSENING", severity="URGENT")
    before = _row(case).severity
    make_flag(case, side="CASE", kind="RED_FLAG", severity="URGENT")
    row = _row(case)
    assert row.headline == "RED_FLAG"
    assert row.severity > before
