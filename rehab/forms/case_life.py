"""Handing over, closing, reopening a case, and the monthly check-in. The actions decide again."""

from collections.abc import Sequence
from typing import Any
from uuid import UUID

from django import forms
from django.utils.translation import gettext_lazy as _

from patients.models import CaseOutcome, CheckIn

_CHOOSE = {"required": _("Choose one.")}


def _reason(label: Any, hint: Any = "", *, required: bool = False) -> forms.CharField:
    return forms.CharField(
        label=label,
        help_text=hint,
        required=required,
        max_length=2000,
        widget=forms.Textarea({"rows": 3}),
        error_messages={"required": _("Write down why.")},
    )


class TransferForm(forms.Form):
    clinician = forms.TypedChoiceField(label=_("Hand over to"), coerce=UUID, error_messages=_CHOOSE)
    reason = _reason(_("What your colleague should know"))

    def __init__(self, data: Any, *, colleagues: Sequence[tuple[str, str]]) -> None:
        super().__init__(data)
        choices: list[tuple[str, Any]] = [("", _("Choose")), *colleagues]
        self.fields["clinician"].choices = choices  # type: ignore[attr-defined]  # a choice field


class CloseForm(forms.Form):
    outcome = forms.ChoiceField(
        label=_("How it ended"), choices=CaseOutcome, widget=forms.RadioSelect, error_messages=_CHOOSE
    )
    reason = _reason(_("Note"), _("Kept with the case, for whoever opens it again."))


class ReopenForm(forms.Form):
    reason = _reason(_("Why it is reopened"), required=True)


class CheckInForm(forms.Form):
    found = forms.ChoiceField(
        label=_("How has it been since the last time?"),
        choices=CheckIn,
        widget=forms.RadioSelect,
        error_messages=_CHOOSE,
    )
    reason = _reason(_("Note"))
