"""The database's own rules, written out from what the models declare. Nothing is allowed that is not said.

Every name below comes from a model or from this file, never from a request.
"""

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

from django.apps import apps
from django.db import models

from physio.web.grants import (
    ALL,
    APP,
    BACKUP,
    CLINIC,
    IN_CARE,
    NOTHING,
    OWNER,
    PATIENT,
    READ,
    SELECT,
    UPDATE,
    WORKER,
    Grants,
    Policy,
)

DROP_POLICIES = """
    DO $drop$ DECLARE old text; BEGIN
        FOR old IN SELECT policyname FROM pg_policies
            WHERE schemaname = 'public' AND tablename = 'TABLE_NAME'
        LOOP
            EXECUTE format('DROP POLICY %I ON "TABLE_NAME"', old);
        END LOOP;
    END $drop$
"""
SIGN_IN = "sign-in happens before the clinic is known"
# Tables of libraries, which cannot declare anything themselves.
OTHERS = {
    "django_migrations": Grants(app=READ, worker=READ, outside="which migrations ran"),
    "django_session": Grants(app=ALL, outside=SIGN_IN),
    "django_content_type": Grants(app=NOTHING, outside="names of models, unused at run time"),
    "auth_permission": Grants(app=NOTHING, outside="unused"),
    "auth_group": Grants(app=NOTHING, outside="unused"),
    "auth_group_permissions": Grants(app=NOTHING, outside="unused"),
    "account_emailaddress": Grants(app=ALL, outside=SIGN_IN),
    "account_emailconfirmation": Grants(app=ALL, outside=SIGN_IN),
    "mfa_authenticator": Grants(app=ALL, outside=SIGN_IN),
    "usersessions_usersession": Grants(app=ALL, outside=SIGN_IN),
}


def declared() -> dict[str, Grants]:
    """Table name -> its grants. LookupError for a model without a declaration."""
    tables = dict(OTHERS)
    for model in apps.get_models(include_auto_created=True):
        table = model._meta.db_table
        grants = getattr(model, "grants", None) or tables.get(table)
        if grants is None:
            raise LookupError(f"{model._meta.label} does not declare its grants (physio.web.grants.Grants).")
        tables[table] = replace(grants, of_a_case=getattr(model, "of_a_case", False))
    return tables


def clinic_models() -> list[type[models.Model]]:
    """Every model whose rows belong to a clinic, and the clinic itself."""
    return [
        model
        for model in apps.get_models()
        if isinstance(grants := getattr(model, "grants", None), Grants) and not grants.outside
    ]


def statements() -> Iterator[str]:
    """SQL that makes the database as declared, whatever was there before. To be run as the owner."""
    yield from _erase_rows()
    for path in function_files():
        yield from _function(path)
    yield f"GRANT USAGE ON SCHEMA public TO {APP}, {WORKER}, {BACKUP}"
    yield f"GRANT SELECT ON ALL SEQUENCES IN SCHEMA public TO {BACKUP}"  # pg_dump asks where they stand
    for table, grants in sorted(declared().items()):
        yield from _privileges(table, grants)
        yield from _row_security(table, grants)
        yield from _audit(table, grants)


def erased_tables() -> list[str]:
    """Whose rows go with their patient: every table with the patient's key that does not say why it stays."""
    about = {
        model._meta.db_table
        for model in apps.get_models()
        if any(field.name == "patient" for field in model._meta.concrete_fields)
    }
    return sorted(table for table in about if not declared()[table].kept_when_erased)


def _erase_rows() -> Iterator[str]:
    deletions = "\n".join(
        f'    DELETE FROM public."{table}" WHERE patient_id = subject;'  # noqa: S608 - the models' own names
        for table in erased_tables()
    )
    yield (
        "CREATE OR REPLACE FUNCTION erase_rows(subject uuid) RETURNS void LANGUAGE plpgsql VOLATILE\n"
        f"SET search_path = pg_catalog, pg_temp AS $$\nBEGIN\n{deletions}\nEND\n$$"
    )
    yield f"REVOKE ALL ON FUNCTION erase_rows FROM PUBLIC, {APP}, {WORKER}, {BACKUP}"


def function_files() -> list[Path]:
    """Each app's `sql/*.sql`: one function a file, named after it; the first line says who may call it."""
    folders = (Path(config.path) / "sql" for config in apps.get_app_configs())
    return sorted(path for folder in folders if folder.is_dir() for path in folder.glob("*.sql"))


