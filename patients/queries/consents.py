"""How a runner's consent stands, and the text that they are asked to agree to."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db.models import OuterRef, Subquery, UUIDField
from django.db.models.functions import JSONObject
from django.utils.translation import gettext_lazy as _

from patients.models import Consent, ConsentKind, Patient
from physio.web.kept import Kept

TEXT_VERSION = (
    "2026-11"  # of the parts below; a change of a word is a new version, and everybody is asked again
)


@dataclass(frozen=True)
class Part:
    title: Any  # lazy text
    text: Any


PARTS = (
    Part(
        _("What is stored"),
        _(
            "What you log: pain, runs, exercises, answers and messages. What your clinic enters: your"
            " name, how to reach you, what was found, your plan and notes. Also when you signed in with"
            " which browser, and who opened your record."
        ),
    ),
    Part(
        _("Who sees it"),
        _(
            "The physiotherapists of your clinic. Reception sees your name and how to reach you, not what"
            " you log. Whoever runs the server for your clinic can reach it for upkeep. Your account shows"
            " you who looked."
        ),
    ),
    Part(
        _("What it is for"),
        _(
            "So that your physiotherapist can follow your Achilles tendon between appointments and decide"
            " on your plan. The software applies that plan and its rules to what you log: by itself it"
            " only holds you back, never sends you further. Nothing is used for advertising or for"
            " training software."
        ),
    ),
    Part(
        _("How long"),
        _(
            "As long as the law asks of your clinic’s records: ask your clinic for the years. You can ask"
            " for erasure in your account, and your clinic answers within a month."
        ),
    ),
    Part(
        _("What it is not"),
        _(
            "It is for adults whose Achilles problem a physiotherapist has diagnosed, beside treatment"
            " and not instead of it. It is not for emergencies: nobody watches it live."
        ),
    ),
    Part(
        _("Your choice"),
        _(
            "You can withdraw at any time in your account, without a reason. Then reminders and weekly"
            " mails stop, nothing more can be logged, and your physiotherapist is told. What is stored"
            " stays until you ask for its erasure. Your treatment at the clinic does not depend on it."
        ),
    ),
)


@dataclass(frozen=True)
class State:
    """`kind` None: not asked yet."""

    kind: ConsentKind | None = None
    at: datetime | None = None
    text_version: str = ""

    @property
    def is_given(self) -> bool:
        """To the text of now."""
        return self.kind is ConsentKind.GIVEN and self.text_version == TEXT_VERSION

    @property
    def is_withdrawn(self) -> bool:
        return self.kind is ConsentKind.WITHDRAWN

    @property
    def withdrawn_at(self) -> datetime | None:
        return self.at if self.is_withdrawn else None


NOT_ASKED = State()


def has_come_in(patient: Patient, consent: State) -> bool:
    """Not only invited: before the runner has opened the portal nothing is owed to their diary."""
    return patient.joined_at is not None or consent != NOT_ASKED


def newest() -> Subquery:
    """To annotate rows that have a patient; `state()` reads it."""
    rows = Consent.objects.filter(clinic=OuterRef("clinic"), patient=OuterRef("patient"))
    told = JSONObject(kind="kind", at="at", text_version="text_version")
    return Subquery(rows.order_by("-at", "-id").values(told=told)[:1])


def state(told: dict[str, str] | None) -> State:
    if told is None:
        return NOT_ASKED
    return State(ConsentKind(told["kind"]), datetime.fromisoformat(told["at"]), told["text_version"])


def of(patient_id: UUID | str) -> State:
    row = _NEWEST.first(patient_id=patient_id)
    return State(ConsentKind(row.kind), row.at, row.text_version) if row else NOT_ASKED


_NEWEST: Kept[Consent] = Kept(
    lambda patient_id: Consent.objects.filter(patient_id=patient_id).order_by("-at", "-id")[:1],
    patient_id=UUIDField(),
)
