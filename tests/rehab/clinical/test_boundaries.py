"""Whole cases at the edges: one below, on, and one above, where several rules meet."""

from dataclasses import replace
from datetime import date, timedelta

import pytest

from assessments.clinical.classification import TendinopathyType
from rehab.clinical.evaluate import evaluate
from rehab.clinical.evaluation import Decision, Evaluation, FindingKind, GateResult
from rehab.clinical.history import ReportKind, StageAct, Track, WarmUp
from rehab.clinical.ledger import replay
from rehab.clinical.review import review
from rehab.clinical.stages import walk
from tests.rehab.clinical.cases import LEFT, RIGHT, Diary, in_stage


def kinds(evaluation: Evaluation) -> set[FindingKind]:
    return {finding.kind for finding in evaluation.findings}


def settled(diary: Diary, day: int, *, minutes: int = 20, **more: object) -> None:
    """A calm run with its answer at 24 hours."""
    diary.run(day, 1, minutes=minutes, **more)
    diary.say(day + 1, 0, hour=9, kind=ReportKind.CHECK_24H)


def clean_stage_3() -> Diary:
    diary = in_stage(3)
    for day in (1, 4, 7, 10):
        settled(diary, day)
    return diary


class TestTheGate:
    @pytest.mark.parametrize(
        ("day", "result"), [(13, GateResult.STAY), (14, GateResult.ELIGIBLE), (15, GateResult.ELIGIBLE)]
    )
    def test_fourteen_days(self, day: int, result: GateResult) -> None:
        assert clean_stage_3().at(day).stage.result is result

    def test_it_stays_shut_while_running_has_to_stop(self) -> None:
        diary = clean_stage_3()
        diary.say(15, 3)
        said = diary.at(15)
        assert said.running.decision is Decision.STOP_24H
        assert (said.stage.result, said.stage.reason_code) == (GateResult.STAY, "STOPPED")
        assert FindingKind.READY_TO_PROGRESS not in kinds(said)
        diary.say(16, 0)
        assert diary.at(16).stage.result is GateResult.ELIGIBLE

    @pytest.mark.parametrize(("day", "open_"), [(6, False), (7, True), (8, True)])
    def test_seven_days_and_as_many_sessions_after_a_step_back(self, day: int, open_: bool) -> None:
        diary = in_stage(5)
        diary.run(0, 5, minutes=30)
        for later in (2, 3, 4, 5):
            settled(diary, later, minutes=30)
        for morning in range(2, 9):
            diary.say(morning, 0)
        said = diary.at(day)
        assert said.stage.stage == 4
        assert (said.stage.result is GateResult.ELIGIBLE) is open_

    def test_three_sessions_after_a_step_back_are_too_few(self) -> None:
        diary = in_stage(4)
        diary.run(0, 5, minutes=30)
        for later in (2, 4, 6):
            settled(diary, later)
        assert diary.at(9).stage.reason_code == "TOO_FEW_SESSIONS"


