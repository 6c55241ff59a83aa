"""Kept statements give what their querysets give, and depend on nothing that changes."""

import importlib
import pkgutil
from collections.abc import Iterator
from typing import Any
from uuid import uuid4

import pytest
from django.db import connection
from django.db.models import CharField, F, IntegerField, QuerySet, UUIDField, Value
from django.test.utils import CaptureQueriesContext
from django.utils import timezone, translation

import patients.queries
import rehab.actions
import rehab.queries
from patients.models import Case, Tendon, TendonSide
from physio.web.kept import Kept
from rehab.actions import diary
from rehab.models import ExerciseSession, PainReport, RedFlagReport, Run
from rehab.queries import timeline, worklist_asked
from rehab.queries.worklist_filters import Tab
from tests import factories as make

pytestmark = pytest.mark.django_db


def of_a_case(case_id: object) -> QuerySet[Tendon, Tendon]:
    return Tendon.objects.filter(case_id=case_id).order_by("side")


@pytest.fixture
def case() -> Iterator[Case]:
    clinic = make.make_clinic()
    with make.inside(clinic):
        yield make.make_case(make.make_patient(clinic), sides=(TendonSide.RIGHT, TendonSide.LEFT))


def test_objects_with_what_they_refer_to_are_read_in_one_query(case: Case) -> None:
    kept: Kept[Tendon] = Kept(
        lambda case_id: of_a_case(case_id).select_related("case__patient"), case_id=UUIDField()
    )
    kept.ask(case_id=case.pk)
    with CaptureQueriesContext(connection) as caught:
        found = kept.ask(case_id=case.pk)
        assert [one.case.patient.pk for one in found] == [case.patient_id] * 2
        assert len(caught) == 1
    assert "$1::uuid" in caught[0]["sql"]
    assert found == list(of_a_case(case.pk).all())


def test_dictionaries_tuples_and_single_values_come_as_they_would(case: Case) -> None:
    for shape in (
        lambda found: found.values("side", "case__status"),
        lambda found: found.values_list("id", F("case__number") + 1, "case__opened_at"),
        lambda found: found.values_list("side", flat=True),
        lambda found: found.values_list("side").union(found.values_list("case__status"), all=True),
    ):
        kept = Kept(lambda case_id, shape=shape: shape(of_a_case(case_id)), case_id=UUIDField())
        assert kept.ask(case_id=case.pk) == list(shape(of_a_case(case.pk)))


def test_each_asking_has_its_own_values_and_rows(case: Case) -> None:
    kept: Kept[Tendon] = Kept(of_a_case, case_id=UUIDField())
    assert len(kept.ask(case_id=case.pk)) == 2
    assert kept.ask(case_id=uuid4()) == []
    first, again = kept.ask(case_id=case.pk)[0], kept.ask(case_id=case.pk)[0]
    assert first == again and first is not again


def test_what_looks_like_a_place_in_a_constant_is_text(case: Case) -> None:
    odd = "100 %s of %(all)s, 5 %% '"
    kept = Kept(
        lambda n: (
            Case.objects.annotate(odd=Value(odd, CharField()))
            .exclude(evaluation_error__contains="%s")
            .filter(number=n)
            .values_list("odd", flat=True)
        ),
        n=IntegerField(),
    )
    assert kept.ask(n=case.number) == [odd]


def test_the_first_and_the_only_one_are_asked_for_as_of_a_queryset(case: Case) -> None:
    kept: Kept[Tendon] = Kept(of_a_case, case_id=UUIDField())
    one_side: Kept[Tendon] = Kept(lambda case_id: of_a_case(case_id).filter(side="LEFT"), case_id=UUIDField())
    assert kept.first(case_id=case.pk) == of_a_case(case.pk).first()
    assert kept.first(case_id=uuid4()) is None
    assert one_side.get(case_id=case.pk) == of_a_case(case.pk).get(side="LEFT")
    with pytest.raises(Tendon.DoesNotExist):
        kept.get(case_id=uuid4())
    with pytest.raises(Tendon.MultipleObjectsReturned):
        kept.get(case_id=case.pk)


def test_a_value_that_is_missing_is_an_error(case: Case) -> None:
    with pytest.raises(KeyError):
        Kept(of_a_case, case_id=UUIDField()).ask()


def every_kept() -> Iterator[tuple[str, Kept[Any]]]:
    for package in (patients.queries, rehab.queries, rehab.actions):
        for found in pkgutil.iter_modules(package.__path__, f"{package.__name__}."):
            for name, value in vars(importlib.import_module(found.name)).items():
                if isinstance(value, Kept):
                    yield f"{found.name}.{name}", value
    for goes_on in (False, True):  # those that are made for each shape of what is asked
        for show in timeline.Show:
            yield f"timeline of {show}", timeline._page(show, timeline.PAGE, goes_on)
        for tab in Tab:
            yield f"rows of {tab}", worklist_asked._keys_of(tab, goes_on)
    for model in (Run, PainReport, ExerciseSession, RedFlagReport):
        yield f"{model.__name__} told before", diary._told(model)


def test_no_statement_depends_on_language_time_or_zone() -> None:
    seen = 0
    for name, kept in every_kept():
        seen += 1
        written = []
        for language, zone in (("en-gb", "UTC"), ("ar", "Pacific/Auckland")):
            with translation.override(language), timezone.override(zone):
                written.append(Kept(kept._make, **kept._places)._written.sql)
        assert written[0] == written[1], name
    assert seen >= 40
