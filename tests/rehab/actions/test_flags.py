"""The life of a flag: who may do what to which, what comes back, and what the database itself refuses."""

from datetime import timedelta

import pytest
from django.db import IntegrityError, transaction

from patients.actions.physio_acts import ActRefused
from patients.models import Case, Role
from rehab.actions import flags
from rehab.models import CaseSummary, Flag, StageChange
from tests import factories
from tests.factories import NOW, inside

pytestmark = pytest.mark.django_db
LATER = NOW + timedelta(seconds=9)
TOMORROW = NOW + timedelta(days=1)
ACTS = {
    "acknowledge": lambda flag, by: flags.acknowledge(flag_id=flag.pk, by=by, now=NOW),
    "snooze": lambda flag, by: flags.snooze(flag_id=flag.pk, until=TOMORROW, by=by, now=NOW),
    "resolve": lambda flag, by: flags.resolve(flag_id=flag.pk, note="Seen.", by=by, now=NOW),
}
ENDS = {"acknowledge": "ACKNOWLEDGED", "snooze": "SNOOZED", "resolve": "RESOLVED"}


@pytest.fixture
def physio():
    return factories.make_member(factories.make_clinic())


@pytest.fixture
def case(physio):
    found = factories.make_case(factories.make_patient(physio.clinic, responsible=physio))
    factories.make_summary(found, severity=40)
    return found


def flag_of(case, kind="ELEVATED_24H", severity="ACT", **fields):
    return factories.make_flag(case, kind=kind, severity=severity, **fields)


def stored(flag):
    return Flag.objects.get(pk=flag.pk)


def refused(act, flag, by):
    with inside(by.clinic), pytest.raises(ActRefused) as said:
        ACTS[act](flag, by)
    return str(said.value)


@pytest.mark.parametrize(
    ("kind", "severity", "may"),
    [
        ("RED_FLAG", "URGENT", set()),
        ("WORSENING", "URGENT", {"acknowledge", "snooze", "resolve"}),
        ("OVER_THE_LINE", "ACT", {"acknowledge", "snooze", "resolve"}),
        ("LOW_ADHERENCE", "REVIEW", {"acknowledge", "snooze", "resolve"}),
        ("NOT_LOGGING", "QUIET", {"acknowledge", "snooze", "resolve"}),
        ("READY_TO_PROGRESS", "READY", {"acknowledge", "snooze", "resolve"}),
    ],
)
@pytest.mark.parametrize("act", list(ACTS))
def test_which_flag_allows_which_act(case, physio, kind, severity, may, act):
    factories.make_stage_change(case, to_stage=3)
    flag = flag_of(case, kind, severity)
    if act not in may:
        assert "examination" in refused(act, flag, physio)
        with inside(case.clinic_id):
            assert stored(flag).state == "OPEN"
        return
    with inside(case.clinic_id):
        ACTS[act](flag, physio)
        assert stored(flag).state == ENDS[act]


@pytest.mark.parametrize(
    "fields",
    [
        {"kind": "RED_FLAG", "state": "SNOOZED", "snoozed_until": TOMORROW},
        {"kind": "RED_FLAG", "state": "RESOLVED", "resolved_at": NOW},
        {"kind": "WORSENING", "state": "RESOLVED", "resolved_at": NOW},
        {"kind": "AT_THE_LINE", "state": "ACKNOWLEDGED"},
        {"kind": "AT_THE_LINE", "state": "SNOOZED"},
        {"kind": "AT_THE_LINE", "state": "RESOLVED"},
    ],
)
def test_without_the_guard_the_database_refuses(case, fields):
    with pytest.raises(IntegrityError), transaction.atomic():
        flag_of(case, **fields)


@pytest.mark.parametrize("act", list(ACTS))
def test_a_flag_that_is_dealt_with_leaves_the_list(case, physio, act):
    flag = flag_of(case)
    with inside(case.clinic_id):
        ACTS[act](flag, physio)
        assert CaseSummary.objects.get(case=case).group == "CALM"


def test_the_next_flag_of_the_case_comes_to_the_front(case, physio):
    first = flag_of(case)
    flag_of(case, "LOW_ADHERENCE", "REVIEW", reason="Half the sets.")
    with inside(case.clinic_id):
        flags.acknowledge(flag_id=first.pk, by=physio, now=NOW)
        summary = CaseSummary.objects.get(case=case)
    assert (summary.group, summary.headline, summary.reason) == ("REVIEW", "LOW_ADHERENCE", "Half the sets.")


def test_a_worsening_needs_a_note(case, physio):
    flag = flag_of(case, "WORSENING", "URGENT")
    with inside(case.clinic_id), pytest.raises(ActRefused, match="Write down"):
        flags.resolve(flag_id=flag.pk, note="  ", by=physio, now=NOW)


