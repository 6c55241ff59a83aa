"""Which cases a caseload report is asked about, and how it splits them."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from urllib.parse import urlencode
from zoneinfo import ZoneInfo


class By(StrEnum):
    TYPE = "type"
    PROTOCOL = "protocol"


@dataclass(frozen=True)
class Asked:
    """Cases opened in one calendar year. Years do not overlap: no two of them can be subtracted."""

    year: int
    by: By = By.TYPE

    def begins(self, zone: ZoneInfo) -> datetime:
        return datetime(self.year, 1, 1, tzinfo=zone)

    def ends(self, zone: ZoneInfo) -> datetime:
        return datetime(self.year + 1, 1, 1, tzinfo=zone)

    @property
    def query(self) -> str:
        return urlencode({"year": self.year, "by": self.by.value})
