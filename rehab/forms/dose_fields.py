"""The fields of a dose, and their filling in anew when another protocol or template is chosen."""

from typing import Any

from django.utils.translation import gettext_lazy as _

from assessments.clinical.classification import Protocol
from assessments.clinical.sides import Side
from rehab.clinical.history import Knee
from rehab.clinical.protocols import TEMPLATES, Dose
from rehab.queries.plan_page import TemplateRow

KNEES = [(Knee.STRAIGHT.value, _("Straight knee")), (Knee.BENT.value, _("Bent knee"))]


DOSE = {
    "sets": (_("Sets"), 1, 10),
    "reps": (_("Repetitions"), 1, 60),
    "sessions_per_day": (_("Times a day"), 1, 4),
    "days_per_week": (_("Days a week"), 1, 7),
    "tempo_low_s": (_("Seconds, from"), 1, 60),
    "tempo_high_s": (_("to, at most"), 1, 60),
    "start_sets": (_("Sets to start with"), 1, 10),
}


def dose_fields(dose: Dose) -> dict[str, Any]:
    return {
        **{name: getattr(dose, name) for name in DOSE},
        "knees": [knee.value for knee in dose.knees],
        "load_kg": dose.load_kg,
    }


def with_chosen_dose(data: Any, side: Side, templates: tuple[TemplateRow, ...]) -> Any:
    """A protocol or template other than the one the dose was filled in for fills it in anew."""
    prefix = side.label
    chosen = data.get(f"{prefix}-template")
    own = next((one for one in templates if str(one.id) == chosen), None)
    if own is not None and chosen != data.get(f"{prefix}-template_of"):
        return _refilled(data, prefix, own.protocol.value, own.dose, chosen)
    wanted, shown = data.get(f"{prefix}-protocol"), data.get(f"{prefix}-dose_of")
    if not wanted or wanted == shown or wanted not in Protocol.__members__:
        return data
    return _refilled(data, prefix, wanted, TEMPLATES[Protocol(wanted)].dose, "")


def _refilled(data: Any, prefix: str, wanted: str, dose: Dose, template: str) -> Any:
    refilled = data.copy()
    refilled[f"{prefix}-protocol"] = wanted
    refilled[f"{prefix}-template"] = refilled[f"{prefix}-template_of"] = template
    for name, value in dose_fields(dose).items():
        values = value if isinstance(value, list) else ["" if value is None else str(value)]
        refilled.setlist(f"{prefix}-{name}", values)
    refilled[f"{prefix}-dose_of"] = wanted
    refilled[f"{prefix}-refilled"] = "1"
    return refilled