class TestTheWeekFromStageSix:
    """100 minutes in the week before: 110 are within, 111 are beyond."""

    def last(
        self, minutes: int, *, distance_m: int | None = None, per_minute: int | None = None
    ) -> str | None:
        """What the last run, on day 13, went over."""
        diary = in_stage(6)
        for day in (0, 2, 4, 6, 7, 9, 11):
            settled(diary, day, minutes=25, distance_m=25 * per_minute if per_minute else None)
        settled(diary, 13, minutes=minutes, distance_m=distance_m)
        history, plan, now = diary.history(), diary.plan(), diary.moment(14)
        ledger = replay(history, plan, now)
        path = walk(plan.stage_steps, (), lambda moment: False, now)
        return review(ledger, path)[-1].exceeded

    @pytest.mark.parametrize(("minutes", "over"), [(34, False), (35, False), (36, True)])
    def test_one_tenth_in_minutes(self, minutes: int, over: bool) -> None:
        assert (self.last(minutes) == "WEEK_OVER_10_PERCENT") is over

    def test_a_run_within_the_minutes_offered_keeps_to_the_plan_at_any_pace(self) -> None:
        assert self.last(35, distance_m=35 * 250, per_minute=150) is None

    @pytest.mark.parametrize(("metres", "over"), [(5_249, False), (5_250, False), (5_251, True)])
    def test_one_tenth_in_metres_where_they_are_known(self, metres: int, over: bool) -> None:
        """15 km in the week before, and 11.25 km before this run; longer in minutes all the time."""
        assert (self.last(60, distance_m=metres, per_minute=150) == "WEEK_OVER_10_PERCENT") is over

    def test_what_is_offered_never_goes_beyond(self) -> None:
        diary = in_stage(6)
        for day in (0, 2, 4, 6):
            settled(diary, day, minutes=25)
        for day in (8, 10):
            settled(diary, day, minutes=20)
        diary.say(12, 0, kind=ReportKind.PRE_RUN)
        allowed = diary.at(12).running.allowed
        assert allowed is not None and allowed.minutes_high == 17
        settled(diary, 12, minutes=17, hour=13)
        found = next(one for one in diary.at(14).findings if one.kind is FindingKind.PLAN_EXCEEDED)
        assert diary.runs[-1].id not in {one.entry_id for one in found.readings}  # earlier ones went over

    @pytest.mark.parametrize(("distance", "over"), [(4_999, False), (5_000, False), (5_001, True)])
    def test_not_beyond_the_week_before_the_injury(self, distance: int, over: bool) -> None:
        diary = in_stage(6)
        settled(diary, 0, minutes=30, distance_m=distance)
        plan = replace(diary.plan(), pre_injury_week_m=5_000)
        found = evaluate(diary.history(), plan, diary.moment(1)).findings
        said = [one.threshold for one in found if one.kind is FindingKind.PLAN_EXCEEDED]
        assert said == (["WEEK_OVER_PRE_INJURY"] if over else [])

    @pytest.mark.parametrize(("distance", "full"), [(4_999, False), (5_000, True)])
    def test_there_the_week_is_full(self, distance: int, full: bool) -> None:
        diary = in_stage(6)
        settled(diary, 0, minutes=30, distance_m=distance)
        diary.say(2, 0, kind=ReportKind.PRE_RUN)
        plan = replace(diary.plan(), pre_injury_week_m=5_000)
        said = evaluate(diary.history(), plan, diary.moment(2)).running
        assert (said.rule == "A3-WEEK_IS_FULL") is full
        assert said.decision.may_run is not full

    def test_an_unknown_distance_is_not_zero(self) -> None:
        diary = in_stage(6)
        settled(diary, 0, minutes=30, distance_m=9_000)
        settled(diary, 2, minutes=30)
        plan = replace(diary.plan(), pre_injury_week_m=5_000)
        said = [one.reason for one in evaluate(diary.history(), plan, diary.moment(3)).findings]
        assert any("beyond the one before the injury" in reason for reason in said)


class TestReducedRunning:
    """200 minutes are usual, so 140 a week."""

    def case(self) -> Diary:
        diary = Diary()
        diary.usual(0)
        diary.stage(0, 3, StageAct.START, track=Track.MODIFIED_RUNNING)
        return diary

    @pytest.mark.parametrize(("minutes", "over"), [(39, False), (40, False), (41, True)])
    def test_more_than_seventy_percent_of_the_usual_week_is_beyond_the_plan(
        self, minutes: int, over: bool
    ) -> None:
        diary = self.case()
        settled(diary, 0, minutes=50)
        settled(diary, 2, minutes=50)
        settled(diary, 4, minutes=minutes)
        assert (FindingKind.PLAN_EXCEEDED in kinds(diary.at(5))) is over

    @pytest.mark.parametrize(("second", "proposed"), [(13, True), (14, False), (15, False)])
    def test_two_stops_in_fourteen_days_propose_stage_one(self, second: int, proposed: bool) -> None:
        diary = self.case()
        diary.run(0, 3, minutes=20)
        diary.run(second, 3, minutes=20)
        assert (FindingKind.STAGE_PROPOSAL in kinds(diary.at(second))) is proposed

    @pytest.mark.parametrize(("pain", "proposed"), [(3, False), (4, True), (5, True)])
    def test_so_does_one_over_the_line_and_no_stage_is_lost(self, pain: int, proposed: bool) -> None:
        diary = self.case()
        diary.run(2, pain, minutes=20)
        said = diary.at(3)
        assert (FindingKind.STAGE_PROPOSAL in kinds(said)) is proposed
        assert said.stage.stage == 3


