"""A case as JSON: every fault with its path, and the command line that replays it."""

import copy
import io
import json
from pathlib import Path
from typing import Any

import pytest

from rehab.clinical.__main__ import main
from rehab.clinical.codec import MalformedCase, decode, encode
from tests.rehab.clinical.cases import in_stage


def case() -> dict[str, Any]:
    diary = in_stage(3)
    diary.exercises()
    diary.run(0, 3)
    diary.say(1, 0, hour=9)
    diary.exercise(1)
    return json.loads(json.dumps(encode(diary.history(), diary.plan())))  # type: ignore[no-any-return]


FAULTS: dict[str, tuple[list[str | int], Any]] = {
    "$.history.runs[0].pain.LEFT": (["history", "runs", 0, "pain", "LEFT"], 11),
    "$.history.runs[0].pain.UP": (["history", "runs", 0, "pain", "UP"], 1),
    "$.history.runs[0].minutes": (["history", "runs", 0, "minutes"], 0),
    "$.history.runs[0].warm_up.LEFT": (["history", "runs", 0, "warm_up", "LEFT"], "GONE"),
    "$.history.runs[0].at": (["history", "runs", 0, "at"], "2026-09-07T09:00:00"),
    "$.history.runs[0].local_date": (["history", "runs", 0, "local_date"], "7 September"),
    "$.history.runs[0].supersedes": (["history", "runs", 0, "supersedes"], "e0001"),
    "$.history.runs[0].note": (["history", "runs", 0, "note"], "x"),
    "$.history.reports[0].kind": (["history", "reports", 0, "kind"], None),
    "$.history.reports[0].id": (["history", "reports", 0, "id"], "e0001"),
    "$.history.sessions[0].sets[1].reps": (["history", "sessions", 0, "sets", 1, "reps"], 15.5),
    "$.history.time_zone": (["history", "time_zone"], "Europe/Nowhere"),
    "$.plan.sides": (["plan", "sides"], []),
    "$.plan.thresholds.RUN_OK_MAX": (["plan", "thresholds"], {"RUN_OK_MAX": 9}),
    "$.plan.stage_steps[0].stage": (["plan", "stage_steps", 0, "stage"], 9),
    "$.plan.record_only": (["plan", "record_only"], "no"),
    "$.format": (["format"], "another/1"),
    "$.more": (["more"], 1),
}


def _with(data: dict[str, Any], keys: list[str | int], value: Any) -> dict[str, Any]:
    inner: Any = data
    for key in keys[:-1]:
        inner = inner[key]
    inner[keys[-1]] = value
    return data


@pytest.mark.parametrize("path", FAULTS)
def test_a_fault_is_named_by_its_path(path: str) -> None:
    with pytest.raises(MalformedCase) as refused:
        decode(_with(case(), *FAULTS[path]))
    assert path in {fault.path for fault in refused.value.faults}


def test_all_faults_are_named_at_once() -> None:
    data = case()
    for path in (
        "$.history.runs[0].pain.LEFT",
        "$.history.runs[0].minutes",
        "$.history.reports[0].kind",
        "$.more",
    ):
        _with(data, *FAULTS[path])
    del data["plan"]["baselines"][0]["at"]
    with pytest.raises(MalformedCase) as refused:
        decode(data)
    assert len({fault.path for fault in refused.value.faults}) == 5


@pytest.mark.parametrize("data", [None, [], "case", {}, {"format": "plimsoll-case/1"}])
def test_what_is_no_case_at_all_is_refused(data: Any) -> None:
    with pytest.raises(MalformedCase):
        decode(data)


def test_the_command_prints_the_evaluation(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    file = tmp_path / "case.json"
    file.write_text(json.dumps(case()), encoding="utf-8")
    assert main([str(file), "--at", "2026-09-07T12:00:00+02:00"]) == 0
    shown = json.loads(capsys.readouterr().out)
    assert shown["running"]["decision"] == "STOP_TEMPORARY"
    assert shown["at"] == "2026-09-07T10:00:00Z"
    assert main([str(file), "--text"]) == 0
    assert "Can I run today?" in capsys.readouterr().out


def test_the_command_reads_standard_input_and_refuses_with_two(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    bad = _with(copy.deepcopy(case()), *FAULTS["$.history.runs[0].minutes"])
    for text in (json.dumps(bad), "{", "[" * 100_000):
        monkeypatch.setattr("sys.stdin", io.StringIO(text))
        assert main(["-"]) == 2
        assert "cannot be evaluated" in capsys.readouterr().err
    assert main(["/no/such/file.json"]) == 2
    capsys.readouterr()


def test_a_time_without_an_offset_is_refused(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    file = tmp_path / "case.json"
    file.write_text(json.dumps(case()), encoding="utf-8")
    assert main([str(file), "--at", "2026-09-07T12:00:00"]) == 2
    assert "offset" in capsys.readouterr().err


def test_the_example_in_the_documentation_is_a_case() -> None:
    page = (Path(__file__).parents[3] / "docs" / "case-format.md").read_text(encoding="utf-8")
    example = page.split("```json\n", 1)[1].split("```", 1)[0]
    history, plan = decode(json.loads(example))
    assert decode(json.loads(json.dumps(encode(history, plan)))) == (history, plan)
