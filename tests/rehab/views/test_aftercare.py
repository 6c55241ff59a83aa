"""Who is watched after the programme, and where a closed case is found again."""

from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from patients.models import Case
from tests import factories
from tests.sign_in import patient_client, staff_client

pytestmark = pytest.mark.django_db
WHERE = "/aftercare/"


@pytest.fixture
def physio():
    return factories.make_member(factories.make_clinic())


def closed(physio, days: int) -> Case:
    at = timezone.now() - timedelta(days=days)
    case = factories.make_case(
        factories.make_patient(physio.clinic, responsible=physio), status="CLOSED", closed_at=at
    )
    factories.make_case_change(case, kind="CLOSED", outcome="BETTER", at=at)
    return case


def watched(physio, days: int) -> Case:
    case = factories.make_case(
        factories.make_patient(physio.clinic, responsible=physio), status="MAINTENANCE"
    )
    at = timezone.now() - timedelta(days=days)
    factories.make_stage_change(case, kind="PROGRESS", from_stage=7, to_stage=8, at=at)
    return case


def test_who_is_due_stands_first_and_a_check_in_moves_them_back(physio) -> None:
    later, due = watched(physio, 3), watched(physio, 50)
    over = watched(physio, 400)
    client = staff_client(physio)
    page = client.get(WHERE).text
    order = [page.index(str(case.pk)) for case in (over, due, later)]
    assert order == sorted(order)
    assert "The twelve months have passed" in page and "month 2 of 12" in page
    assert reverse("case_close", args=[over.pk]) in page
    assert page.count("sev review") == 1
    client.post(reverse("case_check_in", args=[due.pk]), {"found": "WELL"})
    assert client.get(WHERE).text.count("sev review") == 0


def test_the_worklist_says_whose_check_in_is_due(physio) -> None:
    watched(physio, 3)
    due = watched(physio, 50)
    client = staff_client(physio)
    page = client.get("/caseload/").text
    assert "1 monthly check-in is due" in page and reverse("case_check_in", args=[due.pk]) in page
    client.post(reverse("case_check_in", args=[due.pk]), {"found": "WELL"})
    assert "check-in is due" not in client.get("/caseload/").text


def test_closed_cases_are_found_by_name_and_number_a_page_at_a_time(physio) -> None:
    cases = [closed(physio, days) for days in range(32)]
    client = staff_client(physio)
    with CaptureQueriesContext(connection) as caught:
        page = client.get(WHERE).text
    assert len(caught) <= 15  # three of the page, the rest of every request
    assert str(cases[0].pk) in page and str(cases[31].pk) not in page and "Better, not yet" in page
    more = page.split('class="btn" href="?')[1].split('"')[0].replace("&amp;", "&")
    second = client.get(f"{WHERE}?{more}").text
    assert str(cases[31].pk) in second and str(cases[0].pk) not in second
    one = client.get(WHERE, {"q": str(cases[7].patient.number)}).text
    assert str(cases[7].pk) in one and str(cases[8].pk) not in one
    for odd in ({"after": "x~y"}, {"q": "\x00"}, {"q": "9" * 30}):
        assert client.get(WHERE, odd).status_code == 200


def test_nobody_watched_and_nothing_closed_is_a_page_too(physio) -> None:
    page = staff_client(physio).get(WHERE).text
    assert "Nobody is in maintenance" in page and "No closed case fits" in page


def test_strangers_see_none_of_it(physio) -> None:
    case = closed(physio, 2)
    stranger = factories.make_member(factories.make_clinic("Other"))
    assert str(case.pk) not in staff_client(stranger).get(WHERE).text
    desk = factories.make_member(physio.clinic, factories.Role.RECEPTION)
    for client in (staff_client(desk), patient_client(factories.patient_login(case.patient))):
        assert client.get(WHERE).status_code == 404
