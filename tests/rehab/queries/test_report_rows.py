"""What a report counts of one case, worked by hand. NOW is 16 November 2026, the case is 20 days old."""

from datetime import UTC, datetime, timedelta

import pytest

from patients.models import Case
from rehab.queries import report_rows
from tests import factories as make
from tests.factories import NOW

pytestmark = pytest.mark.django_db(transaction=True)
OPENED = NOW - timedelta(days=20)


def at(day: float) -> datetime:
    return OPENED + timedelta(days=day)


@pytest.fixture
def case():
    return make.make_case(make.make_patient(make.make_clinic()), sides=("LEFT", "RIGHT"))


def row(case: Case) -> report_rows.ReportRow:
    (found,) = rows(case)
    return found


def rows(case: Case, instruments=("VISA_A",)) -> list[report_rows.ReportRow]:
    with make.inside(case.clinic_id):
        return list(
            report_rows.read(
                since=OPENED, until=OPENED + timedelta(days=1), now=NOW, instruments=list(instruments)
            )
        )


def plan(case: Case, side="LEFT", **fields):
    return make.make_plan(
        make.tendon_of(case, side), **{"starts_on": at(0).date(), "created_at": at(0), **fields}
    )


def test_a_case_of_which_nothing_is_known_is_one_row(case):
    found = row(case)
    assert (found.types, found.first_run_at, found.stage_4_at, found.scores) == (None, None, None, None)
    assert (found.stalled, found.inactive, found.outcome) == (False, False, None)


def test_the_first_run_within_plan_passes_every_condition(case):
    plan(case)
    plan(case, "RIGHT", thresholds={"RUN_OK_MAX": {"value": 1, "reason": "early"}})
    scored = {"pain_left": 2, "pain_right": 1}
    make.make_run(case, at=at(1), minutes=5, **scored)  # no stage was begun
    make.make_stage_change(case, at=at(2), to_stage=2)
    make.make_run(case, at=at(3), minutes=11, **scored)  # stage 2 allows 10
    make.make_run(case, at=at(4), minutes=10, pain_left=3, pain_right=1)  # over the line
    make.make_run(case, at=at(5), minutes=10, pain_left=2, pain_right=2)  # over the other leg's own line
    make.make_run(case, at=at(6), minutes=10, pain_left=2, pain_right=None)  # a leg is not scored
    wrong = make.make_run(case, at=at(7), minutes=10, **scored)
    make.make_run(case, at=at(7), minutes=10, **scored, supersedes=wrong, voided=True)  # taken back
    make.make_flag(
        case, kind="RED_FLAG", severity="URGENT", opened_at=at(8), seen_at=at(8), state="RESOLVED",
        resolved_at=at(10), resolved_by=case.clinician,
    )  # fmt: skip
    make.make_run(case, at=at(9), minutes=10, **scored)  # while the case was suspended
    assert row(case).first_run_at is None
    make.make_run(case, at=at(12), minutes=10, **scored)
    make.make_run(case, at=at(11), minutes=10, **scored)
    assert row(case).first_run_at == at(11)


def test_stage_one_allows_no_run_and_reduced_running_has_no_stage(case):
    plan(case)
    plan(case, "RIGHT")
    make.make_stage_change(case, at=at(1), to_stage=1)
    make.make_run(case, at=at(2), minutes=1, pain_left=0, pain_right=0)
    assert row(case).first_run_at is None
    make.make_stage_change(case, at=at(3), to_stage=1, track="MODIFIED_RUNNING")
    make.make_run(case, at=at(4), minutes=40, pain_left=0, pain_right=0)
    assert row(case).first_run_at == at(4)


def test_stages_count_from_when_a_physio_first_opened_them(case):
    for day, stage in ((1, 3), (3, 5), (5, 3), (6, 4), (8, 7), (9, 8)):
        make.make_stage_change(case, at=at(day), to_stage=stage, kind="PROGRESS")
    found = row(case)
    assert (found.stage_4_at, found.stage_7_at) == (at(3), at(8))


