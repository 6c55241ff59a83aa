"""A reminder's link, the reminder settings, a browser's yes, and the link that stops the mails."""

from datetime import date

import pytest
from django.test import Client
from pytest_django.fixtures import Settings

from rehab.emails import reminder_stop_address, stop_address
from rehab.models import PushSubscription, ReminderSettings
from tests.factories import sign_in
from tests.rehab.runner import Runner, make_runner
from tests.rehab.views.portal.told import a_morning, a_run

CHOICE = {
    "morning": "on",
    "day_after": "on",
    "by_mail": "on",
    "morning_hour": "8",
    "evening_hour": "20",
    "quiet_from": "22",
    "quiet_until": "6",
    "paused_until": "",
}
BROWSER = {"endpoint": "https://fcm.googleapis.com/fcm/send/abc", "p256dh": "B" * 87, "auth": "a" * 22}


def test_the_link_lands_on_the_form_and_later_says_that_nothing_is_open(
    portal: Client, runner: Runner
) -> None:
    assert portal.get("/me/next/morning/").headers["Location"] == "/me/morning/"
    assert portal.get("/me/next/entry/").headers["Location"] == "/me/runs/new/"
    assert portal.get("/me/next/evening/").headers["Location"] == "/me/exercises/"
    run = a_run(runner, hours_ago=25)
    assert portal.get("/me/next/day-after/").headers["Location"] == f"/me/checks/{run.pk}/24h/"
    a_morning(runner, hours_ago=1)
    answered = portal.get("/me/next/morning/")
    assert answered.status_code == 200
    assert b"Nothing is open here" in answered.content
    assert portal.get("/me/next/nonsense/").status_code == 404


@pytest.mark.django_db
def test_whoever_is_not_signed_in_comes_back_to_the_form_after_signing_in(client: Client) -> None:
    assert client.get("/me/next/morning/").headers["Location"] == "/sign-in/?next=/me/next/morning/"


def test_the_runner_s_wishes_are_kept_as_they_were_said(portal: Client, runner: Runner) -> None:
    assert portal.post("/me/reminders/", CHOICE | {"paused_until": "2026-12-01"}).status_code == 302
    with runner.signed_in():
        row = ReminderSettings.objects.get()
    assert (row.morning, row.day_after, row.evening, row.by_mail) == (True, True, False, True)
    assert (row.morning_hour, row.evening_hour, row.quiet_from, row.quiet_until) == (8, 20, 22, 6)
    assert row.paused_until == date(2026, 12, 1)
    shown = portal.get("/me/reminders/").content.decode()
    assert '<option value="8" selected>08:00</option>' in shown


def test_an_hour_in_the_quiet_hours_is_refused_at_its_field(portal: Client, runner: Runner) -> None:
    answer = portal.post("/me/reminders/", CHOICE | {"quiet_until": "9"})
    assert answer.status_code == 422
    assert b"This is in your quiet hours. Choose another hour." in answer.content
    with runner.signed_in():
        assert not ReminderSettings.objects.exists()


def test_a_browser_says_yes_and_no(portal: Client, runner: Runner, settings: Settings) -> None:
    settings.PUSH_PUBLIC_KEY = "key"
    assert portal.post("/me/reminders/push/", BROWSER).status_code == 302
    with runner.signed_in():
        assert PushSubscription.objects.count() == 1
        assert ReminderSettings.objects.get().by_push
    assert b"reminders come to 1 device" in portal.get("/me/reminders/").content
    portal.post("/me/reminders/push/end/")
    with runner.signed_in():
        assert not PushSubscription.objects.exists()
        assert not ReminderSettings.objects.get().by_push


@pytest.mark.parametrize("endpoint", ["https://169.254.169.254/", "http://localhost:6379/", "nonsense", ""])
def test_an_address_inside_is_refused_in_words(portal: Client, runner: Runner, endpoint: str) -> None:
    answer = portal.post("/me/reminders/push/", BROWSER | {"endpoint": endpoint}, follow=True)
    assert b"E-mail still works." in answer.content
    with runner.signed_in():
        assert not PushSubscription.objects.exists()


def test_another_runner_s_wishes_are_out_of_sight(portal: Client, runner: Runner, client: Client) -> None:
    portal.post("/me/reminders/", CHOICE)
    other = make_runner(slug="quay")
    sign_in(client, other.member)
    assert '<option value="9" selected>' in client.get("/me/reminders/").content.decode()


def test_the_link_in_a_mail_stops_the_reminders_and_only_by_post(portal: Client, runner: Runner) -> None:
    portal.post("/me/reminders/", CHOICE)
    path = reminder_stop_address(runner.member.pk).partition("localhost:8000")[2]
    nobody = Client(enforce_csrf_checks=True)
    assert b"Stop the reminders by e-mail?" in nobody.get(path).content
    with runner.signed_in():
        assert ReminderSettings.objects.get().by_mail
    assert nobody.post(path, {"List-Unsubscribe": "One-Click"}).status_code == 200
    with runner.signed_in():
        assert not ReminderSettings.objects.get().by_mail
    nobody.post(path, {"wish": "start"})
    with runner.signed_in():
        assert ReminderSettings.objects.get().by_mail


def test_a_word_for_the_weekly_mail_does_not_stop_reminders(db: None, runner: Runner) -> None:
    word = stop_address(runner.member.pk).rstrip("/").rsplit("/", 1)[1]
    assert Client().post(f"/reminders/stop/{word}/").status_code == 404
