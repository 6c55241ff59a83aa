"""What one request leaves for the next: nothing (S4). And what a request may do at all."""

from collections.abc import Callable, Iterator

import psycopg
import pytest
from django.db import close_old_connections, connection, connections, transaction
from django.test import Client

from patients.models import AccessEvent, Case, Clinic, Role
from physio.web import tenancy
from physio.web.tenancy import NoTransaction, tenant
from tests.factories import Kit, inside, make_member, make_user, sign_in, two_clinics

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.urls("tests.web.probes")]
LEAVINGS = [
    "/cases/",
    "/late/",
    "/stream/",
    "/answers-500/",
    "/raises/",
    "/breaks/",
    "/no-such-page/",
    "/own/",
]


@pytest.fixture(autouse=True)
def signed_in_with_a_second_factor(monkeypatch: pytest.MonkeyPatch, settings) -> None:
    """Only tenancy is tried here: the second factor is taken as given, and sessions are not ended."""
    settings.SECOND_FACTOR = "tests.web.test_tenancy.given"
    settings.MIDDLEWARE = [name for name in settings.MIDDLEWARE if "session_guard" not in name]


def given(request: object) -> bool:
    return True


def missing(request: object) -> bool:
    return False


@pytest.fixture
def kits(transactional_db: None) -> tuple[Kit, Kit]:
    return two_clinics()


@pytest.fixture
def client() -> Client:
    return Client(raise_request_exception=False)


@pytest.fixture(params=["CONN_MAX_AGE 0", "CONN_MAX_AGE 60", "pool"])
def connections_kept(request: pytest.FixtureRequest, kits: tuple[Kit, Kit]) -> Iterator[str]:
    """The three ways in which a connection reaches the next visitor."""
    before = connection.settings_dict.copy()
    connection.close()
    pool = request.param == "pool"
    connection.settings_dict.update(
        CONN_MAX_AGE=60 if "60" in request.param else 0,
        OPTIONS={**before["OPTIONS"], **({"pool": {"min_size": 1, "max_size": 1}} if pool else {})},
    )
    yield request.param
    connection.close()
    if pool:
        connection.close_pool()
    connection.settings_dict.clear()
    connection.settings_dict.update(before)


def backend() -> int:
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_backend_pid()")
        return int(cursor.fetchone()[0])


def leavings(member: object, client: Client) -> int:
    """What shows to whoever comes after each request: rows, and characters of an anonymous page."""
    found = 0
    for address in LEAVINGS:
        sign_in(client, member)
        client.get(address)
        close_old_connections()
        found += Case.objects.count()
        found += len(Client().get("/cases/").content)
        close_old_connections()
    return found


@pytest.mark.check("S4")
def test_nothing_is_left_for_the_next_visitor(
    connections_kept: str, kits: tuple[Kit, Kit], client: Client, tried: Callable[..., None]
) -> None:
    first = backend()
    close_old_connections()
    assert leavings(kits[0].clinician, client) == 0
    if connections_kept != "CONN_MAX_AGE 0":
        assert backend() == first, "the connection was not reused, so nothing was count"
    tried("S4", requests=len(LEAVINGS), over=connections_kept)


