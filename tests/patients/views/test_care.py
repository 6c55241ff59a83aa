"""In a clinic that chose so, a physio sees the runners in their care; others open with a reason."""

from datetime import timedelta

import pytest
from django.db import connection
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from patients.models import AccessEvent, Case, Clinic, Membership, Patient, RecordOpening, Role
from physio.web import grants
from physio.web.routes import Who, routes
from tests import factories as make
from tests.factories import Kit, sign_in
from tests.sign_in import staff_client
from tests.web import matrix

pytestmark = pytest.mark.django_db
REASON = {"reason": "Covering for Sam, who is ill this week."}


@pytest.fixture
def kit() -> Kit:
    """`clinician` cares for the runner, `other_clinician` does not; the clinic chose the strict rule."""
    kit = make.make_kit(matrix.ALDER)
    with make.inside(kit.clinic):
        Clinic.objects.update(care="TEAM")
    return kit


@pytest.fixture
def stranger(kit: Kit) -> Client:
    return sign_in(Client(), kit.other_clinician)


def page(client: Client, name: str, *args: object, **asked: str) -> str:
    answer = client.get(reverse(name, args=args), asked)
    assert answer.status_code == 200, (name, answer.status_code)
    return answer.content.decode()


def on_a_case(kit: Kit) -> list[tuple[str, str]]:
    """Every route a physio may use that names a case, a flag or a plan of one."""
    party = matrix.party_of(kit)
    world = matrix.World(party, party, party, [])
    found = []
    for route in routes():
        parts = set(matrix.parts_of(route))
        if parts & {"case_id", "flag_id", "plan_id"} and route.access and Who.CLINICIAN in route.access.roles:
            found.append((route.name, next(matrix.addresses(route, world))[0]))
    return found


def test_where_everyone_cares_for_everyone_nothing_is_closed(kit: Kit, stranger: Client) -> None:
    """The default. Also the guard's twin: with the rule off, the stranger reads the record."""
    assert Clinic._meta.get_field("care").default == "EVERYONE"
    with make.inside(kit.clinic):
        Clinic.objects.update(care="EVERYONE")
    assert kit.mark in page(stranger, "case", kit.case.pk)
    assert kit.patient.person.family_name in page(stranger, "caseload", tab="need")
    assert stranger.get(reverse("patients_of_others")).headers["Location"] == reverse("caseload")
    opened = stranger.get(reverse("record_open", args=[kit.patient.pk]))
    assert opened.headers["Location"] == reverse("case", args=[kit.case.pk])


def test_no_route_shows_or_changes_a_record_that_is_not_in_care(kit: Kit, stranger: Client) -> None:
    tried = on_a_case(kit)
    for name, address in tried:
        for method in ("GET", "POST"):
            answer = stranger.generic(method, address)
            assert answer.status_code in (404, 405) or kit.mark not in answer.content.decode(), (name, method)
            assert answer.status_code in (302, 404, 405), (name, method, answer.status_code)
    print(f"{len(tried)} routes, all closed")
    assert len(tried) >= 25
    for asked in ({}, {"tab": "line"}, {"q": kit.patient.person.family_name}):
        said = page(stranger, "caseload", **asked)
        assert kit.patient.person.family_name not in said.replace(asked.get("q", "-"), "")
        assert kit.mark not in said.replace(f"{kit.other_clinician.display_name}", "")
    assert f"text {kit.mark}" not in page(stranger, "messages_waiting")


@pytest.mark.parametrize("who", ["clinician", "owner"])
def test_whoever_cares_and_the_owner_see_the_record(kit: Kit, who: str) -> None:
    client = sign_in(Client(), getattr(kit, who))
    assert f"note {kit.mark}" in page(client, "case", kit.case.pk)
    assert kit.patient.person.family_name in page(client, "caseload", tab="need")


