"""Compiles every template, so that a misspelt tag is found before a patient finds it."""

import os
import sys
from pathlib import Path

import django
from django.template import TemplateSyntaxError, engines
from django.template.exceptions import TemplateDoesNotExist

PROJECT = Path(__file__).resolve().parent.parent


def faults() -> tuple[int, list[str]]:
    """How many were compiled, and what is wrong with which."""
    folder = PROJECT / "templates"
    names = sorted(
        str(path.relative_to(folder)) for path in folder.rglob("*") if path.suffix in {".html", ".txt"}
    )
    found = []
    for name in names:
        try:
            engines["django"].get_template(name)
        except (TemplateSyntaxError, TemplateDoesNotExist) as error:
            found.append(f"templates/{name}: {error}")
    return len(names), found


def main() -> int:
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "physio.settings")
    django.setup()
    count, found = faults()
    print("\n".join(found) or f"{count} templates compile")
    return 1 if found or not count else 0


if __name__ == "__main__":
    sys.exit(main())
