"""When the weekly mail comes, or that it does not."""

from typing import Any
from zoneinfo import available_timezones

from django import forms
from django.utils.translation import gettext_lazy as _

DAYS = [
    ("0", _("Monday")),
    ("1", _("Tuesday")),
    ("2", _("Wednesday")),
    ("3", _("Thursday")),
    ("4", _("Friday")),
    ("5", _("Saturday")),
    ("6", _("Sunday")),
]
HOURS = [(str(hour), f"{hour:02}:00") for hour in range(24)]
PLACES = ("Africa", "America", "Antarctica", "Asia", "Atlantic", "Australia", "Europe", "Indian", "Pacific")


def zones() -> list[tuple[str, str]]:
    """Every place there is, by name; without the historical aliases."""
    names = sorted(name for name in available_timezones() if name.split("/")[0] in PLACES and "/" in name)
    return [(name, name.replace("_", " ")) for name in [*names, "UTC"]]


class WeeklyForm(forms.Form):
    wanted = forms.BooleanField(label=_("Send me the weekly mail"), required=False)
    weekday = forms.TypedChoiceField(label=_("On"), choices=DAYS, coerce=int)
    hour = forms.TypedChoiceField(label=_("At"), choices=HOURS, coerce=int)
    time_zone = forms.ChoiceField(label=_("Time zone"), required=False)

    def __init__(self, data: Any, *, usual: str, **options: Any) -> None:
        """`usual`: the zone that counts when none is chosen."""
        super().__init__(data, **options)
        field = self.fields["time_zone"]
        assert isinstance(field, forms.ChoiceField)  # noqa: S101 - declared above
        field.choices = [("", _("As usual: %(zone)s") % {"zone": usual.replace("_", " ")}), *zones()]
