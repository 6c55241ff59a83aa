"""Whole cases: what the runner is told, what the physio sees, and what the stage does."""

from dataclasses import replace

import pytest

from assessments.clinical.classification import Protocol
from rehab.clinical.evaluate import evaluate
from rehab.clinical.evaluation import Answer24h, Decision, FindingKind, GateResult, Severity, StageEffect
from rehab.clinical.history import ReportKind, StageAct, Track, WarmUp
from tests.rehab.clinical.cases import LEFT, RIGHT, Diary, in_stage


def kinds(evaluation) -> set[FindingKind]:  # type: ignore[no-untyped-def]
    return {finding.kind for finding in evaluation.findings}


def test_a_run_that_settled_may_be_repeated_after_a_day_between() -> None:
    diary = in_stage(3)
    diary.run(0, 1)
    diary.say(1, 0)
    waits = diary.at(1).running
    assert (waits.decision, waits.rule) == (Decision.NOT_YET, "A3-NOT_EVERY_OTHER_DAY")
    assert waits.not_before == diary.moment(2, 0)
    runs = diary.at(2).running
    assert runs.decision is Decision.RUN_REDUCED
    assert runs.stage_effect is StageEffect.CREDIT
    assert runs.allowed is not None
    assert (runs.allowed.minutes_low, runs.allowed.minutes_high, runs.allowed.hills) == (20, 25, False)


def test_a_run_at_five_takes_a_stage_at_once_and_only_once() -> None:
    diary = in_stage(4)
    diary.run(0, 5)
    diary.say(0, 6, hour=20, kind=ReportKind.AFTER)
    diary.say(1, 4)
    evaluation = diary.at(1)
    assert evaluation.stage.stage == 3
    assert evaluation.running.stage_effect is StageEffect.REGRESS_1
    assert FindingKind.OVER_THE_LINE in kinds(evaluation)
    assert [move.kind for move in evaluation.stage.path] == ["START", "REGRESS"]
    assert evaluation.stage.path[1].by is None


def test_an_edit_never_undoes_a_step_back() -> None:
    diary = in_stage(4)
    wrong = diary.run(0, 5)
    diary.run(0, 1, received=2, supersedes=wrong)
    evaluation = diary.at(0, 20)
    assert evaluation.stage.stage == 3
    assert evaluation.running.decision is Decision.WAIT_24H


def test_a_withdrawn_run_is_gone_but_its_step_back_stays() -> None:
    diary = in_stage(4)
    wrong = diary.run(0, 5)
    diary.run(0, 5, received=2, supersedes=wrong, voided=True)
    diary.say(0, 0, hour=13)
    evaluation = diary.at(0, 20)
    assert evaluation.stage.stage == 3
    assert evaluation.running.run_id is None


def test_a_correction_that_arrives_before_what_it_corrects_hides_nothing() -> None:
    diary = in_stage(4)
    late = diary.run(0, 5, received=10)
    diary.run(0, 1, received=2, supersedes=late)
    assert diary.at(0, 15).stage.stage == 4
    evaluation = diary.at(0, 20)
    assert evaluation.stage.stage == 3
    assert evaluation.running.decision is Decision.WAIT_24H
    assert evaluation.stage.path[-1].cause_id == late


def test_stage_one_is_the_floor() -> None:
    diary = in_stage(1)
    diary.run(0, 9)
    assert diary.at(0).stage.stage == 1


def test_three_stops_and_keeps_the_stage_until_two_days_have_passed() -> None:
    diary = in_stage(3)
    diary.run(0, 3)
    assert diary.at(0).running.decision is Decision.STOP_TEMPORARY
    diary.say(1, 0, hour=9)
    rests = diary.at(1).running
    assert (rests.decision, rests.not_before) == (Decision.WAIT_48H, diary.moment(2, 9))
    assert diary.at(2, 8.9).running.decision is Decision.WAIT_48H
    assert diary.at(2, 9).running.decision is Decision.RUN_REDUCED
    assert diary.at(2, 9).stage.stage == 3


def test_not_settled_at_24_hours_stops_then_caps_the_next_session() -> None:
    diary = in_stage(3)
    diary.run(0, 1, minutes=25)
    diary.say(1, 2, hour=9)
    stop = diary.at(1)
    assert stop.running.decision is Decision.STOP_24H
    assert stop.running.answer_24h == {LEFT: Answer24h.NO}
    assert FindingKind.ELEVATED_24H in kinds(stop)
    diary.say(2, 0, hour=8)
    assert diary.at(2, 8.5).running.decision is Decision.WAIT_48H
    free = diary.at(2, 10)
    assert free.running.decision is Decision.RUN_REDUCED
    assert free.running.allowed is not None
    assert free.running.allowed.minutes_high == 17
    assert FindingKind.ELEVATED_24H not in kinds(free)


