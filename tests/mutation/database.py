"""S11, the database: each policy, reference, grant and trigger off, one at a time; the checks must go red.

Not part of `make test`: `make mutate` and `make scoreboard` name this file. A mutant is seen by the catalogue
checks of tests/web/guards.py, and where rows can tell, by rows: what shows, and what may be written.
"""

from __future__ import annotations

import uuid
from collections.abc import Callable, Iterator
from dataclasses import dataclass

import psycopg
import pytest
from django.db import DatabaseError, models, transaction

from physio.web.grants import APP, OWNER, WORKER
from physio.web.policies import (
    OTHERS,
    _audit,
    _row_security,
    clinic_models,
    declared,
    function_files,
    policies_of,
)
from tests.cluster import Clone
from tests.factories import Kit, inside, two_clinics
from tests.mutation import report
from tests.web import guards
from tests.web.matrix import Party, neighbour_of, party_of
from tests.web.test_row_security import tenant_keys, values_of

pytestmark = pytest.mark.django_db(transaction=True)
CHECK_OF = {  # each kind by the check that is meant to see it
    "row security": guards.row_security,
    "policy": guards.row_security,
    "audit": guards.audited,
    "append-only": guards.append_only,
    "reference": guards.references,
    "function": guards.callers,
}


@dataclass(frozen=True)
class Mutant:
    kind: str
    what: str
    break_it: str
    mend_it: tuple[str, ...]
    model: type[models.Model] | None = None


def mutants(catalogue: psycopg.Connection) -> Iterator[Mutant]:
    by_table = {model._meta.db_table: model for model in clinic_models()}
    for table, grants in sorted(declared().items()):
        if table in OTHERS:
            continue
        mend, model = tuple(_row_security(table, grants)), by_table.get(table)
        if not grants.outside:
            for what, sql in (("DISABLE", "disabled"), ("NO FORCE", "not forced")):
                yield Mutant(
                    "row security",
                    f"{table}: {sql}",
                    f'ALTER TABLE "{table}" {what} ROW LEVEL SECURITY',
                    mend,
                    model,
                )
        for policy in policies_of(grants):
            if list(policy.roles) == [OWNER]:
                continue
            place = f'"{policy.name}" ON "{table}"'
            yield Mutant("policy", f"{table}.{policy.name} dropped", f"DROP POLICY {place}", mend, model)
            if policy.using:
                yield Mutant(
                    "policy",
                    f"{table}.{policy.name} shows all",
                    f"ALTER POLICY {place} USING (true)",
                    mend,
                    model,
                )
            if policy.check:
                yield Mutant(
                    "policy",
                    f"{table}.{policy.name} takes all",
                    f"ALTER POLICY {place} WITH CHECK (true)",
                    mend,
                    model,
                )
            if policy.using and " AND (" in policy.using:  # the patient's part of it
                own = policy.using.split(" AND (", 1)[0]
                sql = f"ALTER POLICY {place} USING ({own})"
                yield Mutant("policy", f"{table}.{policy.name} shows a patient the clinic", sql, mend, model)
        if grants.audited:
            for verb in ("insert", "update", "delete"):
                sql = f'DROP TRIGGER "audit_{verb}" ON "{table}"'
                yield Mutant("audit", f"{table}: {verb} unseen", sql, tuple(_audit(table, grants)))
        if grants.append_only:
            for role in (APP, WORKER):
                for verb in ("UPDATE", "DELETE"):
                    back = (f'REVOKE {verb} ON "{table}" FROM {role}',)
                    yield Mutant(
                        "append-only",
                        f"{table}: {role} may {verb}",
                        f'GRANT {verb} ON "{table}" TO {role}',
                        back,
                    )
    for model, key in tenant_keys():
        table = model._meta.db_table
        (definition,) = catalogue.execute(
            "SELECT pg_get_constraintdef(oid) FROM pg_constraint "
            "WHERE conname = %s AND conrelid = %s::regclass",
            (key.name, table),
        ).fetchone()
        back = (f'ALTER TABLE "{table}" ADD CONSTRAINT "{key.name}" {definition}',)
        yield Mutant(
            "reference", f"{table}.{key.name}", f'ALTER TABLE "{table}" DROP CONSTRAINT "{key.name}"', back
        )
    for path in function_files():
        name = path.stem
        for role in (APP, WORKER, "PUBLIC"):
            (held,) = catalogue.execute(
                "SELECT EXISTS (SELECT FROM pg_proc, aclexplode(proacl) WHERE proname = %s "
                "AND (grantee = 0 AND %s = 'PUBLIC' OR grantee::regrole::text = %s))",
                (name, role, role),
            ).fetchone()
            if not held:
                back = (f'REVOKE EXECUTE ON FUNCTION "{name}" FROM {role}',)
                yield Mutant(
                    "function",
                    f"{name}: {role} may call",
                    f'GRANT EXECUTE ON FUNCTION "{name}" TO {role}',
                    back,
                )


