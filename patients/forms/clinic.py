"""What an owner says about the clinic and who works there."""

from collections.abc import Iterable
from datetime import date, timedelta
from typing import Any

from django import forms
from django.utils.dates import WEEKDAYS
from django.utils.translation import gettext_lazy as _

from patients.forms.patients import zones
from patients.models import CareRule, Clinic, Role

STAFF_ROLES = [(role.value, role.label) for role in Role if role != Role.PATIENT]
MOST_CLOSED = 400  # days


class ClosedDates(forms.Field):
    """One day a line, or the first and the last of several: `2026-12-24 to 2027-01-02`."""

    widget = forms.Textarea(attrs={"rows": 4})

    def prepare_value(self, value: Any) -> Any:
        return "\n".join(_lines(value)) if isinstance(value, list) else value

    def to_python(self, value: Any) -> list[date]:
        found: set[date] = set()
        for line in str(value or "").splitlines():
            if line.strip():
                found |= self._days(line.strip())
        if len(found) > MOST_CLOSED:
            raise forms.ValidationError(_("That is more than 400 closed days."))
        return sorted(found)

    def _days(self, line: str) -> set[date]:
        try:
            first, *rest = (date.fromisoformat(part.strip()) for part in line.split(" to "))
        except ValueError:
            told = {"line": line[:40]}
            sentence = _("“%(line)s” is no date. Write 2026-12-25, or 2026-12-24 to 2027-01-02.")
            raise forms.ValidationError(sentence % told) from None
        last = rest[0] if len(rest) == 1 else first
        if len(rest) > 1 or not 0 <= (last - first).days < MOST_CLOSED:
            raise forms.ValidationError(_("Give the first day, then the last one, at most 400 days in all."))
        return {first + timedelta(days=more) for more in range((last - first).days + 1)}


def _lines(days: Iterable[date]) -> list[str]:
    """Days in a row as one line."""
    rows: list[list[date]] = []
    for day in sorted(days):
        if rows and (day - rows[-1][-1]).days == 1:
            rows[-1].append(day)
        else:
            rows.append([day])
    return [f"{row[0]} to {row[-1]}" if len(row) > 1 else f"{row[0]}" for row in rows]


CARE = [
    (CareRule.EVERYONE, _("Every physio sees every record")),
    (CareRule.TEAM, _("Physios see their own and their team’s; others only with a reason")),
]