def test_still_above_after_three_days_is_still_a_stop() -> None:
    diary = in_stage(3)
    diary.run(0, 1)
    for day in (1, 2, 3):
        diary.say(day, 2)
    assert diary.at(3).running.decision is Decision.STOP_24H


def test_silence_after_a_run_never_passes() -> None:
    diary = in_stage(3)
    diary.run(0, 0, warm=WarmUp.NO_SYMPTOMS)
    for day in (1, 2, 5, 20, 60):
        assert not diary.at(day).running.decision.may_run
    assert diary.at(2).running.answer_24h == {LEFT: Answer24h.MISSING}


def test_a_missing_answer_may_be_made_up_by_a_check_on_the_day_itself_without_credit() -> None:
    diary = in_stage(3)
    diary.run(0, 1)
    diary.say(5, 0, kind=ReportKind.PRE_RUN)
    evaluation = diary.at(5)
    assert evaluation.running.decision is Decision.RUN_REDUCED
    assert evaluation.running.stage_effect is StageEffect.HOLD
    assert not diary.at(6).running.decision.may_run


def test_a_higher_morning_two_days_later_stops_until_it_settles() -> None:
    diary = in_stage(3)
    diary.run(0, 1)
    diary.say(1, 0)
    diary.say(3, 2)
    assert diary.at(3).running.decision is Decision.STOP_24H
    diary.say(4, 0)
    assert diary.at(4).running.decision is Decision.RUN_REDUCED


def test_an_unscored_side_waits_however_good_the_other() -> None:
    diary = in_stage(3, sides=(LEFT, RIGHT))
    diary.run(0, {LEFT: 0, RIGHT: None})
    diary.say(1, 0, hour=9)
    diary.say(2, 0, hour=9)
    for day in (1, 2, 4):
        assert not diary.at(day).running.decision.may_run


def test_the_worse_side_decides_in_a_case_of_two() -> None:
    diary = in_stage(3, sides=(LEFT, RIGHT))
    diary.run(0, {LEFT: 0, RIGHT: 4})
    evaluation = diary.at(0)
    assert evaluation.running.decision is Decision.STOP_REGRESS
    assert "right" in evaluation.running.because
    assert evaluation.stage.stage == 2


def test_a_red_flag_suspends_until_a_clearance_and_a_later_one_suspends_again() -> None:
    diary = in_stage(3)
    diary.run(0, 9)
    diary.red_flag(0)
    diary.say(3, 0)
    for day in (0, 3, 40):
        assert diary.at(day, 20).running.decision is Decision.URGENT_CARE
    diary.clear(40, 21)
    assert diary.at(41).running.decision is not Decision.URGENT_CARE
    diary.red_flag(42)
    assert diary.at(42).running.decision is Decision.URGENT_CARE
    red = next(one for one in diary.at(42).findings if one.kind is FindingKind.RED_FLAG)
    assert red.severity is Severity.URGENT


def test_a_red_flag_that_arrives_after_the_clearance_is_not_cleared_by_it() -> None:
    diary = in_stage(3)
    diary.clear(1)
    diary.red_flag(0, received=48)
    assert diary.at(3).running.decision is Decision.URGENT_CARE


def test_withdrawing_a_red_flag_does_not_clear_it() -> None:
    diary = in_stage(3)
    wrong = diary.red_flag(0)
    diary.red_flags.append(
        replace(diary.red_flags[0], id="x", supersedes=wrong, voided=True, received_at=diary.moment(1))
    )
    assert diary.at(2).running.decision is Decision.URGENT_CARE


def test_nothing_moves_while_suspended() -> None:
    diary = in_stage(4)
    diary.red_flag(0, hour=9)
    diary.run(0, 8, hour=10)
    evaluation = diary.at(0, 12)
    assert evaluation.stage.stage == 4
    assert evaluation.stage.result is GateResult.SUSPENDED
    diary.clear(1)
    assert diary.at(2).stage.stage == 4


def _worsening() -> Diary:
    diary = in_stage(6)
    for day, pain, minutes in ((0, 0, 30), (3, 1, 25), (6, 2, 20)):
        diary.run(day, pain, minutes=minutes)
        diary.say(day + 1, 0, hour=9)
    return diary


def test_worsening_suspends_until_the_physio_resolves_it() -> None:
    diary = _worsening()
    evaluation = diary.at(6)
    assert evaluation.running.decision is Decision.STOP_SEEK_ASSESSMENT
    assert FindingKind.WORSENING in kinds(evaluation)
    assert diary.at(30).running.decision is Decision.STOP_SEEK_ASSESSMENT
    diary.resolve(31)
    assert diary.at(31, 13).running.decision is not Decision.STOP_SEEK_ASSESSMENT


def test_an_edit_never_undoes_a_worsening() -> None:
    diary = _worsening()
    diary.run(6, 0, minutes=20, received=5, supersedes=diary.runs[-1].id)
    assert diary.at(7).running.decision is Decision.STOP_SEEK_ASSESSMENT


