"""S44: whatever happened in whatever order, the stored flags are what the diary says when read anew."""

import random
import uuid
from collections.abc import Callable
from contextlib import suppress
from dataclasses import replace
from datetime import datetime, timedelta
from functools import partial
from io import StringIO
from typing import Any
from uuid import UUID

import pytest
from django.core.management import CommandError, call_command
from django.db import IntegrityError, transaction

from patients.models import Case
from rehab.actions import evaluations, flag_changes
from rehab.actions.rebuild import Rebuilt, rebuild
from rehab.clinical.evaluate import evaluate
from rehab.clinical.evaluation import Evaluation
from rehab.models import CaseSummary, Flag, StageChange
from rehab.queries.history import load
from tests import factories as make

NOW = make.NOW
DAYS = 16
WARM_UPS = (None, "NO_SYMPTOMS", "RESOLVED", "EASED", "PERSISTED")


def live(case: Case, chance: random.Random) -> None:
    """A fortnight of entries, late ones and corrected ones too, evaluated at odd moments in between."""
    change = chance.randint(0, DAYS - 2)
    changed_on = (NOW - timedelta(days=change)).date()
    started = NOW - timedelta(days=DAYS)
    plan = make.make_plan(
        make.tendon_of(case), starts_on=started.date(), ends_on=changed_on,
        created_at=started,
    )  # fmt: skip
    make.make_stage_change(case, to_stage=chance.randint(2, 4), at=NOW - timedelta(days=DAYS))
    for day in range(DAYS, -1, -1):
        at = NOW - timedelta(days=day, minutes=chance.randrange(600))
        late = {"received_at": at + timedelta(hours=chance.choice((0, 0, 0, 30)))}
        if chance.random() < 0.7:
            make.make_report(case, at=at, pain_left=chance.choice((None, 0, 1, 1, 2, 3, 6)), **late)
        if chance.random() < 0.4:
            run = {"minutes": chance.randint(5, 50), "warm_up_left": chance.choice(WARM_UPS)}
            first = make.make_run(case, at=at, pain_left=chance.choice((None, 0, 1, 2, 3, 5)), **run, **late)
            if chance.random() < 0.3:
                make.make_run(case, at=at, pain_left=chance.randint(0, 6), supersedes=first, **run)
            check_at = at + timedelta(hours=chance.choice((13, 24, 30)))
            make.make_report(case, at=check_at, kind="CHECK_24H", run=first, pain_left=chance.randint(0, 4))
        if day == change:
            plan = make.make_plan(
                make.tendon_of(case), version=2, starts_on=changed_on, created_at=at,
                thresholds={
                    "REGRESS_MIN": {"value": chance.choice((3, 5, 6))},
                    "ELEVATED_MARGIN": {"value": 2},
                },
            )  # fmt: skip
        if chance.random() < 0.5:
            make.make_session(plan, at=at, pain=chance.choice((None, 2, 8)))
        if chance.random() < 0.03:
            make.make_red_flag_report(case, at=at)
        if chance.random() < 0.6:
            look(case, at + timedelta(minutes=1))
    look(case, NOW)


def look(case: Case, now: object) -> evaluations.Outcome:
    with make.inside(case.clinic_id):
        return evaluations.evaluate_all(case_ids=[case.id], now=now)


def told(flags: list[Flag]) -> set[tuple[str, ...]]:
    return {(flag.side, flag.kind, flag.severity, flag.reason, flag.evidence_hash) for flag in flags}


@pytest.mark.django_db
@pytest.mark.parametrize("seed", range(12))
@pytest.mark.check("S44")
def test_stored_flags_equal_those_of_the_diary_read_anew(seed: int, tried: Callable[..., None]) -> None:
    case = make.make_case(make.make_patient(make.make_clinic()), opened_at=NOW - timedelta(days=DAYS))
    live(case, random.Random(seed))
    with make.inside(case.clinic_id):
        evaluation = evaluate(*load(case.id), NOW)
        anew = flag_changes.compare(case=case, flags=[], handled=[], findings=evaluation.findings, now=NOW)
        stored = list(Flag.objects.open().for_case(case.id))
        assert told(stored) == told(anew.raised)
        steps = StageChange.objects.for_case(case.id).filter(kind="REGRESS")
        history, plan = load(case.id)
        from_diary = evaluate(history, replace(plan, steps_back=()), NOW)
        for one in (evaluation, from_diary):  # with the steps that were stored, and without
            assert sorted((step.at, step.cause_id, step.to_stage) for step in steps) == _steps(one)
        summary = CaseSummary.objects.get(case_id=case.id)
        assert summary.stage == evaluation.stage.stage
        assert (summary.severity > 0) == bool(stored)
    tried("S44", histories=1)


def _steps(evaluation: Evaluation) -> list[tuple[datetime, UUID, int]]:
    moves = [move for move in evaluation.stage.path if move.by is None]
    return sorted((move.at, UUID(move.cause_id), move.to_stage) for move in moves)


