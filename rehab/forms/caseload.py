"""What the worklist's address may say. Anything else is ignored: an old bookmark still shows the list."""

from typing import Any
from uuid import UUID

from django import forms
from django.utils.translation import gettext_lazy as _

from assessments.clinical.classification import Protocol
from rehab.clinical.evaluation import FindingKind
from rehab.clinical.stages import STAGES
from rehab.queries.flag_words import word
from rehab.queries.worklist import Cursor, Filters, Tab

ANY = ("", _("Any"))
LONGEST_SEARCH = 80


class FilterForm(forms.Form):
    clinician = forms.ChoiceField(
        label=_("Whose"), choices=[("", _("Whole clinic")), ("mine", _("Mine"))], required=False
    )
    stage = forms.TypedChoiceField(
        label=_("Stage"),
        choices=[ANY, *((number, f"{number}  {content.label}") for number, content in STAGES.items())],
        coerce=int,
        empty_value=None,
        required=False,
    )
    protocol = forms.ChoiceField(
        label=_("Exercise"), choices=[ANY, *((code.value, code.label) for code in Protocol)], required=False
    )
    kind = forms.ChoiceField(
        label=_("Reason"),
        choices=[ANY, *sorted(((code.value, word(code)) for code in FindingKind), key=lambda pair: pair[1])],
        required=False,
    )
    tab = forms.ChoiceField(choices=[(tab.value, tab.value) for tab in Tab], required=False)
    q = forms.CharField(max_length=LONGEST_SEARCH, required=False)
    after = forms.CharField(required=False)


def filters(data: Any, *, own_id: UUID) -> Filters:
    """`own_id`: the clinician that "mine" means."""
    form = FilterForm(data)
    form.full_clean()
    said = form.cleaned_data
    return Filters(
        tab=Tab(said.get("tab") or Tab.NEED),
        clinician_id=own_id if said.get("clinician") == "mine" else None,
        stage=said.get("stage"),
        protocol=said.get("protocol", ""),
        kind=said.get("kind", ""),
        q=" ".join(said.get("q", "").split()),
        after=Cursor.read(said.get("after", "")),
    )


def filter_form(filters: Filters) -> FilterForm:
    """The form as it stands: bound to what was understood, so that nothing misread is shown as set."""
    return FilterForm(
        {
            "clinician": "mine" if filters.clinician_id else "",
            "stage": filters.stage,
            "protocol": filters.protocol,
            "kind": filters.kind,
        },
        auto_id="filter-%s",
    )
