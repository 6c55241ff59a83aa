"""What is looked for among the closed cases, from the address."""

from django import forms


class AftercareForm(forms.Form):
    q = forms.CharField(required=False, max_length=80)
    after = forms.CharField(required=False, max_length=90)

    @property
    def asked(self) -> dict[str, str]:
        """What cannot be read is left out."""
        self.is_valid()
        return {name: self.cleaned_data.get(name, "") for name in ("q", "after")}
