"""Sixty ways to get script into a page, put into every text field; and how to see that one got in."""

from __future__ import annotations

import csv
import io
import json
import re
from collections.abc import Iterator
from html.parser import HTMLParser
from typing import Any

import psycopg
from django.db import models
from openpyxl import load_workbook
from psycopg import sql

from patients.models import Membership
from physio.web.policies import clinic_models

CORPUS = [
    "<script>xss(1)</script>", "</title><script>xss(2)</script>", "</textarea><script>xss(3)</script>",
    "</script><script>xss(4)</script>", "<ScRiPt>xss(5)</sCrIpT>", "<script src=//xss.example></script>",
    "<script\t>xss(7)</script\n>", "<script/x>xss(8)</script>", "<<script>xss(9)//<</script>",
    "<img src=x onerror=xss(10)>", "<img/src=x/onerror=xss(11)>", "<IMG SRC=x ONERROR='xss(12)'>",
    "<svg onload=xss(13)>", "<svg/onload=xss(14)>", "<svg><script>xss(15)</script></svg>",
    "<svg><a xlink:href=javascript:xss(16)><text y=9>a</text></a></svg>",
    "<math><mi xlink:href=javascript:xss(17)>a</mi></math>", "<body onload=xss(18)>",
    "<iframe src=javascript:xss(19)>", "<iframe srcdoc='<script>xss(20)</script>'>",
    "<object data=javascript:xss(21)>", "<embed src=javascript:xss(22)>",
    "<form action=javascript:xss(23)><button>a</button></form>", "<button formaction=javascript:xss(24)>a",
    "<input autofocus onfocus=xss(25)>", "<details open ontoggle=xss(26)>", "<video><source onerror=xss(27)>",
    "<audio src=x onerror=xss(28)>", "<marquee onstart=xss(29)>", "<style>@import '//xss.example'</style>",
    "<link rel=stylesheet href=//xss.example>", "<base href=//xss.example>",
    "<meta http-equiv=refresh content='0;url=javascript:xss(33)'>",
    "<div style='background:url(//xss.example)'>",
    "<p hx-get=/ hx-trigger=load hx-on::load=xss(35)>", "<template><script>xss(36)</script></template>",
    '" onmouseover=xss(37) x="', "' onmouseover=xss(38) x='", '"><script>xss(39)</script>',
    "'><script>xss(40)</script>", '" autofocus onfocus="xss(41)', "x onclick=xss(42) <",
    "`><script>xss(43)</script>",
    "--><script>xss(44)</script>",
    "]]><script>xss(45)</script>", "<!--<img src='--><script>xss(46)</script>'>",
    "javascript:xss(47)", "java\tscript:xss(48)", "data:text/html,<script>xss(49)</script>",
    "'-xss(50)-'", '"-xss(51)-"', "\\'-xss(52)//", "${xss(53)}<i>", "{{xss(54)}}<i>", "{% debug %}<i>",
    "&lt;script&gt;xss(56)&lt;/script&gt;", "\u2028<script>xss(57)</script>", "\uff1cscript\uff1exss(58)<b>",
    '=HYPERLINK("javascript:xss(59)","a")', '#link("javascript:xss(60)")[a] #panic("xss") <b>',
]  # fmt: skip
SHORT = ['"><b>xss', "'><b>xss", "<b onclick=xss()>"]  # where 20 characters are all there is
RAW = [text for text in [*CORPUS, *SHORT] if re.search(r"[<\"'&]", text)]

# Text that the product makes and nobody types; everything else is tried, so a column made tomorrow is too.
NOT_TYPED = {
    "action", "acknowledged_hash", "actor", "auth", "bounce_code", "confidence", "decided_type", "decision",
    "dedupe_key", "email", "endpoint", "evaluation_error", "evidence_hash", "half", "headers", "headline",
    "html", "instrument", "kind", "language", "last_error", "message_id", "method", "operation", "outcome",
    "p256dh",
    "pathway", "payload_hash", "protocol", "role", "route", "rule", "rule_version", "set_strip", "severity",
    "side", "slug", "spark_path", "suggested_protocol", "suggested_type",
    "summary_time_zone", "table_name", "tendinopathy_type",
    "time_zone", "to_address", "token_hash", "track", "warm_up_left", "warm_up_right",
}  # fmt: skip
AUDIT = "patients_auditentry"  # nothing may change it, and no page shows it