def test_a_resolved_worsening_does_not_come_back_from_the_same_runs() -> None:
    diary = _worsening()
    diary.resolve(8)
    diary.say(9, 0)
    diary.say(9, 0, hour=12, kind=ReportKind.CHECK_24H, run_id=diary.runs[-1].id)
    assert diary.at(9, 13).running.decision is not Decision.STOP_SEEK_ASSESSMENT


def test_mornings_that_rise_by_two_without_more_running_are_worsening() -> None:
    diary = in_stage(3, usual=3)
    for day in range(7):
        diary.say(day, 1)
    for day in range(7, 14):
        diary.say(day, 3)
    assert FindingKind.WORSENING not in kinds(diary.at(10, 7))
    assert FindingKind.WORSENING in kinds(diary.at(13))


@pytest.mark.parametrize("mornings", [False, True])
def test_a_day_without_a_morning_counts_by_its_24_hour_check(mornings: bool) -> None:
    """Whoever answers only those checks is seen to worsen; where there is a morning, it is the day's pain."""
    diary = in_stage(3, usual=3)
    for day in range(14):
        run = diary.run(day, 0, hour=8, minutes=10, warm=WarmUp.NO_SYMPTOMS)
        if mornings:
            diary.say(day + 1, 1, hour=7)
        diary.say(day + 1, 1 if day < 7 else 3, hour=7.5, kind=ReportKind.CHECK_24H, run_id=run)
    worsened = [one for one in diary.at(14, 8).findings if one.kind is FindingKind.WORSENING]
    assert ("Mean daily pain" in " ".join(one.reason for one in worsened)) is not mornings


def test_the_first_run_asks_how_it_feels_today() -> None:
    diary = in_stage(2, usual=1)
    assert diary.at(0).running.decision is Decision.WAIT_24H
    diary.say(0, 1)
    first = diary.at(0).running
    assert first.decision is Decision.RUN_WITHIN_PLAN
    assert first.allowed is not None
    assert first.allowed.longest_block_minutes == 1
    diary.say(0, 2, hour=9)
    assert diary.at(0).running.decision is Decision.NOT_YET


def test_without_a_stage_there_is_no_plan_and_record_only_decides_nothing() -> None:
    diary = Diary()
    assert diary.at(0).running.decision is Decision.NO_PLAN
    diary = in_stage(3)
    diary.run(0, 9)
    recorded = evaluate(diary.history(), replace(diary.plan(), record_only=True), diary.moment(1))
    assert recorded.running.decision is Decision.NO_PLAN
    assert recorded.findings == ()
    assert recorded.next_due_at is None


def test_stage_one_has_no_running_and_walks_out_after_fourteen_days() -> None:
    diary = in_stage(1)
    for day in range(10, 15):
        diary.say(day, 0)
    assert diary.at(14, 6).running.decision is Decision.NO_RUNNING_STAGE
    assert diary.at(13).stage.reason_code == "MIN_DAYS"
    ready = diary.at(14)
    assert (ready.stage.result, ready.stage.next_stage) == (GateResult.ELIGIBLE, 2)
    assert FindingKind.READY_TO_PROGRESS in kinds(ready)


def test_clean_runs_open_the_gate_but_the_stage_waits_for_the_physio() -> None:
    diary = in_stage(3)
    for day in range(0, 16, 2):
        diary.run(day, 1)
        diary.say(day + 1, 0)
    evaluation = diary.at(15)
    assert evaluation.stage.result is GateResult.ELIGIBLE
    assert evaluation.stage.stage == 3
    assert evaluation.stage.clean_in_a_row == 8


def test_longer_than_the_stage_earns_no_credit_and_is_shown() -> None:
    diary = in_stage(3)
    diary.run(0, 0, minutes=26)
    diary.say(1, 0, hour=9)
    evaluation = diary.at(1)
    assert FindingKind.PLAN_EXCEEDED in kinds(evaluation)
    assert evaluation.stage.clean_in_a_row == 0


def test_the_first_hills_wait_two_days_for_any_run() -> None:
    diary = in_stage(5)
    diary.run(0, 0, minutes=40, hills=True)
    diary.say(1, 0, hour=9)
    waits = diary.at(2, 8).running
    assert (waits.decision, waits.rule) == (Decision.NOT_YET, "A3-HILL_48H_WINDOW")
    diary.say(2, 0, hour=9)
    evaluation = diary.at(2, 10)
    assert evaluation.running.decision.may_run
    assert evaluation.running.allowed is not None
    assert not evaluation.running.allowed.hills
    assert diary.at(7).running.allowed is not None
    assert diary.at(7).running.allowed.hills  # type: ignore[union-attr]


