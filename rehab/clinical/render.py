"""An evaluation for machines and for people."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from rehab.clinical.codec import plain
from rehab.clinical.evaluation import Evaluation, Finding


def as_json(evaluation: Evaluation) -> dict[str, Any]:
    """The evaluation as values that `json.dumps` takes: codes for enums, UTC for times, lists for tuples."""
    return plain(evaluation)


def as_text(evaluation: Evaluation) -> str:
    """The evaluation as a page that a physio can read."""
    return "\n".join(_lines(evaluation))


def _lines(evaluation: Evaluation) -> Iterator[str]:
    running, stage = evaluation.running, evaluation.stage
    yield f"Case {evaluation.case_id} at {evaluation.at.isoformat()} (rules {evaluation.rule_version})"
    yield ""
    yield f"Can I run today?  {running.decision.value}  [{running.rule}]"
    yield f"  {running.reason}"
    if running.allowed is not None:
        yield f"  Allowed: {running.allowed.text}"
    if running.not_before is not None:
        yield f"  Not before {running.not_before.isoformat()}"
    yield f"  To the runner: {running.because} {running.next_step}"
    for owed in running.owed:
        yield f"  Still owed: {owed.kind}, due {owed.due_at.isoformat()}"
    yield ""
    yield (
        f"Stage {stage.stage if stage.stage is not None else '–'} ({stage.track}), {stage.days_in_stage}"
        f" days: {stage.result.value} [{stage.reason_code}]"
    )
    for criterion in stage.criteria:
        mark = {True: "met", False: "not met", None: "not known"}[criterion.met]
        yield f"  {mark:9} {criterion.says} ({criterion.detail})"
    for move in stage.path:
        who = move.by or "the rules"
        yield (
            f"  {move.at.isoformat()}  {move.from_stage or '–'} to {move.to_stage}  {move.kind} by {who}."
            f" {move.reason}"
        )
    yield ""
    for dose in evaluation.adherence:
        share = "nothing prescribed" if dose.percent is None else f"{dose.percent} %"
        yield f"Exercises {dose.side.label}: {share}; {dose.sets_reason}"
    yield ""
    yield f"Findings: {len(evaluation.findings)}"
    for finding in evaluation.findings:
        yield from _finding(finding)
    yield ""
    due = evaluation.next_due_at
    yield f"Next look: {due.isoformat() if due else 'only when something is said or done'}"


def _finding(finding: Finding) -> Iterator[str]:
    side = f" {finding.side.label}" if finding.side else ""
    yield (
        f"- {finding.severity.value} {finding.kind.value}{side} [{finding.rule}] since"
        f" {finding.since.isoformat()}"
    )
    yield f"    {finding.reason} {finding.action}"
    for reading in finding.readings:
        yield f"    {reading.at.isoformat()}  {reading.what}: {reading.value}"
    if finding.missing:
        yield f"    Missing: {', '.join(finding.missing)}"
    if finding.clears:
        yield f"    Clears: {finding.clears}"
