"""The product's own source files, parsed."""

import ast
from collections.abc import Iterator
from functools import cache
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent.parent
APPS = ("physio", "patients", "assessments", "rehab")


@cache
def modules(pattern: str = "**/*.py") -> tuple[tuple[str, ast.Module], ...]:
    """(path from the project's root, syntax tree) of every module of the apps that matches; no migrations."""
    return tuple(
        (str(path.relative_to(ROOT)), ast.parse(path.read_text(encoding="utf-8")))
        for app in APPS
        for path in sorted((ROOT / app).glob(pattern))
        if "migrations" not in path.parts
    )


def views() -> tuple[tuple[str, ast.Module], ...]:
    return tuple((path, tree) for path, tree in modules() if "/views/" in path or path.endswith("views.py"))


def name_of(node: ast.AST) -> str:
    """`timezone.now` for that expression, `sql.SQL.format` for `sql.SQL(…).format`, else ""."""
    if isinstance(node, ast.Name):
        return node.id
    if isinstance(node, ast.Attribute):
        return f"{name_of(node.value)}.{node.attr}".lstrip(".")
    if isinstance(node, ast.Call):
        return name_of(node.func)
    return ""


def calls(tree: ast.AST) -> Iterator[tuple[str, ast.Call]]:
    for node in ast.walk(tree):
        if isinstance(node, ast.Call):
            yield name_of(node.func), node