@dataclass(frozen=True)
class Rows:
    """What is there: two clinics, in the first a second runner."""

    here: Kit
    there: Kit
    neighbour: Party

    def shown(self, model: type[models.Model]) -> set[object]:
        return set(model._default_manager.values_list("pk", flat=True))

    def tell(self, model: type[models.Model]) -> bool:
        """Whether rows alone give the mutant away."""
        try:
            return self._foreign_rows_show(model) or self._a_foreign_row_is_taken(model)
        except DatabaseError:
            return True  # what is allowed no longer works

    def _foreign_rows_show(self, model: type[models.Model]) -> bool:
        if self.shown(model):
            return True  # without a clinic
        with inside(self.here.clinic):
            everything = self.shown(model)
        with inside(self.there.clinic):
            if everything & self.shown(model) or not everything:
                return True
        with inside(self.here.clinic, patient=self.here.patient):
            mine = self.shown(model)
        with inside(self.here.clinic, patient=self.neighbour.patient):
            shared = mine & self.shown(model)
        return bool(shared) and model.__name__ != "Clinic" and model.grants.patient != "true"

    def _a_foreign_row_is_taken(self, model: type[models.Model]) -> bool:
        if "INSERT" not in model.grants.app or not self.there.rows.get(model):
            return False
        copy = model(**{**values_of(self.there.rows[model][0]), "id": uuid.uuid4()})
        try:
            with transaction.atomic(), inside(self.here.clinic):
                copy.save(force_insert=True)
                transaction.set_rollback(True)
        except DatabaseError as refusal:
            return "row-level security" not in str(refusal)
        return True


@pytest.mark.check("S11")
def test_each_guard_of_the_database_is_missed_when_it_is_off(
    cluster: Clone, as_superuser: psycopg.Connection, tried: Callable[..., None]
) -> None:
    here, there = two_clinics()
    rows = Rows(here, there, neighbour_of(here, "CCCC-Cedar"))
    assert isinstance(party_of(here), Party)
    assert not any(check(as_superuser).faults for check in CHECK_OF.values()), (
        "red before anything was broken"
    )
    quiet = {model for model in clinic_models() if not rows.tell(model)}
    found: list[report.Outcome] = []
    for mutant in list(mutants(as_superuser)):
        as_superuser.execute(mutant.break_it)
        check = CHECK_OF[mutant.kind]
        seen = [check.__name__] if check(as_superuser).faults else []
        if mutant.model in quiet and rows.tell(mutant.model):
            seen.append("rows")
        for statement in mutant.mend_it:
            as_superuser.execute(statement)
        found.append(report.Outcome(mutant.kind, mutant.what, tuple(seen)))
    report.keep("database", found)
    killed = [one for one in found if one.seen_by]
    tried(
        "S11",
        guards_of_the_database=len(found),
        seen=len(killed),
        also_by_rows=sum("rows" in one.seen_by for one in found),
    )
    assert [one.what for one in found if not one.seen_by] == []


@pytest.mark.twin("S11")
def test_a_change_that_breaks_no_guard_is_seen_by_no_check(as_superuser: psycopg.Connection) -> None:
    """The twin: a check that is red whatever happens would kill every mutant."""
    as_superuser.execute("COMMENT ON TABLE rehab_run IS 'changed'")
    assert not any(check(as_superuser).faults for check in CHECK_OF.values())
