"""What must hold in the database, asked of its catalogue. An answer is a list of faults and a count."""

from dataclasses import dataclass, field

import psycopg
from django.apps import apps
from django.db import models

from physio.web.policies import OTHERS, clinic_models, declared, function_files, policies_of

OUTSIDE = {
    "patients_user": "sign-in comes before the clinic is known",
    "patients_membership": "sign-in finds the clinic here",
    "patients_heartbeat": "says when a job ran, for all clinics",
    "patients_cacheentry": "counts sign-in attempts before anyone is known",
}
LOOSE_CLINIC = {
    "patients_outboxmail": "a sign-in mail belongs to no clinic",
    "patients_auditentry": "a change of a user belongs to no clinic, and the audit outlives what it names",
}


@dataclass
class Answer:
    tried: int = 0
    faults: list[str] = field(default_factory=list)

    def expect(self, holds: bool, otherwise: str) -> None:
        self.tried += 1
        if not holds:
            self.faults.append(otherwise)


def own_models() -> list[type[models.Model]]:
    return [model for model in apps.get_models() if model._meta.db_table not in OTHERS]


def row_security(catalogue: psycopg.Connection) -> Answer:
    """S2: clinic_id NOT NULL with a foreign key, forced row-level security, USING and WITH CHECK."""
    answer = Answer()
    for table in sorted(declared()):
        if table in OTHERS:
            continue
        enabled, forced = catalogue.execute(
            "SELECT relrowsecurity, relforcerowsecurity FROM pg_class WHERE oid = %s::regclass", (table,)
        ).fetchone()
        if table in OUTSIDE:
            answer.expect(not enabled, f"{table} is said to be outside, but has row-level security")
            continue
        answer.expect(enabled and forced, f"{table}: row-level security is not enabled and forced")
        policies = catalogue.execute(
            "SELECT policyname, cmd, roles::text[], qual, with_check FROM pg_policies WHERE tablename = %s",
            (table,),
        ).fetchall()
        names, wanted = {row[0] for row in policies}, {one.name for one in policies_of(declared()[table])}
        answer.expect(names == wanted, f"{table} has the policies {names} and not {wanted}")
        for name, command, roles, using, check in policies:
            if roles == ["plimsoll_owner"]:
                continue  # the narrow functions and the audit trigger
            own = next((one for one in policies_of(declared()[table]) if one.name == name), None)
            answer.expect(
                own is None or ("app.patient" in own.using) <= ("app.patient" in (using or "")),
                f"{table}.{name}: USING does not ask for the patient",
            )
            if command != "INSERT":
                answer.expect(
                    "app.clinic" in (using or ""), f"{table}.{name}: USING does not ask for the clinic"
                )
            if command != "SELECT":
                answer.expect(
                    "app.clinic" in (check or ""), f"{table}.{name}: WITH CHECK does not ask for the clinic"
                )
        if table == "patients_clinic" or table in LOOSE_CLINIC:
            continue
        nullable = catalogue.execute(
            "SELECT is_nullable FROM information_schema.columns "
            "WHERE table_name = %s AND column_name = 'clinic_id'",
            (table,),
        ).fetchone()
        answer.expect(nullable == ("NO",), f"{table}.clinic_id may be null or is missing")
        key = catalogue.execute(
            "SELECT 1 FROM pg_constraint WHERE conrelid = %s::regclass AND contype = 'f' "
            "AND confrelid = 'patients_clinic'::regclass AND cardinality(conkey) = 1",
            (table,),
        ).fetchone()
        answer.expect(key is not None, f"{table}.clinic_id has no foreign key")
    return answer


def references(catalogue: psycopg.Connection) -> Answer:
    """S5, by the catalogue: a foreign key between rows of clinics carries the clinic.

    A row's patient is held through its case: (clinic, patient, case).
    """
    answer = Answer()
    tables = {model._meta.db_table: model for model in clinic_models()}
    tables |= {"patients_membership": apps.get_model("patients", "Membership")}
    for table, model in tables.items():
        for reference in model._meta.concrete_fields:
            target = reference.related_model
            if (
                target is None
                or target._meta.db_table not in tables
                or target._meta.db_table == "patients_clinic"
            ):
                continue
            found = catalogue.execute(
                """
                SELECT 1 FROM pg_constraint AS key
                WHERE key.conrelid = %(table)s::regclass AND contype = 'f'
                  AND (SELECT array_agg(attname::text) FROM pg_attribute
                       WHERE attrelid = key.conrelid AND attnum = ANY (key.conkey))
                      @> ARRAY['clinic_id', %(column)s]
                """,
                {"table": table, "column": reference.column},
            ).fetchone()
            answer.expect(found is not None, f"{table}.{reference.column} could point into another clinic")
    return answer


