"""Log a run: worst pain, how it warmed up, how long; everything else is optional."""

from collections.abc import Mapping, Sequence
from typing import Any
from zoneinfo import ZoneInfo

from django import forms
from django.utils.text import format_lazy
from django.utils.translation import gettext_lazy as _

from assessments.clinical.sides import Side
from rehab.actions.runs import RunEntry
from rehab.clinical.history import WarmUp
from rehab.clinical.portal_words import WARM_UP
from rehab.forms.portal.entry import LEGS, PainForm, WhenMixin
from rehab.models import Run

WARM_UPS = [(code.value, _(label)) for code, label in WARM_UP.items()]
AFTER_PAIN = [(code, label) for code, label in WARM_UPS if code != WarmUp.NO_SYMPTOMS.value]
YES_NO = [("", ""), ("yes", _("Yes")), ("no", _("No"))]
DETAILS = (
    "day",
    "time",
    "minutes_other",
    "longest_block_minutes",
    "distance_km",
    "hills",
    "speed",
    "surface",
    "shoe",
    "shoe_drop_mm",
    "note",
)
KEPT = ("day", "time", "minutes_other")  # of a run that is corrected: shown first, and no reason to open more
TOGETHER = "warm_up"  # one answer for each leg that hurt and has none of its own
FURTHEST_KM = 10_000  # beyond any run: not rounded, which fails for figures without end
WHOLE_MINUTES = _("Give whole minutes, such as 25.")


def _yes_no(label: Any) -> forms.TypedChoiceField:
    return forms.TypedChoiceField(
        label=label, required=False, choices=YES_NO, coerce=lambda answer: answer == "yes", empty_value=None
    )


class Kilometres(forms.DecimalField):
    """A comma is as good as a point; a watch gives more digits than anybody needs."""

    def to_python(self, value: Any) -> Any:
        said = value.strip().replace(",", ".") if isinstance(value, str) else value
        number = super().to_python(said)
        if number is None or not number.is_finite() or abs(number) > FURTHEST_KM:
            return number  # the limits say what is wrong with it
        return round(number, 3)


