"""A note as typed, and which part of the timeline is asked for."""

from datetime import datetime
from typing import Any
from uuid import UUID

from django import forms
from django.utils.translation import gettext_lazy as _

from patients.models import uuid7
from rehab.models.note import LONGEST_NOTE
from rehab.queries.timeline import After, Show


class NoteForm(forms.Form):
    """`id` comes with the form, so that a second press stores nothing twice."""

    id = forms.UUIDField(widget=forms.HiddenInput, required=False)
    corrects = forms.UUIDField(widget=forms.HiddenInput, required=False)
    text = forms.CharField(
        label=_("Note"),
        max_length=LONGEST_NOTE,
        widget=forms.Textarea({"rows": 3}),
        error_messages={"required": _("Write the note before you save it.")},
    )

    def __init__(self, data: Any = None, *, draft: str = "", corrects: UUID | None = None) -> None:
        initial = {"id": uuid7(), "text": draft, "corrects": corrects}
        super().__init__(data, initial=initial, auto_id="note-%s")

    @property
    def key(self) -> UUID:
        return self.cleaned_data.get("id") or uuid7()


class CorrectsForm(forms.Form):
    """From the address or the form: the note that the new one sets right."""

    corrects = forms.UUIDField(required=False)


class DraftForm(NoteForm):
    """The same, where nothing typed is an answer too."""

    def __init__(self, data: Any = None) -> None:
        super().__init__(data)
        self.fields["text"].required = False


class TimelineForm(forms.Form):
    """From the address. What cannot be read is left out."""

    show = forms.ChoiceField(choices=[(one.value, one.value) for one in Show], required=False)
    before = forms.CharField(required=False, max_length=90)

    @property
    def wanted(self) -> Show:
        return Show(self.cleaned_data.get("show") or Show.ALL)

    @property
    def after(self) -> After | None:
        moment, _dash, key = self.cleaned_data.get("before", "").partition("~")
        try:
            found = After(datetime.fromisoformat(moment.replace(" ", "+")), UUID(key))
        except ValueError:
            return None
        return found if found.moment.tzinfo else None
