"""What Celery runs at each tick.

A message is only a nudge: the work is in rows. Losing one costs a tick, repeating one does nothing.
"""

from celery import shared_task
from django.utils import timezone

from rehab.actions import outbox, push, reminders, weekly
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


@shared_task(name="rehab.deliver_mail")
def deliver_mail() -> None:
    """Send what waits in the outbox, over one connection."""
    composers = {**weekly.COMPOSERS, **reminders.COMPOSERS}
    with outbox.post_office(composers, {reminders.BY_PUSH: push.carry}) as office:
        while office.deliver_batch(now=timezone.now()):
            pass
