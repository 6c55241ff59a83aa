"""Which two periods are compared, from the address."""

from datetime import date, timedelta
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from rehab.queries.compare import Period

LONGEST = timedelta(days=366)


def _day(label: Any) -> forms.DateField:
    return forms.DateField(
        label=label,
        widget=forms.DateInput({"type": "date"}, format="%Y-%m-%d"),
        error_messages={"required": _("Give the day."), "invalid": _("That is not a date.")},
    )


class CompareForm(forms.Form):
    before_from, before_to = _day(_("First period, from")), _day(_("to"))
    after_from, after_to = _day(_("Second period, from")), _day(_("to"))

    def __init__(self, data: Any, *, usual: tuple[Period, Period]) -> None:
        before, after = usual
        names = ("before_from", "before_to", "after_from", "after_to")
        days: tuple[date, ...] = (before.first, before.last, after.first, after.last)
        asked = data if any(name in data for name in names) else None
        super().__init__(asked, initial=dict(zip(names, days, strict=True)))
        self.usual = usual

    def clean(self) -> dict[str, Any]:
        said = super().clean() or {}
        for name in ("before", "after"):
            first, last = said.get(f"{name}_from"), said.get(f"{name}_to")
            if first and last and not first <= last <= first + LONGEST:
                self.add_error(f"{name}_to", _("Give a day after the first one, within a year."))
        return said

    @property
    def periods(self) -> tuple[Period, Period]:
        """The usual ones while nothing readable is asked for."""
        if not self.is_valid():
            return self.usual
        said = self.cleaned_data
        return (
            Period(said["before_from"], said["before_to"]),
            Period(said["after_from"], said["after_to"]),
        )
