"""One view answers with the page or with the part that htmx asked for."""

from types import SimpleNamespace

import pytest
from django.test import RequestFactory

from physio.web.htmx import page


def asked(**htmx: object):
    request = RequestFactory().get("/")
    request.htmx = SimpleNamespace(
        **{"boosted": False, "history_restore_request": False, "target": None, **htmx}
    )
    return request


@pytest.mark.parametrize(
    ("htmx", "template"),
    [
        ({"target": "worklist"}, "clinic/worklist.html#worklist"),
        ({"target": "elsewhere"}, "clinic/worklist.html"),
        ({"target": "worklist", "boosted": True}, "clinic/worklist.html"),
        ({"target": "worklist", "history_restore_request": True}, "clinic/worklist.html"),
        ({}, "clinic/worklist.html"),
    ],
)
def test_only_a_part_that_the_view_names_is_given_alone(htmx: dict[str, object], template: str) -> None:
    assert page(asked(**htmx), "clinic/worklist.html", {}, parts=("worklist",)).template_name == template


def test_without_htmx_it_is_the_page() -> None:
    assert page(RequestFactory().get("/"), "clinic/worklist.html", {}, parts=("worklist",)).template_name == (
        "clinic/worklist.html"
    )


def test_a_cache_keeps_page_and_part_apart() -> None:
    assert (
        page(asked(), "clinic/worklist.html", {}, parts=("worklist",)).headers["Vary"]
        == "HX-Request, HX-Target"
    )
