"""A nudge to a runner who has gone quiet: one message, and its flag set aside until there is news."""

from datetime import datetime
from uuid import UUID

from django.db import transaction

from patients.models import Case, Membership
from rehab.actions import flags, messages
from rehab.models import Message
from rehab.queries.nudge import quiet_flags


@transaction.atomic
def send(*, case: Case, id: UUID, text: str, seen: bool, by: Membership, now: datetime) -> Message:
    """`seen`: the open flags about silence are acknowledged too. ActRefused when there is nothing to send."""
    message = messages.write(case=case, id=id, text=text, by=by, now=now)
    if seen:
        for flag in quiet_flags(case):
            flags.acknowledge(flag_id=flag.pk, by=by, now=now)
    return message
