"""Notes, their drafts, and the timeline they stand in: as plain posts, and as htmx asks for them."""

import re
from datetime import timedelta

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from patients.models import AuditEntry, Case, uuid7
from rehab.models import CaseNote, NoteDraft
from tests import factories
from tests.sign_in import patient_client, staff_client

pytestmark = pytest.mark.django_db


@pytest.fixture
def case() -> Case:
    return factories.make_case(factories.make_patient(factories.make_clinic()))


@pytest.fixture
def physio(case: Case) -> Client:
    return staff_client(case.clinician)


def address(name: str, case: Case) -> str:
    return reverse(name, kwargs={"case_id": case.pk})


def words(response) -> str:
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", response.text))


def test_a_note_is_stored_once_and_shown_with_its_author(physio: Client, case: Case) -> None:
    said = {"id": str(uuid7()), "text": "Calf work went well.\n\nNext: <b>hops</b>."}
    for _twice in range(2):
        answer = physio.post(address("note_new", case), said)
        assert (answer.status_code, answer.url) == (302, f"{address('case', case)}#time-title")
    text = physio.get(address("case", case)).text
    assert "&lt;b&gt;hops&lt;/b&gt;" in text and case.clinician.display_name in text
    with factories.inside(case.clinic):
        assert CaseNote.objects.count() == 1


def test_going_back_and_writing_something_else_is_another_note(physio: Client, case: Case) -> None:
    key = str(uuid7())
    for text in ("Calm today.", "Calm today. Calf squeeze normal.", "Calm today. Calf squeeze normal."):
        physio.post(address("note_new", case), {"id": key, "text": text})
    with factories.inside(case.clinic):
        notes = list(CaseNote.objects.order_by("at", "id").values_list("text", flat=True))
    assert notes == ["Calm today.", "Calm today. Calf squeeze normal."]


def test_a_note_is_set_right_by_a_later_one_and_both_stay(physio: Client, case: Case) -> None:
    wrong = factories.make_note(case, text="Left calf tight.", at=timezone.now() - timedelta(days=2))
    physio.post(address("note_draft", case), {"id": str(uuid7()), "text": "Half a thought"})
    way = f"{address('note_new', case)}?corrects={wrong.pk}"
    assert way in physio.get(address("case_timeline", case)).text
    page = physio.get(way)
    assert "As it should read" in page.text and page.text.count("Left calf tight.") == 2
    said = {"id": str(uuid7()), "corrects": str(wrong.pk), "text": "Right calf tight."}
    empty = physio.post(address("note_new", case), {**said, "text": " "})
    assert empty.status_code == 422 and "Left calf tight." in empty.text
    assert [physio.post(address("note_new", case), said).status_code for _twice in range(2)] == [302, 302]
    shown = words(physio.get(address("case_timeline", case), {"show": "notes"}))
    assert "Right calf tight." in shown and "Left calf tight." in shown
    assert "sets the one of" in shown and "Set right by a later note." in shown
    with factories.inside(case.clinic):
        assert CaseNote.objects.get(text="Right calf tight.").corrects_id == wrong.pk
        assert NoteDraft.objects.get().text == "Half a thought"  # another thought: it stays


def test_another_cases_note_cannot_be_set_right_here(physio: Client, case: Case) -> None:
    other = factories.make_note(factories.make_case(factories.make_patient(case.clinic)))
    for asked in (f"?corrects={other.pk}", "?corrects=nonsense"):
        assert physio.get(address("note_new", case) + asked).status_code == 404
    said = {"id": str(uuid7()), "corrects": str(other.pk), "text": "Right."}
    assert physio.post(address("note_new", case), said).status_code == 404


def test_an_empty_note_comes_back(physio: Client, case: Case) -> None:
    answer = physio.post(address("note_new", case), {"id": str(uuid7()), "text": "  "})
    assert answer.status_code == 422 and "Write the note" in answer.text
    assert physio.get(address("note_new", case)).status_code == 200


def test_what_is_typed_is_kept_and_stands_there_on_the_next_visit(physio: Client, case: Case) -> None:
    key = str(uuid7())
    state = physio.post(
        address("note_draft", case), {"id": key, "text": "Half a thou"}, headers={"HX-Request": "true"}
    )
    assert state.status_code == 200 and "Draft kept at" in state.text and "<html" not in state.text
    physio.post(address("note_draft", case), {"id": key, "text": "Half a thought"})
    assert ">Half a thought</textarea>" in physio.get(address("case", case)).text
    with factories.inside(case.clinic):
        assert NoteDraft.objects.get().text == "Half a thought"
        told = AuditEntry.objects.filter(table_name="rehab_notedraft")
        assert "Half" not in str(list(told.values_list("before", "after")))
    other = factories.make_member(case.clinic)
    assert "Half a thought" not in staff_client(other).get(address("case", case)).text


