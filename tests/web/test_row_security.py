"""Which rows a role sees and may point to (S3, S5), tried on two clinics, outside a test's transaction."""

import uuid
from collections.abc import Callable

import psycopg
import pytest
from django.db import models, transaction
from psycopg import sql

from patients.models import Membership, Tendon
from physio.web.grants import NO_ROWS
from physio.web.policies import clinic_models
from physio.web.references import CompositeForeignKey
from tests.cluster import Clone
from tests.factories import (
    Kit,
    inside,
    make_assessment,
    make_case,
    make_patient,
    make_plan,
    make_run,
    make_tendon,
    tendon_of,
    two_clinics,
)

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def kits(cluster: Clone) -> tuple[Kit, Kit]:
    return two_clinics()


def seen() -> dict[type[models.Model], set]:
    """Primary keys that show in the present context, by model; AuditEntry too."""
    return {model: set(model._default_manager.values_list("pk", flat=True)) for model in clinic_models()}


def own(kit: Kit) -> dict[type[models.Model], set]:
    return {model: {row.pk for row in rows} for model, rows in kit.rows.items()}


@pytest.mark.check("S3")
def test_without_a_clinic_no_row_shows(kits: tuple[Kit, Kit], tried: Callable[..., None]) -> None:
    shown = seen()
    assert len(shown) >= 20
    assert {model.__name__: len(keys) for model, keys in shown.items() if keys} == {}
    tried("S3", models=len(shown))


@pytest.mark.check("S3")
def test_in_a_strange_clinic_no_row_shows(kits: tuple[Kit, Kit]) -> None:
    with inside(uuid.uuid4()):
        assert not any(seen().values())


@pytest.mark.check("S3")
def test_in_a_clinic_all_of_its_rows_show_and_no_other(
    kits: tuple[Kit, Kit], tried: Callable[..., None]
) -> None:
    compared = 0
    for here in kits:
        with inside(here.clinic):
            shown = seen()
        expected = own(here)
        for model, keys in shown.items():
            if model.__name__ == "AuditEntry":
                assert keys
                continue
            assert keys == expected[model], model.__name__
            compared += len(keys)
    tried("S3", own_rows=compared)
    assert compared >= 40


@pytest.mark.check("S3")
def test_a_patient_sees_their_own_rows_and_no_other_patient_s(
    kits: tuple[Kit, Kit], tried: Callable[..., None]
) -> None:
    here = kits[0]
    other = make_case(make_patient(here.clinic, responsible=here.clinician))
    make_run(other)
    with inside(here.clinic, patient=here.patient):
        mine = seen()
    with inside(here.clinic, patient=other.patient):
        theirs = seen()
    shared = {"Clinic"}
    count = 0
    for model in clinic_models():
        if model.__name__ in shared:
            continue
        assert not mine[model] & theirs[model], model.__name__
        if model.grants.patient == NO_ROWS or model.grants.policies:
            assert not mine[model], model.__name__
        else:
            assert mine[model] == own(here)[model], model.__name__
            count += 1
    assert count >= 12
    tried("S3", models_for_a_patient=count)


@pytest.mark.twin("S3")
def test_the_check_notices_a_policy_that_lets_everything_through(
    kits: tuple[Kit, Kit], as_superuser: psycopg.Connection
) -> None:
    as_superuser.execute("ALTER POLICY clinic ON rehab_run USING (true)")
    with inside(kits[0].clinic):
        assert any(len(keys) > len(own(kits[0]).get(model, keys)) for model, keys in seen().items())


@pytest.mark.check("S3")
def test_the_worker_sees_only_the_clinic_it_is_in(
    kits: tuple[Kit, Kit], as_worker: psycopg.Connection, tried: Callable[..., None]
) -> None:
    count = 0
    for model in clinic_models():
        if "SELECT" not in model.grants.worker:
            continue
        number = sql.SQL("SELECT count(*) FROM {}").format(sql.Identifier(model._meta.db_table))
        assert as_worker.execute(number).fetchone() == (0,), model.__name__
        with as_worker.transaction():
            as_worker.execute("SELECT set_config('app.clinic', %s, true)", (str(kits[1].clinic.pk),))
            assert as_worker.execute(number).fetchone() == (len(kits[1].rows[model]),), model.__name__
        count += 1
    tried("S3", models_for_the_worker=count)
    assert count >= 12


