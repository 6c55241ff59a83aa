"""PDF pages, set by Typst from frozen rows: tagged, without a network, and nothing typed is ever code.

A page's words go in as JSON and come out as text; the layouts beside this file are ours alone.
"""

import json
from dataclasses import asdict
from datetime import datetime
from pathlib import Path

import typst

from rehab.queries.case_summary import Summary
from rehab.queries.plan_print import Sheet

HERE = Path(__file__).parent
NO_LETTER = "could not be displayed with font"  # in Typst's words
NO_PACKAGES = "/nonexistent"  # a layout imports none, and could fetch none


def summary_pdf(summary: Summary, comment: str, now: datetime) -> bytes:
    return _set("summary", {**asdict(summary), "comment": comment.strip()}, now)


def plan_pdf(sheet: Sheet, *, name: str, clinic: str, now: datetime) -> bytes:
    legs = [
        {"heading": leg.heading, "dose": leg.dose, "start": leg.start, "steps": leg.steps, "lasts": leg.lasts}
        for leg in sheet.legs
    ]
    words = {
        "name": name,
        "clinic": clinic,
        "legs": legs,
        "running": sheet.running,
        "stop_at": str(sheet.stop_at),
        "suspended": sheet.suspended,
        "printed_on": f"{sheet.printed_on.day} {sheet.printed_on:%B %Y}",
        "physio": sheet.physio,
        "phone": sheet.phone,
        "hours": sheet.hours,
        "emergency_number": sheet.emergency_number,
    }
    return _set("plan", words, now)


def _set(layout: str, words: dict[str, object], now: datetime) -> bytes:
    """PDF/UA-1: Typst refuses to set a page that assistive technology could not read.

    A name in letters that its own fonts lack is tried with the system's. What no font has becomes an empty
    box on a page that is still tagged, because a page with a box is of more use than none.
    """
    for own_fonts_only, strict in ((True, True), (False, True), (False, False)):
        try:
            return typst.compile(
                HERE / f"{layout}.typ",
                root=HERE,
                sys_inputs={"words": json.dumps(words)},
                ignore_system_fonts=own_fonts_only,
                package_path=NO_PACKAGES,
                package_cache_path=NO_PACKAGES,
                format="pdf",
                pdf_standards="ua-1" if strict else None,
                timestamp=now.replace(microsecond=0),
            )
        except typst.TypstError as error:
            if not strict or NO_LETTER not in str(error):
                raise
    raise AssertionError("the last way returns or raises")
