"""A whole assessment as typed: the screen, each affected leg, and what came before it."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any
from uuid import UUID

from django import forms
from django.http import QueryDict
from django.utils.translation import gettext_lazy as _

from assessments.actions.entry import AssessmentEntry, TendonEntry, Trigger
from assessments.clinical.classification import TendinopathyType
from assessments.clinical.sides import Side
from assessments.clinical.thresholds import HEEL_RISE_HIGHEST, TENDER_POINT_HIGHEST_CM
from assessments.forms.screen import ScreenForm
from patients.actions.physio_acts import ActRefused
from patients.models import uuid7

HIGHEST_CM = int(TENDER_POINT_HIGHEST_CM.value)
MOST_RISES = int(HEEL_RISE_HIGHEST.value)
PAIN = [(str(pain), str(pain)) for pain in range(11)]
YES_NO = [("yes", _("Yes")), ("no", _("No"))]
DECIDED = [
    (one.value, one.label)
    for one in (TendinopathyType.MIDPORTION, TendinopathyType.INSERTIONAL, TendinopathyType.MIXED)
]
TRIGGERS = [
    (Trigger.MILEAGE, _("More running")),
    (Trigger.HILLS, _("Hills")),
    (Trigger.SPEED, _("Speed")),
    (Trigger.SHOE_DROP, _("Lower shoes")),
    (Trigger.BREAK, _("After a break")),
    (Trigger.CALF, _("Calf injury")),
]
CM_WRONG = _("Give a number of centimetres from 0 to %(highest)d.") % {"highest": HIGHEST_CM}


def _yes_no(label: Any) -> forms.TypedChoiceField:
    return forms.TypedChoiceField(
        label=label, choices=YES_NO, required=False, coerce=lambda said: said == "yes", empty_value=None
    )


def _pain(label: Any) -> forms.TypedChoiceField:
    return forms.TypedChoiceField(label=label, choices=PAIN, required=False, coerce=int, empty_value=None)


def _cm(label: Any) -> forms.DecimalField:
    words = dict.fromkeys(("invalid", "min_value", "max_value", "max_digits", "max_whole_digits"), CM_WRONG)
    return forms.DecimalField(
        label=label,
        required=False,
        min_value=0,
        max_value=HIGHEST_CM,
        max_digits=4,
        decimal_places=1,
        error_messages={**words, "max_decimal_places": _("One digit after the point is enough.")},
    )


def _number(label: Any, highest: int, sentence: Any) -> forms.IntegerField:
    words = dict.fromkeys(("invalid", "min_value", "max_value"), sentence)
    return forms.IntegerField(
        label=label, required=False, min_value=0, max_value=highest, error_messages=words
    )


class LegForm(forms.Form):
    """Nothing is required: what is left open was not tested. The prefix is the side."""

    tender_cm = _cm(_("Where is it most tender?"))
    second_tender_cm = _cm(_("A second tender point"))
    thickening = _yes_no(_("A thickening you can feel?"))
    stretch_pain = _yes_no(_("Does stretching the calf bring the pain on?"))
    toe_rise = _yes_no(_("Can they rise on the toes of that leg?"))
    usual_pain = _pain(_("Usual pain"))
    worst_pain = _pain(_("Worst pain"))
    visa_a = _number(_("VISA-A, 100 is best"), 100, _("VISA-A is a whole number from 0 to 100."))
    tendins_a = _number(_("TENDINS-A, 0 is best"), 100, _("TENDINS-A is a whole number from 0 to 100."))
    heel_rises = _number(
        _("Single-leg heel rises"),
        MOST_RISES,
        _("Give a whole number from 0 to %(most)d.") % {"most": MOST_RISES},
    )
    decided_type = forms.ChoiceField(label=_("I decide"), choices=DECIDED, required=False)
    override_reason = forms.CharField(
        label=_("Because"), required=False, max_length=500, widget=forms.Textarea({"rows": 2})
    )

    def clean(self) -> dict[str, Any]:
        said = super().clean() or {}
        if (
            said.get("second_tender_cm") is not None
            and said.get("tender_cm") is None
            and not self.has_error("tender_cm")
        ):
            self.add_error("tender_cm", _("Record the most tender point before a second one."))
        usual, worst = said.get("usual_pain"), said.get("worst_pain")
        if usual is not None and worst is not None and worst < usual:
            self.add_error("worst_pain", _("The worst pain cannot be less than the usual pain."))
        return said

    def entry(self, side: Side) -> TendonEntry:
        said = self.cleaned_data
        return TendonEntry(
            side=side,
            tender_cm=_as_float(said["tender_cm"]),
            second_tender_cm=_as_float(said["second_tender_cm"]),
            thickening=said["thickening"],
            stretch_pain=said["stretch_pain"],
            usual_pain=said["usual_pain"],
            worst_pain=said["worst_pain"],
            visa_a=said["visa_a"],
            tendins_a=said["tendins_a"],
            heel_rises=said["heel_rises"],
            decided_type=TendinopathyType(said["decided_type"]) if said["decided_type"] else None,
            override_reason=said["override_reason"],
        )


class StoryForm(forms.Form):
    """What came before, and how much was run. All of it optional."""

    triggers = forms.MultipleChoiceField(
        label=_("What changed before it began?"), choices=TRIGGERS, required=False
    )
    reference_week_minutes = _number(
        _("Running in a usual week, minutes"), 3000, _("Give whole minutes from 0 to 3000.")
    )
    pre_injury_week_km = _number(
        _("Running in a week before the injury, km"), 300, _("Give whole kilometres from 0 to 300.")
    )
    note = forms.CharField(
        label=_("Note"), required=False, max_length=4000, widget=forms.Textarea({"rows": 3})
    )


@dataclass(frozen=True)
class Fault:
    target: str  # id of the control
    text: str


class AssessmentForms:
    """`data` None: blank. `id` comes with the form, so that a second press stores nothing twice."""

    def __init__(
        self, data: QueryDict | None, *, sides: Iterable[Side], today: date, birth_date: date | None
    ) -> None:
        self.id = _key(data)
        self.screen = ScreenForm(data, today=today, birth_date=birth_date)
        self.legs = {side: LegForm(data, prefix=side.label) for side in sides}
        self.story = StoryForm(data)

    @property
    def legs_with_scores(self) -> set[Side]:
        """Whose outcome scores are to be shown open: one was given, or is wrong."""
        names = ("visa_a", "tendins_a", "heel_rises")
        return {
            side
            for side, form in self.legs.items()
            if any(form[name].value() not in (None, "") or form[name].errors for name in names)
        }

    @property
    def all(self) -> tuple[forms.Form, ...]:
        return (self.screen, *self.legs.values(), self.story)

    def is_valid(self) -> bool:
        answers = [form.is_valid() for form in self.all]  # each of them, so that every fault shows
        return all(answers)

    def entry(self) -> AssessmentEntry:
        story = self.story.cleaned_data
        km = story["pre_injury_week_km"]
        return AssessmentEntry(
            id=self.id,
            screen=self.screen.entry(
                {side.label: form.cleaned_data["toe_rise"] for side, form in self.legs.items()}
            ),
            tendons=tuple(form.entry(side) for side, form in self.legs.items()),
            triggers=frozenset(map(Trigger, story["triggers"])),
            reference_week_minutes=story["reference_week_minutes"],
            pre_injury_week_m=None if km is None else km * 1000,
            note=story["note"],
        )

    def refuse(self, refused: ActRefused) -> None:
        """The sentence at the leg's answer that it is about, or above everything."""
        side, _dash, field = refused.field.partition("-")
        for leg, form in self.legs.items():
            if leg.label == side and field in form.fields:
                form.add_error(field, str(refused))
                return
        self.story.add_error(None, str(refused))

    @property
    def faults(self) -> list[Fault]:
        found = []
        for form in self.all:
            found += [Fault("main", str(sentence)) for sentence in form.non_field_errors()]
            for name in form.errors:
                if name in form.fields:
                    field = form[name]
                    found += [Fault(field.auto_id, f"{field.label}: {sentence}") for sentence in field.errors]
        return found


def _key(data: QueryDict | None) -> UUID:
    try:
        return UUID(data.get("id", "") if data else "")
    except ValueError:
        return uuid7()


def _as_float(cm: Decimal | None) -> float | None:
    return None if cm is None else float(cm)
