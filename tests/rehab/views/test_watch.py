"""What the operator's monitors may ask, with the word and without it (S40)."""

from collections.abc import Callable
from datetime import timedelta

import pytest
from django.test import Client
from django.utils import timezone

from patients.models import Clinic, OutboxMail
from rehab.actions import heartbeats
from rehab.queries.health import JOBS
from tests import factories as make
from tests.worker import working

WORD = "a word that only the monitor knows"
ASKING = {"Authorization": f"Bearer {WORD}"}
pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture(autouse=True)
def word(settings: pytest.FixtureRequest) -> None:
    settings.MONITOR_TOKEN = WORD


@pytest.fixture
def clinic() -> Clinic:
    return make.make_clinic()


def beat(*, minutes_ago: float = 0, without: str = "") -> None:
    with working():
        for name in JOBS:
            if name != without:
                at = timezone.now() - timedelta(minutes=minutes_ago)
                heartbeats.beat(name=name, now=at, detail={}, done=3)


@pytest.mark.parametrize("path", ["/health/deep/", "/metrics/"])
def test_without_the_word_there_is_nothing(path: str, settings: pytest.FixtureRequest) -> None:
    beat()
    assert Client().get(path, headers=ASKING).status_code == 200
    assert Client().get(path).status_code == 404
    assert Client().get(path, headers={"Authorization": "Bearer "}).status_code == 404
    settings.MONITOR_TOKEN = ""  # not set: nobody may ask, not even with an empty word
    assert Client().get(path, headers={"Authorization": "Bearer "}).status_code == 404


@pytest.mark.twin("S40")
def test_all_is_well_when_every_job_ran_and_nothing_waits_too_long(clinic: Clinic) -> None:
    beat(minutes_ago=14)
    answer = Client().get("/health/deep/", headers=ASKING)
    assert answer.status_code == 200
    assert set(answer.json().values()) == {"ok"}


@pytest.mark.parametrize("job", JOBS)
@pytest.mark.check("S40")
def test_each_job_that_has_died_is_named(clinic: Clinic, job: str, tried: Callable[..., None]) -> None:
    beat(without=job)
    answer = Client().get("/health/deep/", headers=ASKING)
    assert answer.status_code == 503
    assert [name for name, said in answer.json().items() if said != "ok"] == [f"job {job}"]
    tried("S40", jobs=1)


@pytest.mark.check("S40")
def test_all_workers_dead_fail_it_after_fifteen_minutes(clinic: Clinic, tried: Callable[..., None]) -> None:
    beat(minutes_ago=15.5)
    answer = Client().get("/health/deep/", headers=ASKING)
    assert answer.status_code == 503
    assert sum(said != "ok" for said in answer.json().values()) == len(JOBS)
    tried("S40", all_workers=len(JOBS))


@pytest.mark.parametrize("what", ["cases", "mail", "urgent"])
def test_work_that_waits_too_long_fails_it_although_the_jobs_run(clinic: Clinic, what: str) -> None:
    beat()
    long_ago = timezone.now() - timedelta(hours=1)
    case = make.make_case(make.make_patient(clinic), evaluation_due_at=long_ago if what == "cases" else None)
    if what == "mail":
        make.make_mail(clinic, created_at=long_ago)
    if what == "urgent":
        make.make_flag(case, severity="URGENT", notify_due_at=long_ago)
    answer = Client().get("/health/deep/", headers=ASKING)
    assert answer.status_code == 503
    assert [name for name, said in answer.json().items() if said != "ok"] == [what]
    assert "60 min" in answer.json()[what]


def test_a_mail_that_waits_for_its_domains_turn_is_not_late(clinic: Clinic) -> None:
    beat()
    now = timezone.now()
    make.make_mail(clinic, created_at=now - timedelta(hours=2), next_attempt_at=now, slot_at=now)
    assert Client().get("/health/deep/", headers=ASKING).status_code == 200


def test_the_figures_for_prometheus_name_nobody(clinic: Clinic) -> None:
    beat()
    make.make_case(make.make_patient(clinic), evaluation_due_at=timezone.now(), evaluation_failures=2)
    make.make_mail(clinic, kind="URGENT_FLAG", created_at=timezone.now())
    Client().get("/health/")
    text = Client().get("/metrics/", headers=ASKING).content.decode()
    for line in (
        "plimsoll_cases_due 1.0",
        "plimsoll_cases_not_assessed 1.0",
        'plimsoll_job_done_total{job="sweep"} 3.0',
        'plimsoll_mails_last_day{kind="URGENT_FLAG",state="PENDING"} 1.0',
        'plimsoll_request_seconds_count{method="GET",route="health",status="2xx"}',
    ):
        assert line in text, line
    with make.inside(clinic):
        address = OutboxMail.objects.get().to_address
    for secret in (str(clinic.id), clinic.name, address):
        assert secret not in text
