"""What a clinic writes down about a new runner."""

from datetime import date
from functools import cache
from typing import Any
from zoneinfo import available_timezones

from django import forms
from django.conf import settings
from django.utils.translation import gettext_lazy as _

from patients.models import TendonSide

OLDEST_YEARS = 120


@cache
def zones() -> list[tuple[str, str]]:
    regions = (
        "Africa",
        "America",
        "Antarctica",
        "Asia",
        "Atlantic",
        "Australia",
        "Europe",
        "Indian",
        "Pacific",
    )
    names = sorted(name for name in available_timezones() if name.startswith(tuple(f"{r}/" for r in regions)))
    return [(name, name.replace("_", " ")) for name in names]


class NewPatientForm(forms.Form):
    given_name = forms.CharField(
        label=_("Given name"),
        max_length=80,
        widget=forms.TextInput({"autocomplete": "off"}),
        error_messages={"required": _("Type the given name.")},
    )
    family_name = forms.CharField(
        label=_("Family name"),
        max_length=80,
        widget=forms.TextInput({"autocomplete": "off"}),
        error_messages={"required": _("Type the family name.")},
    )
    email = forms.EmailField(
        label=_("E-mail address"),
        max_length=254,
        help_text=_("The invitation and every sign-in code go there, so it must be their own."),
        widget=forms.EmailInput({"autocomplete": "off"}),
    )
    birth_date = forms.DateField(
        label=_("Date of birth"), required=False, widget=forms.DateInput({"type": "date"}, format="%Y-%m-%d")
    )
    phone = forms.CharField(
        label=_("Phone"),
        max_length=40,
        required=False,
        widget=forms.TextInput({"type": "tel", "autocomplete": "off"}),
    )
    sides = forms.MultipleChoiceField(
        label=_("Affected side"), choices=TendonSide.choices, widget=forms.CheckboxSelectMultiple
    )
    time_zone = forms.ChoiceField(
        label=_("Time zone"),
        choices=zones,
        help_text=_("Where the runner lives: their days are counted there."),
    )

    def __init__(self, *args: Any, today: date, **kwargs: Any) -> None:
        """`today` is the clinic's day: nobody is born after it."""
        super().__init__(*args, **kwargs)
        self.today = today
        for name, sentence in (
            ("email", _("Type the e-mail address.")),
            ("sides", _("Say which side is affected; tick both if both are.")),
        ):
            self.fields[name].error_messages["required"] = sentence
        self.fields["birth_date"].error_messages["invalid"] = _("That is not a date.")

    def clean_birth_date(self) -> date | None:
        born: date | None = self.cleaned_data["birth_date"]
        if born is not None and not 0 <= self.today.year - born.year <= OLDEST_YEARS:
            raise forms.ValidationError(_("Check the year."))
        if born is not None and born > self.today:
            raise forms.ValidationError(_("That day is still to come."))
        return born

    def clean_sides(self) -> list[TendonSide]:
        return [TendonSide(side) for side in self.cleaned_data["sides"]]


class ContactForm(forms.Form):
    """How a runner is reached. The e-mail address has a form of its own, which asks for a fresh sign-in."""

    given_name = NewPatientForm.base_fields["given_name"]
    family_name = NewPatientForm.base_fields["family_name"]
    phone = NewPatientForm.base_fields["phone"]
    language = forms.ChoiceField(
        label=_("Language of their pages and mails"),
        required=False,
        choices=[("", _("As their browser says")), *settings.LANGUAGES],
    )


class EmailForm(forms.Form):
    email = forms.EmailField(
        label=_("New e-mail address"),
        max_length=254,
        help_text=_("An invitation and every sign-in code go there, so it must be their own."),
        widget=forms.EmailInput({"autocomplete": "off"}),
        error_messages={"required": _("Type the e-mail address.")},
    )
