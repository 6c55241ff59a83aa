"""No text from outside becomes SQL, markup or an order (S9). Each exception has its reason."""

import ast
import re
from collections.abc import Callable

import pytest

from tests.architecture.sources import ROOT, calls, modules, name_of

RAW_SQL = {
    "physio/web/policies.py": "writes out grants and policies from the models' own names",
    "physio/web/management/commands/secure_database.py": "runs them; a constant snapshot",
    "physio/web/references.py": "the constraint's SQL, from the models' own names",
    "physio/web/kept.py": "what Django itself wrote; psycopg quotes the constants, values are sent",
    "physio/web/tenancy.py": "set_config with parameters; the joined text is a constant",
    "physio/web/management/commands/backup.py": "a constant over the names of tables, quoted as identifiers",
    "rehab/queries/due.py": "chooses between two constants",
    "rehab/queries/case_rows.py": "one statement, written out from a table of the models' own columns",
}
CHOSEN_ORDER = {
    "rehab/actions/evaluations.py": "the columns of a constraint, also used for DISTINCT ON",
    "rehab/queries/case_rows.py": "each caller names its order in the code",
}
CSRF_EXEMPT = {
    "rehab/views/mail.py": "one-click unsubscribe: a mail provider posts it without a page (RFC 8058)",
    "rehab/views/portal/reminders.py": "the same for the reminders",
}
BANNED_CALLS = {"mark_safe", "SafeString", "csrf_exempt", "format_html_join", "RawSQL"}


def dangers_in(tree: ast.AST, path: str = "") -> list[str]:
    found = []
    for name, call in calls(tree):
        last = name.rsplit(".", 1)[-1]
        if last in BANNED_CALLS:
            found.append(last)
        if last in {"raw", "extra"} and "objects" in name:
            found.append(name)
        if last in {"execute", "executemany"} and path not in RAW_SQL and call.args:
            # A constant, a NAME that holds one, psycopg's composed SQL, or a file of the project.
            statement = call.args[0]
            named = isinstance(statement, ast.Name) and statement.id.isupper()
            composed = isinstance(statement, ast.Call) and name_of(statement.func) in {
                "_script",
                "sql.SQL.format",
            }
            if not isinstance(statement, ast.Constant) and not named and not composed:
                found.append(f"{name}(built text)")
        if last == "order_by" and path not in CHOSEN_ORDER:
            found += [
                "order_by(not a constant)"
                for argument in call.args
                if not isinstance(argument, (ast.Constant, ast.Call, ast.UnaryOp))
                and not (isinstance(argument, ast.Starred) and getattr(argument.value, "id", "").isupper())
                and not (isinstance(argument, ast.Name) and argument.id.isupper())
            ]
    for node in ast.walk(tree):
        if isinstance(node, ast.FunctionDef) and path not in CSRF_EXEMPT:
            found += [
                "csrf_exempt" for mark in node.decorator_list if getattr(mark, "id", "") == "csrf_exempt"
            ]
    return found


@pytest.mark.check("S9")
def test_no_text_from_outside_becomes_sql_markup_or_order(tried: Callable[..., None]) -> None:
    read = modules()
    assert len(read) > 40
    assert {path: found for path, tree in read if (found := dangers_in(tree, path))} == {}
    tried("S9", modules=len(read))


@pytest.mark.check("S9")
def test_no_template_switches_escaping_off(tried: Callable[..., None]) -> None:
    templates = sorted((ROOT / "templates").rglob("*.*"))
    assert templates, "no template was read"
    unescaped = re.compile(r"\|\s*safe\b|autoescape\s+off|\|\s*safeseq\b")
    found = [
        str(path.relative_to(ROOT))
        for path in templates
        if path.suffix in {".html", ".svg"} and unescaped.search(path.read_text(encoding="utf-8"))
    ]
    assert found == []
    tried("S9", templates=len(templates))


def test_every_exception_is_still_needed() -> None:
    known = {path for path, _ in modules()}
    assert {*RAW_SQL, *CHOSEN_ORDER, *CSRF_EXEMPT} <= known
    assert all([*RAW_SQL.values(), *CHOSEN_ORDER.values()])


@pytest.mark.parametrize(
    "bad",
    [
        "mark_safe(text)",
        "@csrf_exempt\ndef view(request): pass",
        "cursor.execute(f'SELECT {name}')",
        "cursor.execute('SELECT ' + name)",
        "Case.objects.raw(query)",
        "Case.objects.extra(where=[text])",
        "rows.order_by(request.GET['sort'])",
        "rows.annotate(x=RawSQL(text, []))",
    ],
)
@pytest.mark.twin("S9")
def test_the_check_notices_what_it_forbids(bad: str) -> None:
    assert dangers_in(ast.parse(bad))
