"""S11, the routes: each declaration's guard off, one at a time; the matrix must go red where it concerns it.

Not part of `make test`: `make mutate` and `make scoreboard` name this file. The guard is what
`physio.web.tenancy` does with a declaration: it is told a wider one for one route, and everybody comes by.
Where nobody notices, another guard stands behind it (the library asks again who is signed in), the page told
nothing of a patient in this world, or it takes a filled-in form; the table in the docs sees those.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from functools import partial
from itertools import product
from typing import Any
from unittest.mock import patch

import pytest
from django.db import connection
from django.test import Client
from django.urls import ResolverMatch

from patients.models import Role
from physio.web import routes as registry
from physio.web.routes import ANONYMOUS, Access, Route, Who, routes
from tests import factories
from tests.factories import sign_in
from tests.mutation import report
from tests.web.matrix import DOCUMENT, Actor, World, addresses, document, make_world, role_allows
from tests.web.test_matrix import (
    Reads,
    _written,
    judge,
    send,
    sent_to_the_set_up,
    tables_of_patients,
)

ROLES, FACTOR, AUDIT = "role of a route", "second factor of a route", "access event of a route"
BY = {ROLES: "matrix", FACTOR: "second factor", AUDIT: "access events"}


HALF_IN = Actor("owner without a second factor", Who.OWNER, None, frozenset())


@dataclass(frozen=True)
class Mutant:
    kind: str
    route: Route
    instead: Access


def mutants() -> Iterator[Mutant]:
    for route in routes():
        declared = route.access
        if declared is None or route.path.startswith("dev/") or not declared.database:
            continue
        if not declared.is_public:
            yield Mutant(ROLES, route, replace(declared, roles=ANONYMOUS))
        if not declared.before_second_factor and role_allows(HALF_IN, declared):
            yield Mutant(FACTOR, route, replace(declared, before_second_factor=True))
        if declared.audit:
            yield Mutant(AUDIT, route, replace(declared, audit=False))


Complaint = Callable[[], bool]  # one request, and whether the check it belongs to is red about the answer


@dataclass
class Visitors:
    world: World
    clients: dict[str, Client]
    half_in: Client  # an owner who has not passed a second factor

    def seen_by(self, mutant: Mutant) -> Complaint | None:
        """The first of the suite's requests for this guard that complains; None when none does."""
        return next((complains for complains in self._requests(mutant) if complains()), None)

    def _requests(self, mutant: Mutant) -> Iterator[Complaint]:
        route, asked = mutant.route, list(addresses(mutant.route, self.world))
        if mutant.kind == FACTOR:
            yield lambda: not sent_to_the_set_up(send(self.half_in, "GET", asked[0][0]))
            return
        for method, actor, (address, party) in product(("GET", "POST"), self.world.actors, asked):
            allowed = role_allows(actor, _declared(route))
            if mutant.kind == ROLES and not allowed:
                yield partial(self._is_let_in, actor, route, method, address, party)
            elif mutant.kind == AUDIT and allowed and actor.member is not None:
                yield partial(self._leaves_nothing, actor, method, address, party)

    def _is_let_in(self, actor: Actor, route: Route, method: str, address: str, party: Any) -> bool:
        answer = send(self.clients[actor.name], method, address)
        return judge(actor, route, party, method, answer) is not None

    def _leaves_nothing(self, actor: Actor, method: str, address: str, party: Any) -> bool:
        """As the matrix asks: an answer about somebody, or one that read patients' rows, left no event."""
        before = _written()
        with connection.execute_wrapper(reads := Reads()):
            answer = send(self.clients[actor.name], method, address)
        silent = "patients_accessevent" not in set(_written() - before)
        about = party is not None or bool(tables_of_patients() & reads.tables)
        return answer.status_code < 400 and about and silent


def _declared(route: Route) -> Access:
    assert route.access is not None
    return route.access


def told_instead(mutant: Mutant) -> Any:
    def access_of(match: ResolverMatch) -> Access | None:
        return mutant.instead if match.view_name == mutant.route.name else registry.access_of(match)

    return patch("physio.web.tenancy.access_of", access_of)


def differs(mutant: Mutant) -> bool:
    """Whether the table of who may do what, which a test compares, would be another one."""
    declared = registry._declared

    def told(view: Any, name: str | None) -> Access | None:
        return mutant.instead if name == mutant.route.name else declared(view, name)

    with patch("physio.web.routes._declared", told):
        return document() != DOCUMENT.read_text(encoding="utf-8")


@pytest.fixture
def visitors(db: None) -> Visitors:
    world = make_world()
    owner = factories.make_member(world.alder.kit.clinic, Role.OWNER, second_factor=False)
    clients = {actor.name: actor.client() for actor in world.actors}
    return Visitors(world, clients, sign_in(Client(raise_request_exception=False), owner))


@pytest.mark.check("S11")
def test_each_guard_of_a_route_is_missed_when_it_is_off(
    visitors: Visitors, tried: Callable[..., None]
) -> None:
    found: list[report.Outcome] = []
    for mutant in mutants():
        with told_instead(mutant):
            complains = visitors.seen_by(mutant)
        assert complains is None or not complains(), f"{mutant.kind} {mutant.route.name}: red also with it on"
        seen = ((BY[mutant.kind],) if complains else ()) + (("table in the docs",) if differs(mutant) else ())
        found.append(report.Outcome(mutant.kind, mutant.route.name, seen))
    report.keep("routes", found)
    killed = sum(bool(one.seen_by) for one in found)
    by_visitors = sum(BY[one.kind] in one.seen_by for one in found)
    tried("S11", guards_of_routes=len(found), seen_on_routes=killed, seen_by_visitors=by_visitors)
    assert [f"{one.kind}: {one.what}" for one in found if not one.seen_by] == []
    assert by_visitors / len(found) >= 0.85


@pytest.mark.twin("S11")
def test_a_guard_that_stands_is_seen_by_no_check(visitors: Visitors) -> None:
    """The twin: a check that is red whatever happens would kill every mutant."""
    case = next(route for route in routes() if route.name == "case")
    for kind in (ROLES, FACTOR, AUDIT):
        with told_instead(same := Mutant(kind, case, _declared(case))):
            assert visitors.seen_by(same) is None