def test_a_team_cares_for_the_patients_of_its_members(kit: Kit, stranger: Client) -> None:
    Membership.objects.filter(pk=kit.other_clinician.pk).update(team="North")
    assert stranger.get(reverse("case", args=[kit.case.pk])).status_code == 404
    Membership.objects.filter(pk=kit.clinician.pk).update(team="North")
    assert f"note {kit.mark}" in page(stranger, "case", kit.case.pk)


def test_reception_and_the_runner_work_as_before(kit: Kit) -> None:
    reception = sign_in(Client(), kit.reception)
    assert kit.patient.person.family_name in page(reception, "caseload")
    assert reception.get(reverse("record_open", args=[kit.patient.pk])).status_code == 404
    runner = sign_in(Client(), kit.patient_member)
    assert runner.get(reverse("portal_today")).status_code == 200
    assert runner.get(reverse("patients_of_others")).status_code == 404


def test_another_clinic_finds_nobody_here(kit: Kit) -> None:
    there = make.make_kit(matrix.BIRCH)
    with make.inside(there.clinic):
        Clinic.objects.update(care="TEAM")
    client = sign_in(Client(), there.other_clinician)
    assert client.get(reverse("record_open", args=[kit.patient.pk])).status_code == 404
    assert client.post(reverse("record_open", args=[kit.patient.pk]), REASON).status_code == 404
    found = page(client, "patients_of_others", q="Robin")
    assert there.patient.person.family_name in found
    assert kit.patient.person.family_name not in found


def test_a_record_opens_with_a_reason_for_a_while_and_others_see_that(kit: Kit, stranger: Client) -> None:
    found = page(stranger, "patients_of_others", q=str(kit.patient.number))
    address = reverse("record_open", args=[kit.patient.pk])
    assert address in found
    asking = page(stranger, "record_open", kit.patient.pk)
    for said in (found, asking):
        assert kit.patient.person.family_name in said
        assert f"reason {kit.mark}" not in said and f"note {kit.mark}" not in said, "nothing clinical"
    for short in ({}, {"reason": "  need it "}):
        assert stranger.post(address, short).status_code == 422
    assert stranger.get(reverse("case", args=[kit.case.pk])).status_code == 404
    went = stranger.post(address, REASON, follow=True)
    assert went.redirect_chain[-1][0] == reverse("case", args=[kit.case.pk])
    assert f"note {kit.mark}" in went.content.decode()
    assert f"note {kit.mark}" in page(stranger, "case", kit.case.pk)
    with make.inside(kit.clinic):
        opened = RecordOpening.objects.latest("at")
        assert opened.ends_at - opened.at == timedelta(hours=8)
        assert AccessEvent.objects.filter(
            patient=kit.patient, route="record_open", method="POST", status=302
        ).exists()
    for member, name in ((kit.owner, "record_openings"), (kit.patient_member, "portal_who_looked")):
        said = page(sign_in(Client(), member), name)
        assert REASON["reason"] in said
        assert kit.other_clinician.display_name in said
    assert stranger.get(reverse("record_openings")).status_code == 404


def test_it_closes_by_itself(kit: Kit, stranger: Client) -> None:
    now = timezone.now()
    make.make_opening(
        kit.other_clinician, kit.patient, at=now - timedelta(hours=9), ends_at=now - timedelta(hours=1)
    )
    assert stranger.get(reverse("case", args=[kit.case.pk])).status_code == 404
    make.make_opening(kit.clinician, kit.patient, at=now, ends_at=now + timedelta(hours=1))
    assert stranger.get(reverse("case", args=[kit.case.pk])).status_code == 404, "a colleague's is not theirs"
    make.make_opening(kit.other_clinician, kit.patient, at=now, ends_at=now + timedelta(hours=1))
    assert stranger.get(reverse("case", args=[kit.case.pk])).status_code == 200


