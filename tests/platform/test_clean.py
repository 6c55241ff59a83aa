"""The tests' own broom: rows are swept away, and what it cannot sweep it leaves to a new clone."""

import pytest

from tests import clean, factories
from tests.cluster import Clone


@pytest.fixture
def known(as_superuser) -> clean.Known:
    return clean.know(as_superuser)


def rows(connection) -> int:
    return connection.execute("SELECT count(*) FROM patients_clinic").fetchone()[0]


def test_what_was_written_is_gone_and_numbers_start_again(as_superuser, known):
    factories.make_member(factories.make_clinic())
    as_superuser.execute("SELECT nextval('auth_group_id_seq')")
    assert rows(as_superuser) == 1
    assert clean.is_clean_again(as_superuser, known)
    assert rows(as_superuser) == 0
    assert clean.know(as_superuser) == known


@pytest.mark.parametrize(
    "act",
    [
        "ALTER TABLE patients_clinic DISABLE ROW LEVEL SECURITY",
        "DROP POLICY {policy} ON patients_clinic",
        "GRANT UPDATE (id) ON rehab_run TO plimsoll_worker",
        "ALTER TABLE patients_clinic DROP CONSTRAINT {constraint} CASCADE",
        "CREATE TABLE something (id int)",
        "DROP INDEX {index}",
        "DELETE FROM django_migrations WHERE id = (SELECT max(id) FROM django_migrations)",
        "UPDATE django_content_type SET model = model",
    ],
)
def test_what_was_changed_in_any_other_way_is_noticed(as_superuser, known, act):
    names = {
        "policy": "SELECT polname FROM pg_policy WHERE polrelid = 'patients_clinic'::regclass LIMIT 1",
        "constraint": "SELECT conname FROM pg_constraint WHERE conrelid = 'patients_clinic'::regclass",
        "index": "SELECT indexrelid::regclass FROM pg_index WHERE indrelid = 'rehab_run'::regclass"
        " AND NOT indisunique LIMIT 1",
    }
    found = {key: as_superuser.execute(query).fetchone()[0] for key, query in names.items()}
    as_superuser.execute(act.format(**found))
    assert not clean.is_clean_again(as_superuser, known)


def test_after_a_change_the_next_test_gets_a_new_clone(cluster: Clone, as_superuser):
    as_superuser.execute("CREATE TABLE something (id int)")
    cluster.clean()
    with cluster.connect() as connection:
        assert connection.execute("SELECT to_regclass('something')").fetchone() == (None,)


def test_rows_of_a_clinic_do_not_survive_the_teardown(cluster: Clone):
    factories.make_clinic()
    cluster.clean()
    with cluster.connect() as connection:
        assert rows(connection) == 0
