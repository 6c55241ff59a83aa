"""The owner's page on jobs and mail: what failed, what came back, trying it again; nobody else's."""

from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from patients.models import Clinic, MailState, Membership, OutboxMail, Role
from tests import factories as make
from tests.sign_in import patient_client, staff_client

pytestmark = pytest.mark.django_db


@pytest.fixture
def clinic() -> Clinic:
    return make.make_clinic()


@pytest.fixture
def owner(clinic: Clinic) -> Membership:
    return make.make_member(clinic, Role.OWNER)


def given_up(clinic: Clinic, **fields: object) -> OutboxMail:
    state = {"state": MailState.DEAD, "attempts": 8, "next_attempt_at": None}
    return make.make_mail(clinic, **{**state, "last_error": "SMTPDataError 451", **fields})


def stored(mail: OutboxMail) -> OutboxMail:
    with make.inside(mail.clinic_id):
        return OutboxMail.objects.get(id=mail.id)


def test_a_mail_given_up_is_shown_and_tried_again_by_the_owner(clinic: Clinic, owner: Membership) -> None:
    mail = given_up(clinic, recipient_membership=owner, kind="URGENT_FLAG")
    client = staff_client(owner)
    page = client.get("/clinic/jobs/").content.decode()
    assert "SMTPDataError 451" in page
    assert owner.display_name in page
    assert mail.to_address not in page
    assert client.post(f"/clinic/jobs/mails/{mail.id}/retry/", follow=True).status_code == 200
    assert (stored(mail).state, stored(mail).attempts) == (MailState.PENDING, 0)
    assert client.post(f"/clinic/jobs/mails/{mail.id}/retry/").status_code == 404  # it is not given up now
    assert client.get(f"/clinic/jobs/mails/{mail.id}/retry/").status_code == 405


def test_strangers_get_nothing(clinic: Clinic, owner: Membership) -> None:
    mail = given_up(clinic)
    other = make.make_member(make.make_clinic(), Role.OWNER)
    colleague, reception = make.make_member(clinic), make.make_member(clinic, Role.RECEPTION)
    runner = make.patient_login(make.make_patient(clinic, responsible=colleague))
    assert staff_client(other).post(f"/clinic/jobs/mails/{mail.id}/retry/").status_code == 404
    assert "SMTPDataError" not in staff_client(other).get("/clinic/jobs/").content.decode()
    for client in (staff_client(colleague), staff_client(reception), patient_client(runner)):
        assert client.get("/clinic/jobs/").status_code == 404
        assert client.post(f"/clinic/jobs/mails/{mail.id}/retry/").status_code == 404
    assert stored(mail).state == MailState.DEAD


def test_what_could_not_be_assessed_told_and_skipped_is_counted(clinic: Clinic, owner: Membership) -> None:
    now = timezone.now()
    poisoned = make.make_case(
        make.make_patient(clinic),
        evaluation_failures=3,
        evaluation_error="KeyError at rehab/clinical/running.py:88",
        evaluation_due_at=now + timedelta(minutes=4),
    )
    make.make_summary(poisoned, rule_version="2020.1")
    make.make_flag(poisoned, kind="RED_FLAG", severity="URGENT", told_at=now, escalated_at=now)
    for _ in range(2):
        make.make_mail(
            clinic, state=MailState.SKIPPED, next_attempt_at=None, last_error="SUSPENDED", created_at=now
        )
    page = " ".join(staff_client(owner).get("/clinic/jobs/").content.decode().split())
    assert "3 times" in page
    assert "KeyError at rehab/clinical/running.py:88" in page
    assert f"/cases/{poisoned.id}/" in page
    assert "0 of 1 cases" in page
    assert "suspended 2" in page


def test_as_many_queries_with_ten_of_each_as_with_one(clinic: Clinic, owner: Membership) -> None:
    client, counts = staff_client(owner), []
    client.get("/clinic/jobs/")
    for many in (1, 9):
        for _ in range(many):
            case = make.make_case(make.make_patient(clinic, responsible=owner), evaluation_failures=1)
            make.make_flag(case, severity="URGENT", notify_due_at=make.NOW)
            given_up(clinic, recipient_membership=owner)
        with CaptureQueriesContext(connection) as queries:
            client.get("/clinic/jobs/")
        counts.append(len(queries))
    assert counts[0] == counts[1]
