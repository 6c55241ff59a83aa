"""When and how a runner is reminded, and a browser's yes to push messages."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from rehab.clinical.reminders import Wishes

HOURS = [(str(hour), f"{hour:02}:00") for hour in range(24)]


def _hour(label: Any, hours: range) -> forms.TypedChoiceField:
    return forms.TypedChoiceField(
        label=label,
        coerce=int,
        choices=[HOURS[hour] for hour in hours],
        error_messages={"invalid_choice": _("Choose one of the hours.")},
    )


class RemindersForm(forms.Form):
    morning = forms.BooleanField(label=_("The morning check"), required=False)
    day_after = forms.BooleanField(label=_("The check a day after a run"), required=False)
    evening = forms.BooleanField(label=_("The exercise sets in the evening"), required=False)
    by_mail = forms.BooleanField(label=_("By e-mail"), required=False)
    morning_hour = _hour(_("In the morning at"), range(4, 13))
    evening_hour = _hour(_("In the evening at"), range(15, 24))
    quiet_from = _hour(_("Quiet from"), range(24))
    quiet_until = _hour(_("Quiet until"), range(24))
    paused_until = forms.DateField(
        label=_("No reminders before"),
        required=False,
        widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
        error_messages={"invalid": _("Give the day as day, month and year.")},
    )

    def clean(self) -> dict[str, Any]:
        said = super().clean() or self.cleaned_data
        if self.errors:
            return said
        wishes = Wishes(
            kinds=frozenset(),
            morning_hour=said["morning_hour"],
            evening_hour=said["evening_hour"],
            quiet_from=said["quiet_from"],
            quiet_until=said["quiet_until"],
        )
        for name in ("morning", "evening"):
            if said[name] and wishes.is_quiet(said[f"{name}_hour"]):
                self.add_error(f"{name}_hour", _("This is in your quiet hours. Choose another hour."))
        return said


class PushForm(forms.Form):
    """What a browser gives when it says yes; nobody types it."""

    endpoint = forms.URLField(max_length=1000, assume_scheme="https", widget=forms.HiddenInput)
    p256dh = forms.RegexField(r"^[A-Za-z0-9_=-]{80,100}$", widget=forms.HiddenInput)
    auth = forms.RegexField(r"^[A-Za-z0-9_=-]{16,40}$", widget=forms.HiddenInput)


class PushEndForm(forms.Form):
    endpoint = forms.URLField(max_length=1000, assume_scheme="https", widget=forms.HiddenInput)
