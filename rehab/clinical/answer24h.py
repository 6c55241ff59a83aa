"""Back to baseline at 24 hours, and at 48? The windows of section A2 as a pure reading of dated answers.

Hours are elapsed hours since the end of the run. Missing never passes.
"""

from __future__ import annotations

from collections.abc import Sequence
from enum import StrEnum
from typing import NamedTuple

from rehab.clinical.evaluation import Answer24h
from rehab.clinical.thresholds import Limits


class Reply(NamedTuple):
    """One answer to "pain in that tendon now, walking normally", for one side."""

    hours: float  # since the end of the run; below 0 counts as 0
    pain: int
    later_day: bool  # given on a later local day than the run
    pre_run: bool = False  # given before another run
    limits: Limits | None = None  # in force when it was received; None: those the run is judged by

    def above(self, baseline: int, limits: Limits) -> bool:
        """Above baseline by the margin of its own time."""
        return (self.limits or limits).elevated(self.pain, baseline)


class Judgement(NamedTuple):
    status: Answer24h
    elevated_by: int  # points above baseline of the answer that decided; 0 when it did not decide NO
    above_once: bool  # some answer from 20 h on was above baseline: no credit, even if it settled later


def judge(
    replies: Sequence[Reply],
    *,
    baseline: int,
    hours_now: float,
    limits: Limits,
    another_run: bool = False,
) -> Judgement:
    """The 24-hour answer of one side, from the replies up to now and before the next run.

    `another_run`: the next run has begun, so nothing more can be attributed to this one.
    """
    return by_now(read(replies, baseline=baseline, limits=limits), hours_now, another_run, limits)


def by_now(judged: Judgement, hours_now: float, another_run: bool, limits: Limits) -> Judgement:
    """What was unknown is missing once its time is over."""
    if judged.status is Answer24h.UNKNOWN and (another_run or hours_now >= limits.missing_hours):
        return judged._replace(status=Answer24h.MISSING)
    return judged


def read(replies: Sequence[Reply], *, baseline: int, limits: Limits) -> Judgement:
    """What the replies alone say, whatever the time is now."""
    in_window: Reply | None = None
    early: Reply | None = None
    late: list[Reply] = []
    pre_run_above: Reply | None = None  # the newest one before 24 h
    above_once = False
    for reply in replies:
        hours, own = reply.hours, reply.limits or limits
        above = reply.above(baseline, limits)
        if hours > own.late_hours:
            continue
        if reply.pre_run:
            if above and hours < 24 and (pre_run_above is None or hours >= pre_run_above.hours):
                pre_run_above = reply
            above_once = above_once or (above and hours >= own.window_open_hours)
        elif hours < own.window_open_hours:
            if hours >= own.early_hours and reply.later_day and (early is None or hours >= early.hours):
                early = reply
        else:
            above_once = above_once or above
            if hours > own.window_close_hours:
                late.append(reply)
            elif in_window is None or hours >= in_window.hours:
                in_window = reply
    yes = None if in_window is None or in_window.above(baseline, limits) else in_window
    if yes is not None and pre_run_above is not None and pre_run_above.hours >= yes.hours:
        in_window = None  # above baseline again before the 24 hours were over: that was no YES
    status, elevated_by = _status(in_window, early, late, pre_run_above is not None, baseline, limits)
    return Judgement(status, elevated_by, above_once)


def _status(
    in_window: Reply | None,
    early: Reply | None,
    late: Sequence[Reply],
    pre_run_above_early: bool,
    baseline: int,
    limits: Limits,
) -> tuple[Answer24h, int]:
    if in_window is not None:
        if in_window.above(baseline, limits):
            return Answer24h.NO, in_window.pain - baseline
        return Answer24h.YES, 0
    above = [reply.pain for reply in late if reply.above(baseline, limits)]
    if above:
        return Answer24h.NO, max(above) - baseline
    if early is not None and not early.above(baseline, limits) and not pre_run_above_early:
        return Answer24h.YES, 0
    if late:
        return Answer24h.YES_LATE, 0
    return Answer24h.UNKNOWN, 0


class Answer48h(StrEnum):
    """Settled at 48 hours, for a first hill session?"""

    PASS = "PASS"  # noqa: S105 - a result, not a password
    FAIL = "FAIL"
    UNKNOWN = "UNKNOWN"
    MISSING = "MISSING"


def judge_48h(
    replies: Sequence[Reply],
    *,
    status_24h: Answer24h,
    baseline: int,
    hours_now: float,
    limits: Limits,
    run_within_48h: bool = False,
) -> Answer48h:
    """Passes only with a 24-hour YES, an answer at 44 to 84 h at or below baseline, and no run in those 48
    hours."""
    if status_24h is Answer24h.NO or run_within_48h:
        return Answer48h.FAIL
    said = [r for r in replies if limits.open_48h_hours <= r.hours <= limits.late_48h_hours and not r.pre_run]
    in_window = [reply for reply in said if reply.hours <= limits.close_48h_hours]
    if in_window:
        settled = not max(in_window, key=lambda reply: reply.hours).above(baseline, limits)
    elif said:
        settled = not any(reply.above(baseline, limits) for reply in said)
    else:
        return Answer48h.MISSING if hours_now >= limits.late_48h_hours else Answer48h.UNKNOWN
    if not settled:
        return Answer48h.FAIL
    if status_24h is Answer24h.YES:
        return Answer48h.PASS
    return Answer48h.UNKNOWN if status_24h is Answer24h.UNKNOWN else Answer48h.MISSING
