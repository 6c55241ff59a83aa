"""The runner's account: language, all that is stored, who looked, and the wish to be forgotten."""

import json
from collections.abc import Callable
from datetime import datetime

import pytest
from allauth.account.models import EmailAddress
from allauth.mfa.models import Authenticator
from allauth.usersessions.models import UserSession
from django.apps import apps
from django.db import models
from django.test import Client
from django.utils import translation
from django.utils.translation import gettext

from patients.models import Case, ErasureRequest, Membership, OutboxMail, Patient, User
from rehab.queries import own_record, own_words
from tests import factories as make
from tests.factories import sign_in
from tests.rehab.runner import NOW, Runner
from tests.rehab.views.portal.told import a_morning, a_run

PAGES = (
    "/me/account/",
    "/me/account/record/",
    "/me/account/record/file/",
    "/me/account/who-looked/",
    "/me/account/erasure/",
)


def test_it_is_open_also_when_no_case_is(portal: Client, runner: Runner) -> None:
    with make.inside(runner.clinic):
        Case.objects.update(status="CLOSED", closed_at=NOW)
    assert [portal.get(page).status_code for page in PAGES] == [200] * len(PAGES)
    assert "Language and time" in portal.get("/me/account/").content.decode()
    assert portal.post("/me/account/erasure/")["Location"] == "/me/account/erasure/"
    assert 'href="/me/account/record/"' in portal.get("/me/").content.decode()
    with runner.signed_in():
        assert ErasureRequest.objects.exists()


class TestLanguageAndTimeZone:
    def test_the_browser_decides_until_the_runner_does(self, portal: Client, runner: Runner) -> None:
        with make.inside(runner.clinic):
            Patient.objects.update(language="")
        arabic = {"headers": {"accept-language": "ar"}}
        assert 'lang="ar" dir="rtl"' in portal.get("/me/account/", **arabic).content.decode()
        said = portal.post("/me/account/", {"language": "de", "time_zone": "Europe/London"})
        assert said.status_code == 302
        assert 'lang="de" dir="ltr"' in portal.get("/me/account/", **arabic).content.decode()
        again = sign_in(Client(), runner.member)  # on another device
        assert 'lang="de" dir="ltr"' in again.get("/me/account/", **arabic).content.decode()

    def test_the_clinic_s_pages_stay_english(self, portal: Client, runner: Runner) -> None:
        physio = make.make_member(runner.clinic)
        client = sign_in(Client(), physio)
        assert 'lang="en-gb"' in client.get("/caseload/", headers={"accept-language": "de"}).content.decode()

    def test_another_time_zone_moves_the_days_and_the_case_is_looked_at_again(
        self, portal: Client, runner: Runner
    ) -> None:
        portal.post("/me/account/", {"language": "", "time_zone": "Pacific/Auckland"})
        with runner.signed_in():
            assert Patient.objects.get().time_zone == "Pacific/Auckland"
            assert Case.objects.get().evaluation_due_at == NOW

    def test_a_zone_that_there_is_not_is_refused(self, portal: Client, runner: Runner) -> None:
        assert portal.post("/me/account/", {"language": "", "time_zone": "Mars/Olympus"}).status_code == 422
        assert portal.post("/me/account/", {"language": "xx", "time_zone": "UTC"}).status_code == 422