class RunForm(WhenMixin, PainForm):
    """`minutes`: the lengths to choose from. `planned`: the one chosen beforehand, from the plan; None when
    there is no plan to run.

    `filled_in`: the shoes of the last run, so that they need not be typed again.
    """

    minutes = forms.TypedChoiceField(
        label=_("How long?"),
        required=False,
        coerce=int,
        empty_value=None,
        error_messages={"invalid_choice": WHOLE_MINUTES},
    )
    minutes_other = forms.IntegerField(
        label=_("Another number of minutes"),
        required=False,
        min_value=1,
        max_value=600,
        error_messages={
            "invalid": WHOLE_MINUTES,
            "min_value": _("A run lasts at least 1 minute."),
            "max_value": _("Give at most 600 minutes."),
        },
        help_text=_("Minutes of running, without the walking."),
    )
    longest_block_minutes = forms.IntegerField(
        label=_("Longest stretch of running without a walk, minutes"),
        required=False,
        min_value=1,
        max_value=600,
        error_messages={"invalid": WHOLE_MINUTES},
    )
    distance_km = Kilometres(
        label=_("Distance, km"),
        required=False,
        min_value=0,
        max_value=200,
        error_messages={
            "invalid": _("Give the distance in kilometres, such as 5.2."),
            "min_value": _("The distance is from 0 to 200 km."),
            "max_value": _("The distance is from 0 to 200 km."),
        },
        widget=forms.TextInput(attrs={"inputmode": "decimal"}),
    )
    hills = _yes_no(_("Hills?"))
    speed = _yes_no(_("Speed work?"))
    surface = forms.CharField(
        label=_("Ground"), required=False, max_length=40, widget=forms.TextInput(attrs={"list": "grounds"})
    )
    shoe = forms.CharField(
        label=_("Shoes"), required=False, max_length=80, widget=forms.TextInput(attrs={"list": "shoes"})
    )
    shoe_drop_mm = forms.IntegerField(
        label=_("Drop of the shoes, heel to toe, mm"),
        required=False,
        min_value=0,
        max_value=30,
        error_messages={
            "invalid": _("Give whole millimetres, such as 8."),
            "min_value": _("The drop is from 0 to 30 mm."),
            "max_value": _("The drop is from 0 to 30 mm."),
        },
        help_text=_("It is on the maker’s page. Leave it empty when you do not know."),
    )
    note = forms.CharField(
        label=_("Note"), required=False, max_length=2000, widget=forms.Textarea(attrs={"rows": 3})
    )

    def __init__(
        self,
        data: Mapping[str, Any] | None = None,
        *,
        sides: Sequence[Side],
        minutes: Sequence[int],
        planned: int | None = None,
        filled_in: Mapping[str, Any] | None = None,
        is_correction: bool = False,
        **options: Any,
    ) -> None:
        self.is_correction = is_correction
        before = options.get("initial") or {}
        filled_in = {name: before.get(name) for name in KEPT} if is_correction else filled_in or {}
        super().__init__(data, sides=sides, **{"initial": dict(filled_in)} | options)
        self.offer(minutes, filled_in)
        # A run without pain was never asked how it warmed up: corrected, it is asked like a new one.
        self.is_by_answer = not is_correction or all(
            before.get(f"warm_up_{side.label}") == WarmUp.NO_SYMPTOMS for side in self.sides
        )
        if planned is not None:
            self.fields["minutes"].initial = str(planned)
        for side in self.sides:
            self.fields[f"warm_up_{side.label}"] = forms.TypedChoiceField(
                label=format_lazy("{}, {}", _("As you warmed up"), LEGS[side])
                if len(self.sides) > 1
                else _("As you warmed up"),
                required=False,
                choices=WARM_UPS,
                coerce=WarmUp,
                empty_value=None,
            )
        if len(self.sides) > 1:
            self.fields[TOGETHER] = forms.TypedChoiceField(
                label=_("As you warmed up"),
                required=False,
                choices=AFTER_PAIN,
                coerce=WarmUp,
                empty_value=None,
            )

    def offer(self, minutes: Sequence[int], filled_in: Mapping[str, Any]) -> None:
        """What the page shows to choose from, also when it comes back with what was typed."""
        self.filled_in = filled_in
        length = self.fields["minutes"]
        assert isinstance(length, forms.ChoiceField)  # noqa: S101  declared above
        length.choices = [
            (str(choice), format_lazy(_("{minutes} min"), minutes=choice)) for choice in minutes
        ]

    @property
    def warm_up_pads(self) -> list[dict[str, Any]]:
        return [
            {**self._pad(name, side), "options": WARM_UPS}
            for side in self.sides
            for name in (f"warm_up_{side.label}",)
        ]

    @property
    def answer_that_saves(self) -> dict[str, Any] | None:
        """The last question, answered and the run saved with one tap."""
        if not self.is_by_answer:
            return None
        pad = self._pad(TOGETHER, self.sides[0]) if len(self.sides) > 1 else self.warm_up_pads[0]
        return {**pad, "options": AFTER_PAIN}

    @property
    def pads_apart(self) -> list[dict[str, Any]]:
        """How each of two legs warmed up, for when it was not the same in both."""
        is_two = len(self.sides) > 1 and self.is_by_answer
        return [{**pad, "options": AFTER_PAIN} for pad in self.warm_up_pads if is_two]

    @property
    def is_apart(self) -> bool:
        """Whether one leg has an answer of its own, or a mistake to mend there."""
        return any(pad["errors"] or pad["value"] in dict(AFTER_PAIN) for pad in self.pads_apart)

    @property
    def has_details(self) -> bool:
        """Whether the optional part has something to show: more than what was filled in beforehand."""
        return any(
            self[name].errors or (self[name].value() or "") != (self.filled_in.get(name) or "")
            for name in DETAILS
        )

    def clean(self) -> dict[str, Any]:
        answers = super().clean()
        said = answers.get("minutes_other") is not None or answers.get("minutes") is not None
        if not said and not {"minutes", "minutes_other"} & set(self.errors):
            self.add_error("minutes", _("How long was it? Choose, or type the minutes below."))
        for side in self.sides:
            self._clean_warm_up(side, answers)
        return answers

    def _clean_warm_up(self, side: Side, answers: dict[str, Any]) -> None:
        """A worst pain of 0 already says that there was nothing to feel; anything more has to be told."""
        name, pain = f"warm_up_{side.label}", answers.get(f"pain_{side.label}")
        if pain is None or name in self.errors or TOGETHER in self.errors:
            return
        own = None if self._is_of_before(side, pain) else answers.get(name)
        answers[name] = own or (answers.get(TOGETHER) if pain else WarmUp.NO_SYMPTOMS)
        if answers[name] is None:
            missing = (
                TOGETHER if TOGETHER in self.fields and self.is_by_answer and not self.is_apart else name
            )
            self.add_error(missing, _("Choose how it felt as you warmed up."))

    def _is_of_before(self, side: Side, pain: int) -> bool:
        """Corrected from no pain to some or back, and how it warmed up left as it was: no answer to that."""
        before = self.initial.get(f"pain_{side.label}")
        crossed = self.is_correction and before is not None and (before == 0) != (pain == 0)
        return crossed and f"warm_up_{side.label}" not in self.changed_data

    def entry(self, zone: ZoneInfo, corrects: Run | None = None) -> RunEntry:
        """Ready to be recorded. A correction keeps the run's time unless it was changed."""
        said = self.cleaned_data
        distance = said["distance_km"]
        return RunEntry(
            client_id=self.entry_id,
            occurred_at=corrects.occurred_at if corrects and self.keeps_time else self.occurred_at(zone),
            told_at=self.told_at,
            corrects=corrects.pk if corrects else None,
            minutes=said["minutes_other"] or said["minutes"],
            pain=self.pain,
            warm_up={side: said[f"warm_up_{side.label}"] for side in self.sides},
            longest_block_minutes=said["longest_block_minutes"],
            distance_m=round(distance * 1000) if distance else None,
            hills=said["hills"],
            speed=said["speed"],
            surface=said["surface"],
            shoe=said["shoe"],
            shoe_drop_mm=said["shoe_drop_mm"],
            note=said["note"],
        )


def answers_of(run: Run, zone: ZoneInfo) -> dict[str, Any]:
    """A stored run as the form's first values, to correct it."""
    local = run.occurred_at.astimezone(zone)
    yes_no = {True: "yes", False: "no", None: ""}
    return {
        **{
            f"{name}_{side.label}": getattr(run, f"{name}_{side.label}")
            for side in Side
            for name in ("pain", "warm_up")
        },
        "day": local.date(),
        "time": local.time().replace(second=0, microsecond=0),
        "minutes_other": run.minutes,
        "longest_block_minutes": run.longest_block_minutes,
        "distance_km": run.distance_m / 1000 if run.distance_m else None,
        "hills": yes_no[run.hills],
        "speed": yes_no[run.speed],
        "surface": run.surface,
        "shoe": run.shoe,
        "shoe_drop_mm": run.shoe_drop_mm,
        "note": run.note,
    }
