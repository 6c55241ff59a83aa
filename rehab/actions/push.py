"""Web push: a browser says yes or no; a message goes to its push service, encrypted for it alone."""

import logging
from collections.abc import Sequence
from datetime import datetime
from urllib.parse import urlsplit
from uuid import UUID

from django.conf import settings
from django.db import transaction

from patients.models import Membership, OutboxMail
from physio.web.tenancy import tenant
from rehab.actions.mail_leases import ACTOR
from rehab.actions.mail_writing import Skipped
from rehab.models import PushSubscription
from rehab.queries import reminders

log = logging.getLogger(__name__)

TIMEOUT = 5  # seconds; the outbox's lease is much longer
KEPT_FOR = 3 * 3600  # seconds a phone that is switched off may get the message later
GONE = (404, 410)  # the browser took its yes back
MOST = 10  # browsers of one runner


class NotOffered(ValueError):
    """This address cannot be used. `str()` is a sentence for the runner."""


@transaction.atomic
def subscribe(*, membership: Membership, endpoint: str, p256dh: str, auth: str, now: datetime) -> None:
    """This browser of this runner; again does nothing. NotOffered: the address is no push service's."""
    if not is_push_service(endpoint):
        raise NotOffered("This browser's push service is not one that we can use. E-mail still works.")
    mine = PushSubscription.objects.filter(membership_id=membership.pk)
    if mine.filter(endpoint=endpoint).exists():
        return
    for old in mine.order_by("-created_at", "-id")[MOST - 1 :]:
        old.delete()
    PushSubscription.objects.create(
        clinic_id=membership.clinic_id,
        membership_id=membership.pk,
        patient_id=str(membership.patient_id),
        endpoint=endpoint,
        p256dh=p256dh,
        auth=auth,
        created_at=now,
    )


@transaction.atomic
def unsubscribe(*, membership: Membership, endpoint: str | None) -> None:
    """One browser of this runner, or with None all of them. Twice is as good as once."""
    mine = PushSubscription.objects.filter(membership_id=membership.pk)
    (mine if endpoint is None else mine.filter(endpoint=endpoint)).delete()


def is_push_service(endpoint: str, services: Sequence[str] | None = None) -> bool:
    """Only known services are called: a browser's address must not lead into our own net."""
    address = urlsplit(endpoint)
    try:
        port = address.port
    except ValueError:
        return False
    host = address.hostname or ""
    known = settings.PUSH_SERVICES if services is None else services
    named = any(host == one or (one.startswith(".") and host.endswith(one)) for one in known)
    if settings.DEVELOPMENT and host == "127.0.0.1":
        return host in known
    return named and address.scheme == "https" and port in (None, 443) and not address.username


def carry(mail: OutboxMail) -> None:
    """Bring a composed message to the browser it is for. A browser that is gone is forgotten."""
    from pywebpush import WebPushException, webpush  # brings aiohttp, a third of a second of every start

    subscription_id = UUID(mail.dedupe_key.rsplit(":", 1)[1])
    with transaction.atomic(), tenant(clinic_id=str(mail.clinic_id), actor=ACTOR):
        browser = reminders.subscription(subscription_id)
    if browser is None or not settings.PUSH_PRIVATE_KEY or not is_push_service(browser.endpoint):
        raise Skipped("NO_BROWSER")
    try:
        webpush(
            {"endpoint": browser.endpoint, "keys": {"p256dh": browser.p256dh, "auth": browser.auth}},
            mail.text,
            vapid_private_key=settings.PUSH_PRIVATE_KEY,
            vapid_claims={"sub": settings.PUSH_CONTACT},
            ttl=KEPT_FOR,
            timeout=TIMEOUT,
            headers={"Urgency": "normal", "Topic": mail.message_id[1:33].replace("-", "")},
        )
    except WebPushException as problem:
        if problem.response is None or problem.response.status_code not in GONE:
            raise
        with transaction.atomic(), tenant(clinic_id=str(mail.clinic_id), actor=ACTOR):
            PushSubscription.objects.filter(pk=browser.pk).delete()
        raise Skipped("BROWSER_GONE") from problem
