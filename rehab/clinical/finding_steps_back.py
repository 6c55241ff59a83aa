"""Findings about ground lost: a step back, several of them, reduced running that stops again and again."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from rehab.clinical import silence
from rehab.clinical.case import Case
from rehab.clinical.evaluation import Finding, FindingKind, Reading, Severity, StageMove
from rehab.clinical.finding_parts import SEEN_FOR_DAYS, make, readings_of
from rehab.clinical.history import Track
from rehab.clinical.local_time import local_day
from rehab.clinical.reentry import STOPS
from rehab.clinical.stages import steps_back


def of_case(case: Case) -> Iterator[Finding]:
    back = steps_back(case.path.moves)
    yield from _newest(case, back)
    yield from _recurrent(case, back)
    yield from _modified(case)


def _newest(case: Case, back: Sequence[StageMove]) -> Iterator[Finding]:
    """A stage lost by the rules, until the physio acts on the stage or a week has passed."""
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


def _recurrent(case: Case, back: Sequence[StageMove]) -> Iterator[Finding]:
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
