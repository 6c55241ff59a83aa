"""A stored flag found again from what was known at its moment, whatever has come in since."""

from dataclasses import replace
from datetime import timedelta

import pytest
from django.utils import timezone

from patients.models import Case
from rehab.clinical.evaluation import Decision
from rehab.models import Flag, Plan
from rehab.queries import flag_replay
from rehab.queries.history import load
from tests import factories as make
from tests.caseload import STORIES, Caseload, make_caseload
from tests.sign_in import patient_client, staff_client

pytestmark = pytest.mark.django_db(transaction=True)
STORY = STORIES[1:3]  # over the line and not settled; three runs each worse


@pytest.fixture
def load_() -> Caseload:
    return make_caseload(timezone.now(), STORY)


def test_every_decision_has_words_of_its_own() -> None:
    assert set(flag_replay.DECISIONS) == set(Decision)
    assert len(set(flag_replay.DECISIONS.values())) == len(Decision)
    assert {one for one, words in flag_replay.DECISIONS.items() if words.startswith("May run")} == {
        one for one in Decision if one.may_run
    }


def replays(clinic: Caseload) -> list[flag_replay.FlagReplay]:
    with make.inside(clinic.clinic):
        flags = list(Flag.objects.order_by("id").values_list("id", flat=True))
        found = [flag_replay.replay(flag_id, now=timezone.now()) for flag_id in flags]
    assert found
    return [one for one in found if one is not None]


def differences(one: flag_replay.FlagReplay) -> list[object]:
    return [row for row in one.rows if not row.same] or [one.found_again]


def later(clinic: Caseload) -> None:
    """A calm week goes by, and the physio writes a new version of each plan with other limits."""
    for case in clinic.cases.values():
        make.make_report(case, at=timezone.now() + timedelta(days=1), pain_left=0)
        make.make_run(case, at=timezone.now() + timedelta(days=2), pain_left=9, warm_up_left="PERSISTED")
        tendon = make.tendon_of(case)
        today = timezone.now().date() + timedelta(days=1)
        with make.inside(clinic.clinic):
            old = Plan.objects.get(tendon=tendon)
            Plan.objects.filter(pk=old.pk).update(ends_on=today)
        changed = {"RUN_OK_MAX": {"value": 5, "reason": "Because.", "author": str(old.author_id)}}
        changed["REGRESS_MIN"] = changed["RUN_OK_MAX"] | {"value": 6}
        same = {name: getattr(old, name) for name in ("tendinopathy_type", "protocol", "knees")}
        at = timezone.now() + timedelta(hours=1)
        make.make_plan(tendon, version=2, starts_on=today, created_at=at, thresholds=changed, **same)


def test_every_flag_is_found_again_as_it_was_stored(load_: Caseload) -> None:
    for one in replays(load_):
        assert one.agrees, (one.word, differences(one))


def test_what_came_later_changes_nothing_about_then(load_: Caseload) -> None:
    before = replays(load_)
    later(load_)
    after = replays(load_)
    assert [one.rows for one in after] == [one.rows for one in before]
    assert all(one.agrees for one in after) and all(one.since == 2 for one in after)


def test_read_with_the_plan_of_now_it_would_differ(load_: Caseload, monkeypatch: pytest.MonkeyPatch) -> None:
    later(load_)

    def undated(case_id, moment):
        history, plan = load(case_id)
        newest = plan.threshold_versions[-1].thresholds
        return history, replace(plan, thresholds=newest, threshold_versions=(), steps_back=())

    monkeypatch.setattr(flag_replay, "load_as_of", undated)
    assert not all(one.agrees for one in replays(load_))


def test_a_closed_case_is_replayed_as_it_was_open(load_: Caseload) -> None:
    with make.inside(load_.clinic):
        Case.objects.update(status="CLOSED", closed_at=timezone.now() + timedelta(hours=2))
    assert all(one.agrees for one in replays(load_))


def test_a_difference_is_said(load_: Caseload) -> None:
    flag = load_.flag("Priya Nair", kind="OVER_THE_LINE")
    with make.inside(load_.clinic):
        Flag.objects.filter(pk=flag.pk).update(evidence=flag.evidence | {"readings": []})
    text = staff_client(load_.physio).get(f"/flags/{flag.pk}/replay/").text
    assert "Found again, with differences." in text
    with make.inside(load_.clinic):
        Flag.objects.filter(pk=flag.pk).update(found_at=flag.found_at - timedelta(days=6))
    text = staff_client(load_.physio).get(f"/flags/{flag.pk}/replay/").text
    assert "Not found again." in text and "As stored:" in text


def test_the_page_shows_both_and_is_for_this_clinic_only(load_: Caseload) -> None:
    flag = load_.flag("Priya Nair", kind="OVER_THE_LINE")
    path = f"/flags/{flag.pk}/replay/"
    text = staff_client(load_.physio).get(path).text
    assert "The same again." in text and text.count("5/10") >= 2 and "Stored then" in text
    stranger = staff_client(make.make_member(make.make_clinic("Other")))
    assert stranger.get(path).status_code == 404
    runner = patient_client(make.patient_login(load_.cases["Priya Nair"].patient))
    assert runner.get(path).status_code == 404
    assert replace(replays(load_)[0], rows=()).agrees is False
