"""What the worklist's address may say. Anything else is ignored: an old bookmark still shows the list."""

from collections.abc import Sequence
from typing import Any
from uuid import UUID

from django import forms
from django.utils.translation import gettext_lazy as _

from assessments.clinical.classification import Protocol, TendinopathyType
from rehab.clinical.evaluation import FindingKind
from rehab.clinical.stages import STAGES
from rehab.queries.flag_words import word
from rehab.queries.worklist import Clinician
from rehab.queries.worklist_filters import Cursor, Filters, Tab

ANY = ("", _("Any"))
LONGEST_SEARCH = 80
MINE = "mine"
SITES = (TendinopathyType.MIDPORTION, TendinopathyType.INSERTIONAL, TendinopathyType.MIXED)


class FilterForm(forms.Form):
    clinician = forms.CharField(label=_("Whose"), required=False, widget=forms.Select)
    stage = forms.TypedChoiceField(
        label=_("Stage"),
        choices=[ANY, *((number, f"{number}  {content.label}") for number, content in STAGES.items())],
        coerce=int,
        empty_value=None,
        required=False,
    )
    site = forms.ChoiceField(
        label=_("Site"),
        choices=[ANY, *((code, TendinopathyType(code).label) for code in SITES)],
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

    def clean_clinician(self) -> str:
        said: str = self.cleaned_data["clinician"]
        return said if said == MINE or _id(said) else ""


def _id(text: str) -> UUID | None:
    try:
        return UUID(text)
    except ValueError:
        return None


def filters(data: Any, *, own_id: UUID) -> Filters:
    """`own_id`: the clinician that "mine" means."""
    form = FilterForm(data)
    form.full_clean()
    said = form.cleaned_data
    clinician = said.get("clinician", "")
    return Filters(
        tab=Tab(said.get("tab") or Tab.NEED),
        clinician_id=own_id if clinician == MINE else _id(clinician),
        clinician=clinician,
        site=said.get("site", ""),
        stage=said.get("stage"),
        protocol=said.get("protocol", ""),
        kind=said.get("kind", ""),
        q=" ".join(said.get("q", "").split()),
        after=Cursor.read(said.get("after", "")),
    )


def filter_form(filters: Filters, clinicians: Sequence[Clinician], *, own_id: UUID) -> FilterForm:
    """The form as it stands: bound to what was understood, so that nothing misread is shown as set."""
    form = FilterForm(
        {
            "clinician": filters.clinician,
            "site": filters.site,
            "stage": filters.stage,
            "protocol": filters.protocol,
            "kind": filters.kind,
        },
        auto_id="filter-%s",
    )
    others = [(str(one.id), one.name) for one in clinicians if one.id != own_id]
    form.fields["clinician"].widget.choices = [("", _("Whole clinic")), (MINE, _("Mine")), *others]
    return form
