"""The clinic's reports: what the page says, who may see it, what leaves it."""

import csv
import io
from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone
from openpyxl import load_workbook

from patients.models import AccessEvent, Role
from tests import factories as make
from tests.queries import own_queries
from tests.sign_in import long_ago, patient_client, staff_client

pytestmark = pytest.mark.django_db(transaction=True)
NOW = timezone.now()
ADDRESSES = ("reports", "reports_csv", "reports_xlsx")


@pytest.fixture
def physio():
    return make.make_member(make.make_clinic())


def treat(physio, count, *, kind="MIDPORTION", stage=4, quiet=False, opened=60):
    for _ in range(count):
        patient = make.make_patient(physio.clinic, responsible=physio)
        case = make.make_case(patient, opened_at=NOW - timedelta(days=opened))
        protocol = "STEP" if kind == "MIDPORTION" else "FLAT"
        start = (NOW - timedelta(days=opened)).date()
        make.make_plan(make.tendon_of(case), tendinopathy_type=kind, protocol=protocol, starts_on=start)
        if stage:
            make.make_stage_change(case, at=NOW - timedelta(days=opened - 14), to_stage=stage)
        if quiet:
            make.make_flag(case, kind="INACTIVE", severity="QUIET", side="CASE")


YEAR = (NOW - timedelta(days=60)).year  # of the cases that are treated


def page(physio, **asked):
    return staff_client(physio).get(reverse("reports"), {"year": YEAR, **asked})


def figures(physio, **asked) -> dict[tuple[str, str, str], str]:
    answer = staff_client(physio).get(reverse("reports_csv"), {"year": YEAR, **asked})
    assert answer.status_code == 200
    lines = csv.reader(io.StringIO(answer.content.decode("utf-8-sig")))
    return {(table, row, column): figure for table, row, column, figure in lines}


def test_a_clinic_without_cases_is_told_what_the_page_will_say(physio):
    answer = page(physio)
    assert answer.status_code == 200
    assert "Nothing to report yet" in answer.content.decode()


def test_four_cases_tell_nothing_in_no_form(physio):
    treat(physio, 4)
    assert "Fewer than 5 cases" in page(physio).content.decode()
    told = figures(physio)
    assert told["About", "Cases", ""] == "fewer than 5: nothing is told"
    assert {table for table, _, _ in told} == {"Table", "About"}


def test_the_page_and_the_files_tell_the_same(physio):
    treat(physio, 7)
    treat(physio, 5, kind="INSERTIONAL", stage=None, quiet=True)
    text = page(physio).content.decode()
    assert "<b>12 cases</b>" in text
    told = figures(physio)
    assert told["Time to milestones", "Stage 4, Everybody", "Reached it"] == "7"
    assert told["Time to milestones", "Stage 4, Mid-portion", "Half, weeks"] == "2.0"
    assert told["Time to milestones", "Stage 4, Insertional", "Half, weeks"] == "not yet"
    assert told["Gone quiet", "Insertional", "Share, percent"] == "100"
    book = load_workbook(
        io.BytesIO(staff_client(physio).get(reverse("reports_xlsx"), {"year": YEAR}).content), read_only=True
    )
    rows = [[cell.value for cell in row] for row in book["milestones"].iter_rows()]
    assert ["Stage 4", "Mid-portion", 7, 7, 0, 0, 2, 2, 2] in rows


def test_a_group_of_three_is_put_with_another_and_named(physio):
    treat(physio, 8)
    treat(physio, 5, kind="INSERTIONAL")
    treat(physio, 3, kind="MIXED")
    text = page(physio).content.decode()
    assert "Groups of fewer than 5 cases are put together." in text
    assert "Insertional + Both zones" in text or "Insertional + Mixed" in text


def test_a_small_share_is_fewer_than_five(physio):
    treat(physio, 9)
    treat(physio, 2, quiet=True)
    told = figures(physio)
    assert told["Gone quiet", "Everybody", "Gone quiet"] == "fewer than 5"
    assert told["Gone quiet", "Everybody", "Not"] == "not shown"