def _function(path: Path) -> Iterator[str]:
    text = path.read_text(encoding="utf-8")
    callers = [caller.strip() for caller in text.splitlines()[0].removeprefix("-- for: ").split(",")]
    if not {*callers} <= {APP, WORKER, BACKUP, "nobody"}:
        raise LookupError(f"{path.name}: the first line must say '-- for: ' and roles, or nobody.")
    yield text
    yield f'REVOKE ALL ON FUNCTION "{path.stem}" FROM PUBLIC, {APP}, {WORKER}, {BACKUP}'
    if callers != ["nobody"]:
        yield f'GRANT EXECUTE ON FUNCTION "{path.stem}" TO {", ".join(callers)}'


def _privileges(table: str, grants: Grants) -> Iterator[str]:
    for role in (APP, WORKER):
        # Revoking a table privilege revokes the same privilege of its columns.
        yield f'REVOKE ALL ON TABLE "{table}" FROM {role}'
    yield f'REVOKE ALL ON TABLE "{table}" FROM PUBLIC, {BACKUP}'
    yield f'GRANT SELECT ON TABLE "{table}" TO {BACKUP}'
    for role, verbs, columns in (
        (APP, grants.app, grants.app_columns),
        (WORKER, grants.worker, grants.worker_columns),
    ):
        whole = [verb for verb in verbs if not (verb == UPDATE and columns)]
        if whole:
            yield f'GRANT {", ".join(whole)} ON TABLE "{table}" TO {role}'
        if UPDATE in verbs and columns:
            named = ", ".join(f'"{column}"' for column in columns)
            yield f'GRANT UPDATE ({named}) ON TABLE "{table}" TO {role}'


def policies_of(grants: Grants) -> list[Policy]:
    if grants.outside:
        return []
    found = list(grants.policies)
    if not found:
        own = f"{grants.clinic_column} = {CLINIC}"
        rows = own if grants.patient == "true" else f"{own} AND ({PATIENT} IS NULL OR {grants.patient})"
        rows += f" AND {IN_CARE}" if grants.of_a_case else ""
        found.append(Policy("clinic", "ALL", (APP, WORKER, OWNER), using=rows, check=rows))
    if grants.owner_reads:
        found.append(Policy(f"{grants.owner_reads}_reads", SELECT, (OWNER,), using="true"))
    if grants.sealed:
        found.append(Policy("sealing_reads", SELECT, (OWNER,), using="true"))
        found.append(Policy("sealing_writes", UPDATE, (OWNER,), using="true", check="true"))
    return found


def _row_security(table: str, grants: Grants) -> Iterator[str]:
    yield DROP_POLICIES.replace("TABLE_NAME", table)
    if grants.outside:
        yield f'ALTER TABLE "{table}" DISABLE ROW LEVEL SECURITY, NO FORCE ROW LEVEL SECURITY'
        return
    yield f'ALTER TABLE "{table}" ENABLE ROW LEVEL SECURITY, FORCE ROW LEVEL SECURITY'
    for policy in policies_of(grants):
        using = f" USING ({policy.using})" if policy.using else ""
        check = f" WITH CHECK ({policy.check})" if policy.check else ""
        roles = ", ".join(policy.roles)
        yield f'CREATE POLICY "{policy.name}" ON "{table}" FOR {policy.command} TO {roles}{using}{check}'


def _audit(table: str, grants: Grants) -> Iterator[str]:
    for verb in ("insert", "update", "delete"):
        yield f'DROP TRIGGER IF EXISTS "audit_{verb}" ON "{table}"'
    if not grants.audited or table in OTHERS:
        return
    arguments = (grants.clinic_column, ",".join(grants.unaudited_columns), ",".join(grants.hidden_columns))
    quoted = ", ".join(f"'{argument}'" for argument in arguments)
    for verb, rows in (
        ("insert", "NEW TABLE AS new_rows"),
        ("update", "OLD TABLE AS old_rows NEW TABLE AS new_rows"),
        ("delete", "OLD TABLE AS old_rows"),
    ):
        yield (
            f'CREATE TRIGGER "audit_{verb}" AFTER {verb.upper()} ON "{table}" REFERENCING {rows} '
            f"FOR EACH STATEMENT EXECUTE FUNCTION plimsoll_audit({quoted})"
        )
