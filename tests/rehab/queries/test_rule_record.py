"""What each rule raised, what came of it, and how many flags a patient-day went through somebody's hands."""

from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from rehab.queries import rule_record
from rehab.queries.rule_record import RuleLine, RuleRecord
from tests import factories as make
from tests.sign_in import patient_client, staff_client

pytestmark = pytest.mark.django_db(transaction=True)
NOW = timezone.now()


@pytest.fixture
def physio():
    return make.make_member(make.make_clinic())


def case_of(physio, **fields):
    return make.make_case(make.make_patient(physio.clinic, responsible=physio), **fields)


def flag(case, kind="AT_THE_LINE", days_ago=2, **fields):
    at = NOW - timedelta(days=days_ago)
    return make.make_flag(
        case, **{"kind": kind, "severity": "REVIEW", "opened_at": at, "seen_at": at, **fields}
    )


def seen(physio, hours=1, days_ago=2):
    at = NOW - timedelta(days=days_ago) + timedelta(hours=hours)
    return {"state": "ACKNOWLEDGED", "acknowledged_at": at, "acknowledged_by": physio}


def resolved(physio=None):
    return {"state": "RESOLVED", "resolved_at": NOW, "resolved_by": physio}


def load(physio, days=28) -> RuleRecord:
    with make.inside(physio.clinic):
        return rule_record.load(days=days, now=NOW)


def line(record: RuleRecord, kind: str) -> RuleLine:
    return next(one for one in record.rules if one.kind == kind)


def test_what_came_of_each_flag_is_counted(physio):
    cases = [case_of(physio) for _ in range(7)]
    flag(cases[0])
    flag(cases[1], useful=True, **seen(physio))
    flag(cases[2], useful=False, **seen(physio))
    flag(cases[3], useful=True, **seen(physio) | resolved(physio))
    flag(cases[4], **resolved())
    flag(cases[5], days_ago=40, **seen(physio, days_ago=40))  # before the period
    flag(cases[6], **seen(physio, hours=-30))  # carried over: seen before it was raised anew
    found = line(load(physio), "AT_THE_LINE")
    assert (found.raised, found.by_hand, found.waiting, found.cleared) == (6, 3, 1, 1)
    assert (found.acknowledged_only, found.judged, found.precision) == ("2 of 3", 3, "2 of 3")


def test_a_share_is_said_once_there_are_enough(physio):
    for number in range(5):
        flag(case_of(physio), useful=number > 0, **seen(physio))
    found = line(load(physio), "AT_THE_LINE")
    assert (found.acknowledged_only, found.precision) == ("100 %", "80 %")


def test_the_rate_is_by_days_of_care_within_the_period(physio):
    open_case = case_of(physio, opened_at=NOW - timedelta(days=400))
    case_of(
        physio, opened_at=NOW - timedelta(days=40), status="CLOSED", closed_at=NOW - timedelta(days=16)
    )  # 12 of its days are within
    case_of(physio, opened_at=NOW - timedelta(days=90), status="CLOSED", closed_at=NOW - timedelta(days=60))
    flag(open_case, **seen(physio))
    record = load(physio)
    assert (record.patient_days, record.by_hand, record.rate) == (40, 1, "0.025")
    assert not record.is_over_goal
    flag(open_case, kind="PLAN_EXCEEDED", **seen(physio))
    flag(open_case, kind="OVERLOAD", **seen(physio))
    assert load(physio).is_over_goal


def test_a_stage_that_was_offered_is_a_decision_and_not_a_burden(physio):
    case = case_of(physio, opened_at=NOW - timedelta(days=400))
    flag(case, kind="READY_TO_PROGRESS", **seen(physio) | {"severity": "READY"})
    record = load(physio)
    assert (record.by_hand, record.rate) == (0, "0.000")
    assert line(record, "READY_TO_PROGRESS").by_hand == 1


def test_without_a_day_of_care_there_is_no_rate(physio):
    assert load(physio).rate == "–" and load(physio).rules == ()


def test_the_page_asks_twice_for_any_number_and_shows_this_clinic_only(physio):
    client = staff_client(physio)
    other = make.make_member(make.make_clinic("Other"))
    flag(case_of(other), kind="OVERLOAD")
    assert "No flags in this time" in client.get("/rules/").text
    for _ in range(4):
        flag(case_of(physio), **seen(physio))
    with CaptureQueriesContext(connection) as caught:
        text = client.get("/rules/?days=91").text
    assert (
        len([one for one in caught if '"rehab_flag"' in one["sql"] or '"patients_case"' in one["sql"]]) == 2
    )
    assert "At the line" in text and "4 of 4" in text and "Too much at once" not in text
    for nonsense in ("days=x", "days=-1", "days=99999999999", "days=%00"):
        assert client.get(f"/rules/?{nonsense}").status_code == 200
    runner = patient_client(make.patient_login(case_of(physio).patient))
    assert runner.get("/rules/").status_code == 404
