"""Every template, read as text: what the content security policy forbids, what Django prints by mistake."""

import re
from pathlib import Path

import pytest

FOLDER = Path(__file__).resolve().parents[3] / "templates"
PAGES = sorted(path for path in FOLDER.rglob("*.html") if "emails" not in path.parts)
ICONS = set(
    re.findall(r'<symbol id="([\w-]+)"', (FOLDER.parent / "static" / "img" / "icons.svg").read_text("utf-8"))
)


def name(path: Path) -> str:
    return str(path.relative_to(FOLDER))


@pytest.fixture(params=PAGES, ids=name)
def source(request: pytest.FixtureRequest) -> str:
    return request.param.read_text(encoding="utf-8")


def test_no_inline_style_script_or_handler(source):
    assert not re.search(r"<style|\sstyle=|\son\w+=|hx-on|javascript:", source)
    assert not re.search(r"<script(?![^>]*\ssrc=)(?![^>]*application/json)", source)


def test_a_short_comment_stays_on_its_line(source):
    """Django prints a {# comment #} that runs over a line break."""
    assert all("#}" in line.split("{#", 1)[1] for line in source.splitlines() if "{#" in line)


def test_components_are_included_with_only(source):
    included = re.findall(r'{% include "components/[^%]+%}', source)
    assert all(tag.endswith("only %}") for tag in included)


def test_icons_named_in_templates_are_in_the_sprite(source):
    assert set(re.findall(r'\{% icon "([\w-]+)"', source)) <= ICONS


def test_nothing_is_marked_safe_by_hand(source):
    assert not re.search(r"\|\s*safe\b|autoescape off", source)


def test_every_component_says_what_it_takes():
    components = (FOLDER / "components").glob("*.html")
    silent = [path.name for path in components if not re.search(r"{#|{% comment %}", path.read_text("utf-8"))]
    assert silent == []
