"""The worklist page: who sees what, in how many queries, without JavaScript, and what the poll answers."""

import re
from datetime import timedelta
from uuid import uuid4

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from patients.models import Role
from rehab.models import WorkGroup
from tests import factories
from tests.caseload import beat
from tests.sign_in import patient_client, staff_client

pytestmark = pytest.mark.django_db(transaction=True)
POLL = {"X-Plimsoll-Poll": "1"}
OVERHEAD = {"BEGIN", "COMMIT", "SAVEPOINT", "RELEASE"}


@pytest.fixture
def now():
    return timezone.now()


@pytest.fixture
def physio(now):
    beat(now)
    return factories.make_member(factories.make_clinic(), display_name="Sam Okafor")


def listed(
    physio, *, group="ACT", severity=40, kind="ELEVATED_24H", flag="ACT", reason="3/10 at 24 h.", **fields
):
    """A case with its row and its flag, as the sweep leaves them."""
    case = factories.make_case(factories.make_patient(physio.clinic, responsible=physio))
    now = timezone.now()
    calm = group == WorkGroup.CALM
    factories.make_summary(
        case, group=group, severity=0 if calm else severity, headline="" if calm else kind,
        reason="" if calm else reason, since=now, evaluated_at=now, stage=3, week=5, last_pain=2,
        set_strip="1101" * 7, last_report_at=now - timedelta(hours=2), **fields,
    )  # fmt: skip
    if flag:
        factories.make_flag(case, kind=kind, severity=flag, reason=reason, opened_at=now)
    return case


def name_of(case):
    with factories.inside(case.clinic_id):
        person = case.patient.person
    return f"{person.given_name} {person.family_name}"


def queries(client, path, **headers):
    client.get(path)  # the session's own notes are written once a minute
    with CaptureQueriesContext(connection) as caught:
        response = client.get(path, headers=headers)
    assert response.status_code == 200
    return [one["sql"] for one in caught if one["sql"].split()[0] not in OVERHEAD]


def test_as_many_queries_for_sixty_cases_as_for_two(physio):
    client = staff_client(physio)
    for _ in range(2):
        listed(physio)
    few = queries(client, "/caseload/")
    for _ in range(58):
        listed(physio)
    many = queries(client, "/caseload/")
    assert len(few) == len(many)
    own = [sql for sql in many if re.search(r'FROM "(rehab|patients_(clinic|heartbeat|case))', sql)]
    assert len(own) == 6  # also who waits for an answer, and whose check-in is due


def test_the_pages_follow_each_other_without_a_gap(physio):
    cases = {listed(physio).pk for _ in range(53)}
    client = staff_client(physio)
    seen, path = [], "/caseload/"
    while path:
        text = client.get(path).text
        seen += re.findall(r'<tbody class="case[^"]*" id="case-([\w-]+)"', text)
        more = re.search(r'rel="next" href="([^"]+)"', text)
        path = f"/caseload/{more[1].replace('&amp;', '&')}" if more else ""
    assert len(seen) == 53 and {str(pk) for pk in cases} == set(seen)


def test_the_most_urgent_comes_first_in_its_group(physio):
    ready = listed(physio, group="READY", severity=10, kind="READY_TO_PROGRESS", flag="READY")
    review = listed(physio, group="REVIEW", severity=30, kind="LOW_ADHERENCE", flag="REVIEW")
    red = listed(physio, severity=50, kind="RED_FLAG", flag="URGENT", reason="Reported: pop or snap.")
    text = staff_client(physio).get("/caseload/").text
    order = [text.index(f"case-{case.pk}") for case in (red, review, ready)]
    assert order == sorted(order)
    for title in ("Act today", "Review this week", "Ready to progress"):
        assert title in text
    assert "Gone quiet" not in re.sub(r"<option.*?</option>", "", text)
    assert "Ready for stage 4" in text and "Move to stage 4" in text
    assert "2 h ago" in text and "Record examination" in text


