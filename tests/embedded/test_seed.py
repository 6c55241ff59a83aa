"""The demo clinic is made once, told again at every start, and never left half done."""

import sys
from pathlib import Path

import pytest

from physio.embedded import layout, patience, seed, services
from physio.embedded.problem import Problem
from physio.embedded.processes import Child
from physio.embedded.rank import Rank
from physio.embedded.supervisor import Supervisor

PROJECT_WITH_SEED = "clinic/management/commands/seed_demo.py"


@pytest.fixture
def place(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> layout.Layout:
    command = tmp_path / "project" / PROJECT_WITH_SEED
    command.parent.mkdir(parents=True)
    command.touch()
    monkeypatch.setattr(seed, "PROJECT", tmp_path / "project")
    monkeypatch.delenv("PLIMSOLL_DEMO", raising=False)
    monkeypatch.setattr(patience, "pause", lambda _: None)
    layout.open_root(tmp_path / "data")
    return layout.lay_out(tmp_path / "data", Rank())


def seeding_says(monkeypatch: pytest.MonkeyPatch, program: str) -> None:
    def python(name: str, arguments: list[str], env: dict[str, str], log: Path) -> Child:
        assert arguments == ["manage", "seed_demo"]
        return Child(name=name, argv=[sys.executable, "-c", program], env=env, log=log)

    monkeypatch.setattr(services, "python", python)


def test_it_is_shown_while_it_runs_and_remembered(
    place: layout.Layout, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    seeding_says(monkeypatch, "print('week 1'); print('Sign in as\\n  physio@clinic.example')")
    seed.seed_once(Supervisor(), place, {})
    assert "week 1" in capsys.readouterr().out
    assert seed.sign_ins(place) == "Sign in as\n  physio@clinic.example"
    assert not seed.interrupted(place)

    seeding_says(monkeypatch, "raise SystemExit('a second time')")
    seed.seed_once(Supervisor(), place, {})
    assert capsys.readouterr().out == ""


def test_a_failed_one_is_told_and_begun_anew(place: layout.Layout, monkeypatch: pytest.MonkeyPatch) -> None:
    seeding_says(monkeypatch, "raise SystemExit('no room')")
    with pytest.raises(Problem, match=r"could not be made(?s:.)*no room"):
        seed.seed_once(Supervisor(), place, {})
    assert seed.interrupted(place)


def test_without_the_demo_nothing_is_told(place: layout.Layout, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PLIMSOLL_DEMO", "off")
    seeding_says(monkeypatch, "raise SystemExit(1)")
    seed.seed_once(Supervisor(), place, {})
    assert seed.sign_ins(place) == ""
    assert not seed.interrupted(place)
