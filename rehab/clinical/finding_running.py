"""Findings about runs: red flags, worsening, the 24-hour answer, the line, missing answers, load that was too
much."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime, timedelta

from assessments.clinical.sides import Side
from rehab.clinical import running, session_rules, silence
from rehab.clinical.decision import SETTLED, Case, Now, newest_answers
from rehab.clinical.evaluation import Answer24h, Decision, Finding, FindingKind, Reading, Severity
from rehab.clinical.history import Track
from rehab.clinical.ledger import Worsened
from rehab.clinical.local_time import local_day
from rehab.clinical.reentry import STOPS
from rehab.clinical.review import RunView
from rehab.clinical.rules import RULE_VERSION
from rehab.clinical.stages import steps_back
from rehab.clinical.worsening import Session, Trend, rising_sessions

SEEN_FOR_DAYS = 7  # a run over the plan, or a step back, stays in view for a week
DAY_H = 24.0


def make(
    kind: FindingKind,
    severity: Severity,
    *,
    since: datetime,
    reason: str,
    action: str,
    rule: str,
    side: Side | None = None,
    readings: tuple[Reading, ...] = (),
    threshold: str = "",
    missing: tuple[str, ...] = (),
    clears: str = "",
) -> Finding:
    """A finding stamped with the version of the rules."""
    return Finding(
        kind=kind,
        severity=severity,
        side=side,
        since=since,
        reason=reason,
        action=action,
        readings=readings,
        threshold=threshold,
        rule=rule,
        rule_version=RULE_VERSION,
        missing=missing,
        clears=clears,
    )


def readings_of(case: Case, view: RunView, side: Side | None) -> tuple[Reading, ...]:
    """The run and every answer after it, of one side or of all."""
    sides = (side,) if side else case.ledger.sides
    found = [Reading(at=view.run.at, what="run", value=f"{view.run.minutes} min", entry_id=view.run.id)]
    for one in sides:
        where = f" {one.label}" if len(case.ledger.sides) > 1 else ""
        pain = view.run.pain.get(one)
        found.append(
            Reading(at=view.run.at, what=f"worst pain{where}", value=_of_ten(pain), entry_id=view.run.id)
        )
        for report, hours in case.ledger.reports_of(view.index):
            said = report.pain.get(one)
            if said is not None:
                what = f"{report.kind.value}{where} at {hours:.0f} h"
                found.append(Reading(at=report.at, what=what, value=_of_ten(said), entry_id=report.id))
    return tuple(found)


def _of_ten(pain: int | None) -> str:
    return "not said" if pain is None else f"{pain}/10"


def suspensions(case: Case) -> Iterator[Finding]:
    for flag in case.suspension.red_flags(case.ledger.now):
        named = ", ".join(sorted(finding.label for finding in flag.report.findings))
        yield make(
            FindingKind.RED_FLAG,
            Severity.URGENT,
            side=flag.report.side,
            since=flag.report.received_at,
            reason=f"Reported: {named}.",
            action="Contact the runner now. Running and exercises are suspended.",
            readings=(Reading(at=flag.report.at, what="red flag", value=named, entry_id=flag.report.id),),
            threshold="one finding is enough",
            rule="A6",
            clears="A recorded examination by a physio.",
        )
    if case.closed or case.plan.decides_nothing(case.ledger.now):
        return
    for one in case.suspension.worsenings(case.ledger.now):
        yield _worsened(case, one)


def _worsened(case: Case, one: Worsened) -> Finding:
    views = [view for view in case.views if view.record.root in one.run_roots]
    return make(
        FindingKind.WORSENING,
        Severity.URGENT,
        side=one.side,
        since=one.learned_at,
        reason=one.says,
        action="No running. See the runner the same day; the stage is suspended.",
        readings=tuple(reading for view in views for reading in readings_of(case, view, one.side)),
        threshold=(
            f"rise of {case.ledger.limits.worse_rise} points, or three rising sessions, without more load"
        ),
        rule=one.rule,
        clears="A physio resolves it after seeing the runner.",
    )


def of_runs(case: Case) -> Iterator[Finding]:
    if case.views:
        yield from _last_run(case, case.views[-1])
        yield from _overload(case)
        yield from _missing(case)
        yield from _exceeded(case)
    yield from _steps_back(case)


def _last_run(case: Case, last: RunView) -> Iterator[Finding]:
    """The stop of the last run, while it lasts."""
    answers = newest_answers(case)
    for side, facts in last.facts.items():
        answer = answers.get(side)
        limits = last.record.limits if answer is None else case.ledger.dated.at(answer.report.received_at)
        rested = case.ledger.now.timestamp() - last.record.at >= limits.stop_hours * 3600
        settled = (
            answer is not None
            and answer.hours >= limits.window_open_hours
            and answer.pain < facts.baseline + limits.elevated_margin
        )
        above_now = (
            answer is not None
            and answer.hours >= DAY_H
            and answer.pain >= facts.baseline + limits.elevated_margin
        )
        if answer is not None and above_now and facts.status in SETTLED:
            yield _above_again(case, last, side, answer)
        elif (facts.status is Answer24h.NO or above_now) and not (settled and rested):
            yield make(
                FindingKind.ELEVATED_24H,
                Severity.ACT,
                side=side,
                since=last.run.at + timedelta(hours=limits.window_open_hours),
                reason=_unsettled(last, facts.baseline, answer),
                action="No running until it is back at baseline; then a shorter session, stage kept.",
                readings=readings_of(case, last, side),
                rule="A1-3",
                clears="Back at baseline and two days of rest.",
                threshold=f"baseline + {limits.elevated_margin}",
            )
        elif _at_the_line(case, last, side) and not (settled and rested):
            yield make(
                FindingKind.AT_THE_LINE,
                Severity.REVIEW,
                side=side,
                since=last.run.received_at,
                reason=(
                    f"The run of {_date(last)} reached {_of_ten(facts.run_pain)} or did not ease off; stage"
                    " kept."
                ),
                action="Running stops for now. "
                + (
                    "The answers contradict each other: ask again."
                    if facts.contradicts_itself
                    else "Exercises go on."
                ),
                readings=readings_of(case, last, side),
                rule="A1-5",
                clears="Back at baseline and two days of rest.",
                threshold=f"more than {last.record.limits.run_ok_max}",
            )


def _unsettled(last: RunView, baseline: int, answer: Now | None) -> str:
    """With the newest answer where that is above; it may have come down since, which settles nothing."""
    if answer is not None and answer.pain > baseline:
        return (
            f"Still {answer.pain}/10 {answer.hours:.0f} hours after the run of {_date(last)},"
            f" not back at baseline ({baseline}/10)."
        )
    return f"Not settled 24 hours after the run of {_date(last)}; baseline {baseline}/10."


def _above_again(case: Case, last: RunView, side: Side, answer: Now) -> Finding:
    """The run had settled at 24 hours, and a later answer before the next run is above baseline."""
    baseline, said = last.facts[side].baseline, answer.report
    margin = case.ledger.dated.at(said.received_at).elevated_margin
    newest = Reading(at=said.at, what=said.kind.value, value=_of_ten(answer.pain), entry_id=said.id)
    return make(
        FindingKind.ELEVATED_24H,
        Severity.ACT,
        side=side,
        since=said.received_at,
        reason=(
            f"The run of {_date(last)} settled at 24 hours, but on {said.local_date:%a}"
            f" {said.local_date.day} {said.local_date:%b} it was {answer.pain}/10; baseline {baseline}."
        ),
        action="No running until it is back at baseline; stage kept.",
        readings=tuple(dict.fromkeys((*readings_of(case, last, side), newest))),
        rule="A1-3",
        clears="A newer answer at baseline.",
        threshold=f"baseline + {margin}",
    )


def _at_the_line(case: Case, last: RunView, side: Side) -> bool:
    verdict = running.decide(last.facts[side], last.record.limits)
    return verdict.decision is Decision.STOP_TEMPORARY


def _date(view: RunView) -> str:
    return f"{view.day:%a} {view.day.day} {view.day:%b}"


def _steps_back(case: Case) -> Iterator[Finding]:
    """A stage lost by the rules, until the physio acts on the stage or a week has passed."""
    back = steps_back(case.path.moves)
    for move in reversed(back):
        age = (case.today - local_day(move.at, case.time_zone)).days
        acted = case.path.last_act_at is not None and case.path.last_act_at >= move.at
        if age < SEEN_FOR_DAYS and not acted:
            over = next(
                (one for one in case.ledger.over_the_line.values() if one.cause_id == move.cause_id), None
            )
            yield make(
                FindingKind.OVER_THE_LINE,
                Severity.ACT,
                side=over.side if over else None,
                since=move.at,
                reason=f"{move.reason} Back from stage {move.from_stage} to stage {move.to_stage}.",
                action="One stage back. Running stops until it has settled.",
                readings=(
                    (
                        Reading(
                            at=over.happened_at,
                            what="worst pain",
                            value=f"{over.pain}/10",
                            entry_id=over.cause_id,
                        ),
                    )
                    if over
                    else ()
                ),
                threshold=f"{case.ledger.limits.regress_min} or more",
                rule="A1-4",
                clears="The physio sets the stage, or seven days.",
            )
            break
    recent = [move for move in back if (case.today - local_day(move.at, case.time_zone)).days < 28]
    if silence.recurrent_regression(len(recent), case.ledger.limits):
        yield make(
            FindingKind.RECURRENT_REGRESSION,
            Severity.REVIEW,
            since=recent[case.ledger.limits.regressions - 1].at,
            reason=f"{len(recent)} steps back within 28 days.",
            action="Review load, dose and diagnosis.",
            readings=tuple(
                Reading(
                    at=move.at,
                    what="stage",
                    value=f"{move.from_stage} to {move.to_stage}",
                    entry_id=move.cause_id or "",
                )
                for move in recent
            ),
            threshold=f"{case.ledger.limits.regressions} in 28 days",
            rule="A5-RECURRENT",
        )
    yield from _modified(case)


def _modified(case: Case) -> Iterator[Finding]:
    """Reduced running that stops again and again proposes stage 1; so does one run over the line."""
    if case.path.track is not Track.MODIFIED_RUNNING or case.path.entered_at is None:
        return
    since = case.path.entered_at.timestamp()
    views = [view for view in case.views if view.record.at >= since and (case.today - view.day).days < 14]
    stops = [view for view in views if view.verdict.decision in STOPS]
    over = [view for view in views if view.record.root in case.ledger.over_the_line]
    if over or len(stops) >= case.ledger.limits.modified_stops:
        yield make(
            FindingKind.STAGE_PROPOSAL,
            Severity.ACT,
            since=(over or stops)[-1].run.received_at,
            reason=(
                f"Reduced running had to stop {len(stops)} times in 14 days."
                if not over
                else "Reduced running went over the line."
            ),
            action="Proposed: the seven stages, from stage 1.",
            readings=tuple(reading for view in over or stops for reading in readings_of(case, view, None)),
            threshold=(
                f"{case.ledger.limits.modified_stops} stops in 14 days, or one of"
                f" {case.ledger.limits.regress_min} or more"
            ),
            rule="A1-MODIFIED",
            clears="The physio sets track and stage.",
        )


def _overload(case: Case) -> Iterator[Finding]:
    if all((case.today - view.day).days >= SEEN_FOR_DAYS for view in case.views[-4:]):
        return
    for side in case.ledger.sides:
        looked = [(view, case.ledger.looks(view.index)[side].score) for view in case.views[-4:]]
        scored = [view for view, score in looked if score is not None][-2:]
        sessions = [
            Session(score, view.run.minutes, bool(view.run.hills or view.run.speed))
            for view, score in looked
            if score is not None
        ][-2:]
        recent = scored and (case.today - scored[-1].day).days < SEEN_FOR_DAYS
        if recent and rising_sessions(sessions, case.ledger.limits) is Trend.OVERLOAD:
            yield make(
                FindingKind.OVERLOAD,
                Severity.REVIEW,
                side=side,
                since=scored[-1].run.received_at,
                reason=f"Pain rose from {sessions[0].score} to {sessions[1].score} with more load.",
                action="Cut load by 30 to 50 percent.",
                readings=tuple(reading for view in scored for reading in readings_of(case, view, side)),
                threshold=f"rise of {case.ledger.limits.worse_rise}",
                rule="A5-OVERLOAD",
                clears="The next session.",
            )


def _missing(case: Case) -> Iterator[Finding]:
    recent = [view for view in case.views[-30:] if 0 <= (case.today - view.day).days < 14]
    missing = [view for view in recent if view.status is Answer24h.MISSING]
    if silence.too_many_missing(len(missing), case.ledger.limits):
        days = ", ".join(_date(view) for view in missing)
        yield make(
            FindingKind.MISSING_24H,
            Severity.REVIEW,
            since=missing[case.ledger.limits.missing_answers - 1].run.at,
            reason=f"{len(missing)} runs in 14 days without an answer at 24 hours: {days}.",
            action="Ask what gets in the way of answering. Nothing counts as settled.",
            readings=tuple(
                Reading(
                    at=view.run.at,
                    what="run without answer",
                    value=f"{view.run.minutes} min",
                    entry_id=view.run.id,
                )
                for view in missing
            ),
            threshold=f"{case.ledger.limits.missing_answers} in 14 days",
            rule="A2-MISSING",
            missing=tuple(f"24-hour answer for {_date(view)}" for view in missing),
            clears="Answers.",
        )


def _exceeded(case: Case) -> Iterator[Finding]:
    recent = [
        view for view in case.views[-20:] if (case.today - view.day).days < SEEN_FOR_DAYS and view.exceeded
    ]
    if recent:
        last = recent[-1]
        yield make(
            FindingKind.PLAN_EXCEEDED,
            Severity.REVIEW,
            since=last.run.received_at,
            reason=(
                f"The run of {_date(last)} went beyond the plan:"
                f" {session_rules.SAYS.get(last.exceeded or '', 'more than the stage holds')}."
            ),
            action="No credit for it; talk about the plan. The 24-hour rule applies as always.",
            readings=tuple(reading for view in recent for reading in readings_of(case, view, None)),
            threshold=last.exceeded or "",
            rule="A3-EXCEEDED",
            clears="Seven days.",
        )
