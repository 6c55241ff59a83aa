"""What is over is forgotten; what still waits, what came back and everything clinical stays."""

from datetime import timedelta

import psycopg
import pytest
from django.contrib.sessions.models import Session

from patients.models import MailState, OutboxMail
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
