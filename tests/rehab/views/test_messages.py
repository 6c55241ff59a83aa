"""Runner and clinic write to each other: stored once, seen to once, noticed by a mail that says nothing."""

from datetime import datetime, timedelta

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from patients.models import Case, MailState, Membership, OutboxMail, Role, uuid7
from rehab.actions import messages
from rehab.actions.mail_writing import Skipped
from rehab.models import Message, MessageWithdrawn
from rehab.queries import messages as threads
from tests import factories
from tests.sign_in import patient_client, staff_client
from tests.worker import working

pytestmark = pytest.mark.django_db


@pytest.fixture
def case() -> Case:
    return factories.make_case(factories.make_patient(factories.make_clinic()))


@pytest.fixture
def login(case: Case) -> Membership:
    return factories.patient_login(case.patient)


@pytest.fixture
def runner(login: Membership) -> Client:
    return patient_client(login)


@pytest.fixture
def physio(case: Case) -> Client:
    return staff_client(case.clinician)


def thread_of(case: Case) -> str:
    return reverse("case_messages", args=[case.pk])


def say(client: Client, address: str, text: str = "May I cycle?", key: str = "") -> int:
    return client.post(address, {"id": key or str(uuid7()), "text": text}).status_code


def mails(case: Case, kind: str) -> list[OutboxMail]:
    with factories.inside(case.clinic):
        return list(OutboxMail.objects.filter(kind=kind).order_by("created_at", "id"))


def test_a_question_waits_until_it_is_answered(runner: Client, physio: Client, case: Case) -> None:
    key = str(uuid7())
    assert [say(runner, reverse("portal_messages"), key=key) for _twice in range(2)] == [302, 302]
    with factories.inside(case.clinic):
        assert Message.objects.count() == 1
    assert "1 runner waits for an answer" in physio.get(reverse("caseload")).text
    waiting = physio.get(reverse("messages_waiting")).text
    assert "1 message" in waiting and thread_of(case) in waiting
    assert "May I cycle?" in physio.get(thread_of(case)).text  # to have looked is not to have answered
    assert "1 runner waits" in physio.get(reverse("caseload")).text
    assert say(physio, thread_of(case), "Yes, if comfortable.") == 302
    assert "waits for an answer" not in physio.get(reverse("caseload")).text
    assert "Nobody waits" in physio.get(reverse("messages_waiting")).text


def test_the_runner_sees_that_something_is_new_until_they_open_it(
    runner: Client, physio: Client, case: Case
) -> None:
    say(physio, thread_of(case), "Please <b>call</b> us.")
    assert "1 new message from your clinic" in runner.get(reverse("portal_today")).text
    page = runner.get(reverse("portal_messages")).text
    assert "Please &lt;b&gt;call&lt;/b&gt; us." in page and case.clinician.display_name in page
    assert "new message" not in runner.get(reverse("portal_today")).text


def test_the_runner_is_told_that_nobody_watches_and_where_urgent_help_is(runner: Client) -> None:
    page = runner.get(reverse("portal_messages")).text
    assert "Nobody watches this live" in page and reverse("portal_help") in page


def test_no_answer_needed_settles_only_what_was_on_the_page(
    runner: Client, physio: Client, case: Case
) -> None:
    say(runner, reverse("portal_messages"), "Thanks!")
    first = _newest(case)
    say(runner, reverse("portal_messages"), "One more thing")
    settle = reverse("case_messages_settle", args=[case.pk])
    assert physio.post(settle, {"up_to": first.isoformat()}).status_code == 302
    assert "1 message" in physio.get(reverse("messages_waiting")).text
    assert physio.post(settle, {"up_to": _newest(case).isoformat()}).status_code == 302
    assert "Nobody waits" in physio.get(reverse("messages_waiting")).text
    assert physio.post(settle, {"up_to": "yesterday"}, follow=True).status_code == 200


def _newest(case: Case) -> datetime:
    with factories.inside(case.clinic):
        return Message.objects.order_by("-at", "-id").values_list("at", flat=True)[0]


def test_an_empty_message_comes_back_and_a_long_one_keeps_its_words(
    runner: Client, physio: Client, case: Case
) -> None:
    for client, address in ((runner, reverse("portal_messages")), (physio, thread_of(case))):
        empty = client.post(address, {"text": " "})
        assert empty.status_code == 422 and "Write the message" in empty.text
        long = client.post(address, {"text": "word " * 1000})
        assert long.status_code == 422 and "word word" in long.text


@pytest.mark.django_db(transaction=True)
def test_one_mail_for_what_waits_and_none_of_its_words(runner: Client, case: Case) -> None:
    for text in ("My tendon hurts", "And another thing"):
        say(runner, reverse("portal_messages"), text)
    (mail,) = mails(case, messages.TO_CLINIC)
    assert mail.recipient_membership_id == case.clinician_id and mail.state == MailState.PENDING
    with working(), factories.inside(case.clinic):
        told = messages.COMPOSERS[messages.TO_CLINIC](mail, timezone.now())
    said = told.subject + told.text + told.html
    assert "hurts" not in said and thread_of(case) in told.text and f"Case {case.patient.number}" in said
    assert mail.to_address == case.clinician.user.email


