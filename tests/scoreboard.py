"""`make scoreboard`: each numbered check with what it tried, from a run of its tests now; no figure is kept.

A check is green when all its tests passed, said how much they tried, and a twin with the guard off was seen.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
import tempfile
from collections import defaultdict
from pathlib import Path

from tests.score import Score, figures

ROOT = Path(__file__).resolve().parent.parent
DOCUMENT = ROOT / "docs" / "scoreboard.md"
EVERYTHING = (  # pytest forgets a file that is named beside its folder, so the mutations run by themselves
    ("tests", "-n", "2", "--dist", "worksteal"),
    ("tests/mutation/database.py", "tests/mutation/routes.py", "-n", "0"),
)
LIMITS = {
    "S39": ("p99_ms", 300)
}  # judged here, on a machine that does nothing else; no test waits on a clock
CHECKS = {
    "S1": "Every address, by each of eight visitors, for everybody’s objects: nothing foreign shown or done",
    "S2": "Each clinical table names its clinic, with a key and forced row-level security both ways",
    "S3": "Each model without, with a wrong and with the right clinic: nothing, nothing, all of one’s own",
    "S4": "The next request finds nothing of the one before, however that ended and whatever the connection",
    "S5": "No reference into another clinic is taken, by any foreign key",
    "S6": "No role of the product is more than it has to be; what was said is neither changed nor removed",
    "S8": "No route without a declaration, none that no test saw work",
    "S9": "No text becomes SQL, markup or an order outside a short list with reasons",
    "S11": "Each guard and policy switched off, one at a time: the tests go red",
    "S13": "No look at a patient’s data without an event in the access log",
    "S17": "Looking changes nothing",
    "S18": "Sessions end, idle or old; polling is no use; sensitive acts ask again; pages are not stored",
    "S22": "Mail scanners that follow and post every link use nothing up; the person still gets in",
    "S25": "Guessing is limited over all processes together",
    "S26": "Signing out leaves nothing in any storage of the browser",
    "S27": "200 entries over a bad line, on a phone that dies: each stored once",
    "S30": "Every form works without JavaScript",
    "S31": "No page breaks its content security policy",
    "S32": "Script typed into every field stays text in pages, files, mail and PDF",
    "S33": "Hostile values at every address: never an error of the server",
    "S34": "Hostile files are refused in seconds, within their memory, and the clinic goes on",
    "S37": "No cell of an export starts a formula",
    "S38": "Workers killed and mail servers failing: no flag and no mail lost or doubled",
    "S39": "Without a broker, logging stays quick and flags come on its return",
    "S40": "Dead workers are seen on the list and by the monitor",
    "S41": "A backup comes back whole and guarded, and differences are seen",
    "S42": "Postgres killed under writers, a full disk: what was acknowledged is kept, once",
    "S43": "No patient data in logs, messages of the broker, mail subjects or addresses",
    "S44": "Flags made anew from the diary are the flags that were stored",
    "S45": "Each reminder once a day and each summary once a week over every change of the clocks",
    "S46": "Two sweeps, two beats and two mailers at once double nothing",
    "S51": "The export holds every personal field there is",
    "S52": "An erased person is nowhere, also after a restore",
    "S54": "Weekly mail can be stopped from the mail itself, safety mail cannot",
    "S55": "Every hazard names controls",
    "S56": "Every control names a test that exists and runs",
}
HEAD = """# Scoreboard

Written by `make scoreboard` from a run of the tests that carry a number, never by hand. *Holds*: every test
of the check passed, said how much it tried, and a twin with the guard off was noticed. *No twin*: it passed,
but nothing shows that it could fail. *Not done*: no test carries the number. Figures of several tests are
added up.

"""


def verdict(scores: list[Score]) -> str:
    if not any(score.role == "check" for score in scores):
        return "not done"
    if not all(score.passed for score in scores):
        return "RED"
    if not any(score.figures for score in scores if score.role == "check"):
        return "RED: it told nothing"
    if over := over_the_limit(scores):
        return f"RED: {over}"
    return "holds" if any(score.role == "twin" for score in scores) else "no twin"


def over_the_limit(scores: list[Score]) -> str:
    """The figure that is too high, in words; empty when all are within, RED when it was not told."""
    number = scores[0].check
    if number not in LIMITS:
        return ""
    name, most = LIMITS[number]
    told = [int(score.figures[name]) for score in scores if name in score.figures]
    if not told:
        return f"no {name}"
    return "" if max(told) < most else f"{name} {max(told)}, not under {most}"


def tests(scores: list[Score], *roles: str) -> str:
    """Where they are, with how many; a parametrised one counts each time."""
    found: dict[str, int] = defaultdict(int)
    for score in scores:
        if score.role in roles:
            found[score.test.split("::", 1)[0]] += 1
    return ", ".join(f"`{path}` ({count})" for path, count in sorted(found.items())) or "none"


def rows(scores: list[Score]) -> list[tuple[str, str, str, str, str, str]]:
    return [
        (
            number,
            sentence,
            verdict(own := [score for score in scores if score.check == number]),
            figures(own),
            tests(own, "check", ""),
            tests(own, "twin"),
        )
        for number, sentence in CHECKS.items()
    ]


def document(scores: list[Score]) -> str:
    lines = ["| # | Check | | Tried and found | Shown by | With the guard off |", "|---|---|---|---|---|---|"]
    lines += ["| " + " | ".join(cell.replace("|", "/") for cell in row) + " |" for row in rows(scores)]
    return HEAD + "\n".join(lines) + "\n"


def run(*what: str) -> tuple[list[Score], int]:
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder) / "scores.json"
        command = [sys.executable, "-m", "pytest", "-m", "check or twin", "-q", "--no-header"]
        done = subprocess.run(
            [*command, *what],
            env={**os.environ, "PLIMSOLL_SCORES": str(file)},
            cwd=ROOT,
            check=False,
        )
        found = json.loads(file.read_text(encoding="utf-8")) if file.exists() else []
    return [Score(**score) for score in found], done.returncode


def main() -> int:
    scores, code = [], 0
    for what in [sys.argv[1:]] if sys.argv[1:] else EVERYTHING:
        found_now, ended = run(*what)
        scores, code = scores + found_now, code or ended
    found = rows(scores)
    for number, sentence, said, told, shown, off in found:
        print(f"{number:<4} {said:<9} {sentence}\n{'':15}{told or '-'}\n{'':15}{shown}; guard off: {off}")
    red = [row[0] for row in found if row[2].startswith("RED")]
    counts = {word: sum(row[2] == word for row in found) for word in ("holds", "no twin", "not done")}
    print(", ".join(f"{count} {word}" for word, count in counts.items()) + f", {len(red)} red {red or ''}")
    if not sys.argv[1:]:
        DOCUMENT.write_text(document(scores), encoding="utf-8")
    return 1 if red or code else 0


if __name__ == "__main__":
    sys.exit(main())
