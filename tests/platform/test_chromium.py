"""The search for a browser: in order, and never in silence."""

import os
import stat
from pathlib import Path

import pytest

from tests import chromium


@pytest.fixture(autouse=True)
def _nothing_named(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("PLIMSOLL_BROWSER", raising=False)


def program(path: Path) -> Path:
    path.write_text("#!/bin/sh\n")
    path.chmod(path.stat().st_mode | stat.S_IXUSR)
    return path


def test_a_named_browser_comes_first(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    named = program(tmp_path / "mine")
    monkeypatch.setenv("PLIMSOLL_BROWSER", str(named))
    assert chromium.find() == named


def test_a_named_browser_that_is_none_is_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PLIMSOLL_BROWSER", str(tmp_path / "missing"))
    with pytest.raises(chromium.NoBrowser, match="Correct or unset it"):
        chromium.find()


def test_an_installed_one_is_found_by_its_name(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    chrome = program(tmp_path / "google-chrome")
    monkeypatch.setenv("PATH", str(tmp_path))
    assert chromium.find() == chrome


def test_then_debian_then_npm(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    asked: list[str] = []
    monkeypatch.setattr(chromium, "installed", lambda: asked.append("installed"))
    monkeypatch.setattr(chromium, "from_debian", lambda: asked.append("debian"))
    monkeypatch.setattr(chromium, "from_npm", lambda: asked.append("npm") or tmp_path)
    assert chromium.find() == tmp_path
    assert asked == ["installed", "debian", "npm"]


def test_debian_s_package_is_left_alone_without_root(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(os, "geteuid", lambda: 1000)
    assert chromium.from_debian() is None


def test_none_at_all_is_an_error_that_says_what_to_do(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))
    with pytest.raises(chromium.NoBrowser, match="apt-get install chromium"):
        chromium.find()
