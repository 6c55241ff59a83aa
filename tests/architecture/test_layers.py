"""Views only ask and answer, the clock is read at the edge, nothing happens behind the back."""

import ast
from functools import cache
from pathlib import Path

import pytest

from tests.architecture.sources import ROOT, calls, modules, name_of, views

CLOCKS = {
    "timezone.now",
    "datetime.now",
    "datetime.utcnow",
    "date.today",
    "timezone.localdate",
    "timezone.localtime",
}
CLOCK_READERS = ("/views/", "views.py", "tasks.py", "/management/commands/", "physio/embedded/")
CLOCK_ELSEWHERE = {
    "physio/web/tenancy.py": "dates the access event, around the view",
}
BANNED_FILES = {"utils.py", "helpers.py", "common.py", "misc.py", "signals.py"}
LIBRARY_HOOKS = {
    "got_request_exception",
    "setup_logging",
    "worker_shutting_down",
}  # no row of ours sends them


def queries_in(tree: ast.AST) -> list[str]:
    found = [
        name_of(node) for node in ast.walk(tree) if isinstance(node, ast.Attribute) and node.attr == "objects"
    ]
    for name, call in calls(tree):
        if name.endswith(("get_object_or_404", "get_list_or_404")) and call.args:
            first = name_of(call.args[0])
            if first[:1].isupper():
                found.append(f"{name}({first})")
    return found


def clocks_in(tree: ast.AST) -> list[str]:
    return [name for name, _ in calls(tree) if ".".join(name.split(".")[-2:]) in CLOCKS]


def orderings_and_saves_in(tree: ast.AST) -> list[str]:
    found = []
    for node in ast.walk(tree):
        if isinstance(node, ast.ClassDef) and node.name == "Meta":
            found += [
                "Meta.ordering"
                for line in node.body
                if isinstance(line, ast.Assign) and name_of(line.targets[0]) == "ordering"
            ]
        if isinstance(node, ast.ClassDef):
            found += [
                f"{node.name}.{line.name}"
                for line in node.body
                if isinstance(line, ast.FunctionDef) and line.name in {"save", "delete"}
            ]
        if isinstance(node, ast.ImportFrom) and (node.module or "").endswith((".signals", "django.dispatch")):
            found += [
                f"from {node.module} import {alias.name}"
                for alias in node.names
                if alias.name not in LIBRARY_HOOKS
            ]
    return found


def test_no_view_asks_the_database_by_itself() -> None:
    read = views()
    assert read, "no views were read"
    assert {path: found for path, tree in read if (found := queries_in(tree))} == {}


def test_the_clock_is_read_in_views_tasks_and_commands_only() -> None:
    read = [
        (path, tree)
        for path, tree in modules()
        if not any(part in path for part in CLOCK_READERS) and path not in CLOCK_ELSEWHERE
    ]
    assert len(read) > 40
    assert {path: found for path, tree in read if (found := clocks_in(tree))} == {}


def test_nothing_is_saved_ordered_or_signalled_behind_the_back() -> None:
    read = modules()
    assert len(read) > 40
    assert {path: found for path, tree in read if (found := orderings_and_saves_in(tree))} == {}


@pytest.mark.parametrize(
    ("check", "bad"),
    [
        (queries_in, "def page(request):\n    return Case.objects.all()"),
        (queries_in, "get_object_or_404(Case, pk=1)"),
        (clocks_in, "now = timezone.now()"),
        (clocks_in, "today = datetime.date.today()"),
        (orderings_and_saves_in, "class Meta:\n    ordering = ['id']"),
        (orderings_and_saves_in, "class Case:\n    def save(self): pass"),
        (orderings_and_saves_in, "from django.db.models.signals import post_save"),
    ],
)
def test_each_check_notices_what_it_forbids(check, bad: str) -> None:
    assert check(ast.parse(bad))


def test_every_file_has_a_home() -> None:
    names = [path for path, _ in modules()]
    assert [path for path in names if path.rsplit("/", 1)[-1] in BANNED_FILES] == []


@cache
def imported_by(path: Path) -> frozenset[str]:
    """Dotted names of modules that a file imports from, `from package import module` too."""
    found = set()
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.ImportFrom):
            found |= {node.module or "", *(f"{node.module}.{alias.name}" for alias in node.names)}
        if isinstance(node, ast.Import):
            found |= {alias.name for alias in node.names}
    return frozenset(found)


# They only put the rules together, so they are tried whole: through evaluate(), on stories and by stepping.
TRIED_WHOLE = {
    "rehab/clinical": [
        "allowed",
        "baseline",
        "calm",
        "case",
        "case_checks",
        "decision",
        "diary",
        "due",
        "exceeded",
        "finding_adherence",
        "finding_consent",
        "finding_exercise",
        "finding_last_run",
        "finding_load",
        "finding_outcome",
        "finding_parts",
        "finding_running",
        "finding_stage",
        "finding_steps_back",
        "finding_suspension",
        "findings",
        "ledger",
        "outcome",
        "owed",
        "render",
        "report_groups",
        "review",
        "session_facts",
        "stage_result",
        "stages",
        "suspension",
        "words",
        "worsening_watch",
    ]
}


def reached_from(app: str, names: set[str]) -> set[str]:
    """The clinical modules of an app that these import, and what those import."""
    reached, todo = set[str](), [name for name in names if name.startswith(f"{app}.clinical.")]
    while todo:
        name = todo.pop()
        path = ROOT / f"{name.replace('.', '/')}.py"
        if name in reached or not path.exists():
            continue
        reached.add(name)
        todo += [one for one in imported_by(path) if "clinical" in one]
    return reached


def test_each_clinical_module_is_tried_where_the_tests_mirror_it() -> None:
    missing = []
    tried = 0
    for app in ("assessments", "rehab"):
        imported: set[str] = set()
        for test in (ROOT / "tests" / app / "clinical").glob("**/test_*.py"):
            imported |= imported_by(test)
        whole = TRIED_WHOLE.get(f"{app}/clinical", [])
        for path in sorted((ROOT / app / "clinical").glob("*.py")):
            if not path.name.startswith("__"):
                tried += 1
                name = f"{app}.clinical.{path.stem}"
                reached = reached_from(app, imported) if path.stem in whole else imported
                if name not in reached:
                    missing.append(f"{app}/clinical/{path.name}")
    assert tried > 5
    assert missing == []
