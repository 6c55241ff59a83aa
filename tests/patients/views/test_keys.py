"""The single keys are a person's own: switched off once, off on every device."""

import pytest
from django.urls import reverse

from patients.models import Membership, Role, User
from tests import factories
from tests.sign_in import patient_client, staff_client

pytestmark = pytest.mark.django_db
WHERE = reverse("keys_switch")


@pytest.fixture
def physio() -> Membership:
    return factories.make_member(factories.make_clinic())


def on(member: Membership) -> bool:
    return User.objects.get(pk=member.user_id).single_keys


def test_they_are_off_on_another_device_too(physio: Membership) -> None:
    desk, laptop = staff_client(physio), staff_client(physio)
    assert "data-keys-switch checked" in laptop.get("/caseload/").text
    assert desk.post(WHERE, headers={"HX-Request": "true"}).status_code == 204
    assert not on(physio)
    assert "data-keys-switch checked" not in laptop.get("/caseload/").text
    assert desk.post(WHERE, {"single_keys": "on"}).status_code == 302  # and without JavaScript
    assert on(physio)


def test_nobody_elses_change(physio: Membership) -> None:
    other = factories.make_member(physio.clinic)
    staff_client(physio).post(WHERE)
    assert not on(physio) and on(other)


def test_it_is_no_business_of_a_runners(physio: Membership) -> None:
    runner = factories.patient_login(factories.make_patient(physio.clinic))
    assert patient_client(runner).post(WHERE).status_code == 404
    reception = factories.make_member(physio.clinic, Role.RECEPTION)
    assert staff_client(reception).post(WHERE).status_code == 302
