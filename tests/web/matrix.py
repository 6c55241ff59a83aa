"""Who may do what: every route x every kind of visitor x every owner's objects, from the route registry.

Two clinics; in the first a second runner. Each row carries its owner's mark, so that a page which shows a
stranger's row is caught by its text, whatever its status says. `python -m tests.web.matrix` writes
docs/authorization.md from the declarations.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from django.test import Client
from django.urls import NoReverseMatch, reverse

from patients.models import Case, ErasureRequest, Invitation, Membership, OutboxMail, Patient
from physio.web.routes import Access, Route, Who, routes
from rehab.models import ExerciseSession, Flag, Message, MessageTemplate, PainReport, Plan, Run
from tests import factories
from tests.factories import Kit, sign_in

DOCUMENT = Path(__file__).resolve().parents[2] / "docs" / "authorization.md"
ALDER, BIRCH, CEDAR = "AAAA-Alder", "BBBB-Birch", "CCCC-Cedar"
PUBLIC_TOKEN = "nobody-has-this-token"


@dataclass
class Party:
    """One runner with what is theirs; the objects that an address may name."""

    mark: str
    kit: Kit
    patient: Patient
    member: Membership
    case: Case
    rows: dict[type, Any] = field(default_factory=dict)

    def row(self, model: type) -> Any:
        return self.rows[model]


def party_of(kit: Kit) -> Party:
    rows = {model: found[0] for model, found in kit.rows.items()}
    return Party(kit.mark, kit, kit.patient, kit.patient_member, kit.case, rows)


def neighbour_of(kit: Kit, mark: str) -> Party:
    """Another runner of the same clinic."""
    patient = factories.make_patient(kit.clinic, responsible=kit.clinician, mark=mark)
    member = factories.patient_login(patient, display_name=f"Robin {mark}")
    case = factories.make_case(patient)
    tendon = factories.tendon_of(case)
    assessment = factories.make_assessment(case, note=f"note {mark}")
    plan = factories.make_plan(tendon)
    run = factories.make_run(case, pain_left=2, warm_up_left="RESOLVED", note=f"note {mark}")
    made = [
        patient, member, case, tendon, assessment, plan, run,
        factories.make_finding(assessment, tendon),
        factories.make_report(case, run=run, kind="CHECK_24H", pain_left=1),
        factories.make_session(plan),
        factories.make_flag(case, reason=f"reason {mark}"),
        factories.make_summary(case, reason=f"reason {mark}"),
        factories.make_stage_change(case, reason=f"reason {mark}"),
        factories.make_message(case, by=member, text=f"text {mark}"),
        factories.make_invitation(patient),
    ]  # fmt: skip
    return Party(mark, kit, patient, member, case, {type(row): row for row in made})


# What the parts of an address name. A part that is missing here fails the test by name.
PARTS: dict[str, Callable[[Party], Any]] = {
    "case_id": lambda party: party.case.pk,
    "patient_id": lambda party: party.patient.pk,
    "flag_id": lambda party: party.row(Flag).pk,
    "run_id": lambda party: party.row(Run).pk,
    "report_id": lambda party: party.row(PainReport).pk,
    "exercise_id": lambda party: party.row(ExerciseSession).pk,
    "plan_id": lambda party: party.row(Plan).pk,
    "invitation_id": lambda party: party.row(Invitation).pk,
    "staff_id": lambda party: party.kit.other_clinician.pk,
    "mail_id": lambda party: party.kit.rows[OutboxMail][0].pk,
    "wish_id": lambda party: party.kit.rows[ErasureRequest][0].pk,
    "template_id": lambda party: party.kit.rows[MessageTemplate][0].pk,
    "message_id": lambda party: party.row(Message).pk,
    "membership_id": lambda party: party.member.pk,
}
# Parts that name no row of a clinic: one value that the route accepts.
FIXED: dict[str, Any] = {
    "kind": "24h",
    "name": "none.eml",
    "slug": "morning",
    "step": "start",
    "token": PUBLIC_TOKEN,
    "pk": 2**31 - 2,
    "session_id": 2**31 - 2,
}


# The same part may name another thing on one route.
ON_ROUTE: dict[tuple[str, str], Callable[[Party], Any]] = {
    ("portal_session_correct", "session_id"): lambda party: party.row(ExerciseSession).pk,
}


@dataclass(frozen=True)
class Actor:
    name: str
    who: Who
    member: Membership | None
    may_see: frozenset[str]  # marks
    patient_mark: str = ""  # a patient's own

    def client(self) -> Client:
        client = Client(raise_request_exception=False)
        return sign_in(client, self.member) if self.member else client


@dataclass
class World:
    alder: Party
    birch: Party
    cedar: Party
    actors: list[Actor]

    @property
    def parties(self) -> list[Party]:
        return [self.alder, self.cedar, self.birch]


def make_world() -> World:
    a, b = factories.make_kit(ALDER), factories.make_kit(BIRCH)
    alder, birch, cedar = party_of(a), party_of(b), neighbour_of(a, CEDAR)
    own, all_of_a, all_of_b = frozenset({ALDER}), frozenset({ALDER, CEDAR}), frozenset({BIRCH})
    actors = [
        Actor("anonymous", Who.ANONYMOUS, None, frozenset()),
        Actor("patient of A", Who.PATIENT, a.patient_member, own, ALDER),
        Actor("another patient of A", Who.PATIENT, cedar.member, all_of_a, CEDAR),
        Actor("patient of B", Who.PATIENT, b.patient_member, all_of_b, BIRCH),
        Actor("clinician of A", Who.CLINICIAN, a.clinician, all_of_a),
        Actor("reception of A", Who.RECEPTION, a.reception, all_of_a),
        Actor("owner of A", Who.OWNER, a.owner, all_of_a),
        Actor("owner of B", Who.OWNER, b.owner, all_of_b),
    ]
    return World(alder, birch, cedar, actors)


def parts_of(route: Route) -> list[str]:
    from django.urls import get_resolver

    found = get_resolver().reverse_dict.getlist(route.name)
    return list(found[0][0][0][1]) if found else []


def addresses(route: Route, world: World) -> Iterator[tuple[str, Party | None]]:
    """Each address of the route, with whose object it names; None when it names nobody's."""
    parts = parts_of(route)
    unknown = [part for part in parts if part not in PARTS and part not in FIXED]
    assert not unknown, f"Say in tests/web/matrix.py what {unknown} of {route.path} ({route.name}) names."
    owned = any(_owned(route, part) for part in parts)
    for party in world.parties if owned else [None]:
        values = {part: _value(route, part, party) for part in parts}
        try:
            yield reverse(route.name, kwargs=values), party
        except NoReverseMatch:  # a converter of its own: the fixed value does not fit
            raise AssertionError(f"{route.path} does not take {values}") from None


