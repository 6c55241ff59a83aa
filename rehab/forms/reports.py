"""Which cases a report is about, from the address: whole months, and what they are split by."""

import re
from datetime import date
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from rehab.queries.report_asked import Asked, By, Month

MONTH = re.compile(r"(20[0-9]{2})-(0[1-9]|1[0-2])")
USUAL, LONGEST = 12, 60  # months


def _month(label: Any) -> forms.CharField:
    return forms.CharField(
        label=label,
        max_length=7,
        widget=forms.TextInput({"type": "month", "placeholder": "2026-01"}),
        error_messages={"required": _("Give the month."), "max_length": _("Give a month, such as 2026-01.")},
    )


class ReportForm(forms.Form):
    first, last = _month(_("Opened from")), _month(_("to"))
    by = forms.ChoiceField(
        label=_("Split by"),
        choices=[(By.TYPE.value, _("type")), (By.PROTOCOL.value, _("first programme"))],
    )

    def __init__(self, data: Any, *, today: date) -> None:
        this = Month(today.year, today.month)
        self.usual = Asked(this.plus(1 - USUAL), this)
        initial = {"first": str(self.usual.first), "last": str(self.usual.last), "by": By.TYPE.value}
        said = {name: data[name] for name in initial if name in data}
        super().__init__({**initial, **said} if said else None, initial=initial)

    def clean_first(self) -> Month:
        return self._read("first")

    def clean_last(self) -> Month:
        return self._read("last")

    def _read(self, name: str) -> Month:
        found = MONTH.fullmatch(self.cleaned_data[name])
        if found is None:
            raise forms.ValidationError(_("Give a month, such as 2026-01."))
        return Month(int(found[1]), int(found[2]))

    def clean(self) -> dict[str, Any]:
        said = super().clean() or {}
        first, last = said.get("first"), said.get("last")
        if first and last and not first <= last <= first.plus(LONGEST - 1):
            self.add_error("last", _("Give a month after the first one, within five years."))
        return said

    @property
    def asked(self) -> Asked:
        """The last twelve months while nothing readable is asked for."""
        if not self.is_valid():
            return self.usual
        said = self.cleaned_data
        return Asked(said["first"], said["last"], By(said["by"]))
