"""The switch of the single keys. WCAG 2.1.4 asks for it."""

from django import forms


class KeysForm(forms.Form):
    single_keys = forms.BooleanField(required=False)