@pytest.mark.django_db
@pytest.mark.twin("S44")
def test_rebuilding_changes_nothing_and_checking_stores_nothing() -> None:
    case = make.make_case(make.make_patient(make.make_clinic()), opened_at=NOW - timedelta(days=DAYS))
    live(case, random.Random(3))
    (rebuilt,) = rebuild(clinic_id=case.clinic_id, now=NOW, keep=True)
    assert rebuilt == Rebuilt(evaluations.Outcome(evaluated=1), ())
    with make.inside(case.clinic_id):
        Flag.objects.open().for_case(case.id).update(evidence_hash="spoilt")
        spoilt = Flag.objects.open().for_case(case.id).count()
    assert spoilt >= 1, "this diary raises nothing: nothing was tried"
    for _ in range(2):  # checking twice says the same, because it stores nothing
        (rebuilt,) = rebuild(clinic_id=case.clinic_id, now=NOW, keep=False)
        assert {one.what for one in rebuilt.differences} == {"differs"}
        assert len(rebuilt.differences) == spoilt
    (rebuilt,) = rebuild(clinic_id=case.clinic_id, now=NOW, keep=True)
    assert len(rebuilt.differences) == spoilt
    (rebuilt,) = rebuild(clinic_id=case.clinic_id, now=NOW, keep=False)
    assert rebuilt.differences == ()


@pytest.mark.django_db
@pytest.mark.twin("S44")
def test_each_difference_is_named() -> None:
    """A flag that got lost, and one that nothing in the diary bears out."""
    case = make.make_case(make.make_patient(make.make_clinic()))
    make.make_red_flag_report(case, at=NOW)
    make.make_flag(case, kind="AT_THE_LINE")
    (rebuilt,) = rebuild(clinic_id=case.clinic_id, now=NOW, keep=False)
    assert {(one.kind, one.what) for one in rebuilt.differences} >= {
        ("RED_FLAG", "missing"),
        ("AT_THE_LINE", "not borne out"),
    }


@pytest.mark.django_db
@pytest.mark.parametrize("seed", range(4))
@pytest.mark.check("S44")
def test_in_whatever_order_it_arrives_the_same_flags_stand(seed: int, tried: Callable[..., None]) -> None:
    """The same fortnight in its order, shuffled, and with every entry sent twice: one set of flags."""
    stood = []
    for order in ("told", "shuffled", "doubled"):
        chance = random.Random(seed)
        case = make.make_case(make.make_patient(make.make_clinic()), opened_at=NOW - timedelta(days=DAYS))
        make.make_stage_change(case, to_stage=4, at=NOW - timedelta(days=DAYS))
        entries = _fortnight(case, chance)
        if order == "shuffled":
            random.Random(seed + 100).shuffle(entries)
        for save in entries * (2 if order == "doubled" else 1):
            save()
        look(case, NOW)
        with make.inside(case.clinic_id):
            standing = Flag.objects.open().for_case(case.id).order_by("side", "kind")
            stood.append(list(standing.values_list("side", "kind", "severity", "reason")))
        (rebuilt,) = rebuild(clinic_id=case.clinic_id, now=NOW, keep=False)
        assert rebuilt.differences == ()
    assert stood[0] == stood[1] == stood[2]
    tried("S44", histories_in_three_orders=1)


def _fortnight(case: Case, chance: random.Random) -> list[Callable[[], object]]:
    """What a phone would send, each entry under its own UUID; sent again, the same UUID is refused."""
    entries: list[Callable[[], object]] = []
    for day in range(DAYS, -1, -1):
        at = NOW - timedelta(days=day, minutes=chance.randrange(600))
        same = {"client_id": uuid.UUID(int=chance.getrandbits(128)), "received_at": at, "at": at}
        if chance.random() < 0.6:
            pain = chance.choice((0, 1, 2, 3))
            entries.append(partial(_once, make.make_report, case, pain_left=pain, **same))
        elif chance.random() < 0.9:
            pain, minutes = chance.choice((0, 1, 2, 3, 5)), chance.randint(5, 40)
            entries.append(
                partial(
                    _once,
                    make.make_run,
                    case,
                    pain_left=pain,
                    minutes=minutes,
                    warm_up_left="PERSISTED",
                    **same,
                )
            )
    return entries


def _once(build: Callable[..., object], case: Case, **fields: Any) -> None:
    with suppress(IntegrityError), transaction.atomic():
        build(case, **fields)


@pytest.mark.django_db
def test_the_command_fails_when_a_flag_would_change_and_mends_it() -> None:
    case = make.make_case(make.make_patient(make.make_clinic()))
    make.make_red_flag_report(case, at=NOW)
    with pytest.raises(CommandError, match=r"1 cases, [1-9]"):
        call_command("rebuild_flags", check=True, stdout=StringIO())
    call_command("rebuild_flags", stdout=StringIO())
    said = StringIO()
    call_command("rebuild_flags", "--check", f"--clinic={case.clinic_id}", stdout=said)
    assert said.getvalue().startswith("1 cases, 0 flags raised, 0 changed, 0 failed; 0 differences.")
