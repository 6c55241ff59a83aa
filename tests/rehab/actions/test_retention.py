"""What is over is forgotten; what still waits, what came back and everything clinical stays."""

from datetime import datetime, timedelta

import psycopg
import pytest
from django.contrib.sessions.models import Session

from patients.models import Case, Clinic, Heartbeat, MailState, OutboxMail, Patient
from patients.queries import kept
from patients.queries.kept import YEAR
from rehab.actions import retention
from rehab.models import Run
from tests import factories as make
from tests.worker import working

NOW = make.NOW
LONG_AGO = NOW - retention.KEPT - timedelta(seconds=1)


@pytest.mark.django_db(transaction=True)
def test_only_what_is_over_goes(as_superuser: psycopg.Connection) -> None:
    clinic = make.make_clinic()
    make.make_member(clinic)
    run = make.make_run(make.make_case(make.make_patient(clinic)), at=NOW - timedelta(days=4000))
    over = {"next_attempt_at": None, "created_at": LONG_AGO}
    for state in retention.DONE:
        make.make_mail(clinic, state=state, sent_at=LONG_AGO, **over)
    kept = [
        make.make_mail(clinic, state=MailState.SENT, sent_at=NOW, next_attempt_at=None, created_at=NOW),
        make.make_mail(clinic, created_at=LONG_AGO),  # still waits
        make.make_mail(clinic, state=MailState.SENT, sent_at=LONG_AGO, bounced_at=LONG_AGO, **over),
    ]
    Session.objects.create(session_key="old", session_data="", expire_date=NOW - timedelta(seconds=1))
    Session.objects.create(session_key="new", session_data="", expire_date=NOW + timedelta(seconds=1))
    with working():
        assert retention.forget(now=NOW) == 4
        assert retention.forget(now=NOW) == 0
    with make.inside(clinic):
        assert {mail.id for mail in OutboxMail.objects.all()} == {mail.id for mail in kept}
        assert Run.objects.filter(id=run.id).exists()
    assert as_superuser.execute("SELECT session_key FROM django_session").fetchall() == [("new",)]


@pytest.mark.django_db(transaction=True)
def test_records_past_the_time_that_their_clinic_chose_are_counted_and_stay() -> None:
    """Five years chosen: past is who has no open case, and whose last was closed longer ago."""
    clinic, undecided = make.make_clinic(keep_years=5), make.make_clinic()
    make.make_member(clinic)
    just, not_yet = NOW - 5 * YEAR - timedelta(days=1), NOW - 5 * YEAR + timedelta(days=1)
    past = closed_case(clinic, just)
    closed_case(clinic, not_yet)
    again = closed_case(clinic, just)
    make.make_case(again.patient, number=2)  # back in care
    twice = closed_case(clinic, just)
    make.make_case(twice.patient, number=2, status="CLOSED", closed_at=not_yet)
    make.make_patient(clinic)  # never had a case
    closed_case(undecided, just)
    with working():
        retention.forget(now=NOW)
    beat = Heartbeat.objects.get(name=retention.HEARTBEAT)
    assert beat.detail["past"] == 1
    with make.inside(clinic):
        found = kept.records(clinic_id=clinic.pk, now=NOW)
        assert [one.patient_id for one in found.oldest] == [past.patient_id]
        assert Patient.objects.known().filter(pk=past.patient_id).exists()
    with make.inside(undecided):
        assert kept.records(clinic_id=undecided.pk, now=NOW).years is None


def closed_case(clinic: Clinic, at: datetime) -> Case:
    return make.make_case(
        make.make_patient(clinic), opened_at=at - timedelta(days=90), status="CLOSED", closed_at=at
    )