class TestGaps:
    @pytest.mark.parametrize(("days", "proposed"), [(13, None), (14, 3), (15, 3), (27, 3), (28, 2), (29, 2)])
    def test_two_and_four_weeks_without_running(self, days: int, proposed: int | None) -> None:
        diary = in_stage(4)
        settled(diary, 1, minutes=30)
        diary.say(days, 0)
        said = [one for one in diary.at(1 + days).findings if one.kind is FindingKind.STAGE_PROPOSAL]
        assert [one.action.split(":")[1].strip()[:7] for one in said] == (
            [f"stage {proposed}"] if proposed else []
        )

    def test_nothing_is_proposed_while_suspended(self) -> None:
        diary = in_stage(4)
        settled(diary, 1, minutes=30)
        diary.red_flag(3)
        assert FindingKind.STAGE_PROPOSAL not in kinds(diary.at(20))


@pytest.mark.parametrize(
    ("days", "found"),
    [(2, None), (3, None), (6, None), (7, "NOT_LOGGING"), (8, "NOT_LOGGING"), (13, "NOT_LOGGING"),
     (14, "INACTIVE"), (15, "INACTIVE")],
)  # fmt: skip
def test_silence_of_one_and_two_weeks(days: int, found: str | None) -> None:
    diary = in_stage(3)
    diary.say(1, 0)
    silent = kinds(diary.at(1 + days)) & {FindingKind.NOT_LOGGING, FindingKind.INACTIVE}
    assert silent == ({FindingKind(found)} if found else set())


@pytest.mark.parametrize(
    ("site", "day", "found"),
    [("MIDPORTION", 55, None), ("MIDPORTION", 56, "STALLED_8W"), ("MIDPORTION", 83, "STALLED_8W"),
     ("MIDPORTION", 84, "STALLED_12W"), ("INSERTIONAL", 56, None), ("INSERTIONAL", 83, None),
     ("INSERTIONAL", 84, "STALLED_12W"), ("MIXED", 56, "STALLED_8W"), ("MIDPORTION", 167, "STALLED_12W"),
     ("MIDPORTION", 168, "STALLED_12W")],
)  # fmt: skip
def test_no_progress_is_looked_for_on_its_days(site: str, day: int, found: str | None) -> None:
    diary = in_stage(3)
    diary.usual(2, worst=5)
    diary.exercises(type=TendinopathyType(site))
    for back in range(1, 16):
        for hour in (7, 18):
            diary.exercise(day - back, hour=hour)
    diary.say(day, 5)
    stalled = [one for one in diary.at(day).findings if one.kind.startswith("STALLED")]
    strong = [one.kind.value for one in stalled if one.severity.value == "REVIEW"]
    assert strong == ([found] if found else [])
    if day == 168:
        assert stalled[0].since == diary.moment(168, 0)  # looked at again: another finding than on day 84


def test_low_adherence_stands_in_for_no_progress() -> None:
    diary = in_stage(3)
    diary.usual(2, worst=5)
    diary.exercises()
    diary.exercise(50)
    diary.say(56, 5)
    found = kinds(diary.at(56))
    assert FindingKind.LOW_ADHERENCE in found
    assert not found & {FindingKind.STALLED_8W, FindingKind.CANNOT_ASSESS}


class TestStageSevenSpeed:
    @pytest.mark.parametrize(("days", "allowed"), [(6, False), (7, False), (8, True)])
    def test_speed_that_did_not_settle_pauses_speed_for_a_week(self, days: int, allowed: bool) -> None:
        diary = in_stage(7)
        settled(diary, 0, minutes=30)
        diary.run(1, 1, minutes=30, speed=True)
        diary.say(2, 3, hour=9, kind=ReportKind.CHECK_24H)
        diary.say(3, 0, hour=9)
        diary.say(1 + days, 0)
        session = diary.at(1 + days).running.allowed
        assert session is not None and session.speed is allowed

    @pytest.mark.parametrize(("days", "allowed"), [(6, False), (7, True), (8, True)])
    def test_one_speed_session_in_seven_days(self, days: int, allowed: bool) -> None:
        diary = in_stage(7)
        settled(diary, 0, minutes=30)
        settled(diary, 2, minutes=30, speed=True)
        diary.say(2 + days, 0)
        session = diary.at(2 + days).running.allowed
        assert session is not None and session.speed is allowed


