"""Do the jobs keep up? Figures over all clinics, and what they mean. Nothing here is about a person."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db import connection

from patients.models import Heartbeat
from rehab.clinical.evaluate import RULE_VERSION
from rehab.queries.watermark import STALE_AFTER, SWEEP

JOBS = {  # each must have run within STALE_AFTER
    SWEEP: "Cases have not been evaluated",
    "urgent": "Urgent flags have not been looked for",
    "mail": "Mail has not been sent",
    "weekly": "Weekly mails have not been prepared",
    "seal": "The audit has not been sealed",
}
NO_JOB = "No job runs. Look whether worker and beat run, and what their logs say last."
URGENT_WITHIN, MAIL_WITHIN = timedelta(minutes=5), timedelta(minutes=30)


@dataclass(frozen=True)
class Figures:
    """How much waits, and since when the longest of it. `outdated`: cases that other rules judged last."""

    cases_due: int
    cases_due_since: datetime | None
    cases_failed: int
    cases_outdated: int
    mails_due: int
    mails_due_since: datetime | None
    mails_dead: int
    mails_bounced: int
    urgent_due: int
    urgent_due_since: datetime | None


@dataclass(frozen=True)
class Check:
    """`advice` says what is wrong and what to do; empty when all is well."""

    name: str
    advice: str = ""

    @property
    def is_well(self) -> bool:
        return not self.advice


def figures(*, now: datetime) -> Figures:
    with connection.cursor() as cursor:
        cursor.execute("SELECT * FROM job_figures(%s, %s)", [RULE_VERSION, now])
        return Figures(*cursor.fetchone())


def beats() -> dict[str, Heartbeat]:
    """Every job that ever ran, by name."""
    return {beat.name: beat for beat in Heartbeat.objects.exclude(name__startswith="pace ").order_by("name")}


def checks(*, now: datetime) -> list[Check]:
    """Two queries. The deep health check fails when any of them is not well."""
    told, ran = figures(now=now), beats()
    found = [
        Check(f"job {name}", _beat(name, ran[name].beat_at if name in ran else None, now)) for name in JOBS
    ]
    found += [
        Check("cases", _late("Cases wait", told.cases_due, told.cases_due_since, STALE_AFTER, now)),
        Check(
            "urgent", _late("Urgent flags wait", told.urgent_due, told.urgent_due_since, URGENT_WITHIN, now)
        ),
        Check("mail", _late("Mails wait", told.mails_due, told.mails_due_since, MAIL_WITHIN, now)),
    ]
    return found


def _beat(name: str, last: datetime | None, now: datetime) -> str:
    if last is not None and now - last <= STALE_AFTER:
        return ""
    since = f"since {last:%Y-%m-%d %H:%M} UTC" if last else "yet"
    return f"{JOBS[name]} {since}. Look whether worker and beat run, and what their logs say last."


def _late(what: str, count: int, since: datetime | None, within: timedelta, now: datetime) -> str:
    if since is None or now - since <= within:
        return ""
    minutes = int((now - since).total_seconds() // 60)
    return (
        f"{what}: {count}, the longest for {minutes} min. Start more workers, or look into the worker's log "
        "for what it fails at."
    )
