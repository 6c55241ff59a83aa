"""The finding of the last run, while its stop lasts: not settled, above baseline again, at the line."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta

from assessments.clinical.sides import Side
from rehab.clinical import running
from rehab.clinical.case import Case, Now, newest_answers
from rehab.clinical.evaluation import Answer24h, Decision, Finding, FindingKind, Reading, Severity
from rehab.clinical.finding_parts import make, of_ten, readings_of
from rehab.clinical.local_time import short
from rehab.clinical.outcome import SETTLED
from rehab.clinical.review import RunView

DAY_H = 24.0


def of_last_run(case: Case, last: RunView) -> Iterator[Finding]:
    """The stop of the last run, while it lasts."""
    answers = newest_answers(case)
    for side, facts in last.facts.items():
        answer = answers.get(side)
        limits = last.record.limits if answer is None else case.ledger.dated.at(answer.report.received_at)
        rested = case.ledger.now.timestamp() - last.record.at >= limits.stop_hours * 3600
        above = answer is not None and limits.elevated(answer.pain, facts.baseline)
        settled = answer is not None and answer.hours >= limits.window_open_hours and not above
        above_now = answer is not None and answer.hours >= DAY_H and above
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
                    f"The run of {short(last.day)} reached {of_ten(facts.run_pain)} or did not ease off;"
                    " stage kept."
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
            f"Still {answer.pain}/10 {answer.hours:.0f} hours after the run of {short(last.day)},"
            f" not back at baseline ({baseline}/10)."
        )
    return f"Not settled 24 hours after the run of {short(last.day)}; baseline {baseline}/10."


def _above_again(case: Case, last: RunView, side: Side, answer: Now) -> Finding:
    """The run had settled at 24 hours, and a later answer before the next run is above baseline."""
    baseline, said = last.facts[side].baseline, answer.report
    margin = case.ledger.dated.at(said.received_at).elevated_margin
    newest = Reading(at=said.at, what=said.kind.value, value=of_ten(answer.pain), entry_id=said.id)
    return make(
        FindingKind.ELEVATED_24H,
        Severity.ACT,
        side=side,
        since=said.received_at,
        reason=(
            f"The run of {short(last.day)} settled at 24 hours, but on {short(said.local_date)}"
            f" it was {answer.pain}/10; baseline {baseline}."
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
