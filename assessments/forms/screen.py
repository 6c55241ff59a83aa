"""The clinician's safety screen. What is not ticked is "no" only when somebody says that all was asked."""

from dataclasses import dataclass
from datetime import date
from typing import Any

from django import forms
from django.forms import BoundField
from django.utils.translation import gettext_lazy as _

from assessments.actions.entry import ScreenEntry
from assessments.clinical.clinic_screen import ASKED, QUESTION_GROUPS, Past
from assessments.clinical.findings import Finding
from assessments.clinical.history import NEVER, NOT_ASKED, Exposure

SUDDEN_ONSET = "SUDDEN_ONSET"
LABELS = {
    Finding.SUSPECTED_DVT: _("Calf newly swollen, warm or sore: possible clot"),
    Finding.SPA_FEATURES: _("Signs of inflammatory disease"),
    Finding.XANTHOMA_OR_FAMILIAL_CHOLESTEROL: _("Xanthoma, familial cholesterol"),
    Finding.FEVER_HOT_RED: _("Fever, or hot and red"),
}
HINTS = {
    Finding.SPA_FEATURES: _(
        "Heel pain in several places or without a cause, inflammatory back pain, psoriasis, uveitis, bowel "
        "disease, a swollen finger or toe, a recent infection, or in the family."
    )
}
PAST_LABELS = {
    Past.FLUOROQUINOLONE: _("A fluoroquinolone in the last 180 days"),
    Past.INJECTION: _("A steroid injection near the tendon in the last 42 days"),
    Past.RUPTURE_OR_REPAIR: _("A rupture or repair in the last 12 months"),
    Past.ORAL_STEROID: _("Steroid tablets in the last 90 days"),
}
_PAST_GROUPS = {2: (Past.FLUOROQUINOLONE, Past.INJECTION, Past.RUPTURE_OR_REPAIR), 3: (Past.ORAL_STEROID,)}
TESTS = {
    "calf_squeeze": (
        Finding.CALF_SQUEEZE_ABNORMAL,
        _("Calf squeeze"),
        _("Foot moves"),
        _("Foot stays still"),
    ),
    "matles": (Finding.MATLES_ABNORMAL, _("Matles test"), _("Normal"), _("Abnormal")),
    "gap": (Finding.PALPABLE_GAP, _("Gap in the tendon"), _("None felt"), _("Gap felt")),
}


@dataclass(frozen=True)
class Tick:
    """One question. `day`: the field for the day on which it last happened."""

    name: str
    value: str
    id: str
    label: str
    ticked: bool
    hint: str = ""
    day: BoundField | None = None


@dataclass(frozen=True)
class TickGroup:
    title: str
    says: str
    ticks: tuple[Tick, ...]


class ScreenForm(forms.Form):
    asked = forms.BooleanField(label=_("All asked. What is not ticked is a no."), required=False)
    found = forms.MultipleChoiceField(label=_("Safety screen"), required=False)

    def __init__(self, *args: Any, today: date, birth_date: date | None, **kwargs: Any) -> None:
        """`today` is the runner's day. Without a `birth_date` the age is asked about too."""
        super().__init__(*args, **kwargs)
        self.today, self.birth_date = today, birth_date
        codes = [finding.value for group in QUESTION_GROUPS for finding in group.findings]
        if birth_date is None:
            codes.append(Finding.UNDER_18.value)
        self.fields["found"].choices = [(code, code) for code in [*codes, SUDDEN_ONSET]]  # type: ignore[attr-defined]
        for past in Past:
            name = past.value.lower()
            self.fields[name] = forms.BooleanField(label=PAST_LABELS[past], required=False)
            self.fields[f"{name}_day"] = forms.DateField(
                label=_("Last day"),
                required=False,
                widget=forms.DateInput({"type": "date", "max": today.isoformat()}, format="%Y-%m-%d"),
                error_messages={"invalid": _("That is not a date.")},
            )
        for name, (_finding, label, normal, abnormal) in TESTS.items():
            self.fields[name] = forms.ChoiceField(
                label=label, required=False, choices=[("NORMAL", normal), ("ABNORMAL", abnormal)]
            )

    def clean(self) -> dict[str, Any]:
        said = super().clean() or {}
        for past in Past:
            name = f"{past.value.lower()}_day"
            day = said.get(name)
            if day is not None and day > self.today:
                self.add_error(name, _("That day is still to come."))
        return said

    def entry(self, toe_rises: dict[str, bool | None]) -> ScreenEntry:
        """`toe_rises`: can they rise on the toes, for each leg; a leg that was not tested leaves it open."""
        said = self.cleaned_data
        asked, found = said["asked"], set(said["found"])
        answers: dict[Finding, bool | None] = {
            finding: True if finding.value in found else (False if asked else None)
            for finding in (ASKED - {Finding.CANNOT_RISE_ON_TOES})
        }
        if self.birth_date is None:
            answers[Finding.UNDER_18] = (
                True if Finding.UNDER_18.value in found else (False if asked else None)
            )
        if False in toe_rises.values():
            answers[Finding.CANNOT_RISE_ON_TOES] = True
        elif None not in toe_rises.values():
            answers[Finding.CANNOT_RISE_ON_TOES] = False
        for name, (finding, *_words) in TESTS.items():
            if said[name]:
                answers[finding] = said[name] == "ABNORMAL"
        return ScreenEntry(
            answers=answers,
            fluoroquinolone=self._exposure(Past.FLUOROQUINOLONE),
            injection_near_tendon=self._exposure(Past.INJECTION),
            oral_steroid=self._exposure(Past.ORAL_STEROID),
            rupture_or_repair=self._exposure(Past.RUPTURE_OR_REPAIR),
            sudden_onset=True if SUDDEN_ONSET in found else (False if asked else None),
        )

    def _exposure(self, past: Past) -> Exposure:
        name = past.value.lower()
        happened, day = self.cleaned_data[name], self.cleaned_data[f"{name}_day"]
        if happened or day is not None:
            return Exposure(True, day)
        return NEVER if self.cleaned_data["asked"] else NOT_ASKED

    @property
    def groups(self) -> list[TickGroup]:
        """The questions as the page shows them, in the order of urgency."""
        found = set(self["found"].value() or [])
        groups = []
        for place, group in enumerate(QUESTION_GROUPS):
            ticks = [self._tick(finding.value, found, finding) for finding in group.findings]
            if place == 1:
                ticks.append(self._tick(SUDDEN_ONSET, found))
            if place == 2 and self.birth_date is None:
                ticks.append(self._tick(Finding.UNDER_18.value, found, Finding.UNDER_18))
            ticks += [self._past(past) for past in _PAST_GROUPS.get(place, ())]
            groups.append(TickGroup(group.title, group.says, tuple(ticks)))
        return groups

    def _tick(self, code: str, found: set[str], finding: Finding | None = None) -> Tick:
        label = str(LABELS.get(finding, finding.label)) if finding else str(_("It started suddenly"))
        hint = str(HINTS.get(finding, "")) if finding else str(_("Then record the calf squeeze below."))
        return Tick("found", code, f"id_found_{code.lower()}", label, code in found, hint)

    def _past(self, past: Past) -> Tick:
        name = past.value.lower()
        ticked = bool(self[name].value() or self[f"{name}_day"].value())
        return Tick(name, "on", f"id_{name}", str(PAST_LABELS[past]), ticked, "", self[f"{name}_day"])
