"""The case page: all of it, in as many queries for a long diary, and what it says when the rules fail."""

import re

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from patients.models import AccessEvent
from rehab.models import Flag
from rehab.queries import case_page
from tests import factories
from tests.caseload import STORIES, make_caseload
from tests.queries import own_queries
from tests.sign_in import patient_client, staff_client

pytestmark = pytest.mark.django_db(transaction=True)
MARTA, PRIYA = STORIES[0], STORIES[1]


@pytest.fixture
def load():
    return make_caseload(timezone.now(), (MARTA, PRIYA))


@pytest.fixture
def client(load):
    return staff_client(load.physio)


def words(response):
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", response.text))


def test_the_whole_case_is_on_its_page(client, load):
    text = words(client.get(f"/cases/{load.cases['Priya Nair'].pk}/"))
    for said in (
        "34, left, mid-portion. Week 9 of 12, stage 3",
        "Over the line",
        "5/10",
        "Still 4/10",
        "Settled",
        "Heel drops off a step",
        "3 × 15",
        "To reach stage 4",
        "4.5 cm",
        "First assessment",
        "Plan version 1",
        "Stepped back",
        "What the runner is told now",
        "Not today",
        "Worked out at",
        "07700 900123",
    ):
        assert said in text, said  # fmt: skip


def test_a_red_flag_stands_above_everything_and_leads_to_the_examination(client, load):
    case = load.cases["Marta Kowalczyk"]
    response = client.get(f"/cases/{case.pk}/")
    text = words(response)
    assert "Red flag: the whole plan is on hold." in text
    assert f"/cases/{case.pk}/red-flag/" in response.text
    flag = load.flag("Marta Kowalczyk", kind="RED_FLAG")
    for act in ("acknowledge", "snooze", "resolve"):
        assert f"/flags/{flag.pk}/{act}/" not in response.text


def test_a_longer_diary_asks_no_more_queries(client, load):
    def count(name):
        path = f"/cases/{load.cases[name].pk}/"
        client.get(path)
        with CaptureQueriesContext(connection) as caught:
            assert client.get(path).status_code == 200
        return len(own_queries(caught))

    before = count("Priya Nair")
    assert before <= 8
    case = load.cases["Priya Nair"]
    for _ in range(12):
        factories.make_run(case, at=timezone.now(), pain_left=1, warm_up_left="RESOLVED")
        factories.make_flag(
            case, kind="REOPEN", state="RESOLVED", resolved_at=timezone.now(), resolved_by=load.physio
        )
    assert count("Priya Nair") == before


OF_EVERY_REQUEST = re.compile(
    r'BEGIN|COMMIT|SAVEPOINT|RELEASE|SELECT set_config|INSERT INTO "patients_accessevent"'
    r'|SELECT [^(]*? FROM "(django_session|patients_user|patients_membership)"'
)


def test_the_case_page_asks_at_most_eight_queries_of_its_own(client, load):
    path = f"/cases/{load.cases['Priya Nair'].pk}/"
    client.get(path)
    with CaptureQueriesContext(connection) as caught:
        client.get(path)
    own = [one["sql"] for one in caught.captured_queries if not OF_EVERY_REQUEST.match(one["sql"])]
    assert len(own) <= 8, "\n".join(sql[:120] for sql in own)


def test_when_the_rules_fail_the_page_says_so_and_permits_nothing(client, load, monkeypatch):
    def broken(*args):
        raise ZeroDivisionError

    monkeypatch.setattr(case_page, "evaluate", broken)
    response = client.get(f"/cases/{load.cases['Priya Nair'].pk}/")
    text = words(response)
    assert response.status_code == 200
    assert "This case could not be assessed." in text and "Priya Nair" in text
    assert "now-word yes" not in response.text


def test_a_case_without_plan_or_reports_still_has_its_page(client, load):
    case = factories.make_case(factories.make_patient(load.clinic, responsible=load.physio))
    text = words(client.get(f"/cases/{case.pk}/"))
    for said in (
        "No plan is assigned yet.",
        "No run has been logged yet.",
        "Not assessed yet.",
        "Running has not been",
    ):
        assert said in text, said


def test_strangers_find_no_case_and_no_peek(load):
    case = load.cases["Priya Nair"]
    stranger = staff_client(factories.make_member(factories.make_clinic("Other")))
    runner = patient_client(factories.patient_login(case.patient))
    reception = staff_client(factories.make_member(load.clinic, factories.Role.RECEPTION))
    for client in (stranger, runner, reception):
        assert client.get(f"/cases/{case.pk}/").status_code == 404
        assert client.get(f"/cases/{case.pk}/peek/", headers={"HX-Request": "true"}).status_code == 404


def test_reading_a_case_is_recorded(client, load):
    case = load.cases["Priya Nair"]
    client.get(f"/cases/{case.pk}/")
    with factories.inside(load.clinic):
        event = AccessEvent.objects.order_by("-at", "-id")[0]
    assert (event.action, event.case_id, event.patient_id) == ("case read", case.pk, case.patient_id)


# --- the peek ---


def test_the_peek_tells_facts_rule_and_way_out(client, load):
    case = load.cases["Priya Nair"]
    response = client.get(f"/cases/{case.pk}/peek/", headers={"HX-Request": "true"})
    text = words(response)
    for said in (
        "What happened",
        "5/10",
        "Which rule",
        "Plan set by Sam Okafor",
        "What clears it",
        "What it asks for",
        "What is missing",
        "Snooze 2 days",
    ):
        assert said in text, said  # fmt: skip
    assert "CHECK_24H" not in text and "<html" not in response.text


def test_the_peek_names_who_changed_the_rule(client, load):
    case = load.cases["Priya Nair"]
    tendon = factories.tendon_of(case)
    with factories.inside(load.clinic):
        open_plan = tendon.plans.get(ends_on=None)
        tendon.plans.filter(pk=open_plan.pk).update(ends_on=timezone.now().date())
    change = {
        "value": 3,
        "reason": "Knows it well.",
        "author": str(load.physio.pk),
        "at": timezone.now().isoformat(),
    }
    factories.make_plan(
        tendon, version=2, starts_on=timezone.now().date(), thresholds={"RUN_OK_MAX": change}, start_sets=3
    )
    text = words(client.get(f"/cases/{case.pk}/peek/", headers={"HX-Request": "true"}))
    assert "instead of 2, changed by Sam Okafor: Knows it well." in text


def test_without_htmx_the_peek_is_the_case(client, load):
    case = load.cases["Priya Nair"]
    assert client.get(f"/cases/{case.pk}/peek/")["Location"] == f"/cases/{case.pk}/"


def test_what_was_set_aside_says_by_whom(client, load):
    flag = load.flag("Priya Nair", kind="OVER_THE_LINE")
    client.post(f"/flags/{flag.pk}/acknowledge/")
    assert "Acknowledged by Sam Okafor" in words(client.get(f"/cases/{flag.case_id}/"))
    with factories.inside(load.clinic):
        assert Flag.objects.get(pk=flag.pk).acknowledged_by_id == load.physio.pk
