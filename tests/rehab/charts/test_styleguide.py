"""The style guide, rendered: ids are unique, references lead somewhere, every control has a name."""

from collections import Counter
from html.parser import HTMLParser

import pytest
from django.template.loader import render_to_string
from django.test import RequestFactory

from tests.rehab.charts import styleguide

REFERENCES = ("for", "aria-labelledby", "aria-describedby", "data-sets")


class Page(HTMLParser):
    """Every start tag with its attributes, and which controls stand inside a <label>."""

    def __init__(self, markup: str) -> None:
        super().__init__()
        self.tags: list[tuple[str, dict[str, str | None]]] = []
        self.wrapped: list[dict[str, str | None]] = []
        self.labels = 0
        self.feed(markup)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append((tag, dict(attrs)))
        if tag == "label":
            self.labels += 1
        elif self.labels:
            self.wrapped.append(dict(attrs))

    def handle_endtag(self, tag: str) -> None:
        self.labels -= tag == "label"

    def values(self, name: str) -> list[str]:
        return [attrs[name] for _, attrs in self.tags if attrs.get(name)]


@pytest.fixture
def page() -> Page:
    return Page(render_to_string("styleguide.html", styleguide.context(), RequestFactory().get("/")))


def test_no_id_is_given_twice(page):
    assert [name for name, count in Counter(page.values("id")).items() if count > 1] == []


@pytest.mark.parametrize("attribute", REFERENCES)
def test_references_lead_to_an_element(page, attribute):
    told = {target for value in page.values(attribute) for target in value.split()}
    assert told - set(page.values("id")) == set()


def test_links_inside_the_page_lead_to_an_element(page):
    told = {
        href[1:]
        for tag, attrs in page.tags
        if tag == "a" and (href := attrs.get("href") or "").startswith("#")
    }
    assert told - set(page.values("id")) == set()


def test_every_control_has_a_label(page):
    named = set(page.values("for"))
    controls = [attrs for tag, attrs in page.tags if tag in {"input", "select", "textarea"}]
    bare = [
        attrs
        for attrs in controls
        if attrs.get("type") != "hidden"
        and attrs.get("id") not in named
        and attrs not in page.wrapped
        and not attrs.get("aria-label")
    ]
    assert bare == []


def test_no_pain_is_chosen_for_anyone():
    markup = render_to_string(
        "components/pain_pad.html", {"name": "pain", "legend": "How sore?", "value": None}
    )
    radios = [attrs for tag, attrs in Page(markup).tags if tag == "input"]
    assert [attrs["value"] for attrs in radios] == [str(number) for number in range(11)]
    assert all("checked" not in attrs for attrs in radios)


@pytest.mark.parametrize("value", [0, "0"])
def test_a_zero_given_before_is_shown_as_given(value):
    markup = render_to_string(
        "components/pain_pad.html", {"name": "pain", "legend": "How sore?", "value": value}
    )
    assert [attrs["value"] for tag, attrs in Page(markup).tags if "checked" in attrs] == ["0"]


def test_an_untouched_leg_ruler_holds_no_number():
    markup = render_to_string("components/leg_ruler.html", {"name": "cm", "label": "Where?", "value": None})
    number, picture = (attrs for tag, attrs in Page(markup).tags if tag == "input")
    assert number["value"] == ""
    assert "name" not in picture


@pytest.mark.parametrize("code", ["400", "403", "404", "500"])
def test_error_pages_need_no_context(code):
    assert "<h1>" in render_to_string(f"{code}.html")


def test_a_stale_answer_says_wait():
    assert "wait" in render_to_string("components/watermark.html", {"at": "09:10", "stale": True})
    assert "wait" not in render_to_string("components/watermark.html", {"at": "09:10", "stale": False})
