"""The sets of half a day: tick one, or all; repetitions, load and pain for those who want to say more."""

import re
from collections.abc import Mapping
from typing import Any
from uuid import UUID, uuid5

from django import forms
from django.utils.text import format_lazy
from django.utils.translation import gettext_lazy as _

from rehab.actions.exercises import SessionEntry
from rehab.clinical.history import ExerciseSet, Knee
from rehab.forms.portal.entry import LEGS, PAIN, WHOLE, EntryForm
from rehab.queries.own_exercises import Exercises, Row

ALL = "all"  # the button that ticks everything
MOST = 60  # repetitions in one set
GUIDED = re.compile(r"(\d{1,2}):(\d{1,2})(?:,|$)")  # set:repetitions, as the guided set counted them


class GuidedField(forms.CharField):
    """The sets that were counted aloud, each with its repetitions: "1:15,2:9"."""

    def to_python(self, value: Any) -> Any:
        said = super().to_python(value)
        if said and GUIDED.sub("", said):
            raise forms.ValidationError(_("The guided sets could not be read. Tick them by hand."))
        return {
            int(number): int(reps) for number, reps in GUIDED.findall(said or "") if 0 < int(reps) <= MOST
        }


class TicksForm(EntryForm):
    """Ticks only: a set that is ticked was done as the plan says."""

    def __init__(
        self, data: Mapping[str, Any] | None = None, *, exercises: Exercises, **options: Any
    ) -> None:
        super().__init__(data, **options)
        self.exercises = exercises
        for row in exercises.rows:
            self.fields[row.name] = forms.TypedMultipleChoiceField(
                label=row.label,
                required=False,
                coerce=int,
                choices=[(str(tick.number), str(tick.number)) for tick in row.sets],
            )
            self.fields[f"guided_{row.name}"] = GuidedField(
                label=row.label, required=False, widget=forms.HiddenInput
            )

    def clean(self) -> dict[str, Any]:
        answers = super().clean() or self.cleaned_data
        if ALL in self.data:
            for row in self.exercises.rows:
                answers[row.name] = [tick.number for tick in row.sets]
        return answers

    def entries(self) -> list[SessionEntry]:
        """One for each plan: each leg has its own. A leg without ticks and without a log says nothing."""
        plans: dict[UUID, list[Row]] = {}
        for row in self.exercises.rows:
            plans.setdefault(row.plan_id, []).append(row)
        return [
            SessionEntry(
                client_id=uuid5(self.entry_id, plan_id.hex),
                plan_id=plan_id,
                half=self.exercises.half,
                told_at=self.told_at,
                sets=self._sets(rows),
                pain=self._pain(rows[0]),
            )
            for plan_id, rows in plans.items()
            if self._sets(rows) or any(tick.done for row in rows for tick in row.sets)
        ]

    def _sets(self, rows: list[Row]) -> list[ExerciseSet]:
        return [
            self._set(row, tick.number, tick.done)
            for row in rows
            for tick in row.sets
            if tick.number in self.cleaned_data[row.name] or tick.number in self._guided(row)
        ]

    def _guided(self, row: Row) -> dict[int, int]:
        return self.cleaned_data[f"guided_{row.name}"] or {}

    def _set(self, row: Row, number: int, done: ExerciseSet | None) -> ExerciseSet:
        counted = self._guided(row).get(number)
        if counted is not None:
            return ExerciseSet(
                knee=row.knee, reps=counted, load_kg=row.load_kg, lowering_s=float(row.lowering_s)
            )
        return self._said(row, done)

    def _said(self, row: Row, done: ExerciseSet | None) -> ExerciseSet:
        """What was logged for the set before stays as it was said."""
        return done or ExerciseSet(knee=row.knee, reps=row.reps, load_kg=row.load_kg)

    def _pain(self, row: Row) -> int | None:
        return row.pain


class SetsForm(TicksForm):
    """The same with repetitions and load of each exercise, and the worst pain of the session."""

    def __init__(
        self, data: Mapping[str, Any] | None = None, *, exercises: Exercises, **options: Any
    ) -> None:
        super().__init__(data, exercises=exercises, **options)
        for row in exercises.rows:
            done = next((tick.done for tick in row.sets if tick.done), None)
            self.fields[f"reps_{row.name}"] = forms.IntegerField(
                label=_("Repetitions in each set"),
                min_value=1,
                max_value=MOST,
                required=False,
                initial=done.reps if done else row.reps,
                error_messages={"invalid": _("Give a whole number, such as 15.")},
            )
            self.fields[f"load_{row.name}"] = forms.DecimalField(
                label=_("Added weight, kg"),
                min_value=0,
                max_value=300,
                decimal_places=1,
                required=False,
                initial=done.load_kg if done else row.load_kg,
                error_messages={"invalid": _("Give the weight in kilograms, such as 5.")},
            )
            self.fields[f"seconds_{row.name}"] = forms.IntegerField(
                label=_("Seconds held")
                if row.guide.hold_s > row.guide.down_s
                else _("Seconds on the way down"),
                min_value=1,
                max_value=60,
                required=False,
                initial=round(done.lowering_s) if done and done.lowering_s else None,
                error_messages={"invalid": _("Give whole seconds, such as 4.")},
            )
            self.fields[f"pain_{row.plan_id.hex}"] = forms.TypedChoiceField(
                label=format_lazy("{}, {}", _("Worst pain during the sets"), LEGS[row.side]),
                choices=PAIN,
                coerce=int,
                empty_value=None,
                required=False,
                initial=row.pain,
                error_messages={"invalid_choice": WHOLE},
            )

    def _said(self, row: Row, done: ExerciseSet | None) -> ExerciseSet:
        load = self.cleaned_data[f"load_{row.name}"]
        return ExerciseSet(
            knee=Knee(row.knee),
            reps=self.cleaned_data[f"reps_{row.name}"] or row.reps,
            load_kg=float(load) if load is not None else None,
            lowering_s=self.cleaned_data[f"seconds_{row.name}"],
        )

    def _pain(self, row: Row) -> int | None:
        return self.cleaned_data[f"pain_{row.plan_id.hex}"]

    def _ticked(self, row: Row) -> list[dict[str, Any]]:
        """What is logged already; in a form that came back, what was ticked."""
        said = set(self[row.name].value() or ()) if self.is_bound else None
        return [
            {
                "number": tick.number,
                "done": tick.done is not None if said is None else str(tick.number) in said,
            }
            for tick in row.sets
        ]

    @property
    def details(self) -> list[dict[str, Any]]:
        """Each exercise with its fields, for the template."""
        return [
            {
                "row": row,
                "sets": self._ticked(row),
                "reps": self[f"reps_{row.name}"],
                "load": self[f"load_{row.name}"],
                "seconds": self[f"seconds_{row.name}"],
                "guided": self[f"guided_{row.name}"],
                "has_errors": any(
                    self[f"{name}_{row.name}"].errors for name in ("reps", "load", "seconds", "guided")
                ),
            }
            for row in self.exercises.rows
        ]

    @property
    def pads(self) -> list[dict[str, Any]]:
        """One pain pad for each leg."""
        sides = {f"pain_{row.plan_id.hex}": row.side for row in self.exercises.rows}
        return [
            {
                "name": name,
                "side": LEGS[side] if len(sides) > 1 else "",
                "value": self[name].value(),
                "errors": self.errors.get(name, []) if self.is_bound else [],
            }
            for name, side in sides.items()
        ]