class TestTimeZonesAndClocks:
    def test_flying_west_the_run_of_tomorrow_still_fills_this_week(self) -> None:
        """Run in Auckland on the 8th; asked in Los Angeles, where it is still the 7th."""
        diary = Diary(zone="Pacific/Auckland")
        diary.usual(0)
        diary.stage(0, 3, StageAct.START, track=Track.MODIFIED_RUNNING)
        diary.run(1, 0, minutes=130, hour=9, warm=WarmUp.NO_SYMPTOMS)
        history = replace(diary.history(), time_zone="America/Los_Angeles")
        diary.say(2, 0, hour=6, kind=ReportKind.CHECK_24H)
        history = replace(history, reports=tuple(diary.reports))
        said = evaluate(history, diary.plan(), diary.moment(2, 9)).running
        assert said.allowed is not None and said.allowed.minutes_high == 10

    @pytest.mark.parametrize(("hours", "may_run"), [(14, False), (22.9, False), (23, True)])
    def test_flying_east_skips_no_day_of_rest(self, hours: float, may_run: bool) -> None:
        """Run in Berlin on the evening of the 8th; the 10th has begun in Kiritimati 14 hours later."""
        diary = in_stage(3)
        diary.run(1, 0, hour=22, minutes=25, warm=WarmUp.NO_SYMPTOMS)
        now = diary.runs[0].at + timedelta(hours=hours)
        diary.say(1, 0, hour=22 + hours)
        answer = replace(diary.reports[0], local_date=date(2026, 9, 10))
        history = replace(diary.history(), time_zone="Pacific/Kiritimati", reports=(answer,))
        assert evaluate(history, diary.plan(), now).running.decision.may_run is may_run

    @pytest.mark.parametrize("first", [date(2026, 10, 24), date(2027, 3, 27)])
    @pytest.mark.parametrize(
        ("hours", "answer"), [(19.9, "UNKNOWN"), (20, "YES"), (28, "YES"), (28.1, "YES_LATE")]
    )
    def test_the_window_is_of_elapsed_hours_over_a_clock_change(
        self, first: date, hours: float, answer: str
    ) -> None:
        diary = in_stage(3)
        day = (first - date(2026, 9, 7)).days
        diary.run(day, 1, hour=3.5)  # answered on the same local day up to 20 h, over the night of the change
        run = diary.runs[-1]
        diary.say(day, 0, hour=3.5 + hours, kind=ReportKind.CHECK_24H)
        said = evaluate(diary.history(), diary.plan(), run.at + timedelta(hours=35)).running
        assert said.answer_24h[LEFT] == answer


class TestASecondTendon:
    def test_a_side_that_no_run_was_scored_for_is_unknown_and_never_zero(self) -> None:
        diary = in_stage(3)
        settled(diary, 1)
        diary.say(3, 0, kind=ReportKind.PRE_RUN)
        assert diary.at(3).running.decision.may_run
        both = replace(diary.plan(), sides=(LEFT, RIGHT))
        said = evaluate(diary.history(), both, diary.moment(3))
        assert said.running.decision is Decision.WAIT_24H
        assert said.stage.clean_in_a_row == 0


def test_a_new_version_of_the_same_exercise_does_not_start_the_sets_again() -> None:
    diary = in_stage(3)
    start = diary.moment(0).date()
    diary.exercises(ends_on=start + timedelta(days=20))
    diary.exercises(starts_on=start + timedelta(days=20), reps=12)
    for day in range(30):
        diary.exercise(day)
        diary.say(day, 0)
    (dose,) = diary.at(25).adherence
    assert dose.sets_per_session_now == 3
    other = replace(
        diary.plan(),
        tendon_plans=(replace(diary.tendon_plans[0], protocol="FLAT"), diary.tendon_plans[1]),
    )
    (again,) = evaluate(diary.history(), other, diary.moment(20, 23)).adherence  # another exercise does
    assert again.sets_per_session_now == 2


def test_a_step_back_is_told_only_where_one_was_taken() -> None:
    for stage, track, back in ((4, Track.FRAMEWORK, True), (1, Track.FRAMEWORK, False),
                               (3, Track.MODIFIED_RUNNING, False)):  # fmt: skip
        diary = Diary()
        diary.usual(0)
        diary.stage(0, stage, StageAct.START, track=track)
        diary.run(1, 5)
        said = diary.at(1, 12).running
        assert said.decision is Decision.STOP_REGRESS
        assert ("takes a step back" in said.next_step) is back
