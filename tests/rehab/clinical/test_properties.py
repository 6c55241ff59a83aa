"""What must hold for every diary, however odd."""

from dataclasses import replace
from datetime import datetime, timedelta

from hypothesis import assume, example, given, settings
from hypothesis import strategies as st

from rehab.clinical import corrections
from rehab.clinical.codec import decode, encode
from rehab.clinical.evaluate import evaluate
from rehab.clinical.evaluation import Answer24h, Decision, Evaluation, FindingKind, StageEffect
from rehab.clinical.history import ReportKind, ThresholdVersion
from rehab.clinical.ledger import replay
from rehab.clinical.review import RunViews, review
from rehab.clinical.running import severity
from rehab.clinical.stages import walk
from rehab.clinical.suspension import Suspension
from tests.rehab.clinical.cases import LEFT, Diary, shuffled
from tests.rehab.clinical.strategies import diaries, with_last_report_pain, with_last_run_pain

MANY = settings(max_examples=60, deadline=None)
moments = st.integers(0, 18 * 24)


def at(diary: Diary, hour: int) -> Evaluation:
    return diary.at(hour // 24, hour % 24)


def standing_reports(diary: Diary, hour: int):  # type: ignore[no-untyped-def]
    return corrections.effective(diary.reports, diary.moment(0, hour))


@MANY
@given(diaries(), moments)
def test_a_suspended_case_may_never_run(diary: Diary, hour: int) -> None:
    evaluation = at(diary, hour)
    kinds = {finding.kind for finding in evaluation.findings}
    if kinds & {FindingKind.RED_FLAG, FindingKind.WORSENING}:
        assert not evaluation.running.decision.may_run
        assert evaluation.running.allowed is None


@MANY
@given(diaries(), moments)
def test_an_unknown_24_hour_answer_or_an_unscored_side_may_never_run(diary: Diary, hour: int) -> None:
    evaluation = at(diary, hour)
    now = diary.moment(0, hour)
    running = evaluation.running
    if not running.decision.may_run or running.run_id is None:
        return
    run = next(one for one in diary.runs if one.id == running.run_id)
    later = [one for one in standing_reports(diary, hour) if one.at >= run.at]
    for side in diary.sides:
        assert run.pain.get(side) is not None
        status = running.answer_24h[side]
        assert status is not Answer24h.UNKNOWN
        said = [one for one in later if one.pain.get(side) is not None]
        if status is Answer24h.MISSING:  # made up for by an answer of that very day
            assert any(one.local_date == evaluation.local_date for one in said)
        if status is Answer24h.NO:  # settled since, and rested
            assert (now - run.at).total_seconds() >= 48 * 3600
            newest = max(said, key=lambda one: (one.at, one.id)).pain[side]
            assert newest is not None
            assert newest < max(one.pain[side] or 0 for one in said)


@MANY
@given(diaries(), moments, st.integers(0, 9))
def test_more_pain_on_the_last_run_never_gives_a_milder_decision(diary: Diary, hour: int, pain: int) -> None:
    assume(diary.runs)
    milder = at(with_last_run_pain(diary, pain), hour).running.decision
    harder = at(with_last_run_pain(diary, pain + 1), hour).running.decision
    assume({milder, harder}.isdisjoint({"NO_PLAN"}))
    assert severity(harder) <= severity(milder) or _lost_a_stage(diary, hour, pain)


def _lost_a_stage(diary: Diary, hour: int, pain: int) -> bool:
    """A step back changes the stage, and a lower stage asks other things: then neither may run further."""
    harder = at(with_last_run_pain(diary, pain + 1), hour)
    milder = at(with_last_run_pain(diary, pain), hour)
    fewer = (harder.stage.stage or 0) < (milder.stage.stage or 0)
    return fewer and (not harder.running.decision.may_run or milder.running.decision.may_run)


@MANY
@given(diaries(), moments, st.integers(0, 9))
def test_more_pain_in_the_last_report_never_opens_a_run(diary: Diary, hour: int, pain: int) -> None:
    assume(diary.reports)
    milder = at(with_last_report_pain(diary, pain), hour)
    harder = at(with_last_report_pain(diary, pain + 1), hour)
    if harder.running.decision.may_run:
        assert milder.running.decision.may_run or _was_before_a_run(diary)


def _was_before_a_run(diary: Diary) -> bool:
    """An answer before a run is that run's baseline, where a higher one rightly asks for less."""
    last = max(diary.reports, key=lambda report: (report.at, report.id))
    return any(run.at >= last.at for run in diary.runs)


@MANY
@given(diaries(), moments)
def test_the_order_of_the_lists_does_not_matter_and_duplicates_do_nothing(diary: Diary, hour: int) -> None:
    history, plan, now = diary.history(), diary.plan(), diary.moment(0, hour)
    once = evaluate(history, plan, now)
    assert evaluate(shuffled(history), plan, now) == once
    twice = replace(
        history, runs=history.runs * 2, reports=history.reports * 2, red_flags=history.red_flags * 2
    )
    assert evaluate(twice, plan, now) == once


@MANY
@given(diaries())
def test_rebuilding_equals_stepping_and_nothing_ever_vanishes(diary: Diary) -> None:
    """Evaluated after each arrival with only what was known, the facts grow and are those of the rebuild."""
    history, plan = diary.history(), diary.plan()
    seen: list[tuple[object, ...]] = []
    last = max([diary.moment(14), *(entry.received_at for entry in diary.all_entries())])
    for now in sorted({entry.received_at for entry in diary.all_entries()} | {last}):
        known = replace(
            history,
            runs=tuple(one for one in history.runs if one.received_at <= now),
            reports=tuple(one for one in history.reports if one.received_at <= now),
            red_flags=tuple(one for one in history.red_flags if one.received_at <= now),
        )
        stepped = evaluate(known, plan, now)
        rebuilt = evaluate(history, plan, now)
        assert (stepped.findings, stepped.running, stepped.stage) == (
            rebuilt.findings,
            rebuilt.running,
            rebuilt.stage,
        )
        moves = [(move.at, move.kind, move.to_stage, move.cause_id) for move in stepped.stage.path]
        assert moves[: len(seen)] == seen
        seen = moves


@MANY
@given(diaries(), moments)
def test_missing_never_passes(diary: Diary, hour: int) -> None:
    """Taking every answer away never earns a credit."""
    assume(diary.runs)
    silent = at(replace(diary, reports=[]), hour)
    assert silent.stage.clean_in_a_row == 0
    if silent.running.run_id is not None:
        assert not silent.running.decision.may_run


@MANY
@given(diaries(), moments)
def test_every_finding_says_why_and_the_software_never_promotes(diary: Diary, hour: int) -> None:
    evaluation = at(diary, hour)
    for finding in evaluation.findings:
        assert finding.reason and finding.action and finding.rule and finding.rule_version
        assert finding.since <= evaluation.at
    for move in evaluation.stage.path:
        if move.by is None:
            assert move.from_stage is not None
            assert move.to_stage == move.from_stage - 1 >= 1


@MANY
@given(diaries())
def test_a_case_survives_the_journey_through_json(diary: Diary) -> None:
    assert decode(encode(diary.history(), diary.plan())) == (diary.history(), diary.plan())


@MANY
@given(diaries(), moments)
@example(Diary(), 0)
def test_time_alone_never_releases_a_suspension(diary: Diary, hour: int) -> None:
    diary.clearances.clear()
    diary.resolutions.clear()
    now = at(diary, hour)
    later = evaluate(diary.history(), diary.plan(), diary.moment(90))
    if {finding.kind for finding in now.findings} & {FindingKind.RED_FLAG, FindingKind.WORSENING}:
        assert not later.running.decision.may_run
    assert LEFT in diary.sides


@MANY
@given(diaries(), moments)
def test_whoever_has_a_red_flag_is_answered_urgently_closed_or_recorded_only(diary: Diary, hour: int) -> None:
    said = at(diary, hour)
    if any(finding.kind is FindingKind.RED_FLAG for finding in said.findings):
        assert said.running.decision is Decision.URGENT_CARE
        assert said.running.stage_effect is StageEffect.SUSPEND
    elif diary.paused or diary.record_only:
        assert said.running.decision is Decision.NO_PLAN
        assert said.findings == ()


@MANY
@given(diaries(), moments)
def test_a_report_that_no_clearance_names_still_suspends(diary: Diary, hour: int) -> None:
    now = diary.moment(0, hour)
    for report in diary.red_flags:
        named = [
            one
            for one in diary.clearances
            if one.at <= now
            and (report.received_at < one.at if one.covers is None else report.id in one.covers)
        ]
        if report.received_at <= now and not named:
            assert at(diary, hour).running.decision is Decision.URGENT_CARE


@MANY
@given(diaries(), moments)
def test_steps_back_that_were_stored_change_nothing_while_the_rules_still_see_them(
    diary: Diary, hour: int
) -> None:
    """At every moment: stored when they were made, or followed from the diary, it is the same answer."""
    before = at(diary, hour)
    diary.store(before)
    assert at(diary, hour) == before
    later = evaluate(diary.history(), diary.plan(), diary.moment(20))
    diary.kept.clear()
    assert evaluate(diary.history(), diary.plan(), diary.moment(20)) == later


@MANY
@given(diaries(), st.integers(0, 14 * 24), st.integers(1, 6))
def test_a_threshold_set_now_changes_nothing_that_was_stored(diary: Diary, hour: int, line: int) -> None:
    """The stage, its path, what is suspended, and each run's own verdict."""
    now = diary.moment(0, hour)
    before = evaluate(diary.history(), diary.plan(), now)
    views = [(view.run.id, view.verdict, view.judged) for view in _views(diary, now)]
    diary.versions = [one for one in diary.versions if one.at <= now]
    diary.versions.append(
        ThresholdVersion(
            at=now + timedelta(seconds=1), thresholds={"RUN_OK_MAX": line - 1, "REGRESS_MIN": line}
        )
    )
    after = evaluate(diary.history(), diary.plan(), now + timedelta(seconds=1))
    assume(not any(now < one.received_at <= after.at for one in diary.all_entries()))
    assert after.stage.path == before.stage.path
    assert [(view.run.id, view.verdict, view.judged) for view in _views(diary, now)] == views
    assert after.running.decision == before.running.decision or before.running.not_before is not None


def _views(diary: Diary, now: datetime) -> RunViews:
    history, plan = diary.history(), diary.plan()
    ledger = replay(history, plan, now)
    suspended = Suspension(history, ledger).suspended
    return review(ledger, walk(plan.stage_steps, ledger.over_the_line.values(), suspended, now))


@MANY
@given(diaries(), st.integers(3, 6), st.integers(0, 9), st.booleans())
def test_editing_the_last_run_never_ends_its_stop_within_two_days(
    diary: Diary, told: int, pain: int, voided: bool
) -> None:
    """Whatever else was said, and however calm the answers afterwards."""
    name = diary.run(16, told, hour=9)
    diary.run(16, pain, hour=9, received=1, supersedes=name, voided=voided)
    for day in (16, 17, 18):
        diary.say(day, 0, hour=8.9, kind=ReportKind.PRE_RUN)
    for hour in (9.1, 33, 56.9):
        assert not diary.at(16, hour).running.decision.may_run
