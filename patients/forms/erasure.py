"""The two answers to a wish for erasure."""

from typing import Any

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy


class EraseForm(forms.Form):
    """The number is typed, so that the wrong record is not erased by a tap."""

    number = forms.CharField(
        label=gettext_lazy("Type the runner’s number"),
        max_length=10,
        widget=forms.TextInput({"inputmode": "numeric", "autocomplete": "off"}),
        error_messages={"required": gettext_lazy("Type the runner’s number.")},
    )

    def __init__(self, data: Any = None, *, number: int) -> None:
        super().__init__(data, auto_id="erase-%s")
        self.wanted = str(number)

    def clean_number(self) -> str:
        said: str = self.cleaned_data["number"].strip()
        if said != self.wanted:
            raise forms.ValidationError(_("That is not this runner’s number. Nothing was erased."))
        return said


class RefuseForm(forms.Form):
    reason = forms.CharField(
        label=gettext_lazy("Why the record has to stay, and until when"),
        max_length=1000,
        help_text=gettext_lazy("The runner reads this."),
        widget=forms.Textarea({"rows": 3}),
        error_messages={"required": gettext_lazy("Write why the record has to stay.")},
    )

    def __init__(self, data: Any = None) -> None:
        super().__init__(data, auto_id="refuse-%s")
