"""What every form of the diary has: an id against double submits, pain by side, the red-flag question."""

from collections.abc import Mapping, Sequence
from datetime import UTC, date, datetime
from typing import Any
from uuid import UUID, uuid4
from zoneinfo import ZoneInfo

from django import forms
from django.utils.text import format_lazy
from django.utils.translation import gettext_lazy as _

from assessments.clinical.red_flags import PATIENT_QUESTIONS, Finding
from assessments.clinical.sides import Side

LEGS = {Side.LEFT: _("left leg"), Side.RIGHT: _("right leg")}
PAIN = [(str(pain), str(pain)) for pain in range(11)]
FIRST_YEAR, LAST_YEAR = 1900, 2999  # beyond, a day has no moment in every zone
WHOLE = _("Pain is a whole number from 0 to 10.")


def told_at(data: Mapping[str, Any]) -> datetime | None:
    """When it was saved on the phone, for an entry that waited there (static/js/queue.js); else None."""
    try:
        moment = datetime.fromisoformat(data.get("told_at", ""))
        return moment.astimezone(UTC) if moment.tzinfo else None
    except (ValueError, OverflowError):
        return None


class EntryForm(forms.Form):
    """`entry_id` is rendered into the form, so that sending it twice stores it once."""

    client_id = forms.CharField(required=False, widget=forms.HiddenInput)
    findings = forms.MultipleChoiceField(
        label=_("Is anything here new?"),
        required=False,
        choices=[(question.finding.value, _(question.asks)) for question in PATIENT_QUESTIONS],
        widget=forms.CheckboxSelectMultiple,
    )

    def __init__(self, data: Mapping[str, Any] | None = None, **options: Any) -> None:
        super().__init__(data, **options)
        self._fresh_id = uuid4()

    @property
    def entry_id(self) -> UUID:
        """The id that came with the form; a new one when none came or it cannot be read."""
        try:
            return UUID(self.data.get("client_id", ""))
        except ValueError:
            return self._fresh_id

    @property
    def told_at(self) -> datetime | None:
        return told_at(self.data)

    def clean_findings(self) -> tuple[Finding, ...]:
        return tuple(Finding(code) for code in self.cleaned_data["findings"])


class PainForm(EntryForm):
    """Pain 0-10 for each affected side. Nothing is chosen beforehand, and a blank is never a zero."""

    stiffness_minutes = forms.IntegerField(
        label=_("Morning stiffness, minutes"),
        required=False,
        min_value=0,
        max_value=600,
        error_messages={"invalid": _("Give whole minutes, such as 10.")},
    )

    def __init__(
        self, data: Mapping[str, Any] | None = None, *, sides: Sequence[Side], **options: Any
    ) -> None:
        super().__init__(data, **options)
        self.sides = tuple(sides)
        for side in self.sides:
            self.fields[f"pain_{side.label}"] = forms.TypedChoiceField(
                label=format_lazy("{}, {}", _("Pain"), LEGS[side]) if len(self.sides) > 1 else _("Pain"),
                choices=PAIN,
                coerce=int,
                error_messages={"required": _("Choose a number from 0 to 10."), "invalid_choice": WHOLE},
            )

    @property
    def pain(self) -> dict[Side, int]:
        return {side: self.cleaned_data[f"pain_{side.label}"] for side in self.sides}

    @property
    def pads(self) -> list[dict[str, Any]]:
        """One pad for each affected side, with what was answered before."""
        return [self._pad(f"pain_{side.label}", side) for side in self.sides]

    def _pad(self, name: str, side: Side) -> dict[str, Any]:
        return {
            "name": name,
            "code": side.label,
            "side": LEGS[side] if len(self.sides) > 1 else "",
            "value": self[name].value(),
            "errors": self.errors.get(name, []) if self.is_bound else [],
        }


class WhenMixin(forms.Form):
    """Another day and time than now, in the runner's own zone. Both blank: just now; a time alone: today.

    `today`: the runner's own day, set by the view after the form was made.
    """

    today: date | None = None

    day = forms.DateField(
        label=_("Day"),
        required=False,
        widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
        error_messages={"invalid": _("Give the day as day, month and year.")},
    )
    time = forms.TimeField(
        label=_("Time"),
        required=False,
        widget=forms.TimeInput(attrs={"type": "time"}, format="%H:%M"),
        error_messages={"invalid": _("Give the time as hours and minutes, such as 18:30.")},
    )

    def occurred_at(self, zone: ZoneInfo) -> datetime | None:
        """None: just now. Call after the form was found valid."""
        day, time = self.cleaned_data["day"], self.cleaned_data["time"]
        return datetime.combine(day, time, tzinfo=zone) if day and time else None

    @property
    def keeps_time(self) -> bool:
        """Whether the moment is as the form showed it first."""
        return not {"day", "time"} & set(self.changed_data)

    def clean(self) -> dict[str, Any]:
        answers = super().clean() or self.cleaned_data
        day, time = answers.get("day"), answers.get("time")
        if day and not FIRST_YEAR <= day.year <= LAST_YEAR:
            self.add_error("day", self.fields["day"].error_messages["invalid"])
            return answers
        if time and not day and "day" not in self.errors:
            day = answers["day"] = self.today
        if day and not time and "time" not in self.errors:
            self.add_error("time", _("Give the time as well."))
        if time and not day and "day" not in self.errors:
            self.add_error("day", _("Give the day as well."))
        return answers
