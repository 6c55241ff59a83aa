"""The owner's pages about the clinic: what runners read of it, who works there, and how somebody comes to."""

import re
from datetime import timedelta

import pytest
from allauth.usersessions.models import UserSession
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from patients.actions import staff
from patients.models import AuditEntry, Case, Clinic, Membership, OutboxMail, Role, StaffInvitation, User
from tests import factories
from tests.sign_in import long_ago, patient_client, staff_client

pytestmark = pytest.mark.django_db
CLINIC = {
    "name": "Quay Physio", "phone": "020 7946 0000", "hours": "Monday to Friday, 8 to 18",
    "opens_at": "08:00", "closes_at": "18:00", "emergency_number": "999", "time_zone": "Europe/Berlin",
    "care": "EVERYONE",
}  # fmt: skip
NEW = {"email": "new@example.org", "display_name": "Alex New", "role": "CLINICIAN"}


@pytest.fixture
def owner() -> Membership:
    return factories.make_member(factories.make_clinic(), Role.OWNER)


@pytest.fixture
def client(owner: Membership) -> Client:
    return staff_client(owner)


def reload(member: Membership) -> Membership:
    return Membership.objects.get(pk=member.pk)


def test_the_clinic_as_runners_read_it(client: Client, owner: Membership) -> None:
    assert client.get(reverse("clinic_settings")).status_code == 200
    assert client.post(reverse("clinic_settings"), CLINIC).status_code == 302
    with factories.inside(owner.clinic):
        clinic = Clinic.objects.get()
        assert (clinic.emergency_number, clinic.time_zone, clinic.record_only) == (
            "999",
            "Europe/Berlin",
            False,
        )
        changed = AuditEntry.objects.filter(table_name="patients_clinic", operation="UPDATE").get()
        assert changed.actor == str(owner.user_id) and changed.after["emergency_number"] == "999"


@pytest.mark.parametrize(
    ("said", "sentence"),
    [
        ({"opens_at": ""}, "Give both times"),
        ({"closes_at": "07:00"}, "closes after it opens"),
        ({"emergency_number": ""}, "required"),
        ({"time_zone": "Mars/Base"}, "valid choice"),
        ({"closed_weekdays": list("0123456")}, "at least is open"),
        ({"closed_dates": "25 December"}, "is no date"),
        ({"closed_dates": "2026-12-31 to 2026-12-24"}, "first day, then the last"),
        ({"closed_dates": "2026-01-01 to 2026-12-31\n2027-01-01 to 2027-12-31"}, "more than 400"),
    ],
)
def test_what_does_not_fit_comes_back_with_everything_typed(
    client: Client, said: dict[str, str], sentence: str
) -> None:
    answer = client.post(reverse("clinic_settings"), {**CLINIC, **said})
    assert answer.status_code == 422 and sentence in answer.text and "Quay Physio" in answer.text


def test_closed_days_are_kept_and_shown_as_they_were_typed(client: Client, owner: Membership) -> None:
    days = "2026-12-24 to 2026-12-27\r\n2027-01-01\r\n\r\n"
    said = {**CLINIC, "closed_weekdays": ["5", "6"], "closed_dates": days}
    assert client.post(reverse("clinic_settings"), said).status_code == 302
    with factories.inside(owner.clinic):
        clinic = Clinic.objects.get()
    assert clinic.closed_weekdays == [5, 6]
    assert [f"{day:%d}" for day in clinic.closed_dates or []] == ["24", "25", "26", "27", "01"]
    page = client.get(reverse("clinic_settings")).text
    assert "2026-12-24 to 2026-12-27\n2027-01-01</textarea>" in page
    assert re.search(r'value="6"[^>]*checked', page)
    assert client.post(reverse("clinic_settings"), CLINIC).status_code == 302
    with factories.inside(owner.clinic):
        assert not Clinic.objects.get().closed_weekdays and not Clinic.objects.get().closed_dates


def test_record_only_is_said_on_the_list_and_every_open_case_is_judged_anew(
    client: Client, owner: Membership
) -> None:
    case = factories.make_case(factories.make_patient(owner.clinic, responsible=owner))
    client.post(reverse("clinic_settings"), {**CLINIC, "record_only": "on"})
    for page in ("caseload", "reports", "protocols", "messages_waiting", "patient_new", "clinic_settings"):
        assert client.get(reverse(page)).text.count("Record only: nobody is told") == 1, page
    for page in ("case", "case_timeline"):
        found = client.get(reverse(page, args=[case.pk])).text
        assert found.count("Record only: nobody is told") == 1, page
    with factories.inside(owner.clinic):
        assert Case.objects.get(pk=case.pk).evaluation_due_at is not None