@pytest.mark.check("S5")
def test_a_row_cannot_be_written_into_another_clinic(
    kits: tuple[Kit, Kit], tried: Callable[..., None]
) -> None:
    here, there = kits
    count = 0
    for model in clinic_models():
        if "INSERT" not in model.grants.app:
            continue
        copy = there.rows[model][0]
        with pytest.raises(Exception, match="row-level security") as refusal, inside(here.clinic):
            model(**{**values_of(copy), "id": uuid.uuid4()}).save(force_insert=True)
        assert isinstance(refusal.value.__cause__, psycopg.errors.InsufficientPrivilege)
        count += 1
    assert count >= 18
    tried("S5", inserts=count)


def values_of(row: models.Model) -> dict[str, object]:
    return {field.attname: getattr(row, field.attname) for field in row._meta.concrete_fields}


def point(connection: psycopg.Connection, row: models.Model, column: str, to: uuid.UUID) -> None:
    """Past row-level security, as a foreign key is checked: only the key itself can refuse."""
    statement = sql.SQL("UPDATE {} SET {} = %s WHERE id = %s").format(
        sql.Identifier(row._meta.db_table), sql.Identifier(column)
    )
    assert connection.execute(statement, (to, row.pk)).rowcount == 1


def tenant_keys() -> list[tuple[type[models.Model], CompositeForeignKey]]:
    every = [*clinic_models(), Membership]
    return [
        (model, key)
        for model in every
        for key in model._meta.constraints
        if isinstance(key, CompositeForeignKey)
    ]


def source_row(kit: Kit, model: type[models.Model], column: str) -> models.Model:
    rows = kit.rows[model]
    return next((row for row in rows if getattr(row, column) is not None), rows[0])


@pytest.mark.check("S5")
def test_no_reference_crosses_into_another_clinic(
    kits: tuple[Kit, Kit], as_superuser: psycopg.Connection, tried: Callable[..., None]
) -> None:
    here, there = kits
    targets = {model: rows[0] for model, rows in there.rows.items()}
    targets[Tendon] = make_tendon(there.case, "RIGHT")  # one that has no plan: only the reference may refuse
    accepted, count = [], 0
    for model, key in tenant_keys():
        column = model._meta.get_field(key.fields[-1]).attname
        target = model._meta.get_field(key.fields[-1]).related_model
        try:
            point(as_superuser, source_row(here, model, column), column, targets[target].pk)
        except psycopg.errors.ForeignKeyViolation:
            pass
        else:
            accepted.append(key.name)
        count += 1
    tried("S5", references=count, accepted=len(accepted))
    assert accepted == []
    assert count >= 40


@pytest.mark.check("S5")
def test_no_reference_crosses_into_another_case(
    kits: tuple[Kit, Kit], as_superuser: psycopg.Connection, tried: Callable[..., None]
) -> None:
    here = kits[0]
    case = make_case(make_patient(here.clinic, responsible=here.clinician), sides=("RIGHT",))
    free = make_case(make_patient(here.clinic, responsible=here.clinician), sides=("RIGHT",))
    tendon = tendon_of(free, "RIGHT")  # one that has no plan: only the reference may refuse
    planned = make_plan(tendon_of(case, "RIGHT"))
    others = {row.__class__: row for row in (case, tendon, planned, make_run(case), make_assessment(case))}
    accepted, count = [], 0
    for model, key in tenant_keys():
        if len(key.fields) < 3:
            continue
        column = model._meta.get_field(key.fields[-1]).attname
        target = model._meta.get_field(key.fields[-1]).related_model
        if target not in others:
            continue
        try:
            point(as_superuser, source_row(here, model, column), column, others[target].pk)
        except psycopg.errors.ForeignKeyViolation:
            count += 1
        else:
            accepted.append(key.name)
    tried("S5", references_to_cases=count, accepted=len(accepted))
    assert accepted == []
    assert count >= 20


@pytest.mark.twin("S5")
def test_the_check_notices_a_reference_without_its_clinic(
    kits: tuple[Kit, Kit], as_superuser: psycopg.Connection
) -> None:
    as_superuser.execute("ALTER TABLE rehab_flag DROP CONSTRAINT rehab_flag_acknowledged_by_belongs")
    point(as_superuser, kits[0].flag, "acknowledged_by_id", kits[1].clinician.pk)


@pytest.mark.check("S6")
def test_the_app_role_cannot_change_what_was_said(kits: tuple[Kit, Kit], tried: Callable[..., None]) -> None:
    count = 0
    for model in clinic_models():
        if not model.grants.append_only:
            continue
        row = kits[0].rows[model][0]
        for change in (
            lambda rows: rows.update(clinic_id=kits[0].clinic.pk),
            lambda rows: rows._raw_delete("default"),
        ):
            with (
                pytest.raises(Exception, match="permission denied"),
                transaction.atomic(),
                inside(kits[0].clinic),
            ):
                change(model._default_manager.filter(pk=row.pk))
            count += 1
    tried("S6", changes=count)
    assert count >= 18