def test_resolving_a_worsening_lets_running_wait_and_cannot_be_undone(case, physio):
    factories.make_stage_change(case, to_stage=3)
    flag = flag_of(case, "WORSENING", "URGENT")
    with inside(case.clinic_id):
        act = flags.resolve(flag_id=flag.pk, note="Seen and agreed.", by=physio, now=NOW)
        assert flags.remember([act]) == []
        assert StageChange.objects.for_case(case.pk).order_by("-at", "-id")[0].at == NOW


def test_the_same_act_twice_changes_nothing_more(case, physio):
    flag = flag_of(case)
    with inside(case.clinic_id):
        flags.acknowledge(flag_id=flag.pk, by=physio, now=NOW)
        again = flags.acknowledge(flag_id=flag.pk, by=physio, now=LATER)
        assert not again.changed
        assert stored(flag).acknowledged_at == NOW


def test_a_snooze_has_a_day_ahead_and_wakes_the_sweep(case, physio):
    flag = flag_of(case)
    with inside(case.clinic_id):
        with pytest.raises(ActRefused, match="after today"):
            flags.snooze(flag_id=flag.pk, until=NOW, by=physio, now=NOW)
        flags.snooze(flag_id=flag.pk, until=TOMORROW, by=physio, now=NOW)
        assert Case.objects.get(pk=case.pk).evaluation_due_at == NOW


@pytest.mark.parametrize("act", list(ACTS))
def test_undo_puts_the_flag_back_as_it_was(case, physio, act):
    flag = flag_of(case)
    with inside(case.clinic_id):
        before = stored(flag).__dict__ | {"_state": None}
        done = ACTS[act](flag, physio)
        flags.undo(acts=flags.remember([done]), at=NOW, by=physio, now=LATER)
        assert stored(flag).__dict__ | {"_state": None} == before
        assert CaseSummary.objects.get(case=case).group == "ACT"


def test_undo_has_its_time_and_yields_to_newer_acts(case, physio):
    flag = flag_of(case)
    with inside(case.clinic_id):
        acts = flags.remember([flags.acknowledge(flag_id=flag.pk, by=physio, now=NOW)])
        with pytest.raises(ActRefused, match="Too late to undo"):
            flags.undo(acts=acts, at=NOW, by=physio, now=NOW + flags.UNDO_FOR + timedelta(seconds=1))
        flags.snooze(flag_id=flag.pk, until=TOMORROW, by=physio, now=LATER)
        with pytest.raises(ActRefused, match="newer"):
            flags.undo(acts=acts, at=NOW, by=physio, now=LATER)


def test_undo_never_makes_a_second_open_flag(case, physio):
    flag = flag_of(case)
    with inside(case.clinic_id):
        acts = flags.remember([flags.resolve(flag_id=flag.pk, note="", by=physio, now=NOW)])
    flag_of(case)
    with inside(case.clinic_id), pytest.raises(ActRefused, match="newer"):
        flags.undo(acts=acts, at=NOW, by=physio, now=LATER)


def test_only_safe_kinds_are_acknowledged_together(case, physio):
    kinds = {"RED_FLAG": "URGENT", "WORSENING": "URGENT", "OVER_THE_LINE": "ACT", "LOW_ADHERENCE": "REVIEW",
             "NOT_LOGGING": "QUIET", "READY_TO_PROGRESS": "READY"}  # fmt: skip
    made = {kind: flag_of(case, kind, severity) for kind, severity in kinds.items()}
    with inside(case.clinic_id):
        flags.acknowledge_many(flag_ids=[flag.pk for flag in made.values()], by=physio, now=NOW)
        seen = {kind for kind, flag in made.items() if stored(flag).state == "ACKNOWLEDGED"}
    assert seen == {"LOW_ADHERENCE", "NOT_LOGGING", "READY_TO_PROGRESS"}


def test_a_red_flag_stored_as_milder_is_still_not_taken_along(case, physio):
    flag = flag_of(case, "RED_FLAG", "REVIEW")
    with inside(case.clinic_id):
        assert flags.acknowledge_many(flag_ids=[flag.pk], by=physio, now=NOW) == []


@pytest.mark.parametrize("act", list(ACTS))
def test_strangers_and_reception_do_nothing(case, physio, act):
    flag = flag_of(case)
    stranger = factories.make_member(factories.make_clinic("Other"))
    reception = factories.make_member(physio.clinic, Role.RECEPTION)
    with inside(stranger.clinic), pytest.raises(Flag.DoesNotExist):
        ACTS[act](flag, stranger)
    with inside(physio.clinic), pytest.raises(Case.DoesNotExist):
        ACTS[act](flag, reception)


def test_a_closed_case_is_only_read(physio):
    case = factories.make_case(
        factories.make_patient(physio.clinic, responsible=physio), status="CLOSED", closed_at=NOW
    )
    assert "closed" in refused("acknowledge", flag_of(case), physio)


def test_useful_keeps_the_last_answer(case, physio):
    flag = flag_of(case)
    with inside(case.clinic_id):
        for answer in (True, False):
            flags.mark_useful(flag_id=flag.pk, useful=answer, by=physio, now=NOW)
        assert stored(flag).useful is False
