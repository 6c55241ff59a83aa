"""One outcome question a screen. A blank is never a zero; no questionnaire's own wording is kept here."""

from collections.abc import Mapping, Sequence
from typing import Any

from django import forms

from assessments.actions.scores import ScoreEntry
from assessments.clinical.instruments import Instrument, groc, morning_stiffness, psfs, visa_a
from assessments.clinical.score_schedule import Question
from rehab.forms.portal.entry import PAIN

ACTIVITIES = 3
CHANGE = [
    ("-5", "−5"),
    ("-4", "−4"),
    ("-3", "−3"),
    ("-2", "−2"),
    ("-1", "−1"),
    *((str(n), f"+{n}" if n else "0") for n in range(6)),
]
UNREAD = "The earlier answers could not be read. Start again, please."
WHOLE = "Give a whole number, such as 62."


class StiffnessForm(forms.Form):
    minutes = forms.IntegerField(
        label="How many minutes are you stiff after getting up?",
        min_value=0,
        max_value=600,
        error_messages={
            "required": "Give the minutes; 0 when there is none.",
            "invalid": "Give whole minutes, such as 10.",
            "min_value": "Give 0 to 600 minutes.",
            "max_value": "Give 0 to 600 minutes.",
        },
        help_text="As on most mornings of the last week.",
    )

    @property
    def value(self) -> float | None:
        return morning_stiffness(self.cleaned_data["minutes"]).value


class ChangeForm(forms.Form):
    change = forms.TypedChoiceField(
        label="Compared with the start, how is it now?",
        choices=CHANGE,
        coerce=int,
        error_messages={"required": "Choose a number from −5 to +5.", "invalid_choice": "From −5 to +5."},
    )

    @property
    def value(self) -> float | None:
        return groc(self.cleaned_data["change"]).value


class VisaForm(forms.Form):
    total = forms.IntegerField(
        label="Your VISA-A total, 0 to 100",
        min_value=0,
        max_value=100,
        error_messages={
            "required": "Give the total of the form, or skip it for now.",
            "invalid": WHOLE,
            "min_value": "The total is from 0 to 100.",
            "max_value": "The total is from 0 to 100.",
        },
        help_text="From the form that your clinic gave you. 100 is best.",
    )

    @property
    def value(self) -> float | None:
        return visa_a(self.cleaned_data["total"]).value


class ActivitiesForm(forms.Form):
    """One activity at a time; those before it come along as they were answered."""

    name = forms.CharField(
        label="An activity that is hard because of the tendon",
        max_length=60,
        error_messages={"required": "Name the activity, such as running to work."},
    )
    rating = forms.TypedChoiceField(
        label="How well can you do it now?",
        choices=PAIN,
        coerce=int,
        error_messages={"required": "Choose a number from 0 to 10.", "invalid_choice": "From 0 to 10."},
    )
    earlier = forms.JSONField(required=False, widget=forms.HiddenInput, error_messages={"invalid": UNREAD})

    def clean_earlier(self) -> list[dict[str, Any]]:
        said = self.cleaned_data["earlier"] or []
        if (
            not isinstance(said, list)
            or len(said) >= ACTIVITIES
            or not all(_is_activity(one) for one in said)
        ):
            raise forms.ValidationError(UNREAD)
        return said

    @property
    def number(self) -> int:
        """Which of the activities this screen asks about, from 1. Of a bound form: once it was checked."""
        said = (self.cleaned_data if self.is_bound else self.initial).get("earlier")
        return len(said or ()) + 1

    @property
    def activities(self) -> list[dict[str, Any]]:
        said = self.cleaned_data
        return [*said["earlier"], {"name": said["name"], "rating": said["rating"]}]

    @property
    def value(self) -> float | None:
        """None while there are activities to come."""
        return psfs([one["rating"] for one in self.activities]).value


Kind = StiffnessForm | ChangeForm | VisaForm | ActivitiesForm
FORMS: dict[Instrument, type[Kind]] = {
    Instrument.MORNING_STIFFNESS: StiffnessForm,
    Instrument.GROC: ChangeForm,
    Instrument.VISA_A: VisaForm,
    Instrument.PSFS: ActivitiesForm,
}


def form_for(question: Question, data: Mapping[str, Any] | None = None, **options: Any) -> Kind:
    return FORMS[question.instrument](data, **options)


def next_activity(said: Sequence[Mapping[str, Any]], known: Sequence[str]) -> ActivitiesForm:
    """The blank screen of the activity that follows, with the name it had last time."""
    name = known[len(said)] if len(said) < len(known) else ""
    return ActivitiesForm(initial={"name": name, "earlier": list(said)})


def entry(question: Question, form: Kind) -> ScoreEntry | None:
    """None while the question has more screens."""
    value = form.value
    if value is None:
        return None
    detail = {"activities": form.activities} if isinstance(form, ActivitiesForm) else {}
    return ScoreEntry(instrument=question.instrument, side=question.side, value=value, detail=detail)


def _is_activity(one: object) -> bool:
    if not isinstance(one, dict) or set(one) != {"name", "rating"}:
        return False
    name, rating = one["name"], one["rating"]
    return isinstance(name, str) and 0 < len(name) <= 60 and type(rating) is int and 0 <= rating <= 10
