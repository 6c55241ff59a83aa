"""`make messages`: what runners read, gathered from the code into locale/, and compiled.

Only the portal, the sign-in and a runner's mails are translated: the clinic's pages are English. Existing
translations are kept; what is no longer said goes.
"""

from __future__ import annotations

import ast
import importlib
import io
import re
import sys
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import django
from babel.messages.catalog import Catalog
from babel.messages.extract import extract
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po, write_po

from rehab.queries.translated import SENTENCES

PROJECT = Path(__file__).resolve().parent.parent
LANGUAGES = ("de", "ar")
PYTHON = (
    "patients/forms/sign_in.py",
    "patients/views",
    "patients/adapter.py",
    "patients/queries/acts.py",
    "patients/queries/consents.py",
    "assessments/actions/scores.py",
    "rehab/actions/checks.py",
    "rehab/actions/diary.py",
    "rehab/emails.py",
    "rehab/forms/messages.py",
    "rehab/forms/portal",
    "rehab/queries/my_plan.py",
    "rehab/queries/nudge.py",
    "rehab/queries/own_*.py",
    "rehab/queries/progress.py",
    "rehab/queries/today.py",
    "rehab/views/portal",
)
TEMPLATES = (
    "403*.html",
    "account/*",
    "base.html",
    "base_gate.html",
    "base_portal.html",
    "components/[abcdefhimps]*.html",
    "emails/invitation*",
    "emails/message_to_runner*",
    "emails/reminder*",
    "emails/sign_in_code*",
    "emails/weekly_diary*",
    "mail/reminders_stop.html",
    "mail/unsubscribe.html",
    "mfa/webauthn/*",
    "portal/**/*.html",
    "usersessions/*",
)
# Modules of the pure rules whose constants runners read; they know no gettext.
PATTERNS = (
    "rehab/charts/*.py",
    "rehab/clinical/gates.py",
    "rehab/clinical/local_time.py",
    "rehab/clinical/protocols.py",
    "rehab/clinical/words.py",
)  # each `{…}` is a sentence's pattern, and so is what `said` or `say` is called with
CONSTANTS: dict[str, tuple[str, ...]] = {  # all of a module, or these names of it
    "assessments.clinical.classification": ("_PROTOCOL_LABELS",),
    "assessments.clinical.red_flags": (),
    "rehab.charts.leg": ("KNEES", "WORDS"),
    "rehab.charts.words": ("HALVES", "MONTHS", "WEEKDAYS"),
    "rehab.clinical.coaching": ("SAYS",),
    "rehab.clinical.portal_words": (),
    "rehab.clinical.protocols": ("_KNEES", "_TIMES_A_DAY", "TEMPLATES"),
    "rehab.clinical.stages": ("STAGES",),
    "rehab.clinical.teaching": (),
    "rehab.clinical.words": (),
    "rehab.queries.own_load": ("MARKS",),
    "rehab.queries.own_picture": ("CAUSES",),
    "rehab.queries.own_words": ("COLUMNS", "TITLES"),
    "rehab.queries.progress": ("MOVES",),
}
# What runners read of the values of the rules.
SHOWN = {
    "PatientQuestion": ("asks",),
    "Claim": ("says",),
    "Template": ("runner_steps",),
    "Content": ("label",),
}
KEYWORDS: dict[str, Any] = {
    "_": None,
    "gettext": None,
    "gettext_lazy": None,
    "gettext_noop": None,
    "ngettext": (1, 2),
    "pgettext": ((1, "c"), 2),
    "npgettext": ((1, "c"), 2, 3),
}


def gathered() -> Catalog:
    catalog = Catalog(charset="utf-8")
    for name, text in _python():
        _add(catalog, name, "python", text)
    for name, text in _templates():
        _add(catalog, name, "python", text)
    for path in (path for name in PATTERNS for path in sorted(PROJECT.glob(name))):
        for words in _patterns(path.read_text(encoding="utf-8")):
            catalog.add(words, locations=[(str(path.relative_to(PROJECT)), 1)])
    for name, names in CONSTANTS.items():
        module = vars(importlib.import_module(name))
        for words in _strings({one: module[one] for one in names} if names else module):
            for sentence in SENTENCES.split(words) if "{" not in words else [words]:
                catalog.add(sentence, locations=[(name.replace(".", "/") + ".py", 1)])
    return catalog


def _add(catalog: Catalog, name: str, method: str, text: str) -> None:
    found = extract(method, io.BytesIO(text.encode()), keywords=KEYWORDS, options={"encoding": "utf-8"})
    for line, message, _comments, context in found:
        catalog.add(message, locations=[(name, line)], context=context, flags=_flags(message))


