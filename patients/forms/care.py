"""Why somebody else's record is opened."""

from django import forms
from django.utils.translation import gettext_lazy as _


class ReasonForm(forms.Form):
    reason = forms.CharField(
        label=_("Why do you need it?"),
        max_length=500,
        help_text=_("Such as “Covering for Sam this week; he rang with calf pain.” The runner can read it."),
        widget=forms.Textarea({"rows": 3}),
        error_messages={"required": _("Write why you need this record.")},
    )