def test_a_gap_of_two_weeks_proposes_one_stage_lower() -> None:
    diary = in_stage(4)
    diary.run(0, 0)
    diary.say(1, 0, hour=9)
    assert FindingKind.STAGE_PROPOSAL not in kinds(diary.at(13))
    evaluation = diary.at(14)
    assert FindingKind.STAGE_PROPOSAL in kinds(evaluation)
    assert evaluation.stage.stage == 4
    assert evaluation.running.allowed is not None
    assert evaluation.running.allowed.minutes_high == 25


def test_reduced_running_keeps_the_week_under_seventy_percent() -> None:
    diary = Diary()
    diary.usual(0)
    diary.stage(0, 1, StageAct.START, track=Track.MODIFIED_RUNNING)
    diary.run(0, 1, minutes=60)
    diary.say(1, 0, hour=9)
    allowed = diary.at(1).running.allowed
    assert allowed is not None
    assert allowed.minutes_high == 66  # 80 are left of the week; the longest was 60
    diary.run(2, 3, minutes=20)
    diary.say(3, 0, hour=9)
    diary.run(4, 3, minutes=20)
    assert FindingKind.STAGE_PROPOSAL in kinds(diary.at(4))


@pytest.mark.parametrize(("longest", "offered"), [(None, 45), (10, 11), (30, 33), (100, 40)])
def test_reduced_running_offers_no_session_far_over_the_longest(longest: int | None, offered: int) -> None:
    """140 minutes a week: 110 of them are no session after runs of 30, nor the first one."""
    diary = Diary()
    diary.usual(0)
    diary.stage(0, 1, StageAct.START, track=Track.MODIFIED_RUNNING)
    if longest is not None:
        diary.run(0, 1, minutes=longest)
    diary.say(1, 0, hour=9)
    allowed = diary.at(1).running.allowed
    assert allowed is not None
    assert allowed.minutes_high == offered


def test_silence_goes_quiet_then_inactive() -> None:
    diary = in_stage(3)
    diary.say(0, 0)
    assert not kinds(diary.at(6)) & {FindingKind.NOT_LOGGING, FindingKind.INACTIVE}
    assert FindingKind.NOT_LOGGING in kinds(diary.at(7))
    assert FindingKind.INACTIVE in kinds(diary.at(14))
    assert FindingKind.NOT_LOGGING not in kinds(diary.at(14))


def test_a_silent_diary_is_told_once_and_pain_all_the_same() -> None:
    """The twin is the same diary a day before it is silent: then each of them is told."""
    looks_like_silence = {FindingKind.MISSING_24H, FindingKind.LOW_ADHERENCE, FindingKind.STAGE_STALLED}
    diary = in_stage(3)
    diary.exercises()
    for day in (22, 24, 26):
        diary.run(day, 1)
    diary.run(28, 1)
    diary.say(29, 3, hour=18)  # not settled
    assert looks_like_silence <= kinds(diary.at(35))
    assert FindingKind.ELEVATED_24H in kinds(diary.at(35))
    silent = kinds(diary.at(36))
    assert FindingKind.NOT_LOGGING in silent and not silent & looks_like_silence
    assert FindingKind.ELEVATED_24H in silent
    assert FindingKind.INACTIVE in kinds(diary.at(43)) and not kinds(diary.at(43)) & looks_like_silence
    diary.say(44, 1)
    assert FindingKind.LOW_ADHERENCE in kinds(diary.at(44))  # written again: told again


def test_two_starting_sets_become_three_after_a_settled_answer_at_48_hours() -> None:
    diary = in_stage(1)
    diary.exercises()
    diary.exercise(0, hour=9, sets=2)
    diary.say(1, 0, hour=9)
    assert diary.at(1).adherence[0].sets_per_session_now == 2
    diary.say(2, 0, hour=9)
    assert diary.at(2).adherence[0].sets_per_session_now == 3


@pytest.mark.parametrize(("day", "sets"), [(19, 3), (20, 2), (40, 2)])
def test_a_pause_of_more_than_two_weeks_asks_for_the_starting_sets_before_they_are_done(
    day: int, sets: int
) -> None:
    diary = in_stage(1)
    diary.exercises()
    diary.exercise(0)
    diary.say(2, 0, hour=18)
    diary.exercise(5)
    (side,) = diary.at(day).adherence
    assert side.sets_per_session_now == sets
    assert ("pause" in side.sets_reason) is (sets == 2)


def test_starting_sets_that_do_not_settle_are_shown() -> None:
    diary = in_stage(1)
    diary.exercises()
    diary.exercise(0, hour=9, sets=2)
    diary.say(1, 2, hour=9)
    assert FindingKind.START_VOLUME in kinds(diary.at(1))


def test_drops_off_a_step_on_a_flat_plan_are_the_wrong_exercise() -> None:
    diary = in_stage(1)
    diary.exercises(Protocol.FLAT)
    diary.exercise(1)
    assert FindingKind.WRONG_EXERCISE in kinds(diary.at(2))