@pytest.mark.django_db(transaction=True)
def test_the_mail_is_not_sent_once_it_was_seen_to(runner: Client, physio: Client, case: Case) -> None:
    say(runner, reverse("portal_messages"))
    say(physio, thread_of(case), "Yes.")
    (to_clinic,), (to_runner,) = mails(case, messages.TO_CLINIC), mails(case, messages.TO_RUNNER)
    with working(), factories.inside(case.clinic):
        with pytest.raises(Skipped, match="READ"):
            messages.COMPOSERS[messages.TO_CLINIC](to_clinic, timezone.now())
        told = messages.COMPOSERS[messages.TO_RUNNER](to_runner, timezone.now())
    assert "Yes." not in told.text and case.clinic.phone in told.text
    runner.get(reverse("portal_messages"))
    with working(), factories.inside(case.clinic), pytest.raises(Skipped, match="READ"):
        messages.COMPOSERS[messages.TO_RUNNER](to_runner, timezone.now())


def test_the_next_unread_message_is_noticed_again(runner: Client, physio: Client, case: Case) -> None:
    say(runner, reverse("portal_messages"))
    say(physio, thread_of(case), "Yes.")
    say(runner, reverse("portal_messages"), "How far?")
    assert len(mails(case, messages.TO_CLINIC)) == 2


def test_a_text_the_clinic_often_sends_is_put_into_the_form(physio: Client, case: Case) -> None:
    texts = reverse("message_templates")
    assert "None yet" in physio.get(texts).text
    assert physio.post(texts, {"title": "First week", "text": "How was it?"}).status_code == 302
    again = physio.post(texts, {"title": "first week", "text": "Other"})
    assert (
        again.status_code == 422
        and "already" in again.text
        and ">Other</textarea>" in again.text.replace("\n", "")
    )
    with factories.inside(case.clinic):
        (one,) = threads.templates(case.clinic_id)
    assert "How was it?</textarea>" in physio.get(f"{thread_of(case)}?template={one.pk}").text
    own = reverse("message_template", args=[one.pk])
    assert "How was it?" in physio.get(own).text
    assert physio.post(own, {"title": "First week", "text": "How did it go?"}).status_code == 302
    assert physio.post(own, {"remove": "1"}).status_code == 302
    assert physio.get(own).status_code == 404
    assert physio.get(f"{thread_of(case)}?template={one.pk}").status_code == 404


def test_a_closed_door_for_strangers(runner: Client, physio: Client, case: Case) -> None:
    elsewhere = factories.make_case(factories.make_patient(factories.make_clinic()))
    for client in (
        staff_client(elsewhere.clinician),
        patient_client(factories.patient_login(elsewhere.patient)),
    ):
        assert client.get(thread_of(case)).status_code == 404
        assert say(client, thread_of(case)) == 404
    assert (
        staff_client(factories.make_member(case.clinic, Role.RECEPTION)).get(thread_of(case)).status_code
        == 404
    )
    with factories.inside(case.clinic):
        assert Message.objects.count() == 0


def test_the_waiting_list_is_one_query_for_many(physio: Client, case: Case) -> None:
    now = timezone.now()
    for hours in range(3):
        other = factories.make_case(factories.make_patient(case.clinic, responsible=case.clinician))
        login = factories.patient_login(other.patient)
        for _more in range(2):
            factories.make_message(other, by=login, at=now - timedelta(hours=hours + 1))
    with (
        factories.inside(case.clinic),
        CaptureQueriesContext(
            connection,
        ) as asked,
    ):
        found = threads.waiting(membership=case.clinician, now=now, zone=timezone.get_default_timezone())
    assert [one.since for one in found] == ["3 h ago", "2 h ago", "1 h ago"]
    assert {one.count for one in found} == {2} and all(one.mine for one in found)
    assert len([one for one in asked.captured_queries if "rehab_message" in one["sql"]]) == 1


def withdraw(client: Client, name: str, *ids: object) -> int:
    return client.post(reverse(name, args=ids)).status_code


def test_a_message_is_taken_back_until_it_was_read(runner: Client, physio: Client, case: Case) -> None:
    say(physio, thread_of(case), "Run on Sunday.")
    with factories.inside(case.clinic):
        first = Message.objects.get()
    assert "Take it back" in physio.get(thread_of(case)).text
    assert withdraw(physio, "case_message_withdraw", case.pk, first.pk) == 302
    assert withdraw(physio, "case_message_withdraw", case.pk, first.pk) == 302  # twice is once
    own = physio.get(thread_of(case)).text
    assert "Taken back before it was read" in own and "Run on Sunday." in own
    assert "new message" not in runner.get(reverse("portal_today")).text
    assert "Run on Sunday." not in runner.get(reverse("portal_messages")).text
    say(physio, thread_of(case), "Run on Monday.")
    assert "Run on Monday." in runner.get(reverse("portal_messages")).text  # read now
    with factories.inside(case.clinic):
        second = Message.objects.exclude(pk=first.pk).get()
    assert "Take it back" not in physio.get(thread_of(case)).text
    refused = physio.post(reverse("case_message_withdraw", args=[case.pk, second.pk]), follow=True)
    assert "It has been read already" in refused.text
    with factories.inside(case.clinic):
        assert MessageWithdrawn.objects.count() == 1


