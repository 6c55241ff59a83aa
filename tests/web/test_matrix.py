"""S1: every route x eight visitors x methods x everybody's objects. Nobody sees or does what is not theirs.

S17 on the way: looking at a page changes nothing. S13: whoever is let near a patient's data is in the log.
"""

import os
import re
from collections import Counter
from collections.abc import Callable, Iterator
from typing import Any
from unittest.mock import patch
from uuid import uuid4

import pytest
from django.conf import settings
from django.db import connection, transaction
from django.test import Client
from django.urls import reverse

from patients.models import Person, Role
from physio.web import routes as registry
from physio.web import tenancy
from physio.web.policies import clinic_models
from physio.web.routes import Route, Who, routes
from tests import factories
from tests.factories import sign_in
from tests.web import matrix
from tests.web.matrix import Actor, World, addresses, foreign_marks, in_reach, make_world, role_allows

KEPT_BY_LOOKING = {  # rows that looking may write, each with its reason
    "patients_accessevent": "the log of who looked",
    "django_session": "when a session was last used",
    "usersessions_usersession": "the same, for the list of sessions",
    "patients_cacheentry": "limits on asking",
    "patients_auditentry": "the database's own log",
}


UNLOGGED = {  # routes that read rows of patients for staff and leave no event, each with its reason
    "rules": "counts how each rule has done, over the clinic; names nobody",
    "caseload_changes": "says only whether the list still stands, every minute",
}


def tables_of_patients() -> set[str]:
    """By construction: every table whose rows carry a patient's key, and the persons."""
    return {
        model._meta.db_table
        for model in clinic_models()
        if model is Person or any(field.name == "patient" for field in model._meta.concrete_fields)
    } - {"patients_accessevent"}


class Reads:
    """Which tables a request has read from, by the statements it sent."""

    def __init__(self) -> None:
        self.tables: set[str] = set()

    def __call__(self, execute: Callable[..., Any], statement: str, *rest: Any) -> Any:
        if statement.lstrip().upper().startswith(("SELECT", "WITH")):
            self.tables |= set(re.findall(r'"(\w+)"', statement))
        return execute(statement, *rest)


@pytest.fixture
def world(db: None) -> World:
    return make_world()


@pytest.fixture
def faults() -> Iterator[list[str]]:
    found: list[str] = []
    yield found
    assert not found, f"{len(found)} fault(s):\n" + "\n".join(found[:40])


def every_address(world: World) -> Iterator[tuple[Route, str, Any]]:
    for route in routes():
        for address, party in addresses(route, world):
            yield route, address, party


def send(client: Any, method: str, address: str) -> Any:
    """One request; what it changed, also in the browser, is undone."""
    cookies = client.cookies.copy()
    with transaction.atomic():
        response = client.generic(method, address)
        transaction.set_rollback(True)
    client.cookies = cookies
    return response


def judge(actor: Actor, route: Route, party: Any, method: str, response: Any) -> str | None:
    """What is wrong with this answer, or None."""
    declaration = route.access
    assert declaration is not None
    what = (
        f"{actor.name} {method} {route.name} of {party.mark if party else 'nobody'}: {response.status_code}"
    )
    if seen := foreign_marks(actor, response):
        return f"{what} shows {seen}"
    if response.status_code >= 500:
        return what
    if not role_allows(actor, declaration):
        wanted = {302, 401} if actor.who is Who.ANONYMOUS else {404}
        return None if response.status_code in wanted else f"{what}, and the role is not allowed"
    if not in_reach(actor, party) and response.status_code not in (404, 405) and not _echoes(response, party):
        return f"{what}, and it is somebody else’s"
    return None


def _echoes(response: Any, party: Any) -> bool:
    """It only sends to another page of the same object, which is tried by itself; true of any identifier."""
    return response.status_code == 302 and str(party.case.pk) in response.headers["Location"]


