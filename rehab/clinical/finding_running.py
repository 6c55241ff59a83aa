"""Findings about runs: the last one, load that was too much, missing answers, a run over the plan."""

from __future__ import annotations

from collections.abc import Iterator

from rehab.clinical import session_rules, silence
from rehab.clinical.case import Case
from rehab.clinical.evaluation import Answer24h, Finding, FindingKind, Severity
from rehab.clinical.finding_last_run import of_last_run
from rehab.clinical.finding_parts import SEEN_FOR_DAYS, make, readings_of, run_reading
from rehab.clinical.local_time import short
from rehab.clinical.worsening import Session, Trend, rising_sessions


def of_case(case: Case) -> Iterator[Finding]:
    if case.views:
        yield from of_last_run(case, case.views[-1])
        yield from _overload(case)
        yield from _missing(case)
        yield from _exceeded(case)


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
        days = ", ".join(short(view.day) for view in missing)
        yield make(
            FindingKind.MISSING_24H,
            Severity.REVIEW,
            since=missing[case.ledger.limits.missing_answers - 1].run.at,
            reason=f"{len(missing)} runs in 14 days without an answer at 24 hours: {days}.",
            action="Ask what gets in the way of answering. Nothing counts as settled.",
            readings=tuple(run_reading(view, "run without answer") for view in missing),
            threshold=f"{case.ledger.limits.missing_answers} in 14 days",
            rule="A2-MISSING",
            missing=tuple(f"24-hour answer for {short(view.day)}" for view in missing),
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
                f"The run of {short(last.day)} went beyond the plan:"
                f" {session_rules.SAYS.get(last.exceeded or '', 'more than the stage holds')}."
            ),
            action="No credit for it; talk about the plan. The 24-hour rule applies as always.",
            readings=tuple(reading for view in recent for reading in readings_of(case, view, None)),
            threshold=last.exceeded or "",
            rule="A3-EXCEEDED",
            clears="Seven days.",
        )