def test_an_invited_colleague_chooses_a_password_and_nothing_else_signs_them_in(
    client: Client, owner: Membership
) -> None:
    assert client.post(reverse("member_new"), NEW).status_code == 302
    assert "Alex New" in client.get(reverse("members")).text
    user = User.objects.get(email="new@example.org")
    assert not user.has_usable_password()
    stranger, page = Client(), _address(owner)
    assert "Choose a password" in stranger.get(page).text
    weak = stranger.post(page, {"password": "password1234"})
    assert weak.status_code == 422 and "too common" in weak.text
    assert stranger.post(page, {"password": "tall quiet harbour mast"}).url == reverse("account_login")
    assert "_auth_user_id" not in stranger.session
    user.refresh_from_db()
    assert user.check_password("tall quiet harbour mast")
    again = stranger.post(page, {"password": "another long password"})
    user.refresh_from_db()
    assert "has its password" in again.text and user.check_password("tall quiet harbour mast")


def _address(owner: Membership) -> str:
    with factories.inside(owner.clinic):
        text = OutboxMail.objects.filter(kind="STAFF_INVITATION").order_by("-created_at", "-id")[0].text
    found = re.search(r"https?://[^/]+(/welcome/staff/[^\s]+)", text)
    assert found
    return found[1]


def test_an_invitation_ends_by_time_by_another_one_and_by_being_revoked(
    client: Client, owner: Membership
) -> None:
    client.post(reverse("member_new"), NEW)
    first, member = _address(owner), Membership.objects.get(user__email="new@example.org")
    send = reverse("member_invite", args=[member.pk])
    assert client.post(send).status_code == 302
    second = _address(owner)
    assert first != second and "no longer works" in Client().get(first).text
    assert client.post(send, {"revoke": "1"}).status_code == 302
    assert "no longer works" in Client().get(second).text
    assert Client().post(second, {"password": "tall quiet harbour mast"}).status_code == 422
    assert "invitation ended" in client.get(reverse("members")).text
    with factories.inside(owner.clinic):
        StaffInvitation.objects.update(expires_at=timezone.now() + timedelta(days=1), accepted_at=None)
    assert "Choose a password" in Client().get(second).text
    assert Client().get(reverse("staff_invitation", args=["nobody"])).status_code == 404


def test_the_same_address_is_not_invited_twice(client: Client) -> None:
    client.post(reverse("member_new"), NEW)
    again = client.post(reverse("member_new"), NEW)
    assert again.status_code == 422 and "already uses" in again.text


def test_a_role_is_changed_and_the_last_owner_stays(client: Client, owner: Membership) -> None:
    other = factories.make_member(owner.clinic, Role.RECEPTION)
    page = reverse("member", args=[other.pk])
    assert client.get(page).status_code == 200
    said = {"display_name": "Kim Front", "role": "CLINICIAN", "is_active": "on"}
    assert client.post(page, said).status_code == 302
    assert (reload(other).role, reload(other).display_name) == (Role.CLINICIAN, "Kim Front")
    own = client.post(reverse("member", args=[owner.pk]), said)
    assert own.status_code == 422 and "needs an owner" in own.text
    assert reload(owner).role == Role.OWNER
    client.post(page, {**said, "role": "OWNER"})
    assert client.post(reverse("member", args=[owner.pk]), said).status_code == 302


def test_whoever_looks_after_open_cases_hands_them_over_first(client: Client, owner: Membership) -> None:
    physio = factories.make_member(owner.clinic)
    factories.make_case(factories.make_patient(owner.clinic, responsible=physio))
    page = reverse("member", args=[physio.pk])
    refused = client.post(page, {"display_name": "Gone", "role": "CLINICIAN"})
    assert refused.status_code == 422 and "Hand those over first" in refused.text
    assert reload(physio).is_active


def test_whoever_leaves_is_out_at_once(client: Client, owner: Membership) -> None:
    other = factories.make_member(owner.clinic)
    theirs = staff_client(other)
    assert theirs.get(reverse("caseload")).status_code == 200
    client.post(reverse("member", args=[other.pk]), {"display_name": "Gone", "role": "CLINICIAN"})
    assert theirs.get(reverse("caseload")).status_code in (302, 403, 404)


