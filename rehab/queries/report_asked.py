"""Which cases a caseload report is asked about, and how it splits them."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from urllib.parse import urlencode
from zoneinfo import ZoneInfo


class By(StrEnum):
    TYPE = "type"
    PROTOCOL = "protocol"


@dataclass(frozen=True, order=True)
class Month:
    year: int
    number: int

    def __str__(self) -> str:
        return f"{self.year}-{self.number:02}"

    def plus(self, months: int) -> "Month":
        count = self.year * 12 + self.number - 1 + months
        return Month(count // 12, count % 12 + 1)

    def begins(self, zone: ZoneInfo) -> datetime:
        return datetime(self.year, self.number, 1, tzinfo=zone)

    @property
    def words(self) -> str:
        return f"{datetime(self.year, self.number, 1):%B %Y}"  # noqa: DTZ001  only its name


@dataclass(frozen=True)
class Asked:
    """Cases opened from the first day of one month to the last day of another."""

    first: Month
    last: Month
    by: By = By.TYPE

    @property
    def query(self) -> str:
        return urlencode({"first": self.first, "last": self.last, "by": self.by.value})

    @property
    def words(self) -> str:
        return self.first.words if self.first == self.last else f"{self.first.words} to {self.last.words}"