def test_few_exercises_are_low_adherence_not_failure() -> None:
    diary = in_stage(1)
    diary.exercises()
    for day in range(3):
        diary.exercise(day, hour=9, sets=2)
    low = next(one for one in diary.at(8).findings if one.kind is FindingKind.LOW_ADHERENCE)
    assert "failed" in low.action
    assert low.side is LEFT


def test_maintenance_reopens_after_two_stops_in_four_weeks() -> None:
    diary = in_stage(8)
    diary.run(0, 3)
    assert FindingKind.REOPEN not in kinds(diary.at(1))
    diary.run(10, 3)
    assert FindingKind.REOPEN in kinds(diary.at(10))


def test_a_lowered_baseline_stops_a_slow_creep_and_only_the_physio_raises_it() -> None:
    diary = in_stage(3, usual=2)
    for day in range(8):
        diary.say(day, 0)
    assert diary.at(8).baseline == {LEFT: 0}
    for day in range(8, 40):
        diary.say(day, 2)
    assert diary.at(40).baseline == {LEFT: 0}
    diary.usual(2, day=41)
    assert diary.at(41).baseline == {LEFT: 2}


@pytest.mark.parametrize("code", ["RUN_OK_MAX", "NO_SUCH", "STOP_HOURS"])
def test_a_threshold_outside_its_bounds_is_refused(code: str) -> None:
    diary = in_stage(3)
    diary.thresholds[code] = 99
    with pytest.raises(ValueError, match=code):
        diary.at(0)


def test_the_words_for_the_runner_never_blame_or_diagnose() -> None:
    diary = in_stage(4)
    diary.run(0, 5)
    said = diary.at(0).running
    text = f"{said.because} {said.next_step}".lower()
    assert "5/10" in text
    assert not any(
        word in text for word in ("fail", "rupture", "thrombosis", "safe", "damage", "should have")
    )


@pytest.mark.parametrize(("hour", "decision"), [(11.99, "RUN"), (12, "URGENT_CARE"), (12.01, "URGENT_CARE")])
def test_an_older_clearance_covers_only_what_came_before_it(hour: float, decision: str) -> None:
    diary = in_stage(3)
    diary.say(5, 0)
    diary.red_flag(5, hour=hour)
    diary.clear(5, hour=12)
    assert diary.at(5, 13).running.decision.value.startswith(decision)


def test_a_clearance_covers_the_reports_that_it_names_and_no_other() -> None:
    diary = in_stage(3)
    named, other = diary.red_flag(5, hour=10), diary.red_flag(5, hour=10)
    diary.clear(5, hour=12, covers=frozenset({named}))
    assert diary.at(5, 13).running.decision == "URGENT_CARE"
    diary.clear(5, hour=14, covers=frozenset({other}))
    assert diary.at(5, 15).running.decision != "URGENT_CARE"


@pytest.mark.parametrize(("hour", "open_"), [(11.99, False), (12, True), (12.01, True)])
def test_a_resolution_covers_only_the_worsening_known_before_it(hour: float, open_: bool) -> None:
    diary = in_stage(4)
    for day, pain, minutes in ((1, 0, 30), (3, 1, 28)):
        diary.run(day, pain, minutes=minutes)
    diary.run(5, 2, minutes=25, hour=hour)
    diary.resolve(5, hour=12)
    assert (diary.at(5, 14).running.decision == "STOP_SEEK_ASSESSMENT") is open_


def test_urgent_comes_first_where_the_clinic_only_records_and_in_a_closed_case() -> None:
    diary = in_stage(3)
    diary.red_flag(1)
    for history, plan in (
        (diary.history(), replace(diary.plan(), record_only=True)),
        (replace(diary.history(), paused=True), diary.plan()),
    ):
        said = evaluate(history, plan, diary.moment(1, 12))
        assert (said.running.decision, said.running.stage_effect) == ("URGENT_CARE", "SUSPEND")
        assert "medical help" in said.running.next_step
        assert kinds(said) == {"RED_FLAG"}


def test_a_closed_case_permits_nothing_and_asks_nothing() -> None:
    diary = in_stage(3)
    diary.run(1, 1)
    diary.say(2, 0, hour=9, kind=ReportKind.CHECK_24H)
    diary.say(3, 0, kind=ReportKind.PRE_RUN)
    assert diary.at(3).running.decision.may_run  # the twin: open
    closed = evaluate(replace(diary.history(), paused=True), diary.plan(), diary.moment(3))
    assert (closed.running.decision, closed.running.rule, closed.running.owed) == ("NO_PLAN", "CLOSED", ())
    assert closed.running.allowed is None
    assert closed.stage.reason_code == "CLOSED"
    assert closed.findings == ()


