"""The urgent questions. One yes is enough."""

from django.utils.translation import gettext_lazy as _

from rehab.actions.red_flags import RedFlagEntry
from rehab.forms.portal.entry import EntryForm


class HelpForm(EntryForm):
    """`none`: asked, and none of it was so."""

    def clean(self) -> dict[str, object]:
        answers = super().clean() or self.cleaned_data
        if not answers.get("findings") and not self.says_none and "findings" not in self.errors:
            self.add_error("findings", _("Tick what is so, or choose “None of these”."))
        return answers

    @property
    def says_none(self) -> bool:
        return "none" in self.data and "findings" not in self.data

    def entry(self) -> RedFlagEntry:
        return RedFlagEntry(
            client_id=self.entry_id, findings=self.cleaned_data["findings"], told_at=self.told_at
        )