def test_a_case_is_on_exactly_one_tab(physio):
    need, line = listed(physio), listed(physio, group="CALM", flag="")
    aside = listed(physio, group="CALM", flag="")
    factories.make_flag(
        aside, kind="LOW_ADHERENCE", severity="REVIEW", state="SNOOZED", reason="Half the sets.",
        snoozed_until=timezone.now() + timedelta(days=3), snoozed_by=physio,
    )  # fmt: skip
    client = staff_client(physio)
    for tab, case in {"need": need, "line": line, "aside": aside}.items():
        text = client.get(f"/caseload/?tab={tab}").text
        assert re.findall(r'id="case-([\w-]+)"', text) == [str(case.pk)], tab
        assert text.count("<b>1</b>") == 3
    assert "Snoozed until" in client.get("/caseload/?tab=aside").text


def test_filters_and_search_are_in_the_address(physio):
    mine, other = listed(physio), factories.make_member(physio.clinic)
    theirs = factories.make_case(factories.make_patient(physio.clinic, responsible=other))
    factories.make_summary(theirs, stage=6, since=timezone.now(), reason="Long run.")
    calm = listed(physio, group="CALM", flag="")
    client = staff_client(physio)

    def shown(query):
        return set(re.findall(r'id="case-([\w-]+)"', client.get(f"/caseload/?{query}").text))

    assert shown("clinician=mine") == {str(mine.pk)}
    assert shown("stage=6") == {str(theirs.pk)}
    assert shown("kind=ELEVATED_24H") == {str(mine.pk)}
    assert shown("protocol=STEP") == set()
    factories.make_plan(factories.tendon_of(mine))
    assert shown("protocol=STEP") == {str(mine.pk)}
    assert shown("site=MIDPORTION") == {str(mine.pk)} and shown("site=INSERTIONAL") == set()
    assert shown(f"clinician={other.pk}") == {str(theirs.pk)}
    assert shown(f"clinician={uuid4()}") == set()
    text = client.get(f"/caseload/?clinician={other.pk}&kind=").text
    assert f'<option value="{other.pk}" selected>{other.display_name}</option>' in text
    assert shown(f"q={name_of(calm).split()[1].lower()}") == {str(calm.pk)}
    assert shown(f"q={calm.patient.number}") == {str(calm.pk)}
    assert shown("q=nobody+of+that+name") == set()


@pytest.mark.parametrize(
    "query",
    [
        "tab=x",
        "stage=ninety",
        "clinician=%27",
        "site=TOE",
        "after=x",
        "after=1~2~3",
        "kind=%00",
        "protocol=%27",
        "q=%00",
        "stage=-1",
    ],
)
def test_nonsense_in_the_address_still_shows_the_list(physio, query):
    listed(physio)
    assert staff_client(physio).get(f"/caseload/?{query}").status_code == 200


def test_a_case_that_could_not_be_assessed_says_so(physio):
    listed(
        physio, severity=45, kind="COULD_NOT_ASSESS", flag="", reason="Could not be assessed. Look yourself."
    )
    text = staff_client(physio).get("/caseload/").text
    assert "Could not be assessed" in text and "Look at the diary" in text


def test_a_new_case_is_shown_before_the_rules_have_come_to_it(physio):
    case = factories.make_case(factories.make_patient(physio.clinic, responsible=physio))
    text = staff_client(physio).get("/caseload/").text
    assert "Not worked out yet" in text and f"/cases/{case.pk}/" in text


def test_the_first_day_teaches_what_to_do(physio):
    text = staff_client(physio).get("/caseload/").text
    assert "Your caseload starts here" in text and "/patients/new/" in text


def test_nobody_needs_you_says_so_unless_the_list_is_old(physio, now):
    listed(physio, group="CALM", flag="")
    client = staff_client(physio)
    assert "Everybody’s last report is under the line" in client.get("/caseload/").text
    beat(now - timedelta(hours=1))
    text = client.get("/caseload/").text
    assert "do not rely on it" in text and "watermark stale" in text


