"""The figures of a replay as a page: rates, by rule, and what was found of what truly happened."""

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from statistics import median

from rehab.clinical.evaluation import FindingKind
from tests.bench.flag_rate import pathways
from tests.bench.flag_rate.watch import ABOUT_PAIN, Watched

FOUND_WITHIN_DAYS = 14
OURS, THEIRS = "Plimsoll", "Pathways thresholds"
GOAL = 0.05
OFFERS = frozenset({FindingKind.READY_TO_PROGRESS.value, FindingKind.OFFER_MAINTENANCE.value})


READING = (
    "## How to read it",
    "",
    "- The thresholds fire on one high answer, so where they fire they are early. A tendon that rises from",
    "  0 to 2 over three days moves by less than 2 from one day to the next, and is missed.",
    "- Plimsoll judges a run by the day after it and a week by the week before, so it finds more and later.",
    "- The simulated runners obey: who is told not to run does not run. Their pain is low for the most part.",
    "- While a diary is silent only its silence is told: the answers, sets and sessions that it lacks are",
    "  the same thing to do. A finding about pain is never left out for it.",
    "- Nobody resolves a worsening here, so those runners stay suspended to the end of their lives.",
    "- Pain during an exercise is expected and is not shown to the thresholds.",
)


@dataclass(frozen=True)
class Finding:
    """Days from the true beginning to the first flag about pain; None: missed."""

    ours: int | None
    theirs: int | None


def rate(events: int, days: int) -> float:
    return events / days if days else 0.0


def first_about_pain(seen: Watched) -> Finding:
    assert seen.setback_on is not None  # only asked of lives with a setback
    ours = {kind.value for kind in ABOUT_PAIN}
    theirs = {rule.value for rule in pathways.ABOUT_PAIN}
    return Finding(_first(seen.ours, ours, seen.setback_on), _first(seen.theirs, theirs, seen.setback_on))


def _first(events: Iterable[tuple[int, str]], kinds: set[str], since: int) -> int | None:
    after = (day - since for day, kind in events if kind in kinds and 0 <= day - since <= FOUND_WITHIN_DAYS)
    return min(after, default=None)


def page(demo: Sequence[Watched], setbacks: Sequence[Watched], without: Sequence[Watched], seed: int) -> str:
    days = sum(one.days for one in demo)
    return "\n".join([
        "# How many flags, and what they miss",
        "",
        f"Made by `make flag-rate` from the simulated runners of the demo clinic (seed {seed}). Nothing",
        "here is evidence about patients: it compares two sets of rules on the same invented histories.",
        "",
        f"## The demo caseload: {len(demo)} runners, {days:,} patient-days",
        "",
        "A physio looks every morning at eight and acknowledges whatever stands open; an acknowledged flag",
        "comes back with new evidence only. Each is one flag worked by hand. Flags that open and clear",
        "between two mornings ask for nobody's hand.",
        "",
        *_rates(demo, days),
        "",
        "### By rule",
        "",
        *_by_rule(demo, days),
        "",
        f"## What truly got worse: {len(setbacks)} runners with a setback each",
        "",
        "The same runners, each given a tendon that rises by 2 to 4 points of walking pain within three",
        f"days, on a day of chance, for ten days. Found: a flag about pain within {FOUND_WITHIN_DAYS} days.",
        "",
        *_setbacks(setbacks, without),
    ])  # fmt: skip


def _rates(demo: Sequence[Watched], days: int) -> list[str]:
    ours, theirs = sum(len(one.ours) for one in demo), sum(len(one.theirs) for one in demo)
    offered = sum(kind in OFFERS for one in demo for _, kind in one.ours)
    moves = sum(one.moves for one in demo)
    return [
        f"| | {OURS} | {THEIRS} |",
        "| --- | ---: | ---: |",
        f"| flags worked by hand | {ours} | {theirs} |",
        f"| a patient-day | **{rate(ours, days):.3f}** | **{rate(theirs, days):.3f}** |",
        f"| of these, stages offered | {offered} | |",
        f"| flags without the offers | {ours - offered} | {theirs} |",
        f"| a patient-day | **{rate(ours - offered, days):.3f}** | **{rate(theirs, days):.3f}** |",
        "",
        f"The goal is {GOAL}. Whether the offer of a stage is a flag worked by hand is a definition: with",
        f"the offers the goal is {_reached(ours, days)}, without them it is"
        f" {_reached(ours - offered, days)}.",
        f"A stage is only ever opened by a physio, so each offer is a decision to make: {moves} stages were",
        "opened in these lives. By default a stage lasts 14 days at least, so a runner who does all of it",
        "asks for up to 1 in 14 (0.071) a patient-day by the offers alone: with them, nobody who gets better",
        "can stay under the goal.",
    ]


def _reached(events: int, days: int) -> str:
    return "reached" if rate(events, days) <= GOAL else "not reached"


def _by_rule(demo: Sequence[Watched], days: int) -> list[str]:
    lines = [f"| {OURS} | flags | a patient-day | {THEIRS} | flags | a patient-day |"]
    lines.append("| --- | ---: | ---: | --- | ---: | ---: |")
    ours = Counter(kind for one in demo for _, kind in one.ours).most_common()
    theirs = Counter(kind for one in demo for _, kind in one.theirs).most_common()
    rows = range(max(len(ours), len(theirs)))
    return lines + [f"| {_cell(ours, row, days)} | {_cell(theirs, row, days)} |" for row in rows]


def _cell(counted: list[tuple[str, int]], index: int, days: int) -> str:
    if index >= len(counted):
        return " | | "
    kind, count = counted[index]
    return f"{kind} | {count} | {rate(count, days):.4f}"


def _setbacks(setbacks: Sequence[Watched], without: Sequence[Watched]) -> list[str]:
    found = [first_about_pain(one) for one in setbacks]
    chance = [first_about_pain(one) for one in without]
    both = [one.theirs - one.ours for one in found if one.ours is not None and one.theirs is not None]
    days = sum(one.days for one in without)

    def said(name: str) -> list[int]:
        return [value for one in found if (value := getattr(one, name)) is not None]

    def by_chance(name: str) -> int:
        return sum(getattr(one, name) is not None for one in chance)

    def alarms(name: str, kinds: set[str]) -> int:
        return sum(kind in kinds for one in without for _, kind in getattr(one, name))

    pain = {kind.value for kind in ABOUT_PAIN}, {rule.value for rule in pathways.ABOUT_PAIN}
    return [
        f"| | {OURS} | {THEIRS} |",
        "| --- | ---: | ---: |",
        f"| found | {len(said('ours'))} | {len(said('theirs'))} |",
        f"| missed | {len(found) - len(said('ours'))} | {len(found) - len(said('theirs'))} |",
        f"| median days from its beginning | {_median(said('ours'))} | {_median(said('theirs'))} |",
        "| the same window without a setback, a flag all the same | "
        f"{by_chance('ours')} of {len(chance)} | {by_chance('theirs')} of {len(chance)} |",
        "| flags about pain a patient-day without a setback | "
        f"{rate(alarms('ours', pain[0]), days):.3f} | {rate(alarms('theirs', pain[1]), days):.3f} |",
        "",
        f"Of the {len(both)} that both found, {OURS} was earlier in {sum(one > 0 for one in both)}, on",
        f"the same morning in {sum(one == 0 for one in both)}, later in {sum(one < 0 for one in both)}.",
        f"The median difference is {_median(both)} days (above 0: earlier).",
        "",
        *READING,
    ]


def _median(values: Sequence[int]) -> str:
    return f"{median(values):g}" if values else "–"
