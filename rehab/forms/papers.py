"""A few words to the reader of a summary."""

from django import forms
from django.utils.translation import gettext_lazy as _


class CommentForm(forms.Form):
    comment = forms.CharField(
        label=_("Words to the reader"),
        help_text=_("Set at the top of the PDF, and kept nowhere else."),
        required=False,
        max_length=1500,
        widget=forms.Textarea({"rows": 3}),
    )