class TestThresholdsSetLater:
    """A change counts from its moment on. Set from the start it would be another case: that is the twin."""

    def test_a_higher_line_does_not_give_a_lost_stage_back(self) -> None:
        diary = in_stage(4)
        diary.run(5, 4, minutes=30)
        diary.say(6, 0, hour=9, kind=ReportKind.CHECK_24H)
        assert diary.at(8).stage.stage == 3
        diary.limits(7, REGRESS_MIN=6)
        assert diary.at(8).stage.stage == 3
        diary.thresholds = {"REGRESS_MIN": 6}
        diary.versions.clear()
        assert diary.at(8).stage.stage == 4

    def test_a_lower_line_does_not_take_a_stage_for_an_old_run(self) -> None:
        diary = in_stage(4)
        diary.thresholds = {"REGRESS_MIN": 6}
        diary.run(5, 5, minutes=30)
        diary.limits(6)
        assert diary.at(8).stage.stage == 4
        diary.run(8, 5, minutes=30)
        assert diary.at(8, 14).stage.stage == 3

    @pytest.mark.parametrize(
        ("day", "hour", "decision"), [(2, 8.99, "RUN_REDUCED"), (2, 9, "RUN_REDUCED"), (2, 9.01, "STOP_24H")]
    )
    def test_a_wider_margin_counts_for_answers_received_from_then_on(
        self, day: int, hour: float, decision: str
    ) -> None:
        diary = in_stage(3, usual=1)
        diary.run(1, 1)
        diary.say(2, 2, hour=9, kind=ReportKind.CHECK_24H)
        diary.limits(day, hour, ELEVATED_MARGIN=2)
        assert diary.at(4).running.decision == decision

    def test_a_run_is_judged_by_what_it_was_told_under_even_when_it_is_corrected_later(self) -> None:
        diary = in_stage(3)
        name = diary.run(1, 3)
        diary.limits(2, RUN_OK_MAX=3, REGRESS_MIN=5)
        diary.run(1, 3, received=30, supersedes=name)
        assert diary.at(2, 18).running.decision == "STOP_TEMPORARY"
        diary.run(2, 3, hour=19)
        assert diary.at(2, 20).running.decision == "WAIT_24H"

    def test_a_wider_window_does_not_turn_an_old_answer_into_one_of_the_window(self) -> None:
        diary = in_stage(3)
        diary.run(1, 1)
        diary.say(2, 0, hour=14, kind=ReportKind.CHECK_24H)  # at 29 h: late, by a window of 28
        assert diary.at(3).running.answer_24h[LEFT] is Answer24h.YES_LATE
        diary.limits(2, 20, WINDOW_CLOSE_HOURS=30)
        assert diary.at(3).running.answer_24h[LEFT] is Answer24h.YES_LATE

    def test_what_is_asked_of_the_next_stage_is_asked_by_the_newest(self) -> None:
        diary = in_stage(3)
        diary.limits(1, STAGE_DAYS=20)
        assert any("20 days" in one.says for one in diary.at(2).stage.criteria)

    def test_the_moment_of_a_version_is_due(self) -> None:
        diary = in_stage(3)
        diary.limits(1, 15, STAGE_DAYS=20)
        assert diary.at(1, 12).next_due_at == diary.moment(1, 15)


class TestStoredStepsBack:
    def test_a_stored_step_back_stays_when_the_rules_no_longer_see_it(self) -> None:
        """As after a new version of the rules: here the run is not even in the diary."""
        diary = in_stage(4)
        diary.run(5, 5, minutes=30)
        diary.store(diary.at(6))
        assert [step.to_stage for step in diary.kept] == [3]
        diary.runs.clear()
        assert diary.at(8).stage.stage == 3
        diary.kept.clear()
        assert diary.at(8).stage.stage == 4  # the twin

    def test_a_stored_step_back_is_not_counted_twice(self) -> None:
        diary = in_stage(4)
        diary.run(5, 5, minutes=30)
        diary.say(6, 6, hour=9, kind=ReportKind.CHECK_24H)
        before = diary.at(8)
        diary.store(before)
        assert diary.at(8) == before

    def test_one_run_costs_one_stage_whichever_of_its_answers_was_stored_as_the_cause(self) -> None:
        diary = in_stage(5)
        diary.run(5, 4, minutes=30)
        answer = diary.say(6, 6, hour=9, kind=ReportKind.CHECK_24H)
        diary.store(diary.at(8))
        diary.kept = [replace(diary.kept[0], cause_id=answer, at=diary.moment(6, 9))]
        assert diary.at(8).stage.stage == 4

    def test_one_that_is_not_stored_yet_still_counts_beside_it(self) -> None:
        diary = in_stage(5)
        diary.run(5, 5, minutes=30)
        diary.store(diary.at(6))
        diary.run(9, 5, minutes=30)
        assert diary.at(9, 14).stage.stage == 3

    def test_what_a_physio_sets_afterwards_counts(self) -> None:
        diary = in_stage(5)
        diary.run(5, 5, minutes=30)
        diary.store(diary.at(6))
        diary.stage(12, 5)
        assert diary.at(13).stage.stage == 5


