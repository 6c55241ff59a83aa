"""One act on the running stage. The page shows only those that are open; the action decides again."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from rehab.clinical.history import StageAct
from rehab.clinical.stages import STAGES

ACTS = [
    (act.value, act.value)
    for act in (
        StageAct.PROGRESS,
        StageAct.STEP_BACK,
        StageAct.HOLD,
        StageAct.RELEASE_HOLD,
        StageAct.WAIVE_HILLS,
        StageAct.RESUME,
        StageAct.START,
    )
]
NUMBERS = [(str(number), str(number)) for number in STAGES]


class StageForm(forms.Form):
    """`from_stage` is the stage the page showed: an act on an older page is refused."""

    act = forms.ChoiceField(label=_("What to do"), choices=ACTS)
    from_stage = forms.TypedChoiceField(choices=NUMBERS, coerce=int, widget=forms.HiddenInput)
    to_stage = forms.TypedChoiceField(
        label=_("To stage"), choices=NUMBERS, coerce=int, required=False, empty_value=None
    )
    reason = forms.CharField(
        label=_("Reason"), required=False, max_length=500, widget=forms.Textarea({"rows": 2})
    )

    def __init__(self, data: Any, *, stage: int | None) -> None:
        super().__init__(data, initial={"from_stage": stage})
        self.stage = stage

    def clean(self) -> dict[str, Any]:
        said = super().clean() or {}
        if "from_stage" in said and said["from_stage"] != self.stage:
            self.add_error(
                "act",
                _("The case is in stage %(stage)s by now. Look again, then decide.") % {"stage": self.stage},
            )
        if said.get("act") == StageAct.START and said.get("to_stage") is None:
            self.add_error("to_stage", _("Choose the stage at which the other track starts."))
        if said.get("act") == StageAct.START and not said.get("reason", "").strip():
            self.add_error("reason", _("Write down why the track is changed."))
        if said.get("act") == StageAct.RESUME and said.get("to_stage") is None:
            self.add_error("to_stage", _("Choose the stage at which running restarts."))
        return said
