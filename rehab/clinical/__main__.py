"""Replay one case without a database: python -m rehab.clinical FILE.json [--at TIME] [--text]."""

from __future__ import annotations

import argparse
import json
import sys
from collections.abc import Sequence
from datetime import UTC, datetime
from pathlib import Path

from rehab.clinical.codec import MalformedCase, decode
from rehab.clinical.evaluate import evaluate
from rehab.clinical.history import History, Plan
from rehab.clinical.render import as_json, as_text

MALFORMED = 2


def main(arguments: Sequence[str] | None = None) -> int:
    """0 after an evaluation, 2 when the file or the time cannot be used, with every fault on stderr."""
    options = _parser().parse_args(arguments)
    try:
        history, plan = decode(json.loads(_read(options.file)))
        at = _moment(options.at) if options.at else _last_known(history, plan)
        evaluation = evaluate(history, plan, at)
    except MalformedCase as error:
        return _refuse(options.file, [f"{fault.path}: {fault.says}" for fault in error.faults])
    except (OSError, ValueError, RecursionError) as error:
        return _refuse(options.file, [str(error)])
    shown = (
        as_text(evaluation) if options.text else json.dumps(as_json(evaluation), indent=2, ensure_ascii=False)
    )
    sys.stdout.write(f"{shown}\n")
    return 0


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="python -m rehab.clinical", description="Evaluate one case from a JSON file."
    )
    parser.add_argument("file", help="the case (docs/case-format.md), or - for standard input")
    parser.add_argument(
        "--at", help="the moment to evaluate, with its offset; default: the last entry or act"
    )
    parser.add_argument("--text", action="store_true", help="for people instead of JSON")
    return parser


def _read(file: str) -> str:
    return sys.stdin.read() if file == "-" else Path(file).read_text(encoding="utf-8")


def _moment(text: str) -> datetime:
    moment = datetime.fromisoformat(text)
    if moment.tzinfo is None:
        raise ValueError(f"--at {text}: give the offset from UTC, such as Z or +01:00.")
    return moment.astimezone(UTC)


def _last_known(history: History, plan: Plan) -> datetime:
    """The last moment at which anything was received or done. No clock is read, so replays agree."""
    moments = [history.opened_at]
    moments += [one.received_at for one in (*history.runs, *history.reports, *history.sessions)]
    moments += [one.received_at for one in (*history.red_flags, *history.assessed_red_flags)]
    moments += [one.at for one in history.clearances] + [one.at for one in history.resolutions]
    moments += [one.at for one in plan.stage_steps] + [one.at for one in plan.baselines]
    return max(moments)


def _refuse(file: str, faults: Sequence[str]) -> int:
    sys.stderr.write(f"{file} cannot be evaluated:\n" + "".join(f"  {fault}\n" for fault in faults))
    return MALFORMED


if __name__ == "__main__":
    sys.exit(main())