def test_a_runner_one_adds_is_in_one_s_care_at_once(kit: Kit, stranger: Client) -> None:
    said = {
        "given_name": "Kim", "family_name": "Novak", "email": "kim@example.org", "phone": "",
        "birth_date": "",
        "sides": ["LEFT"], "time_zone": "Europe/London",
    }  # fmt: skip
    answer = stranger.post(reverse("patient_new"), said)
    assert answer.status_code == 302, answer.content.decode()
    assert stranger.get(answer.headers["Location"]).status_code == 200


def test_nobody_moves_the_way_in_of_a_runner_who_is_not_in_their_care(kit: Kit) -> None:
    """With the sign-in code at an address of one's own the record could be read without a reason."""
    client = staff_client(kit.other_clinician)
    said = {
        "patient_contact": {"given_name": "A", "family_name": "B", "phone": "", "language": ""},
        "patient_email": {"email": "mine@elsewhere.example"},
        "patient_portal": {"close": "1"},
    }
    for name, answers in said.items():
        address = reverse(name, args=[kit.patient.pk])
        assert client.get(address).status_code in (404, 405), name
        assert client.post(address, answers).status_code == 404, name
    account = Membership.objects.select_related("user").get(pk=kit.patient_member.pk)
    assert (account.user_id, account.is_active) == (kit.patient_member.user_id, True)
    assert client.post(reverse("record_open", args=[kit.patient.pk]), REASON).status_code == 302
    assert client.get(reverse("patient_contact", args=[kit.patient.pk])).status_code == 200


def test_handing_over_ends_one_s_care(kit: Kit) -> None:
    client = sign_in(Client(), kit.clinician)
    address = reverse("case_transfer", args=[kit.case.pk])
    assert client.get(address).status_code == 200
    gone = client.post(address, {"clinician": str(kit.other_clinician.pk), "reason": "Holiday"}, follow=True)
    assert gone.redirect_chain == [(reverse("caseload"), 302)]
    assert client.get(reverse("case", args=[kit.case.pk])).status_code == 404


def hidden(kit: Kit, care: str) -> tuple[int, list[str]]:
    """How many models of a case there are, and which of them still show a row of the patient's."""
    shown, tried = [], 0
    for model, rows in kit.rows.items():
        if not getattr(model, "of_a_case", False):
            continue
        tried += 1
        with make.inside(kit.clinic), connection.cursor() as cursor:
            cursor.execute("SELECT set_config('app.care', %s, true)", [care])
            if model._default_manager.filter(pk__in=[row.pk for row in rows]).exists():
                shown.append(model.__name__)
    return tried, shown


def test_the_database_itself_hides_every_row_of_a_case(kit: Kit) -> None:
    nobody = "strict:00000000-0000-0000-0000-000000000000"
    tried, shown = hidden(kit, nobody)
    assert tried >= 18
    assert shown == []
    assert len(hidden(kit, f"{nobody},{kit.patient.pk}")[1]) == tried
    assert len(hidden(kit, "")[1]) == tried  # the twin: without the rule each of them shows


def test_every_table_of_cases_is_under_the_rule() -> None:
    """A model with a patient and a case that forgot to say so would show."""
    from physio.web.policies import clinic_models, declared

    about = [
        model
        for model in clinic_models()
        if model is Case
        or (
            {"patient", "case"} <= {field.name for field in model._meta.concrete_fields}
            and model is not AccessEvent
        )  # who looked; no page of a physio's reads it
    ]
    assert len(about) >= 18
    for model in about:
        assert declared()[model._meta.db_table].of_a_case, model
    assert grants.IN_CARE.count("app.care") == 2
    assert not declared()[Patient._meta.db_table].of_a_case  # names and numbers can be found


def test_reception_role_is_never_narrowed(kit: Kit) -> None:
    with connection.cursor() as cursor:
        for member, narrowed in ((kit.owner, False), (kit.reception, False), (kit.other_clinician, True)):
            cursor.execute("SELECT in_care(%s, now())", [member.pk])
            assert bool(cursor.fetchone()[0]) == narrowed, member.role
    assert kit.reception.role == Role.RECEPTION