def test_saving_the_note_ends_its_draft_and_a_late_draft_does_not_bring_it_back(
    physio: Client, case: Case
) -> None:
    said = {"id": str(uuid7()), "text": "Done."}
    physio.post(address("note_draft", case), said)
    physio.post(address("note_new", case), said)
    physio.post(address("note_draft", case), said)
    with factories.inside(case.clinic):
        assert not NoteDraft.objects.exists()


def test_an_emptied_draft_is_gone(physio: Client, case: Case) -> None:
    physio.post(address("note_draft", case), {"id": str(uuid7()), "text": "x"})
    physio.post(address("note_draft", case), {"id": str(uuid7()), "text": ""})
    with factories.inside(case.clinic):
        assert not NoteDraft.objects.exists()


@pytest.mark.parametrize("name", ["note_new", "note_draft", "case_timeline"])
def test_strangers_reception_and_the_runner_find_nothing(case: Case, name: str) -> None:
    stranger = staff_client(factories.make_member(factories.make_clinic("Other")))
    reception = staff_client(factories.make_member(case.clinic, factories.Role.RECEPTION))
    runner = patient_client(factories.patient_login(case.patient))
    for client in (stranger, reception, runner):
        assert client.post(address(name, case), {"text": "x"}).status_code in (404, 405)
        assert client.get(address(name, case)).status_code in (404, 405)


# the timeline


def test_everything_stands_in_one_stream_newest_first(physio: Client, case: Case) -> None:
    now = timezone.now()
    factories.make_assessment(case)
    factories.make_plan(factories.tendon_of(case))
    factories.make_stage_change(case)
    factories.make_flag(case, resolved_at=now, resolved_by=case.clinician, state="RESOLVED")
    factories.make_clearance(case)
    factories.make_note(case, text="Slept badly.", at=now)
    factories.make_message(case, text="May I cycle?", at=now)
    factories.make_score(case, instrument="VISA_A", value=62, tendon=factories.tendon_of(case))
    factories.make_case_change(
        case, kind="TRANSFERRED", outcome="", clinician=case.clinician, at=now + timedelta(seconds=1)
    )
    text = words(physio.get(address("case_timeline", case)))
    for said in (
        "Handed over to",
        "Slept badly.",
        "First assessment",
        "Plan version 1, left: heel drops off a step",
        "3 × 15, straight and bent knee, morning and evening",
        "Running started at stage 1",
        "Flag: not settled yet, left",
        "Resolved: not settled yet, left",
        "Red flag cleared by examination",
        "Message from the runner",
        "May I cycle?",
        "VISA-A, left: 62 of 100",
    ):
        assert said in text, said
    assert text.index("Handed over to") < text.index("Slept badly.") < text.index("First assessment")
    notes = words(physio.get(address("case_timeline", case), {"show": "notes"}))
    assert "Slept badly." in notes and "First assessment" not in notes
    scores = words(physio.get(address("case_timeline", case), {"show": "scores"}))
    assert "VISA-A" in scores and "Slept badly." not in scores


def test_the_stream_is_read_page_by_page_and_none_is_shown_twice_or_left_out(
    physio: Client, case: Case
) -> None:
    at = timezone.now()
    for number in range(45):  # many at one moment: the key decides
        factories.make_note(case, text=f"note number {number}.", at=at)
    seen: list[str] = []
    where = address("case_timeline", case)
    for _page in range(3):
        with CaptureQueriesContext(connection) as caught:
            response = physio.get(where)
        seen += re.findall(r"note number \d+", response.text)
        more = re.search(r'id="more".*?href="([^"]+)"', response.text, re.DOTALL)
        where = more[1].replace("&amp;", "&") if more else ""
        assert len(caught) <= 14
    assert len(seen) == len(set(seen)) == 45 and not where


def test_a_press_on_earlier_brings_only_what_is_older(physio: Client, case: Case) -> None:
    for number in range(25):
        factories.make_note(case, text=f"note {number}.", at=timezone.now() - timedelta(days=number))
    first = physio.get(address("case_timeline", case))
    where = re.search(r'id="more".*?href="([^"]+)"', first.text, re.DOTALL)[1].replace("&amp;", "&")
    part = physio.get(where, headers={"HX-Request": "true", "HX-Target": "more"})
    assert part.text.count("<li") == 5 and "<html" not in part.text and 'id="more"' not in part.text


@pytest.mark.parametrize(
    "before", ["nonsense", "2026-01-01T00:00~x", "2026-01-01~01a21abb-c41c-7f63-888a-da21ac2a1188"]
)
def test_an_address_that_cannot_be_read_starts_at_the_beginning(
    physio: Client, case: Case, before: str
) -> None:
    factories.make_note(case, text="Here.")
    asked = {"before": before, "show": "everything"}
    assert "Here." in physio.get(address("case_timeline", case), asked).text
