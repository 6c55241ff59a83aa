"""S30: every form can be sent without JavaScript, and every htmx request has a way without it."""

from collections.abc import Callable
from html.parser import HTMLParser

import pytest

from tests.web.matrix import World, make_world
from tests.web.test_hostile import own_addresses, send

READERS = ("anonymous", "patient of A", "reception of A", "owner of A")
TOKEN = '<input type="hidden" name="csrfmiddlewaretoken">'
BY_ITSELF = ("every", "load", "revealed")  # asks for news; without it the page is as it was


class _Page(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.forms: list[dict[str, object]] = []
        self.open: dict[str, object] | None = None
        self.faults: list[str] = []
        self.requests = 0

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        told = {name: value or "" for name, value in attrs}
        if tag == "form":
            self.open = {"told": told, "id": told.get("id"), "button": False, "token": False, "fields": 0}
            self.forms.append(self.open)
        submits = told.get("type", "submit" if tag == "button" else "") == "submit"
        if submits:
            for form in self.forms:
                own = told["form"] == form["id"] if "form" in told else form is self.open
                form["button"] = form["button"] or own
        if tag in {"input", "select", "textarea"} and told.get("type") != "hidden" and self.open:
            self.open["fields"] = int(str(self.open["fields"])) + 1
        if tag == "input" and told.get("name") == "csrfmiddlewaretoken" and self.open:
            self.open["token"] = True
        if "hx-get" in told or "hx-post" in told:
            self.requests += 1
            way = (
                (tag == "a" and told.get("href"))
                or (tag == "form" and told.get("action"))
                or self.open is not None
                or any(word in told.get("hx-trigger", "") for word in BY_ITSELF)
            )
            if not way:
                self.faults.append(
                    f"<{tag} {told.get('hx-get') or told.get('hx-post')}> has no way without htmx"
                )

    def handle_endtag(self, tag: str) -> None:
        if tag == "form":
            self.open = None

    def judge(self) -> list[str]:
        for form in self.forms:
            told: dict[str, str] = form["told"]  # type: ignore[assignment]
            where = told.get("action") or "this page"
            if not form["button"] and form["fields"] != 1:  # Enter sends a form of one field
                self.faults.append(f"form to {where} has no button")
            if told.get("method", "get").lower() == "post" and not form["token"]:
                self.faults.append(f"form to {where} has no token")
        return self.faults


def read(text: str) -> _Page:
    page = _Page()
    page.feed(text)
    return page


@pytest.mark.check("S30")
def test_every_form_and_every_request_has_a_way_without_javascript(
    db: None, tried: Callable[..., None]
) -> None:
    world: World = make_world()
    faults, pages, forms, requests = [], 0, 0, 0
    for actor in (one for one in world.actors if one.name in READERS):
        client = actor.client()
        for name, address in own_addresses(actor, world):
            response = send(client, "GET", address)
            if response.status_code != 200 or "text/html" not in response.headers["Content-Type"]:
                continue
            page = read(response.text)
            pages, forms, requests = pages + 1, forms + len(page.forms), requests + page.requests
            faults += [f"{actor.name} {name}: {fault}" for fault in page.judge()]
    tried("S30", pages=pages, forms=forms, htmx_requests=requests)
    assert faults == [], "\n".join(faults)
    assert pages >= 60 and forms >= 100


@pytest.mark.twin("S30")
@pytest.mark.parametrize(
    "bad",
    [
        f'<form method="post">{TOKEN}<button type="button">Save</button></form>',
        '<form method="post"><button>Save</button></form>',
        '<button hx-post="/save/">Save</button>',
        '<a hx-get="/more/">More</a>',
    ],
)
def test_a_form_that_needs_a_script_is_seen(bad: str) -> None:
    assert read(bad).judge()
    good = f'<form method="post" id="f">{TOKEN}</form><button form="f">Save</button>'
    assert read(good).judge() == []
