"""What Celery runs at each tick.

A message is only a nudge: the work is in rows. Losing one costs a tick, repeating one does nothing.
"""

from celery import shared_task
from django.utils import timezone

from rehab.actions import (
    deadman,
    messages,
    notices,
    outbox,
    push,
    reevaluation,
    reminders,
    retention,
    sealing,
    weekly,
)
from rehab.actions import sweep as sweeping


@shared_task(name="rehab.sweep")
def sweep() -> None:
    """Evaluate the cases that are due."""
    sweeping.sweep(now=timezone.now())


@shared_task(name="rehab.prepare_weekly")
def prepare_weekly() -> None:
    """Put the weekly mails that are due into the outbox."""
    weekly.prepare(now=timezone.now())


@shared_task(name="rehab.prepare_reminders")
def prepare_reminders() -> None:
    """Put the reminders that are due into the outbox."""
    reminders.prepare(now=timezone.now())


@shared_task(name="rehab.tell_urgent")
def tell_urgent() -> None:
    """Tell who has to know of an urgent flag."""
    notices.tell(now=timezone.now())


@shared_task(name="rehab.reevaluate")
def reevaluate() -> None:
    """After a change of the rules: let the sweep look at the next cases."""
    reevaluation.make_due(now=timezone.now())


@shared_task(name="rehab.deliver_mail")
def deliver_mail() -> None:
    """Send what waits in the outbox, over one connection."""
    outbox.deliver(
        clock=timezone.now,
        composers={
            **weekly.COMPOSERS,
            **notices.COMPOSERS,
            **reminders.COMPOSERS,
            **messages.COMPOSERS,
        },
        together=weekly.TOGETHER,
        carriers={reminders.BY_PUSH: push.carry},
        undelivered=notices.UNDELIVERED,
    )


@shared_task(name="rehab.ping_deadman")
def ping_deadman() -> None:
    """Tell somebody outside that the jobs keep up."""
    deadman.ping(now=timezone.now())


@shared_task(name="rehab.forget_old")
def forget_old() -> None:
    """Remove mails long sent and sessions that have run out."""
    retention.forget(now=timezone.now())


@shared_task(name="rehab.seal_audit")
def seal_audit() -> None:
    """Link what was looked at and changed into the chain, and put its end away outside the database."""
    sealing.seal(now=timezone.now())
