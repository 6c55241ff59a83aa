"""Fixtures for every test: the clone, and connections as the other roles."""

from collections.abc import Generator

import psycopg
import pytest
from django.db import connections
from django.test import TransactionTestCase
from django.utils import timezone, translation
from pytest_django.plugin import DjangoDbBlocker

from tests.cluster import Clone, ask_for_database, this_clone


@pytest.fixture(scope="session")
def django_db_setup(
    django_test_environment: None, django_db_blocker: DjangoDbBlocker
) -> Generator[None, None, None]:
    """Not pytest-django's test database but a clone of the migrated template, seen as the app role."""
    clone = this_clone()
    ask_for_database(clone.folder)
    clone.renew()

    def clean(_case: TransactionTestCase) -> None:
        connections.close_all()
        clone.clean()

    # The app role may not TRUNCATE, so a superuser cleans up after a test that commits, not Django's flush.
    with pytest.MonkeyPatch.context() as patch, django_db_blocker.unblock():
        patch.setattr(TransactionTestCase, "_fixture_teardown", clean)
        yield
        connections.close_all()


@pytest.fixture(autouse=True)
def _no_language_is_left_over() -> Generator[None, None, None]:
    """A request through the test client leaves its reader's language and zone behind in the thread."""
    yield
    translation.deactivate()
    timezone.deactivate()


@pytest.fixture
def cluster(transactional_db: None) -> Clone:
    """This worker's database with the addresses of all roles; what a test commits is gone after it."""
    return this_clone()


@pytest.fixture
def as_owner(cluster: Clone) -> Generator[psycopg.Connection, None, None]:
    with cluster.connect("plimsoll_owner") as connection:
        yield connection


@pytest.fixture
def as_worker(cluster: Clone) -> Generator[psycopg.Connection, None, None]:
    with cluster.connect("plimsoll_worker") as connection:
        yield connection


@pytest.fixture
def as_backup(cluster: Clone) -> Generator[psycopg.Connection, None, None]:
    with cluster.connect("plimsoll_backup") as connection:
        yield connection


@pytest.fixture
def as_superuser(cluster: Clone) -> Generator[psycopg.Connection, None, None]:
    """Sees past row-level security: only to look at what was stored, never to do what the product does."""
    with cluster.connect() as connection:
        yield connection