def test_reception_sees_names_and_last_reports_and_nothing_clinical(physio):
    case = listed(physio, kind="RED_FLAG", severity=50, flag="URGENT", reason="Reported: pop or snap.")
    client = staff_client(factories.make_member(physio.clinic, Role.RECEPTION))
    text = client.get("/caseload/").text
    assert name_of(case) in text and "2 h ago" in text
    for word in ("pop or snap", "Red flag", "Act today", "mid-portion", "20–25", "/10", '<svg class="chart'):
        assert word not in text
    assert len(queries(client, "/caseload/")) == len(queries(client, "/caseload/?q=robin"))
    assert client.get(f"/cases/{case.pk}/").status_code == 404
    assert client.get("/caseload/changes/").status_code == 404


def test_strangers_see_nothing(physio):
    case = listed(physio)
    stranger = staff_client(factories.make_member(factories.make_clinic("Other")))
    text = stranger.get("/caseload/").text
    assert name_of(case) not in text and str(case.pk) not in text
    runner = patient_client(factories.patient_login(case.patient))
    for path in ("/caseload/", "/caseload/changes/", f"/cases/{case.pk}/", f"/cases/{case.pk}/peek/"):
        assert runner.get(path).status_code == 404, path


def test_names_are_escaped(physio):
    case = listed(physio, reason="<script>alert(1)</script>")
    with factories.inside(case.clinic_id):
        case.patient.person.family_name = "<b>Bold</b>"
        case.patient.person.save()
    text = staff_client(physio).get("/caseload/").text
    assert "<script>alert" not in text and "<b>Bold" not in text


# --- the question every minute ---


def version_of(text):
    return re.search(r'data-version="(\w+)"', text)[1]


def test_a_message_marks_its_row_until_somebody_has_answered_or_settled_it(physio, now):
    answered, settled, taken_back, plain = (listed(physio) for _ in range(4))
    client = staff_client(physio)
    version = version_of(client.get("/caseload/").text)
    for case in (answered, settled, taken_back):
        factories.make_message(case, by=factories.patient_login(case.patient), at=now)
    text = client.get("/caseload/").text
    for case in (answered, settled, taken_back):
        assert f'class="waits" href="/cases/{case.pk}/messages/"' in text
        assert f"from {name_of(case)}, not answered yet" in text
    assert f"from {name_of(plain)}" not in text
    assert client.get(f"/caseload/changes/?version={version}", headers=POLL).status_code == 200
    factories.make_message(answered, sender="CLINIC", by=physio, at=now + timedelta(minutes=1))
    factories.make_settled(settled, by=physio, at=now, up_to=now)
    with factories.inside(physio.clinic):
        (message,) = taken_back.messages.all()
    factories.make_message_withdrawn(taken_back, message=message)
    text = client.get("/caseload/").text
    assert 'class="waits"' not in text
    assert "wait for an answer" not in text  # the banner above says the same


def test_the_poll_answers_204_while_nothing_changed(physio, now):
    case = listed(physio)
    client = staff_client(physio)
    version = version_of(client.get("/caseload/").text)
    answer = client.get(f"/caseload/changes/?version={version}", headers=POLL)
    assert (answer.status_code, answer.content) == (204, b"")
    assert re.fullmatch(r"\d\d:\d\d", answer["X-Plimsoll-Updated"])
    listed(physio)
    assert client.get(f"/caseload/changes/?version={version}", headers=POLL).status_code == 200
    assert case


def test_a_list_that_has_become_old_is_a_change(physio, now):
    listed(physio)
    client = staff_client(physio)
    version = version_of(client.get("/caseload/").text)
    beat(now - timedelta(hours=1))
    assert client.get(f"/caseload/changes/?version={version}", headers=POLL).status_code == 200


def test_the_poll_does_not_count_as_use(physio):
    client = staff_client(physio)
    client.get("/caseload/")
    before = client.session["seen_at"]
    session = client.session
    session["seen_at"] = before - 300
    session.save()
    client.get("/caseload/changes/?version=x", headers=POLL)
    assert client.session["seen_at"] == before - 300


def test_the_poll_is_no_access_event(physio):
    from patients.models import AccessEvent

    client = staff_client(physio)
    client.get("/caseload/")
    with factories.inside(physio.clinic):
        before = AccessEvent.objects.count()
    client.get(f"/caseload/changes/?version={uuid4().hex}", headers=POLL)
    with factories.inside(physio.clinic):
        assert AccessEvent.objects.count() == before
