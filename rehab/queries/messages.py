"""Threads between runner and clinic: what was written, and what nobody has seen to yet.

For the clinic a message waits until a physio answers or says that it needs no answer: to have looked at it is
not enough. For the runner it is unread until they have opened the page, as the access log knows.
"""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID
from zoneinfo import ZoneInfo

from django.db.models import Count, F, Max, OuterRef, QuerySet, Subquery, Value
from django.db.models.functions import Coalesce, Greatest

from patients.models import AccessEvent, Case, Membership, Role
from rehab.models import Message, MessageSettled, MessageTemplate
from rehab.models.message import MessageQuerySet, Sender
from rehab.queries.moments import ago, clock
from rehab.queries.worklist_rows import full_name

RUNNERS_PAGE = "portal_messages"  # the route whose access events say what the runner has read
MOST = 200  # messages on one page
NEVER = datetime.fromisoformat("2000-01-01T00:00:00+00:00")


@dataclass(frozen=True)
class Line:
    """`mine`: written by the side that looks at it. `at` in its own time."""

    author: str
    at: str
    text: str
    mine: bool


@dataclass(frozen=True)
class Thread:
    """Oldest first. `waiting_up_to`: the newest message that waits for the clinic; None when none does."""

    lines: tuple[Line, ...]
    waiting_up_to: datetime | None
    templates: tuple[tuple[str, str], ...] = ()


@dataclass(frozen=True)
class Waiting:
    case_id: UUID
    name: str
    since: str
    count: int
    mine: bool


def thread(case: Case, *, runner: str, now: datetime, zone: ZoneInfo, for_clinic: bool) -> Thread:
    """`runner`: what the runner is called there."""
    newest = Message.objects.for_case(case.pk).select_related("by").order_by("-at", "-id")[:MOST]
    own = Sender.CLINIC if for_clinic else Sender.RUNNER
    lines = tuple(
        Line(
            author=one.by.display_name if one.sender == Sender.CLINIC else runner,
            at=clock(one.at, now, zone),
            text=one.text,
            mine=one.sender == own,
        )
        for one in reversed(newest)
    )
    waits = _waiting_messages(case.pk).order_by("at", "id").last() if for_clinic else None
    templates = _templates(case.clinic_id) if for_clinic else ()
    return Thread(lines, waits.at if waits else None, templates)


def waiting_since(case_id: UUID) -> Message | None:
    """The first message from the runner that nobody at the clinic has seen to."""
    return _waiting_messages(case_id).order_by("at", "id").first()


def unread_since(patient_id: UUID, case_id: UUID) -> Message | None:
    """The first message from the clinic that the runner has not opened."""
    read = AccessEvent.objects.filter(patient_id=patient_id, route=RUNNERS_PAGE, role=Role.PATIENT)
    seen = read.filter(status__lt=400).aggregate(last=Max("at"))["last"] or NEVER
    unread = Message.objects.for_case(case_id).from_clinic().filter(at__gt=seen)
    return unread.order_by("at", "id").first()


def unread_count(*, patient_id: UUID, case_id: UUID) -> int:
    """How many messages from the clinic the runner has not opened. One query."""
    read = AccessEvent.objects.filter(
        patient_id=patient_id, route=RUNNERS_PAGE, role=Role.PATIENT, status__lt=400
    )
    seen = Coalesce(_newest(read, "at"), Value(NEVER))
    return Message.objects.for_case(case_id).from_clinic().filter(at__gt=seen).count()


def runner_of(case: Case) -> Membership | None:
    """The runner's own place, when they have one that is active."""
    return Membership.objects.active().filter(clinic_id=case.clinic_id, patient_id=case.patient_id).first()


def waiting(*, membership: Membership, now: datetime, zone: ZoneInfo) -> list[Waiting]:
    """Every case whose runner waits for an answer, the longest wait first. One query."""
    newest_answer = _newest(Message.objects.from_clinic().filter(case=OuterRef("pk")), "at")
    newest_settled = _newest(MessageSettled.objects.filter(case=OuterRef("pk")), "up_to")
    seen_to = Greatest(Coalesce(newest_answer, Value(NEVER)), Coalesce(newest_settled, Value(NEVER)))
    open_ones = Message.objects.from_runner().filter(case=OuterRef("pk"), at__gt=OuterRef("seen_to"))
    cases = (
        Case.objects.annotate(seen_to=seen_to)
        .annotate(since=Subquery(open_ones.order_by("at", "id").values("at")[:1]))
        .filter(since__isnull=False)
        .values_list(
            "id", "since", "clinician_id", "patient__number",
            "patient__person__given_name", "patient__person__family_name",
            Subquery(_count(open_ones)),
        )
        .order_by("since", "id")
    )  # fmt: skip
    return [
        Waiting(key, full_name(given, family, number), ago(since, now, zone), count, whose == membership.pk)
        for key, since, whose, number, given, family, count in cases
    ]


def template_text(clinic_id: UUID, template_id: UUID) -> str:
    """MessageTemplate.DoesNotExist for another clinic's."""
    return MessageTemplate.objects.get(clinic_id=clinic_id, pk=template_id).text


def templates(clinic_id: UUID) -> list[MessageTemplate]:
    return list(MessageTemplate.objects.filter(clinic_id=clinic_id).order_by("title", "id"))


def _templates(clinic_id: UUID) -> tuple[tuple[str, str], ...]:
    return tuple((str(one.pk), one.title) for one in templates(clinic_id))


def _waiting_messages(case_id: UUID) -> MessageQuerySet:
    answered = Message.objects.for_case(case_id).from_clinic().aggregate(last=Max("at"))["last"] or NEVER
    settled = MessageSettled.objects.for_case(case_id).aggregate(last=Max("up_to"))["last"] or NEVER
    return Message.objects.for_case(case_id).from_runner().filter(at__gt=max(answered, settled))


def _newest(found: QuerySet, column: str) -> Subquery:
    return Subquery(found.order_by(F(column).desc()).values(column)[:1])


def _count(found: QuerySet) -> QuerySet:
    return found.order_by().values("case").annotate(n=Count("id")).values("n")