def test_the_first_type_and_programme_of_each_leg_stay(case):
    first = plan(case, ends_on=at(7).date())
    make.make_plan(first.tendon, starts_on=at(7).date(), version=2, protocol="HEAVY_SLOW")
    plan(case, "RIGHT", tendinopathy_type="INSERTIONAL", protocol="FLAT")
    found = row(case)
    assert found.types == ["INSERTIONAL", "MIDPORTION"]
    assert found.protocols == ["FLAT", "STEP"]


def test_dose_is_what_was_done_of_what_was_prescribed_each_session_and_day_at_most_in_full(case):
    """3 x 15 with both knees twice a day for the 20 full days until now: 20 x 180 = 3,600 repetitions.

    Done: day 1 one session of 90; day 2 one of 200, which counts 90; day 3 three of 90, which count 180;
    today is not a full day; one is taken back.
    """
    one = plan(case)
    make.make_session(one, at=at(1), reps_done=90)
    make.make_session(one, at=at(2), reps_done=200)
    for hour in (0, 4, 8):
        make.make_session(one, at=at(3) + timedelta(hours=hour), reps_done=90)
    make.make_session(one, at=NOW, reps_done=90)
    back = make.make_session(one, at=at(4), reps_done=90)
    make.make_session(one, at=at(4), reps_done=0, supersedes=back, voided=True)
    found = row(case)
    assert (found.reps_done, found.reps_prescribed) == (360, 3600)


def test_a_plan_that_ended_prescribes_until_then(case):
    plan(case, ends_on=at(7).date(), days_per_week=3, knees=["STRAIGHT"], sessions_per_day=1)
    assert row(case).reps_prescribed == pytest.approx(3 * 15 * 3)


def test_flags_and_scores_are_told(case):
    make.make_flag(case, kind="STALLED_8W", severity="REVIEW", state="RESOLVED", resolved_at=NOW)
    make.make_flag(case, kind="INACTIVE", severity="QUIET", side="CASE")
    make.make_score(case, value="50", taken_on=at(0).date(), tendon=make.tendon_of(case))
    make.make_score(case, value="10", instrument="PSFS", taken_on=at(0).date())
    found = row(case)
    assert (found.stalled, found.inactive) == (True, True)
    assert found.scores is not None
    assert '"VISA_A"' in found.scores
    assert "PSFS" not in found.scores


def test_a_flag_that_cleared_no_longer_says_gone_quiet(case):
    make.make_flag(case, kind="INACTIVE", severity="QUIET", side="CASE", state="RESOLVED", resolved_at=NOW)
    assert row(case).inactive is False


def closed(**fields):
    return {"status": "CLOSED", "closed_at": at(15), **fields}


def test_the_last_closing_counts_and_a_mistake_is_left_out():
    clinic = make.make_clinic()
    one = make.make_case(make.make_patient(clinic), **closed())
    make.make_case_change(one, kind="CLOSED", outcome="STOPPED_COMING", at=at(10))
    make.make_case_change(one, kind="CLOSED", outcome="BETTER", at=at(15))
    wrong = make.make_case(make.make_patient(clinic), **closed())
    make.make_case_change(wrong, kind="CLOSED", outcome="OPENED_BY_MISTAKE", at=at(15))
    again = make.make_case(make.make_patient(clinic))
    make.make_case_change(again, kind="CLOSED", outcome="BETTER", at=at(5))
    found = {one.id: one.outcome for one in rows(one)}
    assert found == {one.pk: "BETTER", again.pk: None}


def test_only_cases_opened_in_the_time_are_read(case):
    make.make_case(make.make_patient(case.clinic), opened_at=datetime(2026, 1, 1, tzinfo=UTC))
    assert [one.id for one in rows(case)] == [case.pk]


def test_another_clinic_is_not_counted(case):
    other = make.make_clinic()
    with make.inside(other):
        assert list(report_rows.read(since=OPENED, until=NOW, now=NOW, instruments=[])) == []
