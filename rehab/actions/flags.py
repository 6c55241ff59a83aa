"""A physio works on flags: acknowledge, snooze, resolve, say whether it was useful, and take it back.

A red flag can be neither acknowledged nor snoozed nor resolved here: it stands until an examination is
recorded (`rehab.actions.clearances.clear`). Resolving a worsening is a clinical act and is not taken back.
"""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from django.db import transaction

from assessments.clinical.sides import Side
from patients.actions.physio_acts import ActRefused, held
from patients.models import Case, Membership
from rehab.actions import clearances, summaries
from rehab.clinical.evaluation import FindingKind
from rehab.models import Flag, FlagSide, FlagState
from rehab.queries.flag_words import IN_BULK

UNDO_SHOWN = timedelta(seconds=10)  # how long the way back is offered (static/js/clinic.js)
LATENCY = timedelta(seconds=5)  # of the line, both ways
UNDO_FOR = UNDO_SHOWN + LATENCY
_MOMENTS = ("acknowledged_at", "snoozed_until", "resolved_at")
_PEOPLE = ("acknowledged_by_id", "snoozed_by_id", "resolved_by_id")
_TEXTS = ("state", "acknowledged_hash", "resolution_note")
_STATE = (*_TEXTS, *_MOMENTS, *_PEOPLE)


@dataclass(frozen=True)
class Act:
    """What was done. `before`, `after`: the flag's life as JSON holds it; equal when nothing changed."""

    flag: Flag
    before: Mapping[str, str | None]
    after: Mapping[str, str | None]

    @property
    def changed(self) -> bool:
        return self.before != self.after


@transaction.atomic
def acknowledge(*, flag_id: UUID, by: Membership, now: datetime) -> Act:
    """Seen: off the list until there is new evidence. Flag.DoesNotExist; ActRefused for a red flag."""
    flag = _hold(flag_id, by)
    if flag.kind == FindingKind.RED_FLAG:
        raise ActRefused("A red flag stays on the list until an examination is recorded.")
    before = _life(flag)
    _check_stands(flag)
    if flag.state != FlagState.ACKNOWLEDGED:
        flag.state = FlagState.ACKNOWLEDGED
        flag.acknowledged_at, flag.acknowledged_by_id = now, by.pk
        flag.acknowledged_hash = flag.evidence_hash
        flag.snoozed_until = flag.snoozed_by_id = None
        _keep([flag], now)
    return Act(flag, before, _life(flag))


@transaction.atomic
def acknowledge_many(*, flag_ids: Collection[UUID], by: Membership, now: datetime) -> list[Act]:
    """Those of the flags that may be taken together and are still open; the rest stay as they are."""
    safe = Flag.objects.filter(pk__in=flag_ids, state=FlagState.OPEN, severity__in=IN_BULK)
    safe = safe.exclude(kind=FindingKind.RED_FLAG.value).order_by("case_id", "id")
    return [acknowledge(flag_id=flag.pk, by=by, now=now) for flag in safe]


@transaction.atomic
def snooze(*, flag_id: UUID, until: datetime, by: Membership, now: datetime) -> Act:
    """Off the list until then, and back earlier when it gets worse. ActRefused for a red flag or the past."""
    flag = _hold(flag_id, by)
    if flag.kind == FindingKind.RED_FLAG:
        raise ActRefused("A red flag cannot be snoozed: it stays until an examination is recorded.")
    if until <= now:
        raise ActRefused("Give a day after today.", "until")
    before = _life(flag)
    _check_stands(flag)
    flag.state, flag.snoozed_until, flag.snoozed_by_id = FlagState.SNOOZED, until, by.pk
    _keep([flag], now, look_again=True)
    return Act(flag, before, _life(flag))


