"""The thresholds of a case: only those within safe bounds may be changed, each with its reason."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django import forms
from django.forms import BoundField
from django.utils.translation import gettext_lazy as _

from assessments.clinical.thresholds import Threshold
from rehab.actions.plans import ThresholdChange
from rehab.clinical.thresholds import REHAB_THRESHOLDS, faults

CHANGEABLE = tuple(threshold for threshold in REHAB_THRESHOLDS if not threshold.is_fixed)


@dataclass(frozen=True)
class ThresholdRow:
    threshold: Threshold
    value: BoundField
    reason: BoundField
    changed: bool
    who: str  # who changed it and when; empty when it is as usual


class ThresholdForm(forms.Form):
    """An empty value is the default. Initial values: what the plan in force changed."""

    def __init__(
        self,
        *args: Any,
        stands: Mapping[str, Mapping[str, Any]],
        authors: Mapping[str, str] | None = None,
        **kwargs: Any,
    ) -> None:
        super().__init__(*args, **kwargs)
        self.stands, self.authors = stands, authors or {}
        for threshold in CHANGEABLE:
            known = stands.get(threshold.code, {})
            sentence = _("Give a whole number from %(low)s to %(high)s.") % {
                "low": threshold.low,
                "high": threshold.high,
            }
            self.fields[threshold.code] = forms.IntegerField(
                label=threshold.says,
                required=False,
                min_value=int(threshold.low or 0),
                max_value=int(threshold.high or 0),
                initial=known.get("value"),
                error_messages=dict.fromkeys(("invalid", "min_value", "max_value"), sentence),
                widget=forms.NumberInput({"placeholder": str(threshold.value)}),
            )
            self.fields[f"{threshold.code}_reason"] = forms.CharField(
                label=_("Reason"), required=False, max_length=300, initial=known.get("reason")
            )

    def clean(self) -> dict[str, Any]:
        said = super().clean() or {}
        wanted = {
            threshold.code: said[threshold.code]
            for threshold in CHANGEABLE
            if said.get(threshold.code) not in (None, threshold.value)
        }
        for code, sentence in faults(wanted):
            self.add_error(code, sentence)
        for code in wanted:
            if not said.get(f"{code}_reason", "").strip():
                self.add_error(f"{code}_reason", _("Write down why this is changed."))
        return said

    @property
    def changes(self) -> dict[str, ThresholdChange]:
        said = self.cleaned_data
        return {
            threshold.code: ThresholdChange(
                value=said[threshold.code], reason=said[f"{threshold.code}_reason"]
            )
            for threshold in CHANGEABLE
            if said[threshold.code] not in (None, threshold.value)
        }

    @property
    def rows(self) -> list[ThresholdRow]:
        return [
            ThresholdRow(
                threshold,
                self[threshold.code],
                self[f"{threshold.code}_reason"],
                threshold.code in self.stands,
                self._who(threshold.code),
            )
            for threshold in CHANGEABLE
        ]

    def _who(self, code: str) -> str:
        change = self.stands.get(code, {})
        if "at" not in change:
            return ""
        at = datetime.fromisoformat(change["at"])
        name = self.authors.get(str(change.get("author")), "")
        return f"{name}, {at.day} {at:%B %Y}" if name else f"{at.day} {at:%B %Y}"
