"""From which day on a leg's exercises end, and why."""

from collections.abc import Mapping
from datetime import date
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from assessments.clinical.sides import Side
from patients.models import Tendon
from rehab.queries.plan_page import PlanInForce


class EndForm(forms.Form):
    side = forms.ChoiceField(
        label=_("Leg"), widget=forms.RadioSelect, error_messages={"required": _("Choose the leg.")}
    )
    ends_on = forms.DateField(
        label=_("First day without them"),
        widget=forms.DateInput({"type": "date"}, format="%Y-%m-%d"),
        error_messages={"required": _("Give the day."), "invalid": _("That is not a date.")},
    )
    reason = forms.CharField(
        label=_("Why"),
        max_length=500,
        widget=forms.Textarea({"rows": 2}),
        error_messages={"required": _("Write down why the exercises end.")},
    )

    def __init__(self, data: Any, *, plans: Mapping[Side, PlanInForce], today: date) -> None:
        only = next(iter(plans)).value if len(plans) == 1 else None
        super().__init__(data, initial={"side": only, "ends_on": today})
        choices = [
            (side.value, f"{side.label.capitalize()}: {plan.protocol.label}") for side, plan in plans.items()
        ]
        self.fields["side"].choices = choices  # type: ignore[attr-defined]  # a choice field
        self.fields["ends_on"].widget.attrs["min"] = today.isoformat()

    def ending(self, tendons: Mapping[Side, Tendon]) -> dict[str, Any]:
        said = self.cleaned_data
        return {
            "tendon": tendons[Side(said["side"])],
            "ends_on": said["ends_on"],
            "reason": said["reason"],
        }