class TestAllThatIsStored:
    @pytest.mark.check("S51")
    def test_every_model_about_a_patient_is_in_it_or_left_out_with_a_reason(
        self, tried: Callable[..., None]
    ) -> None:
        """S51: a model made tomorrow is either given out or explained."""
        given = {model._meta.label for model in own_record.own_models()}
        about = {
            model._meta.label
            for model in apps.get_models()
            if model._meta.app_label in ("patients", "assessments", "rehab")
            and any(field.name in ("patient", "person", "case") for field in model._meta.get_fields())
        } - {"patients.Membership"}  # asked for by its key
        tried("S51", models_given_out=len(given), left_out_with_a_reason=len(own_record.LEFT_OUT))
        assert about - given - set(own_record.LEFT_OUT) == set()
        assert len(given) >= 15

    @pytest.mark.twin("S51")
    def test_a_model_that_is_forgotten_and_a_column_that_is_hidden_are_seen(
        self, db: None, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        """The twin: the runs hidden from the export, and a column of theirs."""
        monkeypatch.setattr(own_record, "_shows", lambda model: model._meta.label != "rehab.Run")
        with pytest.raises(AssertionError):
            self.test_every_model_about_a_patient_is_in_it_or_left_out_with_a_reason(lambda *_, **__: None)
        monkeypatch.undo()
        monkeypatch.setattr(own_record, "SECRET", own_record.SECRET | {"note"})
        with pytest.raises(AssertionError):
            self.test_it_has_every_row_and_value_of_the_runner_and_nobody_else_s(db)

    def test_no_column_is_left_out_but_the_ones_that_open_doors(self) -> None:
        known = {model._meta.label for model in apps.get_models()}
        assert set(own_record.LEFT_OUT) <= known  # no reason for a model that there is not
        assert {"token_hash", "password", "p256dh", "auth"} <= own_record.SECRET

    def test_every_kind_has_a_title_in_the_runners_words(self) -> None:
        of_the_account = {"patients.User", "patients.Membership", "account.EmailAddress"}
        of_the_account |= {"mfa.Authenticator", "usersessions.UserSession"}
        given = {model._meta.label for model in own_record.own_models()}
        assert set(own_words.TITLES) == given | of_the_account
        assert len(set(map(str, own_words.TITLES.values()))) == len(own_words.TITLES)

    def test_every_column_to_read_has_words_and_none_is_named_that_there_is_not(self) -> None:
        account = (User, Membership, EmailAddress, Authenticator, UserSession)
        columns = {
            field.name
            for model in (*own_record.own_models(), *account)
            for field in model._meta.concrete_fields
            if field.name not in own_record.SECRET
            and not isinstance(getattr(field, "target_field", field), models.UUIDField)
        }
        assert set(own_words.COLUMNS) == columns

    @pytest.mark.parametrize("language", ["de", "ar"])
    def test_the_words_are_translated(self, language: str) -> None:
        words = [*map(str, own_words.TITLES.values()), *own_words.COLUMNS.values()]
        with translation.override(language):
            same = {one for one in words if gettext(one) == one}
        assert same <= {"Text", "Status", "Team", "Browser"}

    @pytest.mark.check("S51")
    def test_it_has_every_row_and_value_of_the_runner_and_nobody_else_s(self, db: None) -> None:
        here, there = make.two_clinics()
        client = sign_in(Client(), here.patient_member)
        answer = client.get("/me/account/record/file/")
        assert answer.headers["Content-Disposition"] == 'attachment; filename="plimsoll-record.json"'
        record = json.loads(answer.content)["record"]
        for model in own_record.own_models():
            wanted = {str(row.pk) for row in here.rows[model]}
            assert {row["id"] for row in record[model._meta.label]} >= wanted, model
        said = answer.content.decode()
        assert here.patient.person.family_name in said
        assert f"note {here.mark}" in said
        assert here.patient_member.user.email in said
        assert there.mark not in said
        assert "pbkdf2" not in said

    def test_the_page_shows_the_same_to_read(self, portal: Client, runner: Runner) -> None:
        a_run(runner, hours_ago=30, note="Windy along the river")
        said = portal.get("/me/account/record/").content.decode()
        assert "Windy along the river" in said
        assert "Your runs (1)" in said
        local = "21 November 2026, 12:00"  # thirty hours before the runner's NOW, in words
        assert f"<dt>When it was</dt><dd>{local}</dd>" in said
        assert str(runner.clinic.pk) not in said  # keys are in the file only
        assert "Nothing is stored of these" in said

    def test_days_are_written_as_the_language_writes_them(self, portal: Client, runner: Runner) -> None:
        a_run(runner, hours_ago=30)
        with make.inside(runner.clinic):
            Patient.objects.update(language="de")
        said = portal.get("/me/account/record/").content.decode()
        assert "<dt>Wann es war</dt><dd>21. November 2026, 12:00</dd>" in said
        assert "Sonntag, 22. November" in portal.get("/me/").content.decode()


class TestWhoLooked:
    def test_others_are_named_with_what_they_did_and_own_visits_are_not(
        self, portal: Client, runner: Runner
    ) -> None:
        portal.get("/me/")
        physio = make.make_member(runner.clinic, display_name="Robin Vale")
        for hour in (9, 11):
            at = datetime(2026, 11, 20, hour, 30, tzinfo=NOW.tzinfo)
            make.make_access_event(physio, patient=runner.patient, case=runner.case, at=at)
        said = portal.get("/me/account/who-looked/").content.decode()
        assert "Robin Vale" in said
        assert "Friday 20 November 2026, last at 11:30" in " ".join(said.split())
        assert "2 times" in said
        assert said.count("looked at your record") == 1
        assert "case read" not in said  # never the words of a route

    def test_what_others_have_in_their_record_does_not_show(self, portal: Client, runner: Runner) -> None:
        other = make.make_patient(runner.clinic, number=runner.patient.number + 1)
        physio = make.make_member(runner.clinic, display_name="Robin Vale")
        make.make_access_event(physio, patient=other)
        assert b"Nobody yet." in portal.get("/me/account/who-looked/").content


class TestErasure:
    def test_the_wish_is_kept_once_told_to_the_clinic_and_can_be_taken_back(
        self, portal: Client, runner: Runner
    ) -> None:
        for _ in range(2):
            assert portal.post("/me/account/erasure/").status_code == 302
        assert b"You asked on 22 November 2026." in portal.get("/me/account/erasure/").content
        with make.inside(runner.clinic):
            assert ErasureRequest.objects.get().asked_at == NOW
            mail = OutboxMail.objects.get(kind="ERASURE_ASKED")
            assert mail.to_address == runner.physio.user.email
            assert "Alex" not in mail.text + mail.subject + mail.html
        portal.post("/me/account/erasure/", {"withdraw": "1"})
        with runner.signed_in():
            assert ErasureRequest.objects.get().withdrawn_at == NOW
            assert Patient.objects.get().person is not None
        assert b"Ask my clinic" in portal.get("/me/account/erasure/").content

    def test_looking_asks_for_nothing(self, portal: Client, runner: Runner) -> None:
        portal.get("/me/account/erasure/")
        with runner.signed_in():
            assert not ErasureRequest.objects.exists()


@pytest.mark.parametrize("path", PAGES)
def test_staff_have_no_runner_s_account(runner: Runner, path: str) -> None:
    client = sign_in(Client(), make.make_member(runner.clinic))
    assert client.get(path).status_code == 404


def test_the_number_of_queries_for_who_looked_does_not_grow(
    portal: Client, runner: Runner, django_assert_max_num_queries: object
) -> None:
    a_morning(runner, hours_ago=1)
    for _ in range(12):
        physio = make.make_member(runner.clinic)
        make.make_access_event(physio, patient=runner.patient)
    with django_assert_max_num_queries(17):
        portal.get("/me/account/who-looked/")
