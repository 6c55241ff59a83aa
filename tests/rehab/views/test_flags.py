"""Acts on flags without JavaScript: forms, refusals at the field, the way back, and who may not."""

import re
from datetime import timedelta
from pathlib import Path

import pytest
from django.utils import timezone

from rehab.actions import flags
from rehab.models import Flag, FlagState
from tests import factories
from tests.caseload import beat
from tests.sign_in import patient_client, staff_client

pytestmark = pytest.mark.django_db(transaction=True)
HTMX = {"HX-Request": "true", "HX-Current-URL": "http://testserver/caseload/"}


@pytest.fixture
def physio():
    beat(timezone.now())
    return factories.make_member(factories.make_clinic(), display_name="Sam Okafor")


@pytest.fixture
def client(physio):
    return staff_client(physio)


def flagged(physio, kind="ELEVATED_24H", severity="ACT", rank=40):
    case = factories.make_case(factories.make_patient(physio.clinic, responsible=physio))
    now = timezone.now()
    factories.make_stage_change(case, to_stage=3)
    factories.make_summary(
        case, severity=rank, headline=kind, reason="3/10 at 24 h.", since=now, evaluated_at=now
    )
    return factories.make_flag(case, kind=kind, severity=severity, opened_at=now)


def state(flag):
    with factories.inside(flag.clinic_id):
        return Flag.objects.get(pk=flag.pk).state


def post(client, flag, act, data=None, **headers):
    return client.post(f"/flags/{flag.pk}/{act}/", {"next": "/caseload/", **(data or {})}, headers=headers)


def test_acknowledge_goes_back_to_the_list_and_offers_to_undo(client, physio):
    flag = flagged(physio)
    answer = post(client, flag, "acknowledge")
    assert (answer.status_code, answer["Location"]) == (302, "/caseload/")
    assert state(flag) == FlagState.ACKNOWLEDGED
    page = client.get("/caseload/").text
    assert "Acknowledged: Robin" in page and "not settled yet" in page
    undo = re.search(r'action="(/flags/[^"]+/undo/[^"]+)"', page)[1].replace("&amp;", "&")
    assert client.post(undo)["Location"] == "/caseload/"
    assert state(flag) == FlagState.OPEN
    assert "Undone" in client.get("/caseload/").text


def test_an_undo_works_once_and_not_for_ever(client, physio):
    flag = flagged(physio)
    post(client, flag, "acknowledge")
    undo = re.search(r'action="(/flags/[^"]+/undo/[^"]+)"', client.get("/caseload/").text)[1].replace(
        "&amp;", "&"
    )
    session = client.session
    (kept,) = session["undo"].values()
    kept["at"] = (timezone.now() - timedelta(minutes=5)).isoformat()
    session.save()
    client.post(undo)
    assert state(flag) == FlagState.ACKNOWLEDGED
    assert "Too late to undo: that is possible for 10 seconds" in client.get("/caseload/").text
    client.post(undo)
    assert "nothing left to undo" in client.get("/caseload/").text


def test_the_way_back_is_shown_as_long_as_it_is_open():
    shown = re.search(r"TOAST_MS = (\d+)", Path("static/js/clinic.js").read_text())
    assert timedelta(milliseconds=int(shown[1])) == flags.UNDO_SHOWN
    assert timedelta() < flags.UNDO_FOR - flags.UNDO_SHOWN <= timedelta(seconds=5)


def test_snooze_until_a_day(client, physio):
    flag = flagged(physio)
    day = timezone.now().date() + timedelta(days=3)
    assert post(client, flag, "snooze", {"until": day.isoformat()}).status_code == 302
    assert state(flag) == FlagState.SNOOZED
    assert f"Snoozed until {day.day}" in client.get("/caseload/").text


@pytest.mark.parametrize(
    ("until", "sentence"),
    [
        ("", "Give the day"),
        ("soon", "Give a day, such as"),
        ("-1", "after today"),
        ("0", "after today"),
        ("29", "Four weeks"),
    ],
)
def test_a_day_that_cannot_be_is_said_at_the_field_and_stays_typed(client, physio, until, sentence):
    flag = flagged(physio)
    if re.fullmatch(r"-?\d+", until):
        until = (timezone.now().date() + timedelta(days=int(until))).isoformat()
    answer = post(client, flag, "snooze", {"until": until})
    assert answer.status_code == 422
    assert sentence in answer.text and (not until or f'value="{until}"' in answer.text)
    assert state(flag) == FlagState.OPEN


def test_a_worsening_is_resolved_with_a_note_only(client, physio):
    flag = flagged(physio, "WORSENING", "URGENT", 50)
    answer = post(client, flag, "resolve", {"note": " "})
    assert answer.status_code == 422 and "Write down what you found" in answer.text
    assert post(client, flag, "resolve", {"note": "Seen, calf fine."}).status_code == 302
    assert state(flag) == FlagState.RESOLVED