@pytest.mark.check("S1", "S13", "S17")
def test_nobody_sees_what_is_not_theirs_and_looking_changes_nothing(
    world: World, faults: list[str], tried: Callable[..., None]
) -> None:
    count, good, logged, read = 0, Counter[str](), 0, 0
    of_patients = tables_of_patients()
    for actor in world.actors:
        client = actor.client()
        before = _written()
        for route, address, party in every_address(world):
            with connection.execute_wrapper(reads := Reads()):
                response = send(client, "GET", address)
            after = _written()
            written, before = set(after - before), after
            count += 1
            if fault := judge(actor, route, party, "GET", response):
                faults.append(fault)
            if changed := written - set(KEPT_BY_LOOKING):
                faults.append(f"{actor.name} GET {route.name} wrote in {sorted(changed)}")
            if party is not None and actor.member is not None and response.status_code < 300:
                good[actor.name] += 1
                logged += 1
                if "patients_accessevent" not in written:
                    faults.append(f"{actor.name} GET {route.name} left no access event")
            is_staff = actor.member is not None and actor.who is not Who.PATIENT
            if is_staff and response.status_code < 300 and of_patients & reads.tables:
                read += 1
                if "patients_accessevent" not in written and route.name not in UNLOGGED:
                    seen = sorted(of_patients & reads.tables)
                    faults.append(f"{actor.name} GET {route.name} read {seen} and left no access event")
    tried("S1", pages=count, foreign=len(faults))
    tried(
        "S13",
        answers_with_a_patients_data=logged,
        answers_that_read_patients_rows=read,
        by_visitor=dict(good),
    )
    tried("S17", pages=count)
    assert count > 500
    clinical = [actor for actor in world.actors if actor.who in (Who.CLINICIAN, Who.OWNER)]
    assert all(good[actor.name] > 3 for actor in clinical)  # refusing everything would show nothing


@pytest.mark.check("S1")
def test_nobody_does_what_is_not_theirs(world: World, faults: list[str], tried: Callable[..., None]) -> None:
    count = 0
    for actor in world.actors:
        client = actor.client()
        for route, address, party in every_address(world):
            count += 1
            if fault := judge(actor, route, party, "POST", send(client, "POST", address)):
                faults.append(fault)
    tried("S1", forms=count)
    assert count > 500


@pytest.mark.check("S1")
def test_other_methods_open_no_door(world: World, faults: list[str], tried: Callable[..., None]) -> None:
    count = 0
    chosen = [actor for actor in world.actors if actor.name in ("patient of A", "owner of B")]
    for actor in chosen:
        client = actor.client()
        for route, address, party in every_address(world):
            for method in ("HEAD", "PUT"):
                if method == "HEAD" and route.access and route.access.is_public:
                    continue
                response = send(client, method, address)
                count += 1
                if fault := judge(actor, route, party, method, response):
                    faults.append(fault)
                if method != "HEAD" and response.status_code < 300 and not _only_reads(route):
                    faults.append(f"{actor.name} {method} {route.name}: {response.status_code}")
    tried("S1", other_methods=count)


@pytest.mark.check("S1")
def test_an_owner_without_a_second_factor_reaches_its_set_up_only(
    world: World, faults: list[str], tried: Callable[..., None]
) -> None:
    owner = factories.make_member(world.alder.kit.clinic, Role.OWNER, second_factor=False)
    client, count = sign_in(Client(raise_request_exception=False), owner), 0
    half_in = Actor("half-way in", Who.OWNER, owner, frozenset())
    for route in routes():
        declaration = _declared(route)
        if declaration.before_second_factor or not declaration.database:
            continue
        if role_allows(half_in, declaration) and not route.path.startswith("dev/"):
            address, _ = next(addresses(route, world))
            count += 1
            if not sent_to_the_set_up(answer := send(client, "GET", address)):
                faults.append(f"{route.name}: {answer.status_code}")
    tried("S1", pages_without_a_second_factor=count)
    assert count > 50


def sent_to_the_set_up(answer: Any) -> bool:
    return answer.status_code == 302 and answer.headers["Location"] == reverse(
        settings.SECOND_FACTOR_SETUP_URL
    )


def _only_reads(route: Route) -> bool:
    return route.access is not None and route.access.action == "read"