def test_the_year_chooses_the_cases_and_no_two_years_share_any(physio):
    treat(physio, 6, opened=60 + 366)
    treat(physio, 5)
    assert figures(physio, year=YEAR - 1)["About", "Cases", ""] == "6"
    assert figures(physio)["About", "Cases", ""] == "5"
    assert figures(physio, by="protocol")["About", "Split by", ""] == "first programme"


@pytest.mark.parametrize("asked", [{"year": "2026-05"}, {"year": "soon"}, {"year": 1999}, {"by": "name"}])
def test_what_is_no_year_is_said_and_the_usual_one_shown(physio, asked):
    answer = page(physio, **asked)
    assert answer.status_code == 422
    assert 'class="error"' in answer.content.decode()


def test_a_share_that_would_give_a_small_count_back_is_not_shown_and_the_page_says_why(physio):
    treat(physio, 5, stage=None)
    treat(physio, 1)
    told = figures(physio)
    assert told["Time to milestones", "Stage 4, Everybody", "Reached it"] == "fewer than 5"
    assert told["Time to milestones", "Stage 4, Everybody", "A quarter, weeks"] == "not shown"
    assert told["Stage 4: by week", "Everybody, reached it", "week 4"] == "not shown"
    text = page(physio).content.decode()
    assert "because a share of a known number of cases is a count as well" in text
    assert "17 %" not in text  # one of six


def test_the_queries_do_not_grow_with_the_caseload(physio):
    client = staff_client(physio)
    counts = []
    for more in (5, 8):
        treat(physio, more)
        with CaptureQueriesContext(
            connection,
        ) as caught:
            client.get(reverse("reports"))
        counts.append(len(own_queries(caught)))
    assert counts[0] == counts[1] <= 3


@pytest.mark.parametrize("name", ADDRESSES)
def test_reception_and_runners_do_not_find_the_reports(physio, name):
    treat(physio, 5)
    reception = make.make_member(physio.clinic, Role.RECEPTION)
    runner = make.patient_login(make.make_patient(physio.clinic, responsible=physio))
    assert staff_client(reception).get(reverse(name)).status_code == 404
    assert patient_client(runner).get(reverse(name)).status_code == 404


def test_another_clinic_counts_none_of_them(physio):
    treat(physio, 6)
    stranger = make.make_member(make.make_clinic())
    assert "Nothing to report yet" in page(stranger).content.decode()


def test_where_records_are_closed_to_others_a_physio_counts_their_own_and_is_told_so():
    clinic = make.make_clinic(care="TEAM")
    physio, other = make.make_member(clinic), make.make_member(clinic)
    owner = make.make_member(clinic, Role.OWNER)
    treat(physio, 5)
    treat(other, 6)
    assert figures(physio)["About", "Cases", ""] == "5"
    assert figures(physio)["About", "Whose", ""].startswith("those whose records")
    assert "Only runners whose records you may open are counted" in page(physio).content.decode()
    assert figures(owner)["About", "Cases", ""] == "11"
    assert "Only runners whose records" not in page(owner).content.decode()


@pytest.mark.parametrize("name", ADDRESSES)
def test_each_look_and_each_file_is_logged(physio, name):
    staff_client(physio).get(reverse(name))
    with make.inside(physio.clinic):
        event = AccessEvent.objects.get(route=name)
    assert event.action == ("caseload report read" if name == "reports" else "caseload report export")
    assert event.user_id == physio.user_id


@pytest.mark.parametrize("name", ADDRESSES[1:])
def test_a_file_asks_for_a_fresh_sign_in(physio, name):
    """The twin: `staff_client` has signed in just now and is let through above."""
    stale = long_ago(staff_client(physio))
    went = stale.get(reverse(name))
    assert went.status_code == 302 and "/sign-in/again/" in went.headers["Location"]
    assert stale.get(reverse("reports")).status_code == 200


def test_a_clinic_with_a_name_like_a_formula_makes_no_formula():
    physio = make.make_member(make.make_clinic("=cmd|' /C calc'!A0"))
    treat(physio, 5)
    assert figures(physio)["About", "Clinic", ""].startswith("'=cmd")