def test_a_red_flag_leads_to_the_examination(client, physio):
    flag = flagged(physio, "RED_FLAG", "URGENT", 50)
    answer = post(client, flag, "resolve", {"note": "fine"})
    assert answer["Location"] == f"/cases/{flag.case_id}/red-flag/"
    for act, data in (
        ("acknowledge", {}),
        ("snooze", {"until": (timezone.now() + timedelta(days=2)).date().isoformat()}),
    ):
        post(client, flag, act, data)
        assert "until an examination is recorded" in client.get("/caseload/").text
    assert state(flag) == FlagState.OPEN


def test_useful_is_noted(client, physio):
    flag = flagged(physio)
    client.post(f"/flags/{flag.pk}/useful/", {"useful": "no"})
    with factories.inside(flag.clinic_id):
        judged = Flag.objects.get(pk=flag.pk)
        assert judged.useful is False and judged.judged_by_id == physio.pk and judged.judged_at
    assert "Sam Okafor, " in client.get(f"/cases/{flag.case_id}/").text


def test_several_are_acknowledged_together_and_undone_together(client, physio):
    soft = [flagged(physio, "LOW_ADHERENCE", "REVIEW", 30) for _ in range(3)]
    red = flagged(physio, "RED_FLAG", "URGENT", 50)
    page = client.get("/caseload/").text
    assert page.count('name="flag"') == 3 and str(red.pk) not in re.findall(
        r'name="flag" value="([\w-]+)"', page
    )
    client.post("/flags/acknowledge/", {"flag": [flag.pk for flag in [*soft, red]], "next": "/caseload/"})
    assert [state(flag) for flag in [*soft, red]] == ["ACKNOWLEDGED"] * 3 + ["OPEN"]
    page = client.get("/caseload/").text
    assert "Acknowledged: 3 patients." in page and "1 was left as it was." in page
    client.post(re.search(r'action="(/flags/[^"]+/undo/[^"]+)"', page)[1].replace("&amp;", "&"))
    assert [state(flag) for flag in soft] == ["OPEN"] * 3


def test_nothing_ticked_says_what_to_do(client, physio):
    flagged(physio)
    assert client.post("/flags/acknowledge/", {"next": "/caseload/"}).status_code == 302
    assert "Tick the patients first" in client.get("/caseload/").text
    assert client.post("/flags/acknowledge/", {"flag": ["no-uuid"]}).status_code == 302


def test_htmx_gets_the_counts_the_heading_and_the_toast(client, physio):
    flag, other = flagged(physio), flagged(physio)
    answer = client.post(f"/flags/{flag.pk}/acknowledge/", headers=HTMX)
    assert answer.status_code == 200
    assert f"case-{flag.case_id}" not in answer.text and f"case-{other.case_id}" not in answer.text
    for part in ('id="tabs"', 'id="news"', 'id="messages"', 'id="group-ACT"'):
        assert part in answer.text
    assert "Undo" in answer.text and "<html" not in answer.text


def test_htmx_gets_the_row_again_while_another_flag_is_open(client, physio):
    flag = flagged(physio)
    factories.make_flag(flag.case, kind="LOW_ADHERENCE", severity="REVIEW", reason="Half the sets.")
    answer = client.post(f"/flags/{flag.pk}/acknowledge/", headers=HTMX)
    assert f'<tbody class="case" id="case-{flag.case_id}">' in answer.text and "Half the sets." in answer.text


def test_the_last_one_done_shows_the_whole_page_again(client, physio):
    flag = flagged(physio)
    answer = client.post(f"/flags/{flag.pk}/acknowledge/", headers=HTMX)
    assert answer["HX-Refresh"] == "true"
    assert "Acknowledged: Robin" in client.get("/caseload/").text


@pytest.mark.parametrize("away", ["https://evil.example/", "//evil.example", "javascript:alert(1)"])
def test_the_way_back_stays_on_this_site(client, physio, away):
    flag = flagged(physio)
    answer = post(client, flag, "acknowledge", {"next": away})
    assert answer["Location"] == f"/cases/{flag.case_id}/"


@pytest.mark.parametrize("act", ["acknowledge", "snooze", "resolve", "useful", "undo"])
def test_strangers_find_no_flag(client, physio, act):
    flag = flagged(physio)
    stranger = staff_client(factories.make_member(factories.make_clinic("Other")))
    assert post(stranger, flag, act).status_code == 404
    runner = patient_client(factories.patient_login(flag.case.patient))
    assert post(runner, flag, act).status_code == 404
    reception = staff_client(factories.make_member(physio.clinic, factories.Role.RECEPTION))
    assert post(reception, flag, act).status_code == 404
    assert client.get(f"/flags/{flag.pk}/{act}/").status_code == 405
    assert state(flag) == FlagState.OPEN


def test_a_strangers_ticks_are_ignored(physio):
    flag = flagged(physio, "LOW_ADHERENCE", "REVIEW", 30)
    stranger = staff_client(factories.make_member(factories.make_clinic("Other")))
    stranger.post("/flags/acknowledge/", {"flag": [flag.pk]})
    assert state(flag) == FlagState.OPEN