def _owned(route: Route, part: str) -> bool:
    return part in PARTS or (route.name, part) in ON_ROUTE


def _value(route: Route, part: str, party: Party | None) -> Any:
    named = ON_ROUTE.get((route.name, part)) or PARTS.get(part)
    return named(party) if named and party else FIXED[part]


def in_reach(actor: Actor, party: Party | None) -> bool:
    """Whether the object is this visitor's to reach, as far as clinic and patient go."""
    if party is None:
        return True
    if actor.who is Who.PATIENT:
        return party.mark == actor.patient_mark
    return party.mark in actor.may_see


def role_allows(actor: Actor, declaration: Access) -> bool:
    if declaration.is_public:
        return True
    if actor.who is Who.ANONYMOUS:
        return False
    return Who.SIGNED_IN in declaration.roles or actor.who in declaration.roles


def told(response: Any) -> str:
    """Everything an answer carries: headers, cookies, body."""
    head = "".join(f"{name}: {value}\n" for name, value in response.headers.items())
    body = b"".join(response.streaming_content) if response.streaming else response.content
    return head + str(response.cookies) + body.decode(errors="replace")


def foreign_marks(actor: Actor, response: Any) -> list[str]:
    text = told(response)
    return [mark for mark in (ALDER, BIRCH, CEDAR) if mark not in actor.may_see and mark in text]


# The same as a table for people

COLUMNS = ("Nobody signed in", "Patient", "Reception", "Clinician", "Owner")
_WHO = (Who.ANONYMOUS, Who.PATIENT, Who.RECEPTION, Who.CLINICIAN, Who.OWNER)
HEAD = """# Who may do what

Written by `make matrix` from the declarations at the views; a test fails when it is stale. Every line is
tried by `tests/web/test_matrix.py`: eight visitors (nobody, three patients, a clinician, reception, two
owners, of two clinics) on each address, with their own objects, another patient's and another clinic's. What
is not yours is not found (404); without a sign-in you are sent to sign in. *Yes* is always within the own
clinic, and for a patient within the own record.

"""


def document() -> str:
    lines = ["| Address | About | Act | " + " | ".join(COLUMNS) + " | Logged |"]
    lines.append("|---|---|---|" + "---|" * (len(COLUMNS) + 1))
    for route in sorted(routes(), key=lambda one: (one.path, one.name)):
        if route.path.startswith("dev/"):
            continue
        declaration = route.access
        assert declaration is not None
        cells = ["yes" if role_allows(_nobody(who), declaration) else "" for who in _WHO]
        path = "/" + route.path.replace("|", "\\|")
        lines.append(
            f"| `{path}` | {declaration.object} | {declaration.action} | "
            + " | ".join(cells)
            + f" | {'yes' if declaration.audit else ''} |"
        )
    return HEAD + "\n".join(lines) + "\n"


def _nobody(who: Who) -> Actor:
    return Actor(who.value, who, None, frozenset())
