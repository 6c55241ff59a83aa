"""A broker that is down or slow is no runner's business: nothing that answers a request speaks to it."""

import ast
from pathlib import Path

import pytest

from physio.embedded.cluster import PROJECT

SENDING = {"delay", "apply_async", "send_task", "signature", "apply"}
APPS = ("physio", "patients", "assessments", "rehab")


def calls_in(source: str) -> list[str]:
    """Every `something.delay(...)` and its kin."""
    return [
        node.func.attr
        for node in ast.walk(ast.parse(source))
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute) and node.func.attr in SENDING
    ]


def modules() -> list[Path]:
    return [path for app in APPS for path in sorted((PROJECT / app).rglob("*.py"))]


def test_no_code_of_ours_sends_a_task() -> None:
    """Only beat does; the live app of the browser tests runs with a broker address where nobody listens."""
    looked_at = modules()
    assert len(looked_at) > 100
    assert {str(path): found for path in looked_at if (found := calls_in(path.read_text()))} == {}


@pytest.mark.parametrize("line", ["sweep.delay()", "rehab.tasks.sweep.apply_async(expires=3)"])
def test_it_would_be_seen(line: str) -> None:
    assert calls_in(line)


def test_only_the_tasks_module_and_the_app_itself_know_celery() -> None:
    knows = {
        str(path.relative_to(PROJECT))
        for path in modules()
        for node in ast.walk(ast.parse(path.read_text()))
        if (isinstance(node, ast.ImportFrom) and (node.module or "").startswith("celery"))
        or (isinstance(node, ast.Import) and any(one.name.startswith("celery") for one in node.names))
    }
    assert knows <= {"rehab/tasks.py", "physio/celery.py", "physio/__init__.py"}
