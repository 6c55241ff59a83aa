"""The parts that every other test stands on are real and are what they claim."""

import smtplib
from collections.abc import Callable

import psycopg
import pytest
from django.core.mail import send_mail
from django.db import connection
from playwright.sync_api import Page

from physio.embedded.processes import Child
from tests.browser import assert_accessible, assert_no_overflow
from tests.cluster import Clone
from tests.services import Broker, Inbox, wait_for_words


@pytest.mark.django_db
def test_tests_are_bound_as_the_product_is() -> None:
    with connection.cursor() as cursor:
        cursor.execute("SELECT rolname, rolsuper, rolbypassrls FROM pg_roles WHERE rolname = current_user")
        assert cursor.fetchone() == ("plimsoll_app", False, False)


def test_only_the_backup_role_may_read_past_row_level_security(as_superuser: psycopg.Connection) -> None:
    rows = as_superuser.execute(
        "SELECT rolname, rolsuper, rolbypassrls FROM pg_roles WHERE rolname LIKE 'plimsoll%' ORDER BY 1"
    ).fetchall()
    assert rows == [
        ("plimsoll_app", False, False),
        ("plimsoll_backup", False, True),
        ("plimsoll_owner", False, False),
        ("plimsoll_superuser", True, True),
        ("plimsoll_worker", False, False),
    ]


def test_what_one_test_commits_is_gone_for_the_next_first_half(as_owner: psycopg.Connection) -> None:
    as_owner.execute("CREATE TABLE left_behind (word text)")


def test_what_one_test_commits_is_gone_for_the_next_second_half(as_owner: psycopg.Connection) -> None:
    assert as_owner.execute("SELECT to_regclass('left_behind')").fetchone() == (None,)


def test_the_backup_role_cannot_write(cluster: Clone, as_owner: psycopg.Connection) -> None:
    as_owner.execute("CREATE TABLE note (word text)")
    as_owner.execute("GRANT ALL ON note TO plimsoll_backup")
    with cluster.connect("plimsoll_backup") as backup, pytest.raises(psycopg.errors.ReadOnlySqlTransaction):
        backup.execute("INSERT INTO note VALUES ('x')")


def test_mail_goes_over_real_smtp(smtp_sink: Inbox) -> None:
    send_mail("Hello", "Body", "from@clinic.example", ["to@runner.example"])
    assert smtp_sink.wait("to@runner.example")["Subject"] == "Hello"


def test_the_sink_forgets_between_tests(smtp_sink: Inbox) -> None:
    assert smtp_sink.messages == []
    with smtplib.SMTP(smtp_sink.host, smtp_sink.port, timeout=5) as client:
        assert client.noop()[0] == 250


def test_a_worker_takes_a_message_from_a_real_broker(
    celery_worker_process: Callable[..., Child], broker: Broker
) -> None:
    worker = celery_worker_process()
    assert worker.running()
    broker.stop()
    wait_for_words(worker, "consumer: Cannot connect to")


def test_a_page_is_served_and_examined(page: Page) -> None:
    page.goto("/health/")
    assert page.content().count("ok") == 1
    assert_no_overflow(page)


@pytest.mark.twin("S31")
def test_the_policy_watch_notices_an_inline_script(page: Page, csp_violations: list[str]) -> None:
    page.goto("/health/")
    page.evaluate(
        "() => { const s = document.createElement('script'); s.textContent = '1'; document.body.append(s) }"
    )
    page.wait_for_timeout(100)
    assert csp_violations
    csp_violations.clear()


def test_the_accessibility_watch_notices_a_picture_without_words(page: Page) -> None:
    page.set_content("<html lang=en><title>x</title><main><h1>x</h1><img src='data:,'></main>")
    with pytest.raises(AssertionError, match="image-alt"):
        assert_accessible(page)


def test_the_width_watch_notices_a_wide_box(phone: Page) -> None:
    phone.set_content("<html lang=en><title>x</title><main><div style='width:900px'>x</div></main>")
    with pytest.raises(AssertionError, match="wider than its window"):
        assert_no_overflow(phone)
