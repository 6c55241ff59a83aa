"""Threads between runner and clinic: what was written, and what nobody has seen to yet.

For the clinic a message waits until a physio answers or says that it needs no answer: to have looked at it is
not enough. For the runner it is unread until they have opened the page, as the access log knows. Until the
other side has read it, a message may be taken back.
"""

from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo

from django.contrib.postgres.expressions import ArraySubquery
from django.db.models import F, Max, OuterRef, Q, QuerySet, Subquery, UUIDField, Value
from django.db.models.functions import Coalesce

from patients.models import AccessEvent, Case, Membership, Role
from physio.web.kept import Kept
from rehab.clinical.alarming_words import noticed
from rehab.models import Message, MessageSettled, MessageTemplate
from rehab.models.message import MessageQuerySet, Sender
from rehab.queries.moments import ago, clock
from rehab.queries.worklist_rows import full_name

RUNNERS_PAGE = "portal_messages"  # the route whose access events say what the runner has read
CLINICS_PAGES = ("case_messages", "case", "case_timeline")  # those that show a message to a clinician
MOST = 200  # messages on one page
NEVER = datetime.fromisoformat("2000-01-01T00:00:00+00:00")


@dataclass(frozen=True)
class Line:
    """`mine`: written by the side that looks at it. `at` in its own time.

    `withdrawable`: its own, and not read yet. `taken_back`: it was; the other side is never shown its words.
    `words`: those that can mean something urgent, for the clinic.
    """

    key: UUID
    author: str
    at: str
    text: str
    mine: bool
    withdrawable: bool = False
    taken_back: bool = False
    words: tuple[str, ...] = ()


@dataclass(frozen=True)
class Thread:
    """Oldest first. `waiting_up_to`: the newest message that waits for the clinic; None when none does."""

    lines: tuple[Line, ...]
    waiting_up_to: datetime | None
    templates: tuple[tuple[str, str], ...] = ()


@dataclass(frozen=True)
class Waiting:
    """`words`: those in it that can mean something urgent."""

    case_id: UUID
    name: str
    since: str
    count: int
    mine: bool
    words: tuple[str, ...] = ()


def thread(case: Case, *, runner: str, now: datetime, zone: ZoneInfo, for_clinic: bool) -> Thread:
    """`runner`: what the runner is called there."""
    own = Sender.CLINIC if for_clinic else Sender.RUNNER
    found = Message.objects.for_case(case.pk)
    if not for_clinic:
        found = found.filter(Q(sender=own) | Q(withdrawals__isnull=True))
    newest = found.select_related("by").annotate(gone=F("withdrawals__at")).order_by("-at", "-id")[:MOST]
    read_at = read_by_runner(case) if for_clinic else read_by_clinic(case)
    lines = tuple(
        Line(
            key=one.pk,
            author=one.by.display_name if one.sender == Sender.CLINIC else runner,
            at=clock(one.at, now, zone),
            text="" if one.gone and one.sender != own else one.text,
            mine=one.sender == own,
            withdrawable=one.sender == own and one.gone is None and one.at > read_at,
            taken_back=one.gone is not None,
            words=alarms(one.text) if for_clinic and one.sender == Sender.RUNNER and not one.gone else (),
        )
        for one in reversed(newest)
    )
    waits = _waiting_messages(case.pk).order_by("at", "id").last() if for_clinic else None
    templates = choices(case.clinic_id) if for_clinic else ()
    return Thread(lines, waits.at if waits else None, templates)


def alarms(text: str) -> tuple[str, ...]:
    """The words in it that can mean something urgent, the most urgent first."""
    return tuple(one.words for one in noticed(text))


def read_by_runner(case: Case) -> datetime:
    """When the runner last opened the messages; NEVER."""
    read = AccessEvent.objects.filter(patient_id=case.patient_id, route=RUNNERS_PAGE, role=Role.PATIENT)
    return read.filter(status__lt=400).aggregate(last=Max("at"))["last"] or NEVER


