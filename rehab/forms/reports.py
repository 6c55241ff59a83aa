"""Which cases a report is about, from the address: a whole year, and what they are split by."""

from datetime import date, timedelta
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from rehab.queries.report_asked import Asked, By

YEARS = 5
BEGUN = timedelta(days=90)  # a year that began less long ago has little to report


class ReportForm(forms.Form):
    year = forms.TypedChoiceField(label=_("Opened in"), coerce=int)
    by = forms.ChoiceField(
        label=_("Split by"),
        choices=[(By.TYPE.value, _("type")), (By.PROTOCOL.value, _("first programme"))],
    )

    def __init__(self, data: Any, *, today: date) -> None:
        self.usual = Asked((today - BEGUN).year)
        initial = {"year": str(self.usual.year), "by": By.TYPE.value}
        said = {name: data[name] for name in initial if name in data}
        super().__init__({**initial, **said} if said else None, initial=initial)
        years = [str(today.year - back) for back in range(YEARS)]
        self.fields["year"].choices = [(one, one) for one in years]  # type: ignore[attr-defined]  # a choice field

    @property
    def asked(self) -> Asked:
        """The usual year while nothing readable is asked for."""
        if not self.is_valid():
            return self.usual
        said = self.cleaned_data
        return Asked(said["year"], By(said["by"]))
