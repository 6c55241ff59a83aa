"""One leg's plan as typed: the protocol, with what the interlock says to each, and the dose."""

from dataclasses import dataclass
from datetime import date
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from assessments.clinical.classification import Protocol
from assessments.clinical.interlock import FLAT_ONLY_TYPES, Outcome
from assessments.clinical.sides import Side
from assessments.queries.assessments import AssessedTendon, LatestAssessment
from patients.models import Tendon, uuid7
from rehab.actions.plans import Wish, weigh
from rehab.actions.programmes import LegWish
from rehab.clinical import preview
from rehab.clinical.history import Knee
from rehab.clinical.protocols import PROGRAMME_WEEKS, TEMPLATES, Dose, dose_in_words
from rehab.forms.dose_fields import DOSE, KNEES, dose_fields, with_chosen_dose
from rehab.forms.thresholds import ThresholdForm
from rehab.queries.plan_page import PlanInForce, TemplateRow

PROTOCOLS = [(protocol.value, protocol.label) for protocol in Protocol]


@dataclass(frozen=True)
class ProtocolOption:
    """`note`: why it is suggested, or what it asks for first. `asks`: REASON, CONFIRM or nothing."""

    value: str
    label: str
    dose: str
    chosen: bool
    suggested: bool
    note: str
    asks: str


@dataclass(frozen=True)
class RunnerView:
    """`running` and `exercises` of `day`, as the runner's page says them then."""

    title: str
    dose: str
    steps: tuple[str, ...]
    how_long: str
    day: str
    running: str
    exercises: tuple[str, ...]


@dataclass(frozen=True)
class Outlook:
    """What a day to come depends on besides the dose. `starts_on` None: not said, or no date."""

    today: date
    starts_on: date | None
    running: str
    on_hold: bool


