"""The PDF pages: tagged, the same every time, off the network, and whatever was typed stays words."""

from dataclasses import replace
from datetime import UTC, date, datetime

import pytest
import typst

from assessments.clinical.sides import Side
from rehab import papers
from rehab.queries.case_summary import Section, Summary
from rehab.queries.plan_print import PrintedLeg, Sheet

NOW = datetime(2026, 11, 22, 18, 0, 0, 5, tzinfo=UTC)
HOSTILE = '#panic("ran") #import "@preview/x:1.0.0" #read("/etc/passwd") $x$ *b* \\ ] } " <label> @ref `r`'
SUMMARY = Summary(
    title="Clinical summary",
    name=f"Robin {HOSTILE}",
    about=HOSTILE,
    clinic=HOSTILE,
    contact=HOSTILE,
    physio=HOSTILE,
    written="22 November 2026",
    sections=(Section(HOSTILE, ((HOSTILE, HOSTILE),) * 3),),
)
LEG = PrintedLeg(Side.LEFT, HOSTILE, HOSTILE, HOSTILE, (HOSTILE, "Stand."), date(2026, 11, 2), 12)
SHEET = Sheet(
    legs=(LEG, LEG),
    stage=3,
    stage_label=HOSTILE,
    reduced=False,
    stop_at=3,
    physio=HOSTILE,
    phone=HOSTILE,
    hours=HOSTILE,
    emergency_number="112",
    suspended=False,
    printed_on=date(2026, 11, 22),
)


def both() -> list[bytes]:
    return [
        papers.summary_pdf(SUMMARY, f"{HOSTILE}\n\n{HOSTILE}", NOW),
        papers.plan_pdf(SHEET, name=HOSTILE, clinic=HOSTILE, now=NOW),
    ]


def test_whatever_was_typed_is_set_as_words_on_a_tagged_page() -> None:
    for made in both():
        assert made.startswith(b"%PDF-") and b"/StructTreeRoot" in made and b"/Lang" in made
        assert b"/JavaScript" not in made and b"/Launch" not in made
    assert both() == both()


def test_the_same_words_as_markup_would_have_run() -> None:
    careless = b'#eval(json(bytes(sys.inputs.words)).comment, mode: "markup")'
    with pytest.raises(typst.TypstError):
        typst.compile(careless, sys_inputs={"words": '{"comment": "#panic(1)"}'}, format="pdf")


def test_a_layout_reaches_no_network_and_no_file_beside_its_folder() -> None:
    for code in (b'#import "@preview/cetz:0.3.0"', b'#read("/etc/passwd")', b'#read("../views/case.py")'):
        with pytest.raises(typst.TypstError):
            typst.compile(
                code, root=str(papers.HERE), package_path=papers.NO_PACKAGES,
                package_cache_path=papers.NO_PACKAGES, format="pdf",
            )  # fmt: skip


def test_a_plan_on_hold_and_one_without_legs_are_pages_too() -> None:
    for sheet in (replace(SHEET, suspended=True), replace(SHEET, legs=(), stage=None)):
        assert papers.plan_pdf(sheet, name="Robin", clinic="Harbour", now=NOW).startswith(b"%PDF-")


@pytest.mark.parametrize("name", ["王小明", "ليلى حداد", "Robin 🏃", "\uff1cRobin\uff1e", "\ue000"])
def test_a_name_in_letters_that_the_fonts_lack_is_no_reason_to_fail(name: str) -> None:
    made = papers.plan_pdf(SHEET, name=name, clinic="Harbour", now=NOW)
    assert made.startswith(b"%PDF-") and b"/StructTreeRoot" in made
