"""Outcome questions that nobody has answered yet stand on the worklist and on the case."""

import re

import pytest
from django.utils import timezone

from tests import factories
from tests.caseload import STORIES, Caseload, make_caseload, work_through
from tests.sign_in import staff_client

pytestmark = pytest.mark.django_db(transaction=True)
STORY = next(one for one in STORIES if one.name == "Priya Nair")  # eight weeks in, so week 6 is asked


@pytest.fixture
def load() -> Caseload:
    return make_caseload(timezone.now(), (STORY,))


def words(page) -> str:
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", page.text))


def test_open_questions_are_shown_until_they_are_answered(load: Caseload) -> None:
    case, client = load.cases[STORY.name], staff_client(load.physio)
    assert load.summary(STORY.name).scores_week == 6
    assert ", scores due" in words(client.get("/caseload/"))
    shown = words(client.get(f"/cases/{case.pk}/"))
    assert "Scores due" in shown and "VISA-A left" in shown and "week 6." in shown
    today = timezone.now().date()
    for instrument in ("MORNING_STIFFNESS", "PSFS", "GROC"):
        factories.make_score(case, instrument=instrument, value=5, tendon=None, taken_on=today)
    factories.make_score(
        case, instrument="VISA_A", value=62, tendon=factories.tendon_of(case), taken_on=today
    )
    work_through(load, timezone.now())
    assert load.summary(STORY.name).scores_week is None
    assert "scores due" not in words(client.get("/caseload/"))
    assert "Scores due" not in words(client.get(f"/cases/{case.pk}/"))


def test_while_the_plan_is_on_hold_nobody_is_asked(load: Caseload) -> None:
    case = load.cases[STORY.name]
    with factories.inside(load.clinic):
        type(case).objects.filter(pk=case.pk).update(suspended_at=timezone.now())
    client = staff_client(load.physio)
    assert "scores due" not in words(client.get("/caseload/"))
    assert "Scores due" not in words(client.get(f"/cases/{case.pk}/"))