class TestStopsTakenBack:
    """A runner's own edit does not shorten a stop; said of the run as it was told first."""

    @pytest.mark.parametrize(("hours", "runs"), [(47.99, False), (48, True), (48.01, True)])
    @pytest.mark.parametrize("pain", [3, 5])
    def test_a_corrected_run_keeps_its_two_days(self, pain: int, hours: float, runs: bool) -> None:
        diary = in_stage(4)
        name = diary.run(5, pain, minutes=30)
        diary.run(5, 1, minutes=30, supersedes=name, received=1)
        diary.say(6, 0, hour=9, kind=ReportKind.CHECK_24H)
        diary.say(7, 0, hour=6, kind=ReportKind.PRE_RUN)
        said = diary.at(5, 9 + hours).running
        assert said.decision.may_run is runs
        if not runs:
            assert (said.decision, said.rule) == ("WAIT_48H", "A1-TAKEN-BACK")
            assert said.not_before == diary.moment(7, 9)
            assert "You changed what you told" in said.because

    def test_a_run_that_was_mild_from_the_start_waits_no_longer_for_a_correction(self) -> None:
        """The twin."""
        diary = in_stage(4)
        name = diary.run(5, 2, minutes=30)
        diary.run(5, 1, minutes=30, supersedes=name, received=1)
        diary.say(6, 0, hour=9, kind=ReportKind.CHECK_24H)
        assert diary.at(6, 10).running.decision.may_run

    @pytest.mark.parametrize(("hours", "runs"), [(47.99, False), (48, True)])
    def test_a_withdrawn_run_keeps_its_two_days_even_as_the_only_one(self, hours: float, runs: bool) -> None:
        diary = in_stage(4)
        name = diary.run(5, 5, minutes=30)
        diary.run(5, 5, minutes=30, supersedes=name, voided=True, received=1)
        for day in (5, 6, 7):
            diary.say(day, 0, hour=8.5, kind=ReportKind.PRE_RUN)
        assert diary.at(5, 9 + hours).running.decision.may_run is runs

    def test_a_correction_that_came_first_does_not_hide_the_stop(self) -> None:
        diary = in_stage(4)
        diary.run(5, 1, minutes=30, supersedes="e0003", received=1)
        diary.run(5, 3, minutes=30, received=2)
        assert diary.runs[-1].id == "e0002"
        diary.runs[-2] = replace(diary.runs[-2], supersedes="e0002")
        diary.say(6, 0, hour=9, kind=ReportKind.CHECK_24H)
        assert diary.at(6, 12).running.rule == "A1-TAKEN-BACK"

    @pytest.mark.parametrize("voided", [True, False])
    def test_an_answer_that_was_not_settled_keeps_the_stop_when_it_is_edited(self, voided: bool) -> None:
        diary = in_stage(4)
        diary.run(5, 1, minutes=30)
        first = diary.say(6, 3, hour=8, kind=ReportKind.CHECK_24H)
        diary.say(6, 0, hour=8, kind=ReportKind.CHECK_24H, supersedes=first, voided=voided, received=1)
        diary.say(6, 0, hour=10, kind=ReportKind.CHECK_24H)
        assert diary.at(6, 12).running.rule == "A1-TAKEN-BACK"
        assert diary.at(7, 10).running.decision.may_run

    def test_moving_a_run_back_in_time_does_not_shorten_its_stop(self) -> None:
        diary = in_stage(4)
        name = diary.run(5, 3, minutes=30)
        diary.run(3, 3, minutes=30, supersedes=name, received=50)
        diary.say(5, 0, hour=12, kind=ReportKind.PRE_RUN)
        assert not diary.at(6).running.decision.may_run

    def test_the_end_of_the_two_days_is_due(self) -> None:
        diary = in_stage(4)
        name = diary.run(5, 5, minutes=30, hour=23)
        diary.run(5, 5, minutes=30, hour=23, supersedes=name, voided=True, received=1)
        assert diary.at(7, 22).next_due_at == diary.moment(7, 23)


def test_a_run_that_settled_and_rose_again_days_later_is_told_as_that() -> None:
    diary = in_stage(3, usual=1)
    diary.run(1, 1)
    diary.say(2, 1, hour=9, kind=ReportKind.CHECK_24H)
    diary.say(5, 3)
    found = next(one for one in diary.at(5).findings if one.kind is FindingKind.ELEVATED_24H)
    assert "settled at 24 hours, but on Sat 12 Sep it was 3/10" in found.reason
    assert found.since == diary.moment(5, 8)
    assert found.readings[-1].value == "3/10"
    said = diary.at(5).running
    assert (said.decision, said.rule) == ("STOP_24H", "A1-3")
    assert "had settled, but today it was 3/10" in said.because


def test_the_physios_reason_says_the_24_hour_answer_in_words() -> None:
    diary = in_stage(3)
    diary.run(0, 1)
    diary.say(1, 0)
    assert "24 h: settled" in diary.at(2).running.reason
    unanswered = in_stage(3)
    unanswered.run(0, 1)
    reason = unanswered.at(1).running.reason
    assert "24 h: not known yet" in reason and "UNKNOWN" not in reason
    assert all(answer.label and answer.value not in answer.label for answer in Answer24h)


