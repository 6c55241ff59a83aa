"""A physio's recorded examination before a red flag is cleared; and the note that resolves a worsening."""

from collections.abc import Sequence
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from assessments.clinical.findings import Finding
from rehab.actions.clearances import LegResult, LegTest

TESTS = {
    LegTest.CALF_SQUEEZE: (_("Calf squeeze"), _("Foot moves"), _("Foot stays still")),
    LegTest.PALPABLE_GAP: (_("Gap in the tendon"), _("None felt"), _("Gap felt")),
    LegTest.TOE_RISE: (_("Single-leg toe rise"), _("Can do it"), _("Cannot")),
    LegTest.WEIGHT_BEARING: (_("Weight bearing"), _("Full"), _("Not full")),
}

WAITS = "0"


class ResumeForm(forms.Form):
    """What was found, and where running restarts."""

    note = forms.CharField(
        label=_("What you found"),
        max_length=4000,
        widget=forms.Textarea({"rows": 3}),
        error_messages={"required": _("Write down what you found.")},
    )
    resume_at = forms.TypedChoiceField(
        label=_("Running"), coerce=lambda stage: int(stage) or None, empty_value=None, initial=WAITS
    )

    def __init__(self, data: Any, *, stages: Sequence[tuple[str, str]], **kwargs: Any) -> None:
        super().__init__(data, **kwargs)
        waits = (WAITS, _("Waits until I resume it"))
        self.fields["resume_at"].choices = [waits, *stages]  # type: ignore[attr-defined]


class ClearanceForm(ResumeForm):
    field_order = [*(test.value.lower() for test in LegTest), "ruled_out", "note", "resume_at"]
    ruled_out = forms.MultipleChoiceField(
        label=_("Ruled out today"),
        widget=forms.CheckboxSelectMultiple,
        error_messages={"required": _("Say that each reported finding was ruled out.")},
    )

    def __init__(self, data: Any, *, findings: Sequence[Finding], **kwargs: Any) -> None:
        super().__init__(data, **kwargs)
        self.fields["ruled_out"].choices = [(one.value, one.label) for one in findings]  # type: ignore[attr-defined]
        for test, (label, normal, abnormal) in TESTS.items():
            self.fields[test.value.lower()] = forms.ChoiceField(
                label=label,
                choices=[(LegResult.NORMAL.value, normal), (LegResult.ABNORMAL.value, abnormal)],
                error_messages={"required": _("Do and record this test.")},
            )
        self.order_fields(self.field_order)

    @property
    def tests(self) -> list[forms.BoundField]:
        return [self[test.value.lower()] for test in LegTest]

    @property
    def examination(self) -> dict[LegTest, LegResult]:
        return {test: LegResult(self.cleaned_data[test.value.lower()]) for test in LegTest}

    @property
    def named(self) -> list[Finding]:
        return [Finding(code) for code in self.cleaned_data["ruled_out"]]
