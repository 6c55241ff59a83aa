"""A stored case can be taken out and replayed elsewhere with the same answer."""

import json
from datetime import timedelta
from io import StringIO
from pathlib import Path
from typing import Any

import pytest
from django.core.management import CommandError, call_command

from patients.models import Case
from rehab.clinical.__main__ import main
from rehab.clinical.codec import decode
from rehab.queries.history import load
from tests import factories as make

NOW = make.NOW
pytestmark = pytest.mark.django_db


@pytest.fixture
def case() -> Case:
    """With one row of everything that the rules are told."""
    case = make.make_case(make.make_patient(make.make_clinic()), sides=("LEFT", "RIGHT"))
    make.make_finding(make.make_assessment(case, red_flags=["GOUT"]), make.tendon_of(case))
    plan = make.make_plan(make.tendon_of(case))
    make.make_stage_change(case, to_stage=3)
    run = make.make_run(case, at=NOW - timedelta(days=1), pain_left=5, pain_right=0, warm_up_left="EASED")
    make.make_report(case, kind="CHECK_24H", run=run, pain_left=3, pain_right=0)
    make.make_session(plan, sets=[{"knee": "BENT", "reps": 15, "load_kg": 2.5, "seconds": 4}])
    make.make_red_flag_report(case, at=NOW - timedelta(days=9))
    make.make_clearance(case, cleared_at=NOW - timedelta(days=8))
    make.make_score(case)
    return case


def said(*arguments: Any) -> str:
    out = StringIO()
    call_command(*arguments, stdout=out)
    return out.getvalue()


def test_an_exported_case_reads_back_as_it_was_stored(case: Case) -> None:
    with make.inside(case.clinic_id):
        stored = load(case.id)
    assert decode(json.loads(said("export_case", str(case.id)))) == stored


def test_explaining_equals_replaying_the_exported_file(
    case: Case, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    file = tmp_path / "case.json"
    file.write_text(said("export_case", str(case.id)))
    for moment in (NOW, NOW - timedelta(hours=12), NOW + timedelta(days=30)):
        assert main([str(file), "--at", moment.isoformat()]) == 0
        replayed = json.loads(capsys.readouterr().out)
        assert json.loads(said("explain", str(case.id), f"--at={moment.isoformat()}")) == replayed


def test_an_earlier_moment_knows_nothing_of_later_entries(case: Case) -> None:
    before = json.loads(said("explain", str(case.id), f"--at={(NOW - timedelta(days=2)).isoformat()}"))
    after = json.loads(said("explain", str(case.id), f"--at={NOW.isoformat()}"))
    assert (before["stage"]["stage"], after["stage"]["stage"]) == (3, 2)


def test_it_can_be_read_by_people(case: Case) -> None:
    assert "5/10" in said("explain", str(case.id), "--text", f"--at={NOW.isoformat()}")


@pytest.mark.parametrize("command", ["explain", "export_case"])
def test_a_case_that_nobody_has_is_said_in_a_sentence(command: str) -> None:
    with pytest.raises(CommandError, match="No clinic has a case"):
        call_command(command, "01a205aa-3597-7a16-a7b2-f7b42ebb19a5")


def test_a_moment_without_its_offset_is_refused(case: Case) -> None:
    with pytest.raises(CommandError, match="--at"):
        call_command("explain", str(case.id), "--at=2026-11-16T09:00")
