"""Stopping the weekly mails from the mail itself (RFC 8058), and seeing what they would say. S54."""

import re
from datetime import timedelta

import pytest
from django.db import connection
from django.test import Client

from patients.models import Clinic, Membership, Role
from rehab.emails import stop_address, stop_headers
from tests import factories as make
from tests.sign_in import patient_client, staff_client

pytestmark = pytest.mark.django_db


@pytest.fixture
def member() -> Membership:
    return make.make_member(make.make_clinic())


def path_of(member: Membership) -> str:
    return "/" + stop_address(member.id).split("/", 3)[3]


def wants_mail(member: Membership) -> bool:
    member.refresh_from_db()
    return not member.summary_opt_out


def test_one_click_from_the_mail_program_works_without_signing_in(member: Membership) -> None:
    """As RFC 8058 says: a POST to the address in the header, no cookie, no token, nothing else."""
    headers = stop_headers(member.id)
    assert headers["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"
    strict = Client(enforce_csrf_checks=True)
    answer = strict.post(path_of(member), {"List-Unsubscribe": "One-Click"})
    assert answer.status_code == 200
    assert not wants_mail(member)


@pytest.mark.parametrize("method", ["get", "head"])
def test_following_the_link_changes_nothing(member: Membership, method: str) -> None:
    """Mail scanners follow links."""
    answer = getattr(Client(), method)(path_of(member))
    assert answer.status_code == 200
    assert wants_mail(member)


def test_the_page_offers_a_button_that_works_without_javascript(member: Membership) -> None:
    client = Client(enforce_csrf_checks=True)
    page = client.get(path_of(member)).content.decode()
    assert '<form method="post"' in page
    token = re.search(r'name="csrfmiddlewaretoken" value="([^"]+)"', page)
    assert token
    client.post(path_of(member), {"csrfmiddlewaretoken": token[1]})
    assert not wants_mail(member)


def test_twice_is_as_good_as_once(member: Membership) -> None:
    for _ in range(2):
        assert Client().post(path_of(member)).status_code == 200
    assert not wants_mail(member)


@pytest.mark.parametrize("spoil", [lambda word: word[:-1], lambda word: "x" + word, lambda word: "nothing"])
def test_a_word_that_is_not_ours_is_not_found(member: Membership, spoil: object) -> None:
    word = path_of(member).split("/")[-2]
    for ask in (Client().get, Client().post):
        assert ask(f"/mail/unsubscribe/{spoil(word)}/").status_code == 404
    assert wants_mail(member)


def test_the_page_tells_nothing_about_the_person(member: Membership) -> None:
    page = Client().get(path_of(member)).content.decode()
    for secret in (member.user.email, member.display_name, member.clinic.name, str(member.id)):
        assert secret not in page


def test_the_same_page_starts_them_again(member: Membership) -> None:
    Client().post(path_of(member), {"wish": "stop"})
    assert not wants_mail(member)
    page = Client().post(path_of(member), {"wish": "start"})
    assert "Started again" in page.content.decode()
    assert wants_mail(member)


def test_it_stops_one_membership_and_no_other(member: Membership) -> None:
    other = make.make_member(make.make_clinic(), user=member.user)
    Client().post(path_of(member))
    assert wants_mail(other)


def test_it_writes_an_audit_entry(member: Membership) -> None:
    Client().post(path_of(member))
    with make.inside(member.clinic), connection.cursor() as cursor:
        cursor.execute(
            "SELECT actor, after ->> 'summary_opt_out' FROM patients_auditentry "
            "WHERE row_id = %s AND operation = 'UPDATE'",
            [member.id],
        )
        assert cursor.fetchall() == [("anonymous", "true")]


class TestPreview:
    @pytest.fixture
    def clinic(self, member: Membership) -> Clinic:
        return member.clinic

    def test_a_physio_sees_the_mail_as_it_would_go_out(self, clinic: Clinic, member: Membership) -> None:
        patient = make.make_patient(clinic, responsible=member)
        make.make_summary(make.make_case(patient))
        page = staff_client(member).get("/weekly/preview/")
        assert page.status_code == 200
        assert f"Case {patient.number}" in page.content.decode()
        assert "Caseload: 1 to act on, 0 to review" in page.content.decode()

    def test_another_clinics_physio_sees_none_of_it(self, clinic: Clinic, member: Membership) -> None:
        patient = make.make_patient(clinic, responsible=member)
        make.make_summary(make.make_case(patient))
        stranger = make.make_member(make.make_clinic())
        page = staff_client(stranger).get("/weekly/preview/").content.decode()
        assert str(patient.number) not in page
        assert "no open case" in page

    def test_patients_reception_and_strangers_do_not_come_here(
        self, clinic: Clinic, member: Membership
    ) -> None:
        runner = make.patient_login(make.make_patient(clinic, responsible=member))
        reception = make.make_member(clinic, Role.RECEPTION)
        assert patient_client(runner).get("/weekly/preview/").status_code == 404
        assert staff_client(reception).get("/weekly/preview/").status_code == 404
        assert Client().get("/weekly/preview/").status_code == 302

    def test_as_many_queries_for_twelve_cases_as_for_two(
        self, clinic: Clinic, member: Membership, django_assert_max_num_queries: object
    ) -> None:
        client = staff_client(member)
        client.get("/weekly/preview/")  # the first request also writes the session
        counts = []
        for _ in range(2):
            for back in range(2 if not counts else 10):
                patient = make.make_patient(clinic, responsible=member)
                make.make_summary(make.make_case(patient), since=make.NOW - timedelta(days=back))
            with django_assert_max_num_queries(20) as seen:
                client.get("/weekly/preview/")
            counts.append(len(seen))
        assert counts[0] == counts[1]