def _written() -> Counter[str]:
    """Rows written in this transaction so far, by table, as Postgres itself counts them."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT relname, n_tup_ins + n_tup_upd + n_tup_del FROM pg_stat_xact_user_tables")
        return Counter(dict(cursor.fetchall()))


@pytest.mark.twin("S17")
@pytest.mark.twin("S13")
def test_a_page_that_reads_patients_rows_without_an_event_is_seen(world: World) -> None:
    """The twin: with the events off, the caseload reads and leaves nothing."""
    clinician = next(actor for actor in world.actors if actor.name == "clinician of A")
    client, before, reads = clinician.client(), _written(), Reads()
    with patch("physio.web.tenancy._record", lambda *rest: None), connection.execute_wrapper(reads):
        assert send(client, "GET", reverse("caseload")).status_code == 200
    assert tables_of_patients() & reads.tables
    assert "patients_accessevent" not in _written() - before


def test_the_count_of_written_rows_sees_a_write(world: World) -> None:
    before = _written()
    factories.make_run(world.alder.case)
    assert (_written() - before)["rehab_run"] == 1


@pytest.mark.check("S1")
def test_an_identifier_that_was_never_given_out_looks_like_one_of_somebody_else(
    world: World, faults: list[str], tried: Callable[..., None]
) -> None:
    """Enumeration tells nothing: not there and not yours are the same answer, but for what the request is."""
    clinician = next(actor for actor in world.actors if actor.name == "clinician of A")
    client, count = clinician.client(), 0
    for route in routes():
        parts = matrix.parts_of(route)
        if not any(part in matrix.PARTS for part in parts) or not role_allows(clinician, _declared(route)):
            continue
        theirs = next(a for a, party in addresses(route, world) if party is world.birch)
        nothing = reverse(route.name, kwargs={part: matrix.FIXED.get(part, uuid4()) for part in parts})
        answers = [send(client, "GET", address) for address in (theirs, nothing)]
        count += 1
        if answers[0].status_code != answers[1].status_code or _plain(answers[0]) != _plain(answers[1]):
            faults.append(f"{route.name}: {[answer.status_code for answer in answers]}")
    tried("S1", routes_with_objects=count)
    assert count > 5


def _declared(route: Route) -> Any:
    assert route.access is not None
    return route.access


def _plain(response: Any) -> str:
    """The page without what differs in every answer."""
    text = response.content.decode()
    return re.sub(r"[0-9a-f-]{36}|value=\"[A-Za-z0-9]{64}\"|nonce=\"[^\"]*\"", "", text)


def _every_role_may(view: Callable[..., bool]) -> Any:
    return patch("physio.web.tenancy.allows", view)


@pytest.mark.twin("S13")
def test_an_answer_that_leaves_no_access_event_is_seen(world: World) -> None:
    """The twin: the same look, with the log's writer off."""
    clinician = next(actor for actor in world.actors if actor.name == "clinician of A").client()
    noted = []
    for writer in (tenancy._record, lambda *told: None):
        with patch("physio.web.tenancy._record", writer):
            before = _written()
            assert send(clinician, "GET", reverse("case", args=[world.alder.case.pk])).status_code == 200
            noted.append((_written() - before)["patients_accessevent"])
    assert noted == [1, 0]


@pytest.mark.twin("S1")
def test_the_matrix_sees_a_route_that_lets_every_role_in(world: World) -> None:
    """The twin: with the guard on roles off, the matrix has to complain."""
    reception = next(actor for actor in world.actors if actor.who is Who.RECEPTION)
    client, found = reception.client(), []
    with _every_role_may(lambda declaration, request: True):
        for route, address, party in every_address(world):
            if route.name in ("case", "portal_help"):
                fault = judge(reception, route, party, "GET", send(client, "GET", address))
                found += [fault] if fault else []
    assert found


@pytest.mark.twin("S1")
def test_the_matrix_sees_a_page_that_shows_a_stranger(world: World) -> None:
    """The twin: a clinician of A who is put into clinic B is told B's rows."""
    clinician = next(actor for actor in world.actors if actor.name == "clinician of A")
    with patch("physio.web.tenancy._membership", lambda request: world.birch.kit.clinician):
        response = send(clinician.client(), "GET", reverse("case", args=[world.birch.case.pk]))
    assert foreign_marks(clinician, response)


def test_the_table_in_the_docs_is_the_one_in_force() -> None:
    if "PLIMSOLL_WRITE_MATRIX" in os.environ:
        matrix.DOCUMENT.write_text(matrix.document(), encoding="utf-8")
    assert matrix.DOCUMENT.read_text(encoding="utf-8") == matrix.document(), "run `make matrix`"
    assert registry.undeclared() == []
