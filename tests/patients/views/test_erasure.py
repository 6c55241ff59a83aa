"""The owner's answer to a runner who asks to be erased."""

import pytest
from django.test import Client
from django.urls import reverse

from patients.models import Case, Erasure, ErasureRequest, Patient
from tests import factories as make
from tests.factories import NOW, Kit, sign_in
from tests.sign_in import long_ago, staff_client

pytestmark = pytest.mark.django_db
REASON = {"refuse": "1", "reason": "The law asks us to keep it until November 2036."}


@pytest.fixture
def kit() -> Kit:
    """One runner with a row of everything, another who asks."""
    return make.make_kit("AAAA-Alder")


@pytest.fixture
def wish(kit: Kit) -> ErasureRequest:
    patient = make.make_patient(kit.clinic, responsible=kit.clinician)
    make.patient_login(patient)
    case = make.make_case(patient)
    with make.inside(kit.clinic):
        Case.objects.filter(pk=case.pk).update(status="CLOSED", closed_at=NOW)
        return ErasureRequest.objects.create(clinic=kit.clinic, patient=patient, asked_at=NOW)


def answer(wish: ErasureRequest) -> str:
    return reverse("erasure_answer", args=[wish.pk])


def test_the_owner_sees_who_asks_and_by_when_to_answer(kit: Kit, wish: ErasureRequest) -> None:
    owner = staff_client(kit.owner)
    assert "2 runners ask to be erased" in owner.get(reverse("members")).content.decode()
    said = owner.get(reverse("erasures")).content.decode()
    assert wish.patient.person.family_name in said
    assert "16 Dec 2026" in said
    said = owner.get(answer(wish)).content.decode()
    assert "for as long as the law tells you" in said
    assert "16 November 2026" in said


def test_erasing_asks_for_the_number_and_leaves_it(kit: Kit, wish: ErasureRequest) -> None:
    owner, number = staff_client(kit.owner), str(wish.patient.number)
    for wrong in ("", "1"):
        assert owner.post(answer(wish), {"erase": "1", "number": wrong}).status_code == 422
    gone = owner.post(answer(wish), {"erase": "1", "number": number}, follow=True)
    assert gone.status_code == 200
    assert f"Number {number} is all that is left" in gone.content.decode()
    with make.inside(kit.clinic):
        assert Patient.objects.get(pk=wish.patient_id).person is None
        assert Erasure.objects.filter(patient_id=wish.patient_id).count() == 1
    assert owner.get(answer(wish)).status_code == 404


def test_an_open_case_offers_the_way_to_close_it(kit: Kit) -> None:
    wish = kit.rows[ErasureRequest][0]
    owner = staff_client(kit.owner)
    said = owner.get(answer(wish)).content.decode()
    assert "Their case is open" in said and "Erase for good" not in said
    refused = owner.post(answer(wish), {"erase": "1", "number": str(kit.patient.number)})
    assert refused.status_code == 422
    with make.inside(kit.clinic):
        assert Patient.objects.get(pk=kit.patient.pk).person is not None


def test_a_refusal_needs_a_reason_and_the_runner_reads_it(kit: Kit) -> None:
    wish, owner = kit.rows[ErasureRequest][0], staff_client(kit.owner)
    assert owner.post(answer(wish), {"refuse": "1", "reason": ""}).status_code == 422
    assert owner.post(answer(wish), REASON).status_code == 302
    said = sign_in(Client(), kit.patient_member).get(reverse("portal_erasure")).content.decode()
    assert REASON["reason"] in said
    assert "your record stays" in said


def test_erasing_asks_for_a_fresh_sign_in(kit: Kit, wish: ErasureRequest) -> None:
    """The twin: `staff_client` has signed in just now and is let through above."""
    stale = long_ago(staff_client(kit.owner))
    went = stale.post(answer(wish), {"erase": "1", "number": str(wish.patient.number)})
    assert went.status_code == 302 and "/sign-in/again/" in went.headers["Location"]
    with make.inside(kit.clinic):
        assert Patient.objects.get(pk=wish.patient_id).person is not None


@pytest.mark.parametrize("who", ["clinician", "reception", "patient_member", "another clinic's owner"])
def test_nobody_else_answers(kit: Kit, wish: ErasureRequest, who: str) -> None:
    member = getattr(kit, who, None) or make.make_member(make.make_clinic(), make.Role.OWNER)
    client = staff_client(member) if who != "patient_member" else sign_in(Client(), member)
    assert client.get(answer(wish)).status_code == 404
    assert client.post(answer(wish), REASON).status_code == 404


def test_the_number_of_queries_does_not_grow(
    kit: Kit, wish: ErasureRequest, django_assert_max_num_queries
) -> None:  # type: ignore[no-untyped-def]
    owner = staff_client(kit.owner)
    owner.get(reverse("erasures"))
    for _ in range(5):
        patient = make.make_patient(kit.clinic, responsible=kit.clinician)
        with make.inside(kit.clinic):
            ErasureRequest.objects.create(clinic=kit.clinic, patient=patient, asked_at=NOW)
    with django_assert_max_num_queries(18):
        assert owner.get(reverse("erasures")).status_code == 200
