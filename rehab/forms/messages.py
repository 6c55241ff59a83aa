"""A message as typed, and the clinic's texts for messages."""

from typing import Any
from uuid import UUID

from django import forms
from django.utils.translation import gettext_lazy as _

from patients.models import uuid7
from rehab.models.message import LONGEST_MESSAGE


class MessageForm(forms.Form):
    """`id` comes with the form, so that a second press sends nothing twice."""

    id = forms.UUIDField(widget=forms.HiddenInput, required=False)
    text = forms.CharField(
        label=_("Message"),
        max_length=LONGEST_MESSAGE,
        widget=forms.Textarea({"rows": 4}),
        error_messages={"required": _("Write the message before you send it.")},
    )

    def __init__(self, data: Any = None, *, text: str = "") -> None:
        super().__init__(data, initial={"id": uuid7(), "text": text}, auto_id="message-%s")

    @property
    def key(self) -> UUID:
        return self.cleaned_data.get("id") or uuid7()


class NudgeForm(MessageForm):
    """To a runner who has gone quiet."""

    seen = forms.BooleanField(
        label=_("Take “Gone quiet” off the list until there is news"), required=False, initial=True
    )

    def __init__(self, data: Any = None, *, text: str = "") -> None:
        super().__init__(data, text=text)
        self.fields["text"].widget.attrs["rows"] = 10  # read whole before it goes


class SettleForm(forms.Form):
    """Up to which message; what came later still waits."""

    up_to = forms.DateTimeField(
        widget=forms.HiddenInput, input_formats=["%Y-%m-%dT%H:%M:%S.%f%z", "%Y-%m-%dT%H:%M:%S%z"]
    )


class TemplateChoice(forms.Form):
    template = forms.UUIDField()


class TemplateForm(forms.Form):
    title = forms.CharField(
        label=_("Title"), max_length=80, error_messages={"required": _("Give it a title to find it by.")}
    )
    text = forms.CharField(
        label=_("Text"),
        max_length=LONGEST_MESSAGE,
        widget=forms.Textarea({"rows": 6}),
        error_messages={"required": _("Write the text.")},
    )
