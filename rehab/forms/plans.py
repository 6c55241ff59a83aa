"""The plan page as typed: each leg's plan, the first day, where running starts, the thresholds."""

from collections.abc import Mapping
from datetime import date
from typing import Any

from django import forms
from django.http import QueryDict
from django.utils.translation import gettext_lazy as _

from assessments.clinical.classification import Protocol
from assessments.clinical.sides import Side
from assessments.forms.assessments import Fault
from patients.actions.physio_acts import ActRefused
from patients.models import Tendon
from rehab.actions.programmes import LegWish, Named, Start
from rehab.clinical import preview
from rehab.clinical.history import Track
from rehab.clinical.stages import STAGES
from rehab.clinical.thresholds import resolve
from rehab.forms.leg_plans import LegPlanForm, Outlook
from rehab.forms.thresholds import ThresholdForm
from rehab.queries.plan_page import PlanPage

STAGE_CHOICES = [
    (str(number), f"{number}  {content.label}") for number, content in STAGES.items() if number <= 7
]
TRACKS = [
    (Track.FRAMEWORK.value, _("The seven stages")),
    (Track.MODIFIED_RUNNING.value, _("Reduced running beside the exercises")),
]
SAVED_BEFORE = _("This form was saved before. Open the plan page anew to change the plan once more.")
NOT_CHANGED = _("Nothing has changed. Change the plan, or go back to the case.")
REFILLED = _("The dose was filled in for this protocol. Check it, then save again.")


class StartForm(forms.Form):
    """`first`: running has not started yet, so the track and the stage are asked for."""

    starts_on = forms.DateField(
        label=_("From"),
        widget=forms.DateInput({"type": "date"}, format="%Y-%m-%d"),
        error_messages={"required": _("Give the first day."), "invalid": _("That is not a date.")},
    )
    track = forms.ChoiceField(label=_("Running"), choices=TRACKS)
    stage = forms.TypedChoiceField(label=_("Stage"), choices=STAGE_CHOICES, coerce=int)
    reason = forms.CharField(label=_("Why not stage 1"), required=False, max_length=300)

    def __init__(self, data: Any, *, today: date, first: bool) -> None:
        initial = {"starts_on": today, "track": Track.FRAMEWORK.value, "stage": "1"}
        super().__init__(data, initial=initial)
        self.first = first
        self.fields["starts_on"].widget.attrs["min"] = today.isoformat()
        if not first:
            for name in ("track", "stage", "reason"):
                del self.fields[name]

    def clean(self) -> dict[str, Any]:
        said = super().clean() or {}
        if self.first and said.get("stage", 1) > 1 and not said.get("reason", "").strip():
            self.add_error("reason", _("Write down why running starts above stage 1."))
        return said

    @property
    def first_day(self) -> date | None:
        """As it stands on the page, valid or not."""
        try:
            return date.fromisoformat(str(self["starts_on"].value()))
        except ValueError:
            return None

    @property
    def chosen(self) -> tuple[str, int]:
        """Track and stage as they stand on the page; what is no choice counts as the usual one."""
        track, stage = str(self["track"].value()), str(self["stage"].value())
        known = track in {code for code, _label in TRACKS} and stage in dict(STAGE_CHOICES)
        return (track, int(stage)) if known else (Track.FRAMEWORK.value, 1)

    @property
    def start(self) -> Start | None:
        if not self.first:
            return None
        said = self.cleaned_data
        return Start(track=Track(said["track"]), stage=said["stage"], reason=said["reason"])


class PlanForms:
    """Everything on the plan page; `data` None: as suggested, or as it stands."""

    def __init__(
        self,
        data: QueryDict | None,
        *,
        page: PlanPage,
        tendons: Mapping[Side, Tendon],
        today: date,
        on_hold: bool = False,
    ) -> None:
        latest = page.assessment
        self.start = StartForm(data, today=today, first=page.stage is None)
        self.thresholds = ThresholdForm(data, stands=page.thresholds, authors=page.authors)
        outlook = Outlook(today, self.start.first_day, self._running(page), on_hold)
        self.legs = (
            {
                found.side: LegPlanForm(
                    data,
                    side=found.side,
                    tendon=tendons[found.side],
                    found=found,
                    latest=latest,
                    stands=page.plans.get(found.side),
                    outlook=outlook,
                    templates=page.templates,
                )
                for found in latest.tendons
            }
            if latest
            else {}
        )

    def _running(self, page: PlanPage) -> str:
        """At the stage of now, or at the one chosen for the start."""
        track, stage = (page.track, page.stage) if page.stage is not None else self.start.chosen
        changed = {code: change["value"] for code, change in page.thresholds.items()}
        return preview.running(stage, Track(track or Track.FRAMEWORK), resolve(changed))

    @property
    def all(self) -> tuple[forms.Form, ...]:
        return (*self.legs.values(), self.start, self.thresholds)

    def is_valid(self) -> bool:
        answers = [form.is_valid() for form in self.all]  # each of them, so that every fault shows
        for form in self.legs.values():
            if form.refilled:
                form.add_error("protocol", REFILLED)
                answers.append(False)
        return all(answers)

    def wishes(self) -> dict[Side, LegWish]:
        """The legs whose plan is another than the one in force; changed thresholds change every leg."""
        stands = {code: change["value"] for code, change in self.thresholds.stands.items()}
        wanted = {code: change.value for code, change in self.thresholds.changes.items()}
        every = stands != wanted
        return {
            side: form.wish(self.thresholds) for side, form in self.legs.items() if every or form.differs()
        }

    def named(self) -> dict[Side, Named]:
        """The legs whose dose is to be kept as a template."""
        return {
            side: Named(name=name, protocol=Protocol(form.cleaned_data["protocol"]), dose=form.dose)
            for side, form in self.legs.items()
            if (name := form.cleaned_data["kept_as"].strip())
        }

    @property
    def already_saved(self) -> bool:
        """The same form came again: the plans in force are the ones it made."""
        keys = {form.cleaned_data["key"] for form in self.legs.values()}
        return not keys.isdisjoint(form.stands.id for form in self.legs.values() if form.stands)

    def refuse(self, refused: ActRefused) -> None:
        """The sentence at the answer that it is about, or above everything."""
        side, _dash, field = refused.field.partition("-")
        for leg, form in self.legs.items():
            if leg.label == side and field in form.fields:
                form.add_error(field, str(refused))
                return
        other: forms.Form
        for other in (self.start, self.thresholds):
            if refused.field in other.fields:
                other.add_error(refused.field, str(refused))
                return
        self.start.add_error(None, str(refused))

    @property
    def faults(self) -> list[Fault]:
        found = []
        for form in self.all:
            found += [Fault("main", str(sentence)) for sentence in form.non_field_errors()]
            found += [
                Fault(form[name].auto_id, f"{form[name].label}: {sentence}")
                for name in form.errors
                if name in form.fields
                for sentence in form[name].errors
            ]
        return found
