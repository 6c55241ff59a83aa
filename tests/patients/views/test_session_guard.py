"""How long a session lasts, by a frozen clock; and that looking after itself does not keep it alive."""

from datetime import timedelta

import pytest
from allauth.usersessions.models import UserSession
from django.contrib.sessions.models import Session
from django.test import Client
from django.utils import timezone

from patients.models import Role
from tests import factories
from tests.sign_in import mailed_code, patient_client, staff_client

pytestmark = pytest.mark.django_db(transaction=True)
PAGE = "/account/sessions/"


@pytest.fixture
def clock(monkeypatch):
    """`clock(minutes=14)` moves on."""
    began = timezone.now()
    ahead = timedelta()

    def move(**by):
        nonlocal ahead
        ahead += timedelta(**by)

    monkeypatch.setattr("patients.views.session_guard.timezone.now", lambda: began + ahead)
    return move


@pytest.fixture
def clinician():
    return factories.make_member(factories.make_clinic(), Role.CLINICIAN)


@pytest.fixture
def runner(clinician):
    return factories.patient_login(factories.make_patient(clinician.clinic, responsible=clinician))


def open_(client, **headers):
    return client.get(PAGE, headers=headers)


@pytest.mark.check("S18")
def test_staff_are_signed_out_after_fifteen_minutes_without_use(clinician, clock, tried):
    client = staff_client(clinician)
    assert open_(client).status_code == 200
    clock(minutes=14, seconds=59)
    assert open_(client).status_code == 200
    clock(minutes=15)
    response = open_(client)
    assert response["Location"] == "/sign-in/?next=%2Faccount%2Fsessions%2F"
    assert "15 minutes without use" in client.get(response["Location"]).text
    assert "_auth_user_id" not in client.session
    tried("S18", limits=1)


@pytest.mark.check("S18")
def test_a_page_that_polls_does_not_keep_staff_signed_in(clinician, clock, tried):
    client = staff_client(clinician)
    open_(client)
    for _ in range(14):
        clock(minutes=1)
        assert open_(client, **{"X-Plimsoll-Poll": "1"}).status_code == 200
    clock(minutes=1)
    assert open_(client, **{"X-Plimsoll-Poll": "1"}).status_code == 302
    tried("S18", polls=15)


@pytest.mark.check("S18")
def test_use_keeps_staff_signed_in_for_twelve_hours_and_no_longer(clinician, clock, tried):
    client = staff_client(clinician)
    open_(client)
    for _ in range(12 * 6 - 1):
        clock(minutes=10)
        assert open_(client).status_code == 200
    clock(minutes=10)
    response = open_(client)
    assert response.status_code == 302
    assert "twelve hours" in client.get(response["Location"]).text
    tried("S18", limits=1)


@pytest.mark.check("S18")
def test_a_runner_stays_signed_in_for_thirty_days_without_use(runner, clock, tried):
    client = patient_client(runner)
    assert open_(client).status_code == 200
    clock(days=29, hours=23)
    assert open_(client).status_code == 200
    clock(days=30)
    assert open_(client)["Location"].startswith("/sign-in/code/")
    tried("S18", limits=1)


@pytest.mark.twin("S18")
def test_without_the_guard_a_session_left_alone_lives_on(clinician, clock, monkeypatch):
    monkeypatch.setattr("patients.views.session_guard._ended", lambda request, **when: None)
    client = staff_client(clinician)
    open_(client)
    clock(days=2)
    assert open_(client).status_code == 200


def test_an_ended_session_sends_htmx_to_the_whole_sign_in_page(clinician, clock):
    client = staff_client(clinician)
    open_(client)
    clock(minutes=15)
    response = open_(client, **{"HX-Request": "true", "HX-Current-URL": "http://testserver/clinics/?a=1"})
    assert (response.status_code, response["HX-Redirect"]) == (401, "/sign-in/?next=%2Fclinics%2F%3Fa%3D1")


def test_an_ended_session_takes_a_form_nowhere_but_to_signing_in(clinician, clock):
    client = staff_client(clinician)
    open_(client)
    clock(minutes=15)
    assert client.post("/account/sessions/end-others/")["Location"] == "/sign-in/"


