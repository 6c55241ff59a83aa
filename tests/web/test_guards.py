"""The promises of the database hold (S2, S5, S6), and each check notices when its guard is off."""

from collections.abc import Callable

import psycopg
import pytest

from physio.web.policies import declared
from tests.web import guards

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.mark.parametrize(
    ("check", "at_least"),
    [
        pytest.param(guards.row_security, 100, marks=pytest.mark.check("S2")),
        pytest.param(guards.references, 40, marks=pytest.mark.check("S5")),
        pytest.param(guards.roles, 100, marks=pytest.mark.check("S6")),
        pytest.param(guards.append_only, 20, marks=pytest.mark.check("S6")),
        pytest.param(guards.audited, 60, marks=pytest.mark.check("S6")),
        pytest.param(guards.callers, 10, marks=pytest.mark.check("S6")),
    ],
    ids=lambda value: getattr(value, "__name__", None),
)
def test_the_database_keeps_its_promises(
    check, at_least: int, as_superuser: psycopg.Connection, tried: Callable[..., None], request
) -> None:
    answer = check(as_superuser)
    for mark in request.node.iter_markers("check"):
        tried(mark.args[0], **{check.__name__: answer.tried})
    assert answer.faults == []
    assert answer.tried >= at_least


@pytest.mark.parametrize(
    ("check", "sabotage"),
    [
        (guards.row_security, "ALTER TABLE rehab_run DISABLE ROW LEVEL SECURITY"),
        (guards.row_security, "ALTER TABLE rehab_run NO FORCE ROW LEVEL SECURITY"),
        (guards.row_security, "DROP POLICY clinic ON rehab_run"),
        (guards.row_security, "ALTER POLICY clinic ON rehab_run USING (true)"),
        (guards.row_security, "ALTER POLICY clinic ON rehab_run WITH CHECK (true)"),
        (guards.row_security, "ALTER TABLE rehab_run ALTER clinic_id DROP NOT NULL"),
        (guards.row_security, "ALTER TABLE patients_clinic DROP CONSTRAINT patients_clinic_pkey CASCADE"),
        (guards.references, "ALTER TABLE rehab_run DROP CONSTRAINT rehab_run_case_belongs"),
        (guards.references, "ALTER TABLE rehab_flag DROP CONSTRAINT rehab_flag_resolved_by_belongs"),
        (guards.roles, "ALTER TABLE rehab_run OWNER TO plimsoll_app"),
        (guards.roles, "GRANT CREATE ON SCHEMA public TO plimsoll_app"),
        (guards.roles, "GRANT TRUNCATE ON rehab_run TO plimsoll_worker"),
        (guards.append_only, "GRANT UPDATE (note) ON rehab_run TO plimsoll_app"),
        (guards.append_only, "GRANT DELETE ON patients_auditentry TO plimsoll_app"),
        (guards.audited, "DROP TRIGGER audit_update ON rehab_run"),
        (guards.audited, "ALTER TABLE rehab_run DISABLE TRIGGER audit_insert"),
        (guards.callers, "GRANT EXECUTE ON FUNCTION due_cases TO plimsoll_app"),
        (guards.callers, "GRANT EXECUTE ON FUNCTION member_address TO PUBLIC"),
    ],
)
@pytest.mark.twin("S2", "S5", "S6")
def test_each_check_notices_a_guard_that_is_off(
    check, sabotage: str, as_superuser: psycopg.Connection
) -> None:
    as_superuser.execute(sabotage)
    assert check(as_superuser).faults


def test_the_list_of_tables_outside_is_short_and_each_has_its_reason() -> None:
    outside = {
        table: grants.outside
        for table, grants in declared().items()
        if grants.outside and table not in guards.OTHERS
    }
    assert set(outside) == set(guards.OUTSIDE)
    assert len(guards.OUTSIDE) + len(guards.LOOSE_CLINIC) <= 6
    assert all(outside.values())


def test_the_worker_reads_no_users_no_sessions_and_no_secrets(as_worker: psycopg.Connection) -> None:
    tables = [
        table
        for table in declared()
        if table.startswith(("account_", "mfa_", "usersessions_", "django_session"))
    ]
    assert len(tables) >= 5
    for table in [*tables, "patients_user", "patients_invitation"]:
        with pytest.raises(psycopg.errors.InsufficientPrivilege):
            as_worker.execute(psycopg.sql.SQL("SELECT 1 FROM {}").format(psycopg.sql.Identifier(table)))


def test_a_plan_can_be_ended_and_nothing_else_about_it_changed(as_superuser: psycopg.Connection) -> None:
    columns = as_superuser.execute(
        "SELECT column_name FROM information_schema.column_privileges "
        "WHERE table_name = 'rehab_plan' AND grantee = 'plimsoll_app' AND privilege_type = 'UPDATE'"
    ).fetchall()
    assert columns == [("ends_on",)]


def test_the_narrow_functions_are_pinned_and_each_has_its_callers(as_superuser: psycopg.Connection) -> None:
    found = as_superuser.execute(
        "SELECT proname, proconfig, array(SELECT grantee::regrole::text FROM aclexplode(proacl) ORDER BY 1) "
        "FROM pg_proc WHERE pronamespace = 'public'::regnamespace AND prosecdef"
    ).fetchall()
    assert {(name, tuple(callers)) for name, _, callers in found} == {
        ("due_cases", ("plimsoll_owner", "plimsoll_worker")),
        ("due_mails", ("plimsoll_owner", "plimsoll_worker")),
        ("due_summaries", ("plimsoll_owner", "plimsoll_worker")),
        ("forget_expired", ("plimsoll_owner", "plimsoll_worker")),
        ("due_notices", ("plimsoll_owner", "plimsoll_worker")),
        ("due_reminders", ("plimsoll_owner", "plimsoll_worker")),
        ("outdated_cases", ("plimsoll_owner", "plimsoll_worker")),
        ("mail_by_message_id", ("plimsoll_owner", "plimsoll_worker")),
        ("job_figures", ("plimsoll_app", "plimsoll_owner", "plimsoll_worker")),
        ("mail_counts", ("plimsoll_app", "plimsoll_owner")),
        ("member_address", ("plimsoll_owner", "plimsoll_worker")),
        ("invitation_by_token", ("plimsoll_app", "plimsoll_owner")),
        ("staff_invitation_by_token", ("plimsoll_app", "plimsoll_owner")),
        ("plimsoll_audit", ("plimsoll_owner",)),
        ("erase_patient", ("plimsoll_app", "plimsoll_owner")),
        ("erasures_known", ("plimsoll_owner", "plimsoll_worker")),
        ("in_care", ("plimsoll_app", "plimsoll_owner")),
        ("seal_audit", ("plimsoll_owner", "plimsoll_worker")),
        *(
            (name, ("plimsoll_app", "plimsoll_backup", "plimsoll_owner", "plimsoll_worker"))
            for name in ("audit_faults", "audit_heads", "audit_seals")
        ),
    }
    assert all(config == ["search_path=pg_catalog, pg_temp"] for _, config, _ in found)