class ClinicForm(forms.ModelForm):
    """`hours` is for runners to read; the times and the closed days decide when an urgent flag goes on to
    others."""

    closed_weekdays = forms.TypedMultipleChoiceField(
        label=_("Closed every"),
        required=False,
        coerce=int,
        choices=tuple(WEEKDAYS.items()),
        widget=forms.CheckboxSelectMultiple,
    )
    closed_dates = ClosedDates(
        label=_("Also closed on"),
        required=False,
        help_text=_(
            "One day a line, such as 2026-12-25, or 2026-12-24 to 2027-01-02. An urgent flag that nobody"
            " opens goes to the owners after one to three hours of opening time, and after 72 hours anyway."
        ),
    )
    time_zone = forms.ChoiceField(label=_("Time zone"), choices=zones)
    care = forms.ChoiceField(  # named here: the model's own field would offer "nothing chosen" too
        label=_("Who sees whose records"),
        choices=CARE,
        widget=forms.RadioSelect,
        help_text=_(
            "Owners see every record. Who opens another’s record is listed for owners and the runner."
            " Names and how to reach people stay open to all staff, also to reception."
        ),
    )

    class Meta:
        model = Clinic
        fields = (
            "name", "phone", "hours", "opens_at", "closes_at", "closed_weekdays", "closed_dates",
            "emergency_number", "time_zone", "keep_years", "email_initials_opt_in", "care",
            "record_only",
        )  # fmt: skip
        labels = {
            "name": _("Name"),
            "phone": _("Phone"),
            "hours": _("Hours, as runners read them"),
            "opens_at": _("Opens at"),
            "closes_at": _("Closes at"),
            "emergency_number": _("Emergency number"),
            "keep_years": _("Years a record is kept after its last case was closed"),
            "email_initials_opt_in": _("Weekly mails to staff may show initials and pain"),
            "record_only": _("Record only: no decisions"),
        }
        help_texts = {
            "keep_years": _(
                "From 5 to 40, as your law says; empty: not decided. Whoever is past it is listed under"
                " Kept records. The software erases nothing by itself."
            ),
            "hours": _("Such as “Monday to Friday, 8 to 18”."),
            "emergency_number": _("The one that runners are told to call, such as 112."),
            "email_initials_opt_in": _(
                "Mail is not private. Without this, mails hold counts and case numbers."
            ),
            "record_only": _(
                "The diary is kept, but nobody is told whether they may run. Red flags still count."
                " For clinics that may not use the software for decisions."
            ),
        }
        widgets = {
            "phone": forms.TextInput({"type": "tel"}),
            "emergency_number": forms.TextInput({"type": "tel"}),
            "opens_at": forms.TimeInput({"type": "time"}, format="%H:%M"),
            "closes_at": forms.TimeInput({"type": "time"}, format="%H:%M"),
        }

    def clean(self) -> dict[str, Any]:
        said: dict[str, Any] = super().clean() or self.cleaned_data
        said["care"] = said.get("care") or self.initial["care"]
        opens, closes = said.get("opens_at"), said.get("closes_at")
        if (opens is None) != (closes is None) and not {"opens_at", "closes_at"} & set(self.errors):
            self.add_error("closes_at" if opens else "opens_at", _("Give both times, or neither."))
        if opens and closes and opens >= closes:
            self.add_error("closes_at", _("The clinic closes after it opens."))
        if len(said.get("closed_weekdays") or ()) == len(WEEKDAYS):
            self.add_error("closed_weekdays", _("One day of the week at least is open."))
        return said


class StaffForm(forms.Form):
    email = forms.EmailField(
        label=_("E-mail address"),
        max_length=254,
        help_text=_("Their own: they choose a password there and set up a second factor."),
        error_messages={"required": _("Type the e-mail address.")},
    )
    display_name = forms.CharField(
        label=_("Name, as runners and colleagues read it"),
        max_length=120,
        error_messages={"required": _("Type the name.")},
    )
    role = forms.ChoiceField(
        label=_("Role"), choices=STAFF_ROLES, initial=Role.CLINICIAN, widget=forms.RadioSelect
    )

    def clean_role(self) -> Role:
        return Role(self.cleaned_data["role"])


class MemberForm(forms.Form):
    display_name = StaffForm.base_fields["display_name"]
    role = forms.ChoiceField(label=_("Role"), choices=STAFF_ROLES, widget=forms.RadioSelect)
    team = forms.CharField(
        label=_("Team"),
        required=False,
        max_length=60,
        help_text=_("Where physios see their own records only: those of one team see each other’s."),
    )
    is_active = forms.BooleanField(
        label=_("Works here"),
        required=False,
        help_text=_("Without this they are signed out at once and cannot sign in to this clinic."),
    )

    def clean_role(self) -> Role:
        return Role(self.cleaned_data["role"])


class ChangePasswordForm(forms.Form):
    current = forms.CharField(
        label=_("Password until now"),
        widget=forms.PasswordInput({"autocomplete": "current-password"}),
        max_length=200,
        error_messages={"required": _("Type the password you have now.")},
    )
    password = forms.CharField(
        label=_("New password"),
        widget=forms.PasswordInput({"autocomplete": "new-password"}),
        max_length=200,
        help_text=_("At least 12 characters; a few unrelated words are good."),
        error_messages={"required": _("Choose a password.")},
    )


class FirstPasswordForm(forms.Form):
    password = forms.CharField(
        label=_("Password"),
        widget=forms.PasswordInput({"autocomplete": "new-password"}),
        max_length=200,
        help_text=_("At least 12 characters; a few unrelated words are good."),
        error_messages={"required": _("Choose a password.")},
    )
