"""The front desk: how a runner is reached, another address, the portal closed and opened."""

import re

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from patients.models import AuditEntry, Invitation, Membership, OutboxMail, Person, Role
from tests import factories
from tests.sign_in import long_ago, patient_client, staff_client

pytestmark = pytest.mark.django_db
SAID = {"given_name": "Robin", "family_name": "Miller", "phone": "020 7946 0001", "language": "de"}
CLINICAL = re.compile(
    r"stage|pain|tendon|achilles|protocol|exercise|diagnos|red flag|assess|score|run within|worklist", re.I
)


@pytest.fixture
def kit():
    return factories.make_kit("CANARY")


@pytest.fixture
def desk(kit) -> Client:
    return staff_client(kit.reception)


def address(name, kit):
    return reverse(name, args=[kit.patient.pk])


def person(kit) -> Person:
    with factories.inside(kit.clinic):
        return Person.objects.get(pk=kit.patient.person_id)


def mails(kit, kind):
    with factories.inside(kit.clinic):
        return list(OutboxMail.objects.filter(kind=kind).order_by("created_at"))


def test_reception_changes_names_phone_and_language(kit, desk):
    assert desk.get(address("patient_contact", kit)).status_code == 200
    assert desk.post(address("patient_contact", kit), SAID).status_code == 302
    kept = person(kit)
    assert (kept.given_name, kept.family_name, kept.phone) == ("Robin", "Miller", "020 7946 0001")
    with factories.inside(kit.clinic):
        assert AuditEntry.objects.filter(table_name="patients_person", operation="UPDATE").exists()


def test_a_missing_name_is_said_at_its_field(kit, desk):
    answer = desk.post(address("patient_contact", kit), {**SAID, "given_name": ""})
    assert answer.status_code == 422
    assert "Type the given name." in answer.content.decode()


@pytest.mark.parametrize("name", ["patient_contact", "patient_email"])
def test_nothing_clinical_stands_on_these_pages(kit, desk, name):
    """Every row of this runner carries the canary in its texts; only the name may show it."""
    text = desk.get(address(name, kit)).content.decode()
    main = re.sub(r"<[^>]+>", " ", text[text.index("<main") : text.index("</main>")])
    main = main.replace(f"{person(kit).given_name} {person(kit).family_name}", "").replace(
        person(kit).given_name, ""
    )
    assert "CANARY" not in main
    assert not CLINICAL.findall(main)


def test_the_search_for_clinical_words_finds_one():
    """The guard off."""
    assert CLINICAL.findall("Stage 4, pain 3/10")


def test_another_address_moves_the_way_in_tells_the_old_one_and_invites_the_new(kit, desk):
    before, old = kit.patient_member.user, person(kit).email
    account = before.email
    runner = patient_client(kit.patient_member)
    assert runner.get(reverse("portal_account")).status_code == 200
    answer = desk.post(address("patient_email", kit), {"email": " New@Example.org "})
    assert answer.status_code == 302
    place = Membership.objects.select_related("user").get(pk=kit.patient_member.pk)
    assert place.user.email == person(kit).email == "new@example.org"
    before.refresh_from_db()
    assert before.email == account  # the account may have a place at another clinic
    assert runner.get(reverse("portal_account")).status_code in (302, 404)
    (told,) = mails(kit, "ADDRESS_CHANGED")
    assert told.to_address == old
    assert kit.clinic.phone in told.text
    assert not CLINICAL.findall(told.subject + told.text.replace(kit.clinic.name, ""))
    assert mails(kit, "INVITATION")[-1].to_address == "new@example.org"


def test_every_change_of_address_is_told(kit, desk):
    for mail in ("one@example.org", "two@example.org", "one@example.org"):
        assert desk.post(address("patient_email", kit), {"email": mail}).status_code == 302
    assert [mail.to_address for mail in mails(kit, "ADDRESS_CHANGED")][1:] == [
        "one@example.org",
        "two@example.org",
    ]


def test_an_address_in_use_here_is_refused_and_changes_nothing(kit, desk):
    other = factories.make_patient(kit.clinic, responsible=kit.clinician)
    with factories.inside(kit.clinic):
        taken = Person.objects.get(pk=other.person_id).email
    old = person(kit).email
    for mail in (taken, kit.clinician.user.email):
        answer = desk.post(address("patient_email", kit), {"email": mail})
        assert answer.status_code == 422
        assert person(kit).email == old
    assert not mails(kit, "ADDRESS_CHANGED")


def test_a_change_of_address_asks_for_a_fresh_sign_in(kit, desk):
    long_ago(desk)
    assert desk.get(address("patient_contact", kit)).status_code == 200
    for send in (desk.get, desk.post):
        answer = send(address("patient_email", kit), {"email": "new@example.org"})
        assert answer.status_code == 302
        assert "/sign-in/again/" in answer["Location"]
    assert person(kit).email != "new@example.org"


def test_the_portal_is_closed_at_once_and_opened_with_an_invitation(kit, desk):
    runner = patient_client(kit.patient_member)
    assert runner.get(reverse("portal_account")).status_code == 200
    assert desk.post(address("patient_portal", kit), {"close": "1"}).status_code == 302
    assert runner.get(reverse("portal_account")).status_code in (302, 404)
    assert "Closed: they cannot sign in here." in desk.get(address("patient_contact", kit)).content.decode()
    with factories.inside(kit.clinic):
        assert not Invitation.objects.open(timezone.now()).filter(patient=kit.patient).exists()
    before = len(mails(kit, "INVITATION"))
    assert desk.post(address("patient_portal", kit), {"open": "1"}).status_code == 302
    assert len(mails(kit, "INVITATION")) == before + 1
    assert Membership.objects.get(pk=kit.patient_member.pk).is_active


def test_a_stranger_finds_no_page_and_changes_nothing(kit):
    stranger = staff_client(factories.make_member(factories.make_clinic(), Role.OWNER))
    runner = patient_client(kit.patient_member)
    for client in (stranger, runner):
        assert client.get(address("patient_contact", kit)).status_code == 404
        assert client.get(address("patient_email", kit)).status_code == 404
        assert client.post(address("patient_portal", kit), {"close": "1"}).status_code == 404
    assert Membership.objects.get(pk=kit.patient_member.pk).is_active


def test_the_list_of_reception_leads_there(kit, desk):
    assert address("patient_contact", kit) in desk.get(reverse("caseload")).content.decode()