def test_changing_people_or_the_clinic_asks_for_a_fresh_sign_in(owner: Membership) -> None:
    client = long_ago(staff_client(owner))
    for name in ("member_new", "clinic_settings"):
        answer = client.post(reverse(name), NEW)
        assert answer.status_code == 302 and "sign-in/again" in answer.url
    waiting = factories.make_member(owner.clinic, user=factories.make_user(password="!"))
    invitation = factories.make_staff_invitation(waiting)
    for said in ({}, {"revoke": "1"}):
        answer = client.post(reverse("member_invite", args=[waiting.pk]), said)
        assert answer.status_code == 302 and "sign-in/again" in answer.url
    with factories.inside(owner.clinic):
        assert StaffInvitation.objects.get(membership=waiting).expires_at == invitation.expires_at
    assert not User.objects.filter(email="new@example.org").exists()


@pytest.mark.parametrize("role", [Role.CLINICIAN, Role.RECEPTION])
def test_only_owners_come_here(owner: Membership, role: Role) -> None:
    client = staff_client(factories.make_member(owner.clinic, role))
    pages = [reverse(name) for name in ("clinic_settings", "members", "member_new")]
    assert {client.get(page).status_code for page in pages} == {404}
    assert client.get(reverse("member", args=[owner.pk])).status_code == 404


def test_another_clinics_owner_finds_nobody(owner: Membership) -> None:
    stranger = staff_client(factories.make_member(factories.make_clinic(), Role.OWNER))
    assert stranger.get(reverse("member", args=[owner.pk])).status_code == 404
    assert stranger.post(reverse("member_invite", args=[owner.pk])).status_code == 404


def test_the_acts_themselves_refuse_whoever_is_no_owner(owner: Membership) -> None:
    other = factories.make_member(owner.clinic)
    with factories.inside(owner.clinic), pytest.raises(staff.MembershipRefused, match="Only an owner"):
        staff.change(
            member=owner, display_name="x", role=Role.CLINICIAN, is_active=True, by=other, now=timezone.now()
        )


def test_how_long_records_are_kept_is_chosen_within_bounds_and_lists_who_is_past_it(
    client: Client, owner: Membership
) -> None:
    assert "has not decided" in client.get(reverse("past_records")).text
    assert client.post(reverse("clinic_settings"), {**CLINIC, "keep_years": "4"}).status_code == 422
    assert client.post(reverse("clinic_settings"), {**CLINIC, "keep_years": "8"}).status_code == 302
    closed_at = timezone.now() - timedelta(days=8 * 366)
    patient = factories.make_patient(owner.clinic, responsible=owner)
    factories.make_case(
        patient, opened_at=closed_at - timedelta(days=90), status="CLOSED", closed_at=closed_at
    )
    page = client.get(reverse("past_records")).text
    assert str(patient.number) in page
    assert reverse("patient_contact", args=[patient.pk]) in page
    reception = staff_client(factories.make_member(owner.clinic, Role.RECEPTION))
    assert reception.get(reverse("past_records")).status_code == 404
    stranger = staff_client(factories.make_member(factories.make_clinic(), Role.OWNER))
    assert str(patient.number) not in stranger.get(reverse("past_records")).text


class TestChangingOnesPassword:
    def change(self, client: Client, **said: str):
        typed = {"current": factories.PASSWORD, "password": "seven odd words over a bridge", **said}
        return client.post(reverse("password_change"), typed)

    def test_it_works_from_then_on_and_signs_out_everywhere_else(
        self, client: Client, owner: Membership
    ) -> None:
        other = staff_client(owner)
        for one in (client, other):
            key, agent = one.session.session_key, "Firefox/1"
            UserSession.objects.create(user=owner.user, ip="192.0.2.1", session_key=key, user_agent=agent)
        assert "Password until now" in client.get(reverse("password_change")).text
        assert self.change(client)["Location"] == reverse("sessions")
        assert client.get(reverse("sessions")).status_code == 200
        assert other.get(reverse("sessions")).status_code == 302
        assert User.objects.get(pk=owner.user_id).check_password("seven odd words over a bridge")

    @pytest.mark.parametrize(
        ("said", "sentence"),
        [
            ({"current": "not that one, no"}, "not the password"),
            ({"password": "short"}, "too short"),
            ({"password": "plimsoll12345"}, "clinic&#x27;s trade"),
            ({"password": ""}, "Choose a password"),
        ],
    )
    def test_a_wrong_or_weak_one_changes_nothing(
        self, client: Client, owner: Membership, said: dict[str, str], sentence: str
    ) -> None:
        answer = self.change(client, **said)
        assert answer.status_code == 422 and sentence in answer.text
        assert User.objects.get(pk=owner.user_id).check_password(factories.PASSWORD)

    def test_a_runner_who_has_none_finds_no_such_page(self, owner: Membership) -> None:
        runner = factories.patient_login(factories.make_patient(owner.clinic, responsible=owner))
        assert patient_client(runner).get(reverse("password_change")).status_code == 404