def read_by_clinic(case: Case) -> datetime:
    """When a clinician last opened a page of the case that shows messages; NEVER."""
    read = AccessEvent.objects.filter(patient_id=case.patient_id, case_id=case.pk, route__in=CLINICS_PAGES)
    return (
        read.filter(status__lt=400, role__in=(Role.OWNER, Role.CLINICIAN)).aggregate(last=Max("at"))["last"]
        or NEVER
    )


def waiting_since(case_id: UUID) -> Message | None:
    """The first message from the runner that nobody at the clinic has seen to."""
    return _waiting_messages(case_id).order_by("at", "id").first()


def unread_since(patient_id: UUID, case_id: UUID) -> Message | None:
    """The first message from the clinic that the runner has not opened."""
    return _unread(patient_id, case_id).order_by("at", "id").first()


def unread_count(*, patient_id: UUID, case_id: UUID) -> int:
    """How many messages from the clinic the runner has not opened. One query."""
    return len(_UNREAD.ask(patient_id=patient_id, case_id=case_id))


def _unread(patient_id: Any, case_id: Any) -> MessageQuerySet:
    read = AccessEvent.objects.filter(
        patient_id=patient_id, route=RUNNERS_PAGE, role=Role.PATIENT, status__lt=400
    )
    seen = Coalesce(_newest(read, "at"), Value(NEVER))
    return Message.objects.for_case(case_id).from_clinic().standing().filter(at__gt=seen)


_UNREAD = Kept(
    lambda patient_id, case_id: _unread(patient_id, case_id).values_list("id", flat=True),
    patient_id=UUIDField(),
    case_id=UUIDField(),
)


def runner_of(case: Case) -> Membership | None:
    """The runner's own place, when they have one that is active."""
    return Membership.objects.active().filter(clinic_id=case.clinic_id, patient_id=case.patient_id).first()


def waiting(*, membership: Membership, now: datetime, zone: ZoneInfo) -> list[Waiting]:
    """Every case whose runner waits for an answer, alarming words first, then the longest wait. One query."""
    found = [
        Waiting(
            case_id=key,
            name=full_name(given, family, number),
            since=ago(since, now, zone),
            count=len(texts),
            mine=whose == membership.pk,
            words=tuple(dict.fromkeys(word for text in texts for word in alarms(text))),
        )
        for key, since, whose, number, given, family, texts in _WAITING.ask()
    ]
    return sorted(found, key=lambda one: not one.words)  # stable: the longest wait first


def _cases_that_wait() -> QuerySet[Case, tuple[Any, ...]]:
    open_ones = Message.objects.unanswered().filter(case=OuterRef("pk")).order_by("at", "id")
    return (
        Case.objects.filter(pk__in=Message.objects.unanswered().values("case"))
        .annotate(since=Subquery(open_ones.values("at")[:1]))
        .values_list(
            "id", "since", "clinician_id", "patient__number",
            "patient__person__given_name", "patient__person__family_name",
            ArraySubquery(open_ones.values("text")),
        )
        .order_by("since", "id")
    )  # fmt: skip


_WAITING = Kept(_cases_that_wait)


def template_text(clinic_id: UUID, template_id: UUID) -> str:
    """MessageTemplate.DoesNotExist for another clinic's."""
    return MessageTemplate.objects.get(clinic_id=clinic_id, pk=template_id).text


def templates(clinic_id: UUID) -> list[MessageTemplate]:
    return list(MessageTemplate.objects.filter(clinic_id=clinic_id).order_by("title", "id"))


def choices(clinic_id: UUID) -> tuple[tuple[str, str], ...]:
    """The templates' keys and titles."""
    return tuple((str(one.pk), one.title) for one in templates(clinic_id))


def _waiting_messages(case_id: UUID) -> MessageQuerySet:
    answered = (
        Message.objects.for_case(case_id).from_clinic().standing().aggregate(last=Max("at"))["last"] or NEVER
    )
    settled = MessageSettled.objects.for_case(case_id).aggregate(last=Max("up_to"))["last"] or NEVER
    return Message.objects.for_case(case_id).from_runner().standing().filter(at__gt=max(answered, settled))


def _newest(found: QuerySet, column: str) -> Subquery:
    return Subquery(found.order_by(F(column).desc()).values(column)[:1])