def roles(catalogue: psycopg.Connection) -> Answer:
    """S6: only the backup reads past row-level security; the product's roles own nothing and cannot grow."""
    answer = Answer()
    for name, superuser, bypass, create_role, create_database in catalogue.execute(
        "SELECT rolname, rolsuper, rolbypassrls, rolcreaterole, rolcreatedb FROM pg_roles "
        "WHERE rolname IN ('plimsoll_owner', 'plimsoll_app', 'plimsoll_worker', 'plimsoll_backup')"
    ).fetchall():
        answer.expect(not (superuser or create_role or create_database), f"{name} can do more than its work")
        answer.expect(
            bypass == (name == "plimsoll_backup"), f"{name}: bypass of row-level security is {bypass}"
        )
    for name, owner in catalogue.execute(
        "SELECT relname, relowner::regrole::text FROM pg_class "
        "WHERE relnamespace = 'public'::regnamespace AND relkind IN ('r', 'v', 'm', 'S')"
    ).fetchall():
        answer.expect(owner == "plimsoll_owner", f"{name} is owned by {owner}")
    for role in ("plimsoll_app", "plimsoll_worker", "plimsoll_backup"):
        create, member = catalogue.execute(
            "SELECT has_schema_privilege(%s, 'public', 'CREATE'), "
            "pg_has_role(%s, 'plimsoll_owner', 'MEMBER')",
            (role, role),
        ).fetchone()
        answer.expect(not create, f"{role} can make tables")
        answer.expect(not member, f"{role} can become the owner")
        for table in declared():
            dangerous = catalogue.execute(
                "SELECT has_table_privilege(%s, %s, 'TRUNCATE, TRIGGER, REFERENCES')", (role, table)
            ).fetchone()
            answer.expect(dangerous == (False,), f"{role} may truncate, reference or trigger on {table}")
    return answer


def append_only(catalogue: psycopg.Connection) -> Answer:
    """S6: what was said is not changed and not removed, by no column."""
    answer = Answer()
    for table, grants in declared().items():
        if not grants.append_only and table != "patients_auditentry":
            continue
        for role in ("plimsoll_app", "plimsoll_worker"):
            allowed = catalogue.execute(
                "SELECT has_any_column_privilege(%(role)s, %(table)s, 'UPDATE'), "
                "has_table_privilege(%(role)s, %(table)s, 'DELETE')",
                {"role": role, "table": table},
            ).fetchone()
            answer.expect(allowed == (False, False), f"{role} may change or delete in {table}")
    return answer


def audited(catalogue: psycopg.Connection) -> Answer:
    """Each change of each audited table is written down by the database itself."""
    answer = Answer()
    found = set(
        catalogue.execute(
            "SELECT tgrelid::regclass::text, tgname FROM pg_trigger "
            "WHERE NOT tgisinternal AND tgenabled = 'O'"
        ).fetchall()
    )
    for table, grants in declared().items():
        if not grants.audited or table in OTHERS:
            continue
        for verb in ("insert", "update", "delete"):
            answer.expect((table, f"audit_{verb}") in found, f"{table}: {verb} leaves no audit entry")
    return answer


def callers(catalogue: psycopg.Connection) -> Answer:
    """S6: the functions that read across clinics are called by the roles that their file names."""
    answer = Answer()
    for path in function_files():
        first = path.read_text(encoding="utf-8").splitlines()[0].removeprefix("-- for: ")
        named = {name.strip() for name in first.split(",")} - {"nobody"} | {"plimsoll_owner"}
        rows = catalogue.execute(
            "SELECT coalesce(nullif(grantee, 0)::regrole::text, 'everybody') "
            "FROM pg_proc, aclexplode(proacl) WHERE proname = %s",
            (path.stem,),
        ).fetchall()
        answer.expect({name for (name,) in rows} == named, f"{path.stem} is callable by {rows}")
    return answer