@transaction.atomic
def resolve(*, flag_id: UUID, note: str, by: Membership, now: datetime) -> Act:
    """Dealt with. A worsening needs a note; running then waits for a physio. ActRefused for a red flag."""
    flag = _hold(flag_id, by)
    if flag.kind == FindingKind.RED_FLAG:
        raise ActRefused("A red flag is cleared with a recorded examination.")
    before = _life(flag)
    if flag.state == FlagState.RESOLVED:
        return Act(flag, before, before)
    if flag.kind == FindingKind.WORSENING:
        side = None if flag.side == FlagSide.CASE else Side(flag.side)
        clearances.resolve_worsening(case=flag.case, note=note, by=by, now=now, side=side)
        flag.refresh_from_db()
        summaries.regroup(case_id=flag.case_id, now=now)
        return Act(flag, _life(flag), _life(flag))
    flag.state, flag.resolved_at, flag.resolved_by_id = FlagState.RESOLVED, now, by.pk
    flag.resolution_note = note.strip()
    _keep([flag], now, look_again=True)
    return Act(flag, before, _life(flag))


@transaction.atomic
def mark_useful(*, flag_id: UUID, useful: bool, by: Membership, now: datetime) -> Flag:
    """Whether this flag was worth somebody's time; the last answer counts."""
    flag = _hold(flag_id, by)
    flag.useful, flag.judged_at, flag.judged_by = useful, now, by
    flag.save(update_fields=["useful", "judged_at", "judged_by"])
    return flag


@transaction.atomic
def undo(*, acts: Sequence[Mapping[str, Any]], at: datetime, by: Membership, now: datetime) -> list[Flag]:
    """Put every flag back as it was. `acts` as `remember()` made them; all of them or none.

    ActRefused when it is too late, or when something newer happened to one of the flags.
    """
    if now - at > UNDO_FOR:
        raise ActRefused(
            f"Too late to undo: that is possible for {UNDO_SHOWN.seconds} seconds. Change it on the case."
        )
    flags = [_hold(UUID(act["flag"]), by) for act in sorted(acts, key=lambda act: str(act["flag"]))]
    told = {act["flag"]: act for act in acts}
    for flag in flags:
        act = told[str(flag.pk)]
        if _life(flag) != act["after"] or _another_is_open(flag):
            raise ActRefused("Something newer happened to this flag, so nothing was undone.")
        for name, value in act["before"].items():
            setattr(flag, name, datetime.fromisoformat(value) if value and name in _MOMENTS else value)
    _keep(flags, now, look_again=True)
    return flags


def remember(acts: Iterable[Act]) -> list[dict[str, Any]]:
    """What `undo` needs to know, as JSON holds it."""
    return [
        {"flag": str(act.flag.pk), "before": dict(act.before), "after": dict(act.after)}
        for act in acts
        if act.changed
    ]


def _hold(flag_id: UUID, by: Membership) -> Flag:
    """The flag, with its case locked first, as the sweep does it."""
    case = Case.objects.get(pk=Flag.objects.values_list("case_id", flat=True).get(pk=flag_id))
    case = held(case, by)
    flag = Flag.objects.select_for_update(of=("self",)).get(pk=flag_id)
    flag.case = case
    return flag


def _check_stands(flag: Flag) -> None:
    if flag.state == FlagState.RESOLVED:
        raise ActRefused("This flag is already resolved.")


def _another_is_open(flag: Flag) -> bool:
    if flag.state != FlagState.RESOLVED:
        return False
    same = Flag.objects.open().for_case(flag.case_id).filter(side=flag.side, kind=flag.kind)
    return same.exclude(pk=flag.pk).exists()


def _life(flag: Flag) -> dict[str, str | None]:
    said = {name: getattr(flag, name) for name in _STATE}
    return {
        name: value.isoformat() if isinstance(value, datetime) else None if value is None else str(value)
        for name, value in said.items()
    }


def _keep(flags: Sequence[Flag], now: datetime, *, look_again: bool = False) -> None:
    """`look_again`: the sweep works the case through at once, and notes when it has to wake somebody."""
    for flag in flags:
        flag.save(update_fields=[name.removesuffix("_id") for name in _STATE])
    cases = {flag.case_id for flag in flags}
    if look_again:
        Case.objects.filter(pk__in=cases).update(evaluation_due_at=now)
    for case_id in sorted(cases):
        summaries.regroup(case_id=case_id, now=now)
