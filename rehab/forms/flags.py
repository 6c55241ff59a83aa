"""What is typed about a flag."""

from datetime import date, timedelta
from typing import Any
from uuid import UUID

from django import forms
from django.utils.translation import gettext_lazy as _

LONGEST_SNOOZE = timedelta(days=28)


class SnoozeForm(forms.Form):
    """`today` is the clinic's day."""

    until = forms.DateField(
        label=_("Snooze until"),
        widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
        help_text=_("It comes back on that morning, and earlier if it gets worse."),
        error_messages={
            "required": _("Give the day on which it comes back."),
            "invalid": _("Give a day, such as 30/11/2026."),
        },
    )

    def __init__(self, *args: Any, today: date, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.today = today
        limits = {"min": today + timedelta(days=1), "max": today + LONGEST_SNOOZE}
        self.fields["until"].widget.attrs |= {name: day.isoformat() for name, day in limits.items()}

    def clean_until(self) -> date:
        until: date = self.cleaned_data["until"]
        if until <= self.today:
            raise forms.ValidationError(_("Give a day after today."))
        if until > self.today + LONGEST_SNOOZE:
            raise forms.ValidationError(_("Four weeks is the longest: nobody is left unseen for more."))
        return until


class ResolveForm(forms.Form):
    note = forms.CharField(
        label=_("What you found or agreed"),
        widget=forms.Textarea(attrs={"rows": 3}),
        max_length=2000,
        required=False,
        error_messages={"required": _("Write down what you found and agreed.")},
    )

    def __init__(self, *args: Any, needs_note: bool = False, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["note"].required = needs_note


class UsefulForm(forms.Form):
    useful = forms.TypedChoiceField(
        choices=[("yes", _("Useful")), ("no", _("Not useful"))], coerce=lambda answer: answer == "yes"
    )


class TickedFlags(forms.MultipleChoiceField):
    """Any UUIDs: which flags are there at all, the database says."""

    def valid_value(self, value: Any) -> bool:
        try:
            UUID(str(value))
        except ValueError:
            return False
        return True


class BulkForm(forms.Form):
    flag = TickedFlags(
        error_messages={"required": _("Tick the patients first, then acknowledge them together.")}
    )
