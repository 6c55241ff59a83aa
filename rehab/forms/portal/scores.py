"""One outcome question a screen. A blank is never a zero; no questionnaire's own wording is kept here."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from assessments.actions.scores import ScoreEntry
from assessments.clinical.instruments import Instrument, groc, morning_stiffness, psfs, visa_a
from assessments.clinical.score_schedule import Question
from rehab.forms.portal.entry import PAIN
from rehab.queries.own_scores import ACTIVITIES, NAME_LENGTH, Activity, Asked

CHANGE = [
    ("-5", "−5"),
    ("-4", "−4"),
    ("-3", "−3"),
    ("-2", "−2"),
    ("-1", "−1"),
    *((str(n), f"+{n}" if n else "0") for n in range(6)),
]
WHOLE = _("Give a whole number, such as 62.")


class StiffnessForm(forms.Form):
    minutes = forms.IntegerField(
        label=_("How many minutes are you stiff after getting up?"),
        min_value=0,
        max_value=600,
        error_messages={
            "required": _("Give the minutes; 0 when there is none."),
            "invalid": _("Give whole minutes, such as 10."),
            "min_value": _("Give 0 to 600 minutes."),
            "max_value": _("Give 0 to 600 minutes."),
        },
        help_text=_("As on most mornings of the last week."),
    )

    @property
    def value(self) -> float | None:
        return morning_stiffness(self.cleaned_data["minutes"]).value


class ChangeForm(forms.Form):
    change = forms.TypedChoiceField(
        label=_("Compared with the start, how is it now?"),
        choices=CHANGE,
        coerce=int,
        error_messages={
            "required": _("Choose a number from −5 to +5."),
            "invalid_choice": _("From −5 to +5."),
        },
    )

    @property
    def value(self) -> float | None:
        return groc(self.cleaned_data["change"]).value


class VisaForm(forms.Form):
    total = forms.IntegerField(
        label=_("Your VISA-A total, 0 to 100"),
        min_value=0,
        max_value=100,
        error_messages={
            "required": _("Give the total of the form, or skip it for now."),
            "invalid": WHOLE,
            "min_value": _("The total is from 0 to 100."),
            "max_value": _("The total is from 0 to 100."),
        },
        help_text=_("From the form that your clinic gave you. 100 is best."),
    )

    @property
    def value(self) -> float | None:
        return visa_a(self.cleaned_data["total"]).value


class ActivityForm(forms.Form):
    """A screen of one activity, `number` of three: its name, or how well it goes."""

    number = forms.IntegerField(min_value=1, max_value=ACTIVITIES, widget=forms.HiddenInput)

    def told(self, so_far: Sequence[Activity]) -> list[Activity]:
        """The activities with what this screen says put in its place. IndexError when it skips one."""
        index = self.cleaned_data["number"] - 1
        known = [*so_far, Activity()] if index == len(so_far) else list(so_far)
        known[index] = self._changed(known[index])
        return known

    def _changed(self, one: Activity) -> Activity:
        raise NotImplementedError


class NameForm(ActivityForm):
    name = forms.CharField(
        label=_("An activity that is hard because of the tendon"),
        max_length=NAME_LENGTH,
        error_messages={"required": _("Name the activity, such as running to work.")},
    )

    def _changed(self, one: Activity) -> Activity:
        return replace(one, name=self.cleaned_data["name"])


class RatingForm(ActivityForm):
    of = forms.CharField(max_length=NAME_LENGTH, widget=forms.HiddenInput)
    rating = forms.TypedChoiceField(
        label=_("How well can you do it now?"),
        choices=PAIN,
        coerce=int,
        error_messages={
            "required": _("Choose a number from 0 to 10."),
            "invalid_choice": _("From 0 to 10."),
        },
    )

    def _changed(self, one: Activity) -> Activity:
        return Activity(self.cleaned_data["of"], self.cleaned_data["rating"])


Kind = StiffnessForm | ChangeForm | VisaForm
FORMS: dict[Instrument, type[Kind]] = {
    Instrument.MORNING_STIFFNESS: StiffnessForm,
    Instrument.GROC: ChangeForm,
    Instrument.VISA_A: VisaForm,
}


def form_for(question: Question, data: Mapping[str, Any] | None = None) -> Kind:
    return FORMS[question.instrument](data)


def entry(question: Question, form: Kind) -> ScoreEntry:
    assert form.value is not None  # noqa: S101  a form that was checked has its answer
    return ScoreEntry(instrument=question.instrument, side=question.side, value=form.value)


def activity_form(next_up: Asked, data: Mapping[str, Any] | None = None) -> NameForm | RatingForm:
    """A posted form is the screen it was; a blank one is the next."""
    if data is not None:
        return RatingForm(data) if "of" in data else NameForm(data)
    first = {"number": next_up.number, "name": next_up.name, "of": next_up.name}
    return RatingForm(initial=first) if next_up.asks_rating else NameForm(initial=first)


def activities_entry(question: Question, said: Sequence[Activity]) -> ScoreEntry | None:
    """None while there are questions to come."""
    ratings = [one.rating for one in said if one.rating is not None]
    value = psfs(ratings).value if len(ratings) == ACTIVITIES else None
    if value is None:
        return None
    detail = {"activities": [{"name": one.name, "rating": one.rating} for one in said]}
    return ScoreEntry(instrument=question.instrument, side=question.side, value=value, detail=detail)
