"""What the address of the worklist asks for."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from urllib.parse import urlencode
from uuid import UUID


class Tab(StrEnum):
    NEED = "need"
    LINE = "line"
    ASIDE = "aside"
    ALL = "all"  # what a search looks through


@dataclass(frozen=True)
class Cursor:
    """The last row of the page before."""

    severity: int
    since: datetime
    case_id: UUID

    def __str__(self) -> str:
        return f"{self.severity}~{self.since.isoformat()}~{self.case_id}"

    @classmethod
    def read(cls, text: str) -> "Cursor | None":
        """None for anything that is no cursor: the list then starts at its beginning."""
        try:
            severity, since, case_id = text.split("~")
            cursor = cls(int(severity), datetime.fromisoformat(since), UUID(case_id))
        except ValueError:
            return None
        return cursor if cursor.since.tzinfo and abs(cursor.severity) < 1000 else None


@dataclass(frozen=True)
class Filters:
    """What the address of the list says. `clinician_id`: only this one's cases, as `clinician` said it."""

    tab: Tab = Tab.NEED
    clinician_id: UUID | None = None
    clinician: str = ""
    site: str = ""
    stage: int | None = None
    protocol: str = ""
    kind: str = ""
    q: str = ""
    after: Cursor | None = None

    @property
    def narrowed(self) -> bool:
        said = (self.clinician_id, self.site, self.protocol, self.kind)
        return self.stage is not None or any(said)

    def query(self) -> str:
        """As an address carries it, without the page."""
        said = {
            "tab": self.tab if self.tab is not Tab.NEED and not self.q else "",
            "clinician": self.clinician,
            "site": self.site,
            "stage": "" if self.stage is None else self.stage,
            "protocol": self.protocol,
            "kind": self.kind,
            "q": self.q,
        }
        return urlencode({name: value for name, value in said.items() if value != ""})