@pytest.mark.twin("S4")
def test_the_check_notices_settings_that_outlive_their_transaction(
    kits: tuple[Kit, Kit], client: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    def careless(values: tuple[str, ...]) -> None:
        with connection.cursor() as cursor:
            for name, value in zip(tenancy.SETTINGS, values, strict=True):
                cursor.execute("SELECT set_config(%s, %s, false)", (name, value))

    monkeypatch.setattr(tenancy, "_write", careless)
    monkeypatch.setitem(connection.settings_dict, "CONN_MAX_AGE", 60)
    assert leavings(kits[0].owner, client) > 0  # a physio's go with one more setting, in `_enter`
    connection.close()


@pytest.mark.parametrize("address", ["/cases/", "/late/", "/stream/"])
def test_each_way_of_answering_sees_its_own_clinic_only(
    address: str, kits: tuple[Kit, Kit], client: Client
) -> None:
    for here in kits:
        response = sign_in(client, here.clinician).get(address)
        assert response.getvalue().decode() == str(here.case.pk)


def test_two_visitors_in_turn_see_each_their_own(kits: tuple[Kit, Kit]) -> None:
    browsers = [(sign_in(Client(), kit.clinician), kit) for kit in kits]
    for _ in range(5):
        for browser, kit in browsers:
            assert browser.get("/cases/").content.decode() == str(kit.case.pk)


@pytest.mark.parametrize("address", ["/answers-500/", "/raises/", "/breaks/"])
def test_a_failed_request_changes_nothing(address: str, kits: tuple[Kit, Kit], client: Client) -> None:
    assert sign_in(client, kits[0].clinician).get(address).status_code == 500
    with inside(kits[0].clinic):
        assert Clinic.objects.get().phone != "changed"


def test_a_request_that_went_well_is_kept(kits: tuple[Kit, Kit], client: Client) -> None:
    assert sign_in(client, kits[0].clinician).get("/changes/").status_code == 200
    with inside(kits[0].clinic):
        assert Clinic.objects.get().phone == "changed"


def test_without_the_rollback_a_500_would_be_kept(
    kits: tuple[Kit, Kit], client: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(transaction, "set_rollback", lambda *_: None)
    sign_in(client, kits[0].clinician).get("/answers-500/")
    with inside(kits[0].clinic):
        assert Clinic.objects.get().phone == "changed"


def test_a_tenant_outside_a_transaction_is_refused(kits: tuple[Kit, Kit]) -> None:
    with pytest.raises(NoTransaction), tenant(clinic_id=kits[0].clinic.pk, actor="test"):
        pass


def test_a_tenant_ends_with_its_block_and_gives_back_the_one_before(kits: tuple[Kit, Kit]) -> None:
    here, there = kits
    with transaction.atomic():
        with tenant(clinic_id=here.clinic.pk, actor="test"):
            with tenant(clinic_id=there.clinic.pk, actor="test"):
                assert Case.objects.get().pk == there.case.pk
            assert Case.objects.get().pk == here.case.pk
            with pytest.raises(ValueError), tenant(clinic_id=there.clinic.pk, actor="test"):
                raise ValueError
            assert Case.objects.get().pk == here.case.pk
        assert not Case.objects.exists()


def test_the_chosen_clinic_is_entered_only_with_a_membership_of_it(
    kits: tuple[Kit, Kit], client: Client
) -> None:
    here, there = kits
    second = make_member(there.clinic, Role.CLINICIAN, user=here.clinician.user)
    assert sign_in(client, second).get("/cases/").content.decode() == str(there.case.pk)
    session = client.session
    session[tenancy.MEMBERSHIP_KEY] = str(there.clinician.pk)
    session.save()
    assert client.get("/cases/").content.decode() == str(here.case.pk)


def test_whoever_has_left_the_clinic_sees_nothing(kits: tuple[Kit, Kit], client: Client) -> None:
    sign_in(client, kits[0].clinician)
    kits[0].clinician.is_active = False
    with inside(kits[0].clinic):
        kits[0].clinician.save()
    assert client.get("/cases/").content == b""
    assert client.get("/late/").status_code == 404


def test_anonymous_visitors_are_sent_to_sign_in(client: Client, transactional_db: None) -> None:
    response = client.get("/late/?page=2")
    assert (response.status_code, response.url) == (302, "/sign-in/?next=/late/%3Fpage%3D2")


def test_after_signing_in_nobody_is_sent_to_an_address_that_only_takes_forms(
    client: Client, transactional_db: None
) -> None:
    assert client.post("/late/").url == "/sign-in/?next=/"


def test_htmx_is_told_to_leave_the_page(client: Client, transactional_db: None) -> None:
    response = client.get("/late/", headers={"HX-Request": "true"})
    assert (response.status_code, response.headers["HX-Redirect"]) == (401, "/sign-in/?next=/late/")


@pytest.mark.parametrize(
    ("address", "allowed"),
    [
        ("/late/", {"OWNER", "CLINICIAN", "RECEPTION"}),
        ("/own/", {"PATIENT"}),
        ("/case/{}/", {"OWNER", "CLINICIAN"}),
    ],
)
def test_a_role_that_is_not_named_finds_nothing_there(
    address: str, allowed: set[str], kits: tuple[Kit, Kit]
) -> None:
    here = kits[0]
    for member in (here.owner, here.clinician, here.reception, here.patient_member):
        status = sign_in(Client(), member).get(address.format(here.case.pk)).status_code
        assert status == (200 if member.role in allowed else 404), member.role


def test_a_user_of_no_clinic_sees_their_account_only(client: Client, transactional_db: None) -> None:
    client.force_login(make_user(), backend="patients.views.visitor.VisitorBackend")
    assert client.get("/account/").status_code == 200
    assert client.get("/late/").status_code == 404
    assert client.get("/cases/").content == b""


def test_staff_without_a_second_factor_reach_its_set_up_only(
    kits: tuple[Kit, Kit], client: Client, settings
) -> None:
    settings.SECOND_FACTOR = "tests.web.test_tenancy.missing"
    sign_in(client, kits[0].clinician)
    assert client.get("/late/").url == "/account/"
    assert client.get("/account/").status_code == 200
    assert sign_in(client, kits[0].patient_member).get("/own/").status_code == 200


def test_a_route_without_a_database_answers_without_one(
    client: Client, transactional_db: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(*args: object, **kwargs: object) -> None:
        raise AssertionError("the database was asked")

    monkeypatch.setattr(connections["default"], "ensure_connection", refuse)
    assert client.get("/alive/").content == b"ok"


def test_reading_a_case_is_kept_with_who_and_which(kits: tuple[Kit, Kit], client: Client) -> None:
    here, there = kits
    sign_in(client, here.clinician).get(f"/case/{here.case.pk}/")
    client.get(f"/case/{there.case.pk}/")
    with inside(here.clinic):
        events = list(AccessEvent.objects.filter(action="case read", route="case").order_by("id"))[1:]
    assert [(event.status, event.case_id, event.patient_id, event.user_id) for event in events] == [
        (200, here.case.pk, here.patient.pk, here.clinician.user_id),
        (404, None, None, here.clinician.user_id),
    ]


def test_what_a_patient_reads_of_their_own_is_kept_too(kits: tuple[Kit, Kit], client: Client) -> None:
    sign_in(client, kits[0].patient_member).get("/own/")
    with inside(kits[0].clinic):
        assert AccessEvent.objects.get(route="own").patient_id == kits[0].patient.pk


def test_pages_behind_the_sign_in_are_stored_nowhere(kits: tuple[Kit, Kit], client: Client) -> None:
    response = sign_in(client, kits[0].clinician).get("/late/")
    assert response.headers["Cache-Control"] == "no-store"
    assert "camera=()" in response.headers["Permissions-Policy"]


def test_the_audit_names_who_changed_what(
    kits: tuple[Kit, Kit], client: Client, as_superuser: psycopg.Connection
) -> None:
    sign_in(client, kits[0].clinician).get("/changes/")
    found = as_superuser.execute(
        "SELECT actor, role, operation, after FROM patients_auditentry "
        "WHERE table_name = 'patients_clinic' AND row_id = %s ORDER BY at DESC LIMIT 1",
        (kits[0].clinic.pk,),
    ).fetchone()
    assert found == (str(kits[0].clinician.user_id), "CLINICIAN", "UPDATE", {"phone": "changed"})


RENAME = "UPDATE patients_case SET evaluation_error = 'seen' WHERE id = %s"


@pytest.mark.parametrize("in_a_transaction", [False, True])
def test_a_statement_sent_at_once_is_inside_its_clinic_and_leaves_nothing(
    kits: tuple[Kit, Kit], in_a_transaction: bool
) -> None:
    def send(case: Case, clinic: Clinic) -> None:
        if in_a_transaction:
            with transaction.atomic():
                tenancy.at_once(RENAME, [case.pk], clinic_id=clinic.pk, actor="test")
                assert not Case.objects.exists()  # nothing is left for the rest of the transaction either
        else:
            tenancy.at_once(RENAME, [case.pk], clinic_id=clinic.pk, actor="test")
        assert not Case.objects.exists()

    ours, theirs = kits
    send(ours.case, theirs.clinic)
    with inside(ours.clinic):
        assert Case.objects.get(pk=ours.case.pk).evaluation_error == ""
    send(ours.case, ours.clinic)
    with inside(ours.clinic):
        assert Case.objects.get(pk=ours.case.pk).evaluation_error == "seen"
