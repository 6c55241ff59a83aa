"""The one question, before a run, after it, a day on, two days on, and in the morning."""

from zoneinfo import ZoneInfo

from rehab.actions.checks import CheckEntry
from rehab.actions.mornings import MorningEntry
from rehab.clinical.history import ReportKind
from rehab.forms.portal.entry import PainForm, WhenMixin
from rehab.models import PainReport, Run


class CheckForm(WhenMixin, PainForm):
    def entry(self, kind: ReportKind, zone: ZoneInfo, run: Run | None) -> CheckEntry:
        return CheckEntry(
            client_id=self.entry_id,
            occurred_at=self.occurred_at(zone),
            told_at=self.told_at,
            kind=kind,
            run_id=run.pk if run else None,
            pain=self.pain,
            stiffness_minutes=self.cleaned_data["stiffness_minutes"],
        )

    def morning(self, zone: ZoneInfo) -> MorningEntry:
        return MorningEntry(
            client_id=self.entry_id,
            occurred_at=self.occurred_at(zone),
            told_at=self.told_at,
            pain=self.pain,
            stiffness_minutes=self.cleaned_data["stiffness_minutes"],
        )

    def correction(self, report: PainReport, zone: ZoneInfo) -> CheckEntry:
        """The same question about the same run at the same time, unless another time was given."""
        return CheckEntry(
            client_id=self.entry_id,
            occurred_at=self.occurred_at(zone) or report.occurred_at,
            corrects=report.pk,
            kind=ReportKind(report.kind),
            run_id=report.run_id,
            pain=self.pain,
            stiffness_minutes=self.cleaned_data["stiffness_minutes"],
        )