def typed_fields() -> list[tuple[type[models.Model], models.Field]]:
    return [
        (model, column)
        for model in [*clinic_models(), Membership]
        for column in model._meta.concrete_fields
        if isinstance(column, (models.CharField, models.TextField))
        and not column.choices
        and column.name not in NOT_TYPED
        and not getattr(column, "is_hash", False)
        and model._meta.db_table != AUDIT
    ]


def filled(room: int | None, turn: int) -> str:
    """As much of the corpus as there is room for, starting elsewhere each time."""
    if room is None or room >= 4000:
        return "\n".join(CORPUS)
    text = ""
    for payload in [*CORPUS[turn % 60 :], *CORPUS[: turn % 60]]:
        longer = f"{text} {payload}".strip()
        if len(longer) <= room and "\n" not in payload:
            text = longer
    return text if len(text) > 5 else SHORT[turn % len(SHORT)][:room]


def plant(superuser: psycopg.Connection) -> tuple[int, int]:
    """Into every typed field of every row; how many fields, and how many payloads lie in them."""
    superuser.execute("SET session_replication_role = replica")
    planted, turn = 0, 0
    fields = typed_fields()
    for model, column in fields:
        table, name = sql.Identifier(model._meta.db_table), sql.Identifier(column.column)
        rows = superuser.execute(sql.SQL("SELECT id FROM {} ORDER BY id").format(table)).fetchall()
        assert rows, f"no row of {model.__name__}: plant one in tests/factories.py"
        for (key,) in rows:
            turn += 7
            text = filled(getattr(column, "max_length", None), turn)
            superuser.execute(sql.SQL("UPDATE {} SET {} = %s WHERE id = %s").format(table, name), (text, key))
            planted += sum(payload in text for payload in [*CORPUS, *SHORT])
    superuser.execute("SET session_replication_role = origin")
    return len(fields), planted


class _Doors(HTMLParser):
    """What a browser would run: script in the page, handlers, addresses that are script."""

    def __init__(self) -> None:
        super().__init__()
        self.found: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        told = dict(attrs)
        if tag == "script" and "src" not in told and told.get("type") != "application/json":
            self.found.append("<script> in the page")
        if tag in {"iframe", "object", "embed", "base", "marquee"}:
            self.found.append(f"<{tag}>")
        for name, value in attrs:
            address = re.sub(r"[\x00-\x20]", "", value or "").lower()
            if name.startswith(("on", "hx-on")) or name in {"srcdoc", "style"} or "xss" in name:
                self.found.append(f"<{tag} {name}>")
            if name in {"href", "src", "action", "formaction", "xlink:href"} and address.startswith(
                ("javascript:", "data:text", "//xss")
            ):
                self.found.append(f"<{tag} {name}={value}>")


def got_in(kind: str, content: bytes) -> Iterator[str]:
    """What of the corpus could run, by the kind of answer; nothing is what it should tell."""
    mail = kind == "message/html"  # its styles are inlined, and quotes between tags are written out again
    if mail or kind.startswith(("text/html", "image/svg")):
        text = content.decode()
        yield from (
            f"raw: {payload}" for payload in RAW if payload in text and not (mail and "<" not in payload)
        )
        doors = _Doors()
        doors.feed(text)
        yield from (door for door in doors.found if not (mail and door.endswith(" style>")))
    elif kind.startswith("text/csv"):
        for row in csv.reader(io.StringIO(content.decode("utf-8-sig"))):
            yield from (
                f"formula: {cell[:40]}" for cell in row if cell[:1] in {*"=+-@\t\r"} and "xss" in cell
            )
    elif "spreadsheet" in kind:
        for sheet in load_workbook(io.BytesIO(content)):
            for row in sheet.iter_rows():
                yield from (f"formula: {cell.value}" for cell in row if cell.data_type == "f")
    elif kind.startswith("application/json"):
        json.loads(content)  # a document, whatever it holds
    elif kind.startswith("application/pdf"):
        yield from (
            name.decode() for name in (b"/JavaScript", b"/JS ", b"/Launch", b"/OpenAction") if name in content
        )
        yield from ["a link to script"] if re.search(rb"/URI\s*\(\s*javascript", content, re.I) else []


def seen_in(response: Any) -> list[str]:
    body = b"".join(response.streaming_content) if response.streaming else response.content
    return list(got_in(response.headers.get("Content-Type", ""), body))
