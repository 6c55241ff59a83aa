"""Writes docs/rules.md from the code: python -m rehab.clinical.reference [--check]."""

from __future__ import annotations

import sys
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path

from assessments.clinical.rules import ASSESSMENT_RULES
from assessments.clinical.thresholds import ASSESSMENT_THRESHOLDS, MARKS, Rule, Threshold
from rehab.clinical import session_rules
from rehab.clinical.rules import REHAB_RULES, RULE_VERSION
from rehab.clinical.running import TABLE
from rehab.clinical.stages import STAGES
from rehab.clinical.thresholds import REHAB_THRESHOLDS

PAGE = Path(__file__).parents[2] / "docs" / "rules.md"
_CONDITIONS = {
    "A1-1": "a red flag is open",
    "A1-2": "a worsening is open",
    "A1-3": "not settled at 24 hours, or above baseline from 24 hours on",
    "A1-4": "peak at or over REGRESS_MIN",
    "A1-5": "run pain over RUN_OK_MAX, or persisting, or contradictory",
    "A1-6": "not scored, not answered, or missing without a check today",
    "A1-7": "no pain and no symptoms",
    "A1-8": "the rest",
}


def page() -> str:
    """The whole page."""
    return "\n".join(_lines()) + "\n"


def _lines() -> Iterator[str]:
    yield "# The rules, as the code has them"
    yield ""
    yield (
        f"Made by `python -m rehab.clinical.reference` from the code, version {RULE_VERSION}. Do not edit"
        " by hand."
    )
    yield ""
    yield (
        "Marks say where a rule or a number comes from. Everything with **yes** under sign-off waits for a"
        " named"
    )
    yield "physiotherapist before it is used with patients."
    yield ""
    yield from _table(("Mark", "Meaning"), MARKS.items())
    yield "## Can I run?"
    yield ""
    yield "The first row that holds decides for a side; the worse side decides for the runner."
    yield ""
    rows = [(rule, _CONDITIONS[rule], decision.value, notify.value) for rule, _, decision, _, notify in TABLE]
    yield from _table(("Rule", "Holds when", "Decision", "Tells the physio"), rows)
    yield "## Stages"
    yield ""
    yield from _table(("Stage", "Weeks", "What", "Minutes", "Days apart", "Hills", "Speed"), _stages())
    yield (
        "A session that does not fit is refused with one of these codes, in a decision with `A3-` before it."
    )
    yield "It is recorded all the same, earns no credit, and is shown."
    yield ""
    yield from _table(
        ("Code", "What it went over"), [(f"`{code}`", says) for code, says in session_rules.SAYS.items()]
    )
    yield "## Rules of the rehabilitation"
    yield ""
    yield from _rules(REHAB_RULES)
    yield "## Rules of the assessment"
    yield ""
    yield from _rules(ASSESSMENT_RULES)
    yield "## Numbers of the rehabilitation"
    yield ""
    yield from _thresholds(REHAB_THRESHOLDS)
    yield "## Numbers of the assessment"
    yield ""
    yield from _thresholds(ASSESSMENT_THRESHOLDS)


def _stages() -> Iterator[tuple[str, ...]]:
    for number, stage in STAGES.items():
        low, high = stage.minutes_low, stage.minutes_high
        if high is None:
            minutes = "by the week"
        else:
            minutes = "none" if high == 0 else f"up to {high}" if low is None else f"{low}–{high}"
        if stage.longest_block_minutes is not None:
            minutes += f", blocks of {stage.longest_block_minutes}"
        yield (
            str(number),
            stage.weeks,
            stage.label,
            minutes,
            str(stage.days_apart),
            _yes(stage.hills),
            _yes(stage.speed),
        )


def _rules(rules: Sequence[Rule]) -> Iterator[str]:
    rows = [(f"`{one.code}`", one.section, one.says, one.mark, _yes(one.needs_sign_off)) for one in rules]
    yield from _table(("Rule", "Section", "Says", "Source", "Sign-off"), rows)


def _thresholds(thresholds: Sequence[Threshold]) -> Iterator[str]:
    rows = [
        (
            f"`{one.code}`",
            f"{one.value} {one.unit}",
            "fixed" if one.is_fixed else f"{one.low} to {one.high}",
            one.section,
            one.says,
            one.source_mark,
            _yes(one.needs_sign_off),
        )
        for one in thresholds
    ]
    yield from _table(("Number", "Default", "Safe bounds", "Section", "Says", "Source", "Sign-off"), rows)


def _yes(holds: bool) -> str:
    return "yes" if holds else "no"


def _table(head: Sequence[str], rows: Iterable[Sequence[str]]) -> Iterator[str]:
    yield _row(head)
    yield _row(["---"] * len(head))
    yield from (_row(cells) for cells in rows)
    yield ""


def _row(cells: Sequence[str]) -> str:
    return "| " + " | ".join(cell.replace("|", "\\|") for cell in cells) + " |"


def main(arguments: Sequence[str]) -> int:
    """Write the page; with --check only say whether it is stale (exit 1)."""
    fresh = page()
    if "--check" in arguments:
        stale = not PAGE.exists() or PAGE.read_text(encoding="utf-8") != fresh
        if stale:
            sys.stderr.write("docs/rules.md is stale: run python -m rehab.clinical.reference\n")
        return int(stale)
    PAGE.write_text(fresh, encoding="utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