@pytest.mark.parametrize("hour", [29.2, 34, 50, 58, 80])
def test_a_check_before_a_run_that_rose_again_takes_an_earlier_yes_back(hour: float) -> None:
    """Settled at 20.5 hours, 3/10 at 23: nobody is told to run on the older, better answer."""
    diary = in_stage(4)
    diary.run(0, 0, hour=6, warm=WarmUp.NO_SYMPTOMS, minutes=30)
    diary.say(1, 0, hour=2.5, kind=ReportKind.CHECK_24H)
    assert diary.at(1, 4).running.decision is Decision.RUN_WITHIN_PLAN
    diary.say(1, 3, hour=5, kind=ReportKind.PRE_RUN)
    assert diary.at(0, hour).running.decision is Decision.WAIT_24H


def test_settled_again_within_the_window_is_a_yes_without_credit_that_rests() -> None:
    diary = in_stage(4)
    diary.run(0, 0, hour=6, warm=WarmUp.NO_SYMPTOMS, minutes=30)
    diary.say(1, 3, hour=5, kind=ReportKind.PRE_RUN)
    diary.say(1, 0, hour=7, kind=ReportKind.CHECK_24H)
    rests = diary.at(1, 8).running
    assert (rests.decision, rests.stage_effect) == (Decision.WAIT_48H, StageEffect.HOLD)


@pytest.mark.parametrize("kind", [ReportKind.CHECK_24H, ReportKind.CHECK_48H, ReportKind.AFTER])
@pytest.mark.parametrize("told_late", [0, 13])
def test_pain_told_about_an_earlier_run_counts_for_the_run_that_came_since(
    kind: ReportKind, told_late: float
) -> None:
    diary = in_stage(4)
    first = diary.run(0, 0, hour=18, warm=WarmUp.NO_SYMPTOMS, minutes=30)
    second = diary.run(1, 0, hour=7, warm=WarmUp.NO_SYMPTOMS, minutes=30, received=told_late)
    diary.say(1, 6, hour=18, kind=kind, run_id=first)
    diary.say(2, 0, hour=7, kind=ReportKind.CHECK_24H, run_id=second)
    after = diary.at(2, 8)
    assert after.running.decision is Decision.WAIT_48H
    assert after.stage.stage == 3
    assert [move.kind for move in after.stage.path] == ["START", "REGRESS"]


def test_pain_told_about_a_run_that_was_withdrawn_counts_for_the_run_before_it() -> None:
    diary = in_stage(4)
    diary.run(0, 0, hour=18, warm=WarmUp.NO_SYMPTOMS, minutes=30)
    wrong = diary.run(0, 0, hour=18.1, warm=WarmUp.NO_SYMPTOMS, minutes=5)
    diary.say(1, 3, hour=18, kind=ReportKind.CHECK_24H, run_id=wrong)
    diary.run(0, 0, hour=18.1, received=26, supersedes=wrong, voided=True)
    assert diary.at(1, 22).running.answer_24h == {LEFT: Answer24h.NO}


@pytest.mark.parametrize("hour", [4.6, 6.9])
def test_a_run_in_spite_of_a_sore_check_does_not_end_the_rest_that_the_check_asked_for(hour: float) -> None:
    diary = in_stage(4)
    diary.run(0, 0, hour=7, warm=WarmUp.NO_SYMPTOMS, minutes=30)
    diary.say(1, 0, hour=5, kind=ReportKind.CHECK_24H)
    diary.say(1, 3, hour=7.1, kind=ReportKind.PRE_RUN)
    diary.run(1, 0, hour=8, warm=WarmUp.NO_SYMPTOMS, minutes=30)
    diary.say(2, 0, hour=4.5)
    rests = diary.at(2, hour).running
    assert (rests.decision, rests.not_before) == (Decision.WAIT_48H, diary.moment(2, 7))


@pytest.mark.parametrize(
    ("usual", "now", "may_run"), [(6, 6, False), (4, 4, False), (4, 3, True), (10, 10, False)]
)
def test_nobody_starts_a_run_over_the_line_however_high_the_usual_is(
    usual: int, now: int, may_run: bool
) -> None:
    first = in_stage(3, usual=usual)
    first.say(0, now)
    assert first.at(0).running.decision.may_run is may_run
    later = in_stage(3, usual=usual)
    later.run(0, 0, warm=WarmUp.NO_SYMPTOMS)
    later.say(1, 2, hour=9, kind=ReportKind.CHECK_24H)
    later.say(4, now, kind=ReportKind.PRE_RUN)
    assert later.at(4).running.decision.may_run is may_run
    later.say(5, 2)
    assert later.at(5).running.decision.may_run
