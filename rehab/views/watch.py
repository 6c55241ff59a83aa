"""For the operator's monitors: whether the jobs keep up, and figures for Prometheus. Nothing about a person.

Both want the word of PLIMSOLL_MONITOR_TOKEN; without it they are not there.
"""

import os
from collections.abc import Iterator
from datetime import datetime

from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.utils import timezone
from django.utils.crypto import constant_time_compare
from django.views.decorators.http import require_safe
from prometheus_client import REGISTRY, CollectorRegistry, generate_latest
from prometheus_client.core import CounterMetricFamily, GaugeMetricFamily, Metric
from prometheus_client.exposition import CONTENT_TYPE_PLAIN_0_0_4
from prometheus_client.multiprocess import MultiProcessCollector

from physio.web.routes import ANONYMOUS, access
from rehab.queries import health, jobs_page

NEVER = {"Cache-Control": "no-store"}


@access(ANONYMOUS, "jobs", "watch")
@require_safe
def health_deep(request: HttpRequest) -> HttpResponse:
    """200 when every job keeps up; 503 and the reasons when one does not."""
    _only_monitors(request)
    found = health.checks(now=timezone.now())
    told = {check.name: check.advice or "ok" for check in found}
    status = 200 if all(check.is_well for check in found) else 503
    return JsonResponse(told, status=status, headers=NEVER)


@access(ANONYMOUS, "jobs", "measure")
@require_safe
def metrics(request: HttpRequest) -> HttpResponse:
    _only_monitors(request)
    registry = CollectorRegistry()
    registry.register(_Jobs(timezone.now()))
    text = generate_latest(registry) + generate_latest(_requests())
    return HttpResponse(text, content_type=CONTENT_TYPE_PLAIN_0_0_4, headers=NEVER)


def _only_monitors(request: HttpRequest) -> None:
    said = request.headers.get("Authorization", "")
    word = settings.MONITOR_TOKEN
    if not word or not constant_time_compare(said, f"Bearer {word}"):
        raise Http404


def _requests() -> CollectorRegistry:
    """Of all web processes, where gunicorn gave them a common folder."""
    if "PROMETHEUS_MULTIPROC_DIR" not in os.environ:
        return REGISTRY
    registry = CollectorRegistry()
    MultiProcessCollector(registry)  # type: ignore[no-untyped-call]
    return registry


class _Jobs:
    """Asked at each scrape: the truth is in rows, so every web process tells the same."""

    def __init__(self, now: datetime) -> None:
        self._now = now

    def collect(self) -> Iterator[Metric]:
        told = health.figures(now=self._now)
        for name, words, value in (
            ("cases_due", "Cases whose evaluation is due", told.cases_due),
            ("due_lag_seconds", "Age of the oldest of them", self._age(told.cases_due_since)),
            ("cases_not_assessed", "Cases whose evaluation failed", told.cases_failed),
            ("cases_outdated", "Cases that another version of the rules judged last", told.cases_outdated),
            ("mails_waiting", "Mails to be sent", told.mails_due),
            ("mail_queue_age_seconds", "Age of the oldest of them", self._age(told.mails_due_since)),
            ("mails_given_up", "Mails given up after eight attempts or a bounce", told.mails_dead),
            ("mails_bounced", "Mails that came back", told.mails_bounced),
            ("urgent_waiting", "Urgent flags nobody was told of yet", told.urgent_due),
            ("urgent_lag_seconds", "Age of the oldest of them", self._age(told.urgent_due_since)),
        ):  # fmt: skip
            yield GaugeMetricFamily(f"plimsoll_{name}", words, value=value)
        mails = GaugeMetricFamily("plimsoll_mails_last_day", "Of the last day", labels=("kind", "state"))
        for kind, state, count in jobs_page.mail_counts(now=self._now):
            mails.add_metric((kind, state), count)
        yield mails
        done = CounterMetricFamily("plimsoll_job_done", "Cases or mails done", labels=("job",))
        age = GaugeMetricFamily("plimsoll_job_age_seconds", "Since each job last ran", labels=("job",))
        for name, beat in health.beats().items():
            done.add_metric((name,), beat.total)
            age.add_metric((name,), self._age(beat.beat_at))
        yield from (done, age)

    def _age(self, since: datetime | None) -> float:
        return (self._now - since).total_seconds() if since else 0.0
