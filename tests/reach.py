"""Which routes were ever answered with success in a run of the whole suite (S8), as a `-p` plugin.

A route that no test ever used well is a route nobody has seen work. Success is a 2xx, or the redirect after a
POST that leads anywhere but to a sign-in. Only a run of everything can tell, so only that one can fail by it.
"""

from __future__ import annotations

import contextlib
import os
from collections.abc import Generator
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

import pytest

if TYPE_CHECKING:
    from django.http import HttpRequest, HttpResponse
    from playwright.sync_api import Response

SIGN_INS = ("/sign-in", "/account/second-factor")
SIGNPOSTS = {"home": "it only sends each visitor to their own first page"}  # a redirect is all they give
_reached: set[str] = set()  # of this process; the controller gathers those of its workers
_verdict: list[str] = []


def succeeded(route: str, method: str, status: int, location: str) -> bool:
    if 200 <= status < 300:
        return True
    moved_on = status in (302, 303) and not urlsplit(location).path.startswith(SIGN_INS)
    return moved_on and (method == "POST" or route in SIGNPOSTS)


def note_response(response: Response) -> None:
    """What a browser was answered by the live app, which runs in a process of its own."""
    from django.urls import Resolver404, resolve

    with contextlib.suppress(Resolver404):  # a static file
        route = resolve(urlsplit(response.url).path).view_name
        if succeeded(route, response.request.method, response.status, response.headers.get("location", "")):
            _reached.add(route)


@pytest.hookimpl(wrapper=True)
def pytest_runtestloop() -> Generator[None, Any, Any]:
    """Note what every request in this process is answered, whoever sends it."""
    from django.core.handlers.base import BaseHandler

    answer = BaseHandler.get_response

    def answer_and_note(handler: BaseHandler, request: HttpRequest) -> HttpResponse:
        response = answer(handler, request)
        route = request.resolver_match.view_name if request.resolver_match else ""
        if succeeded(route, request.method or "", response.status_code, response.get("Location", "")):
            _reached.add(route)
        return response

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(BaseHandler, "get_response", answer_and_note)
        return (yield)


@pytest.hookimpl(optionalhook=True)
def pytest_testnodedown(node: Any) -> None:
    _reached.update(getattr(node, "workeroutput", {}).get("reached", ()))


@pytest.hookimpl(trylast=True)
def pytest_sessionfinish(session: pytest.Session) -> None:
    output = getattr(session.config, "workeroutput", None)
    if output is not None:
        output["reached"] = sorted(_reached)
        return
    judged = {pytest.ExitCode.OK, pytest.ExitCode.TESTS_FAILED}
    if not _is_everything(session.config) or session.exitstatus not in judged:
        return
    from physio.web.routes import routes

    names = {route.name for route in routes()}
    missed = sorted(names - _reached)
    _verdict.append(f"{len(names) - len(missed)} of {len(names)} routes were answered with success (S8)")
    if missed:
        session.exitstatus = pytest.ExitCode.TESTS_FAILED
        _verdict.append("no test ever had a success from: " + ", ".join(missed))


def pytest_terminal_summary(terminalreporter: Any) -> None:
    for line in _verdict:
        terminalreporter.write_line(line)


def _is_everything(config: pytest.Config) -> bool:
    if os.environ.get("PYTEST_XDIST_WORKER"):
        return False
    chosen = config.option
    narrowed = chosen.keyword or chosen.markexpr or getattr(chosen, "lf", False) or chosen.maxfail
    return not narrowed and list(config.args) == list(config.getini("testpaths"))
