"""A runner in care, signed in, at NOW. The jobs have just looked."""

from collections.abc import Callable

import pytest
from django.test import Client

from patients.models import Case
from physio.web.tenancy import tenant
from tests.factories import sign_in
from tests.rehab.clock import hold
from tests.rehab.runner import NOW, Runner, make_runner


@pytest.fixture
def runner(db: None) -> Runner:
    return make_runner()


@pytest.fixture
def portal(runner: Runner, client: Client, monkeypatch: pytest.MonkeyPatch) -> Client:
    hold(monkeypatch, NOW)
    sign_in(client, runner.member)
    return client


@pytest.fixture
def swept(runner: Runner) -> Callable[[], None]:
    """The jobs worked through everything: nothing is due any more."""

    def sweep() -> None:
        with tenant(clinic_id=runner.clinic.pk, actor="tests"):
            Case.objects.filter(pk=runner.case.pk).update(evaluation_due_at=None)

    return sweep
