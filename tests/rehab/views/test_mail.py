"""Stopping the weekly mails from the mail itself (RFC 8058), and seeing what they would say. S54."""

import re
from collections.abc import Callable
from datetime import timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from django.db import connection
from django.http import HttpResponse
from django.shortcuts import render
from django.test import Client

from patients.models import Clinic, Membership, OutboxMail, Role
from rehab.actions import weekly
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


@pytest.mark.check("S54")
def test_one_click_from_the_mail_program_works_without_signing_in(
    member: Membership, tried: Callable[..., None]
) -> None:
    """As RFC 8058 says: a POST to the address in the header, no cookie, no token, nothing else."""
    headers = stop_headers(member.id)
    assert headers["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"
    strict = Client(enforce_csrf_checks=True)
    answer = strict.post(path_of(member), {"List-Unsubscribe": "One-Click"})
    assert answer.status_code == 200
    assert not wants_mail(member)
    tried("S54", one_click=1)


@pytest.mark.parametrize("method", ["get", "head"])
@pytest.mark.check("S54")
def test_following_the_link_changes_nothing(
    member: Membership, method: str, tried: Callable[..., None]
) -> None:
    """Mail scanners follow links."""
    answer = getattr(Client(), method)(path_of(member))
    assert answer.status_code == 200
    assert wants_mail(member)
    tried("S54", links_followed=1)


@pytest.mark.twin("S54")
def test_a_link_that_acts_by_itself_and_a_deaf_one_click_are_seen(
    member: Membership, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The twin: looking at the page stops the mail; then the one click does nothing."""

    def acts(*told: Any, **more: Any) -> HttpResponse:
        weekly.unsubscribe(membership_id=member.id)
        return render(*told, **more)

    with monkeypatch.context() as off:
        off.setattr("rehab.views.mail.render", acts)
        with pytest.raises(AssertionError):
            test_following_the_link_changes_nothing(member, "get", lambda *_, **__: None)
    weekly.subscribe(membership_id=member.id)
    monkeypatch.setattr("rehab.views.mail.weekly_mail.unsubscribe", lambda **_: None)
    with pytest.raises(AssertionError):
        test_one_click_from_the_mail_program_works_without_signing_in(member, lambda *_, **__: None)


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
        page = staff_client(member).get("/weekly/")
        assert page.status_code == 200
        assert f"Case {patient.number}" in page.content.decode()
        assert "Caseload: 1 to act on, 0 to review" in page.content.decode()

    def test_another_clinics_physio_sees_none_of_it(self, clinic: Clinic, member: Membership) -> None:
        patient = make.make_patient(clinic, responsible=member)
        make.make_summary(make.make_case(patient))
        stranger = make.make_member(make.make_clinic())
        page = staff_client(stranger).get("/weekly/").content.decode()
        assert str(patient.number) not in page
        assert "no open case" in page

    def test_reception_and_strangers_do_not_come_here(self, clinic: Clinic, member: Membership) -> None:
        reception = make.make_member(clinic, Role.RECEPTION)
        assert staff_client(reception).get("/weekly/").status_code == 404
        assert Client().get("/weekly/").status_code == 302

    def test_as_many_queries_for_twelve_cases_as_for_two(
        self, clinic: Clinic, member: Membership, django_assert_max_num_queries: object
    ) -> None:
        client = staff_client(member)
        client.get("/weekly/")  # the first request also writes the session
        counts = []
        for _ in range(2):
            for back in range(2 if not counts else 10):
                patient = make.make_patient(clinic, responsible=member)
                make.make_summary(make.make_case(patient), since=make.NOW - timedelta(days=back))
            with django_assert_max_num_queries(20) as seen:
                client.get("/weekly/")
            counts.append(len(seen))
        assert counts[0] == counts[1]


class TestChoosing:
    """The day, the hour and the zone are the reader's; so is asking for it now."""

    def choice(self, **other: object) -> dict[str, object]:
        return {"wanted": "on", "weekday": "4", "hour": "18", "time_zone": "", **other}

    def test_the_next_mail_comes_when_it_was_chosen(self, member: Membership) -> None:
        client = staff_client(member)
        assert client.post("/weekly/", self.choice(), follow=True).status_code == 200
        member.refresh_from_db()
        due = member.summary_due_at.astimezone(ZoneInfo("Europe/London"))
        assert (due.weekday(), due.hour, due.minute) == (4, 18, 0)
        client.post("/weekly/", self.choice(time_zone="Asia/Kathmandu"))
        member.refresh_from_db()
        assert member.summary_due_at.astimezone(ZoneInfo("Asia/Kathmandu")).hour == 18
        client.post("/weekly/", {**self.choice(), "wanted": ""})
        member.refresh_from_db()
        assert (member.summary_opt_out, member.summary_due_at) == (True, None)

    @pytest.mark.parametrize("wrong", [{"hour": "24"}, {"weekday": "7"}, {"time_zone": "Mars/Olympus"}])
    def test_nonsense_is_refused_with_a_sentence(self, member: Membership, wrong: dict[str, object]) -> None:
        answer = staff_client(member).post("/weekly/", self.choice(**wrong))
        assert answer.status_code == 422
        assert "Please check your answers" in answer.content.decode()

    def test_a_runner_chooses_in_their_own_zone_and_sees_theirs_only(self, member: Membership) -> None:
        patient = make.make_patient(member.clinic, responsible=member, time_zone="America/New_York")
        make.make_plan(make.tendon_of(make.make_case(patient)))
        runner = make.patient_login(patient)
        client = patient_client(runner)
        page = client.get("/weekly/").content.decode()
        assert "As usual: America/New York" in page
        assert "Send me this now" in page
        client.post("/weekly/", self.choice())
        runner.refresh_from_db()
        assert runner.summary_due_at.astimezone(ZoneInfo("America/New_York")).hour == 18

    def test_a_suspended_runner_is_told_why_there_is_none(self, member: Membership) -> None:
        patient = make.make_patient(member.clinic, responsible=member)
        make.make_case(patient, suspended_at=make.NOW)
        client = patient_client(make.patient_login(patient))
        assert "your physiotherapist has to look first" in client.get("/weekly/").content.decode()
        client.post("/weekly/send/")
        assert waiting(member.clinic) == []

    @pytest.mark.parametrize("who", ["physio", "runner"])
    def test_sent_now_it_comes_once_however_often_the_button_is_pressed(
        self, member: Membership, who: str
    ) -> None:
        patient = make.make_patient(member.clinic, responsible=member)
        make.make_plan(make.tendon_of(make.make_case(patient)))
        make.make_summary(make.make_case(make.make_patient(member.clinic, responsible=member)))
        reader = member if who == "physio" else make.patient_login(patient)
        client = staff_client(member) if who == "physio" else patient_client(reader)
        for _ in range(3):
            assert client.post("/weekly/send/", follow=True).status_code == 200
        sent = waiting(member.clinic)
        assert 1 <= len(sent) <= 2  # two when the clock passed from one ten minutes to the next
        assert {mail.recipient_membership_id for mail in sent} == {reader.id}
        assert client.get("/weekly/send/").status_code == 405


def waiting(clinic: Clinic) -> list[OutboxMail]:
    with make.inside(clinic):
        return list(OutboxMail.objects.all())