def _flags(message: Any) -> set[str]:
    words = message if isinstance(message, tuple) else (message,)
    return {"python-format"} if any("%(" in one for one in words if one) else set()


def _python() -> Iterator[tuple[str, str]]:
    for place in PYTHON:
        path = PROJECT / place
        for one in sorted(path.rglob("*.py") if path.is_dir() else PROJECT.glob(place)):
            yield str(one.relative_to(PROJECT)), one.read_text(encoding="utf-8")


def _templates() -> Iterator[tuple[str, str]]:
    from django.utils.translation.template import templatize

    for place in TEMPLATES:
        for one in sorted((PROJECT / "templates").glob(place)):
            if one.is_dir():
                continue
            name = str(one.relative_to(PROJECT))
            yield name, templatize(one.read_text(encoding="utf-8"), origin=name)


def _patterns(source: str) -> Iterator[str]:
    tree = ast.parse(source)
    inside = {id(part) for one in ast.walk(tree) if isinstance(one, ast.JoinedStr) for part in ast.walk(one)}
    for node in ast.walk(tree):
        if not isinstance(node, ast.Constant) or not isinstance(node.value, str) or id(node) in inside:
            continue
        if re.search(r"\{\w+\}", node.value) or _is_said(node, tree):
            yield node.value


def _is_said(node: ast.Constant, tree: ast.AST) -> bool:
    return any(
        isinstance(one, ast.Call)
        and (getattr(one.func, "id", "") or getattr(one.func, "attr", "")) in ("said", "say")
        and node in one.args
        for one in ast.walk(tree)
    )


def _strings(value: Any) -> Iterator[str]:
    """Every sentence and label in the constants of a module: nothing that is only a code."""
    if isinstance(value, dict):
        for key, inner in value.items():
            if not (isinstance(key, str) and key.startswith("__")):
                yield from _strings(inner)
    elif type(value) is str:
        if value.strip() and not re.fullmatch(r"[A-Z0-9_]+", value):
            yield value
    elif isinstance(value, tuple | list):
        for inner in value:
            yield from _strings(inner)
    elif (shown := SHOWN.get(type(value).__name__)) is not None:
        for name in shown:
            yield from _strings(getattr(value, name))


def path_of(language: str) -> Path:
    return PROJECT / "locale" / language / "LC_MESSAGES" / "django.po"


def stored(language: str) -> Catalog:
    path = path_of(language)
    if not path.exists():
        return Catalog(locale=language, charset="utf-8")
    with path.open("rb") as file:
        return read_po(file, locale=language)


def renewed(language: str) -> Catalog:
    """The gathered messages with the translations that are there already, and the files they come from."""
    old, new = stored(language), Catalog(locale=language, charset="utf-8", project="Plimsoll")
    new.header_comment = "# What runners read. Gathered by `make messages`; only msgstr is written by hand."
    for message in sorted(
        (one for one in gathered() if one.id), key=lambda one: (str(one.id), one.context or "")
    ):
        known = old.get(message.id if isinstance(message.id, str) else message.id[0], message.context)
        files = sorted({name for name, _ in message.locations})
        new.add(
            message.id,
            known.string if known else None,
            locations=[(name, None) for name in files],
            flags=message.flags,
            context=message.context,
        )
    return new


def as_po(catalog: Catalog) -> bytes:
    file = io.BytesIO()
    write_po(file, catalog, width=100, sort_output=False, omit_header=False)
    lines = file.getvalue().decode().splitlines(keepends=True)
    stale = (
        '"POT-Creation-Date',
        '"PO-Revision-Date',
        '"Last-Translator',
        '"Language-Team',
        '"Generated-By',
        '"Report-Msgid',
    )
    return "".join(line for line in lines if not line.startswith(stale)).encode()


def as_mo(catalog: Catalog) -> bytes:
    """The same bytes for the same messages: its head has no date of its own."""
    catalog.creation_date = catalog.revision_date = datetime(2026, 1, 1, tzinfo=UTC)
    file = io.BytesIO()
    write_mo(file, catalog)
    return file.getvalue()


def main() -> int:
    for language in LANGUAGES:
        path = path_of(language)
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(as_po(renewed(language)))
        written = stored(language)
        path.with_suffix(".mo").write_bytes(as_mo(written))
        done = sum(
            1
            for one in written
            if one.id and one.string and (one.string if isinstance(one.string, str) else all(one.string))
        )
        print(f"{language}: {done} of {len(written)} messages translated")
    return 0


if __name__ == "__main__":
    django.setup()
    sys.exit(main())