def test_what_a_runner_took_back_waits_for_nobody_and_its_words_are_not_shown(
    runner: Client, physio: Client, case: Case
) -> None:
    say(runner, reverse("portal_messages"), "Never mind the shoes")
    with factories.inside(case.clinic):
        message = Message.objects.get()
    assert "1 runner waits" in physio.get(reverse("caseload")).text
    assert withdraw(runner, "portal_message_withdraw", message.pk) == 302
    assert "Taken back before it was read" in runner.get(reverse("portal_messages")).text
    assert "waits for an answer" not in physio.get(reverse("caseload")).text
    for address in (thread_of(case), reverse("case_timeline", args=[case.pk])):
        page = physio.get(address).text
        assert "aken back before it was read" in page and "Never mind" not in page


def test_a_runner_cannot_take_back_what_the_clinic_read_or_wrote(
    runner: Client, physio: Client, case: Case
) -> None:
    say(runner, reverse("portal_messages"), "How far?")
    physio.get(thread_of(case))
    say(physio, thread_of(case), "Ten minutes.")
    with factories.inside(case.clinic):
        mine, theirs = Message.objects.from_runner().get(), Message.objects.from_clinic().get()
    answer = runner.post(reverse("portal_message_withdraw", args=[mine.pk]), follow=True)
    assert "Your clinic has read it already" in answer.text
    assert withdraw(runner, "portal_message_withdraw", theirs.pk) == 404
    assert withdraw(physio, "case_message_withdraw", case.pk, mine.pk) == 404
    with factories.inside(case.clinic):
        assert not MessageWithdrawn.objects.exists()


@pytest.mark.django_db(transaction=True)
def test_words_that_can_be_urgent_ask_at_once_and_tell_the_physio(
    runner: Client, physio: Client, case: Case
) -> None:
    answer = runner.post(
        reverse("portal_messages"), {"id": str(uuid7()), "text": "I felt a pop and my calf is swollen."}
    )
    assert answer.status_code == 200  # in the response to the message itself
    shown = answer.text
    assert "Please check this now" in shown and "sudden pop or snap" in shown
    assert case.clinic.phone in shown and case.clinic.emergency_number in shown
    assert reverse("portal_help") in shown and "rupture" not in shown
    # Whether a mail arrives, a runner's session cannot know: it is not promised.
    assert "at the top of the list" in shown and "is told that your message" not in shown
    assert shown.index("Please check this now") < shown.index("I felt a pop")
    with factories.inside(case.clinic):
        assert Message.objects.count() == 1 and not case.flags.exists()  # a word is no report
    listed = physio.get(reverse("caseload")).text
    assert "wrote something that can be urgent" in listed and "“pop”" in listed
    assert "Can be urgent" in physio.get(reverse("messages_waiting")).text
    assert "“swollen”" in physio.get(thread_of(case)).text
    (mail,) = mails(case, messages.ALARMING)
    assert mail.urgent and mail.recipient_membership_id == case.clinician_id
    with working(), factories.inside(case.clinic):
        told = messages.COMPOSERS[messages.ALARMING](mail, timezone.now())
    assert "should be read" in told.subject and "pop" not in told.subject + told.text + told.html
    say(physio, thread_of(case), "Go to hospital today, I have called you.")
    with working(), factories.inside(case.clinic), pytest.raises(Skipped, match="READ"):
        messages.COMPOSERS[messages.ALARMING](mail, timezone.now())


def test_going_back_and_writing_something_else_is_another_message(runner: Client, case: Case) -> None:
    """The form still has its key of before; “Sent” and “is told” are true of these words, too."""
    key, alarming = str(uuid7()), "I felt a pop just now"
    say(runner, reverse("portal_messages"), "Thank you", key=key)
    for _twice in range(2):
        said = runner.post(reverse("portal_messages"), {"id": key, "text": alarming})
        assert "Please check this now" in said.content.decode()
    with factories.inside(case.clinic):
        texts = list(Message.objects.order_by("at", "id").values_list("text", flat=True))
    assert texts == ["Thank you", alarming]
    assert len(mails(case, messages.ALARMING)) == 1


def test_an_ordinary_message_prompts_nothing(runner: Client, physio: Client, case: Case) -> None:
    answer = runner.post(
        reverse("portal_messages"), {"id": str(uuid7()), "text": "May I cycle?"}, follow=True
    )
    assert "Please check this now" not in answer.text
    assert not mails(case, messages.ALARMING)
    assert "can be urgent" not in physio.get(reverse("caseload")).text