class LegPlanForm(forms.Form):
    """The prefix is the side. `dose_of` names the protocol that the dose on the page was filled in for."""

    protocol = forms.ChoiceField(label=_("Protocol"), choices=PROTOCOLS)
    override_reason = forms.CharField(
        label=_("Why it is right for this leg"),
        required=False,
        max_length=500,
        widget=forms.Textarea({"rows": 2}),
    )
    confirmed = forms.BooleanField(label=_("I have read this and confirm the plan"), required=False)
    dose_of = forms.CharField(required=False, widget=forms.HiddenInput)
    key = forms.UUIDField(required=False, widget=forms.HiddenInput)
    template = forms.ChoiceField(label=_("The clinic’s own"), required=False)
    template_of = forms.CharField(required=False, widget=forms.HiddenInput)
    seen_on = forms.DateField(
        label=_("On"), required=False, widget=forms.DateInput({"type": "date"}, format="%Y-%m-%d")
    )
    kept_as = forms.CharField(label=_("Keep this dose as a template named"), required=False, max_length=60)
    knees = forms.MultipleChoiceField(
        label=_("Knee"),
        choices=KNEES,
        widget=forms.CheckboxSelectMultiple,
        error_messages={"required": _("Choose at least one knee position.")},
    )
    load_kg = forms.DecimalField(
        label=_("Load, kg"), required=False, min_value=0, max_value=300, max_digits=5, decimal_places=1
    )

    def __init__(
        self,
        data: Any,
        *,
        side: Side,
        tendon: Tendon,
        found: AssessedTendon,
        latest: LatestAssessment,
        stands: PlanInForce | None,
        outlook: Outlook,
        templates: tuple[TemplateRow, ...] = (),
    ) -> None:
        self.outlook = outlook
        self.side, self.tendon, self.found, self.latest, self.stands = side, tendon, found, latest, stands
        self.templates = templates
        data = with_chosen_dose(data, side, templates) if data is not None else None
        super().__init__(data, prefix=side.label, initial=self._initial())
        choices = [("", _("None")), *((str(one.id), one.name) for one in templates)]
        self.fields["template"].choices = choices  # type: ignore[attr-defined]  # a choice field
        for name, (label, low, high) in DOSE.items():
            sentence = _("Give a whole number from %(low)d to %(high)d.") % {"low": low, "high": high}
            self.fields[name] = forms.IntegerField(
                label=label,
                min_value=low,
                max_value=high,
                error_messages=dict.fromkeys(("required", "invalid", "min_value", "max_value"), sentence),
            )

    @property
    def fitting(self) -> Protocol:
        """What the software suggests for the decided type; flat ground when it can suggest nothing."""
        if self.found.decided_type in FLAT_ONLY_TYPES:
            return Protocol.FLAT
        return self.found.suggestion.protocol or Protocol.FLAT

    @property
    def reclassified(self) -> bool:
        """The newest assessment decided another type than the plan in force was written for."""
        return self.stands is not None and self.stands.type is not self.found.decided_type

    def _proposed(self) -> Protocol:
        """The plan as it stands; after another type was decided, what fits that type."""
        if self.stands is None:
            return self.fitting
        stands, flat_only = self.stands.protocol, self.found.decided_type in FLAT_ONLY_TYPES
        if not self.reclassified:
            return stands
        if stands is Protocol.MAINTENANCE and flat_only:
            return Protocol.MAINTENANCE_FLAT
        if stands is Protocol.FLAT or (stands.drops_below_neutral and flat_only):
            return self.fitting
        return stands

    def _initial(self) -> dict[str, Any]:
        protocol = self._proposed()
        kept = self.stands if self.stands and self.stands.protocol is protocol else None
        dose = kept.dose if kept else TEMPLATES[protocol].dose
        return {
            "protocol": protocol.value,
            "dose_of": protocol.value,
            "key": uuid7(),
            "seen_on": max(self.outlook.today, self.outlook.starts_on or self.outlook.today),
            "override_reason": kept.override_reason if kept and not self.reclassified else "",
            **dose_fields(dose),
        }

    def clean(self) -> dict[str, Any]:
        said = super().clean() or {}
        if not self.errors:
            try:
                self.dose = Dose(
                    knees=tuple(map(Knee, said["knees"])),
                    load_kg=None if said["load_kg"] is None else float(said["load_kg"]),
                    **{name: said[name] for name in DOSE},
                )
            except ValueError as fault:
                raise forms.ValidationError(str(fault)) from None
        return said

    @property
    def refilled(self) -> bool:
        """Whether the dose was just filled in for another protocol than the one the physio read it for."""
        return f"{self.side.label}-refilled" in self.data

    @property
    def chosen(self) -> Protocol:
        try:
            return Protocol(str(self["protocol"].value()))
        except ValueError:
            return self.fitting

    def wish(self, thresholds: ThresholdForm) -> LegWish:
        said = self.cleaned_data
        return LegWish(
            key=said["key"] or uuid7(),
            tendon=self.tendon,
            wish=Wish(
                protocol=Protocol(said["protocol"]),
                type=self.found.decided_type,
                override_reason=said["override_reason"],
                confirmed=said["confirmed"],
                dose=self.dose,
                thresholds=thresholds.changes,
            ),
        )

    def differs(self) -> bool:
        """Whether this is another plan than the one in force."""
        if self.stands is None:
            return True
        said = self.cleaned_data
        return (
            Protocol(said["protocol"]) is not self.stands.protocol
            or self.dose != self.stands.dose
            or self.found.decided_type is not self.stands.type
            or said["override_reason"].strip() != self.stands.override_reason
        )

    @property
    def options(self) -> list[ProtocolOption]:
        """The suggested one first; each with what the interlock says to it."""
        ordered = sorted(Protocol, key=lambda one: one is not self.fitting)
        return [self._option(protocol) for protocol in ordered]

    def _option(self, protocol: Protocol) -> ProtocolOption:
        answer = weigh(Wish(protocol=protocol, type=self.found.decided_type), self.found, self.latest)
        asks = {
            Outcome.OVERRIDE_WITH_REASON: "" if answer.may_be_saved else "REASON",
            Outcome.CONFIRM: "" if answer.may_be_saved else "CONFIRM",
        }.get(answer.outcome, "")
        return ProtocolOption(
            value=protocol.value,
            label=protocol.label,
            dose=dose_in_words(protocol, TEMPLATES[protocol].dose),
            chosen=protocol is self.chosen,
            suggested=protocol is self.fitting,
            note=answer.says if asks or answer.outcome is Outcome.BLOCKED else "",
            asks=asks,
        )

    @property
    def runner_sees(self) -> RunnerView:
        template = TEMPLATES[self.chosen]
        dose = getattr(self, "dose", None) or (
            self.stands.dose if self.stands and self.chosen is self.stands.protocol else template.dose
        )
        weeks = f"{PROGRAMME_WEEKS} weeks" if template.weeks else "for good"
        day = self.seen_day
        return RunnerView(
            title=self.chosen.label,
            dose=dose_in_words(self.chosen, dose),
            steps=template.runner_steps,
            how_long=weeks,
            day=f"{day:%A} {day.day} {day:%B}",
            running=preview.ON_HOLD if self.outlook.on_hold else self.outlook.running,
            exercises=() if self.outlook.on_hold else self._exercises_on(day, dose),
        )

    @property
    def seen_day(self) -> date:
        """Never before today: the past is in the history."""
        said = self["seen_on"].value()
        try:
            day = date.fromisoformat(str(said))
        except ValueError:
            day = self.outlook.starts_on or self.outlook.today
        return max(day, self.outlook.today)

    def _exercises_on(self, day: date, dose: Dose) -> tuple[str, ...]:
        if self.outlook.starts_on is None or day >= self.outlook.starts_on:
            return preview.exercises(self.chosen, dose)
        return preview.exercises(self.stands.protocol, self.stands.dose) if self.stands else ()