def test_a_runner_who_becomes_staff_needs_the_second_factor_there(runner, clinician, clock):
    other = factories.make_clinic("Elsewhere")
    staff = factories.make_member(other, Role.CLINICIAN, user=runner.user, second_factor=False)
    client = patient_client(runner)
    assert open_(client).status_code == 200
    session = client.session
    session["membership_id"] = str(staff.pk)
    session.save()
    assert open_(client)["Location"] == "/account/second-factor/"


def test_the_list_names_each_place_and_ends_them(clinician):
    mine, others = staff_client(clinician), [staff_client(clinician) for _ in range(2)]
    for client, agent in zip(
        [mine, *others], ["Firefox/1 Windows", "Chrome/1 Android", "Safari/1 iPhone"], strict=True
    ):
        UserSession.objects.create(
            user=clinician.user, ip="192.0.2.1", session_key=client.session.session_key, user_agent=agent
        )
    text = open_(mine).text
    for name in ("Firefox on Windows", "this one", "Chrome on Android", "Safari on iPhone"):
        assert name in text
    first = UserSession.objects.get(session_key=others[0].session.session_key)
    mine.post(f"/account/sessions/{first.pk}/end/")
    assert open_(others[0]).status_code == 302
    mine.post("/account/sessions/end-others/")
    assert open_(others[1]).status_code == 302
    assert open_(mine).status_code == 200


def test_nobody_ends_a_strangers_session(clinician, runner):
    stranger = patient_client(runner)
    row = UserSession.objects.create(
        user=clinician.user,
        ip="192.0.2.1",
        session_key=Session.objects.latest("expire_date").pk,
        user_agent="x",
    )
    assert stranger.post(f"/account/sessions/{row.pk}/end/").status_code == 404
    assert UserSession.objects.filter(pk=row.pk).exists()


def test_the_list_asks_as_often_for_many_sessions_as_for_two(clinician, django_assert_max_num_queries):
    client = staff_client(clinician)
    for number in range(10):
        key = Client().session.session_key or f"k{number}"
        UserSession.objects.create(user=clinician.user, ip="192.0.2.1", session_key=key, user_agent="x")
    open_(client)
    with django_assert_max_num_queries(12):
        open_(client)


@pytest.mark.check("S18")
def test_pages_of_people_are_kept_by_no_browser(clinician):
    assert open_(staff_client(clinician))["Cache-Control"] == "no-store"


class TestSharedComputer:
    """Chosen when the code is typed: a quarter of an hour, gone with the browser, nothing kept."""

    def sign_in(self, runner, smtp_sink, **said) -> Client:
        client = Client()
        client.post("/sign-in/code/", {"email": runner.user.email})
        assert "Others use this computer too" in client.get("/sign-in/code/confirm/").text
        code = mailed_code(smtp_sink, runner.user.email)
        assert client.post("/sign-in/code/confirm/", {"code": code, **said})["Location"] == "/"
        return client

    @pytest.mark.check("S18")
    def test_the_session_ends_after_fifteen_minutes_and_with_the_browser(
        self, runner, clock, smtp_sink, tried
    ):
        client = self.sign_in(runner, smtp_sink, shared="on")
        assert client.cookies["sessionid"]["max-age"] == ""
        assert open_(client).status_code == 200
        clock(minutes=14)
        assert open_(client).status_code == 200
        clock(minutes=15)
        response = open_(client)
        assert response["Location"].startswith("/sign-in/code/")
        assert "15 minutes without use" in client.get(response["Location"]).text
        tried("S18", limits=1)

    def test_the_pages_keep_nothing_there_and_on_one_s_own_phone_they_do(self, runner, smtp_sink):
        factories.make_plan(factories.tendon_of(factories.make_case(runner.patient)))
        for said, kept in (({"shared": "on"}, False), ({}, True)):
            page = self.sign_in(runner, smtp_sink, **said).get("/me/").text
            assert ("js/offline" in page, "js/portal" in page) == (kept, kept)
            smtp_sink.messages.clear()
