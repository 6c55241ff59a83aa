"""`make check`: what can be said about the code without running the product; all of it, then the verdict."""

import os
import secrets
import subprocess
import sys
import time
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

PROJECT = Path(__file__).resolve().parent.parent
BIN = Path(sys.executable).parent
DEVELOPMENT = {"PLIMSOLL_ENV": "development", "PYTHONWARNINGS": "ignore"}  # that no database answers
PRODUCTION = {
    "PLIMSOLL_ENV": "production",
    "PLIMSOLL_SECRET_KEY": secrets.token_urlsafe(64),
    "PLIMSOLL_BASE_URL": "https://plimsoll.example",
    "PLIMSOLL_ALLOWED_HOSTS": "plimsoll.example",
    "DATABASE_URL": "postgresql://plimsoll_app@localhost/plimsoll",
}


@dataclass(frozen=True)
class Step:
    name: str
    command: list[str]
    env: Mapping[str, str] = field(default_factory=lambda: DEVELOPMENT)


def manage(*arguments: str) -> list[str]:
    return [sys.executable, "manage.py", *arguments]


STEPS = [
    Step("format", [str(BIN / "ruff"), "format", "--check", "--output-format", "concise", "."]),
    Step("lint", [str(BIN / "ruff"), "check", "--quiet", "--output-format", "concise", "."]),
    Step("import contracts", [str(BIN / "lint-imports"), "--no-logo"]),
    Step("missing migrations", manage("makemigrations", "--check", "--dry-run")),
    Step("deployment settings", manage("check", "--deploy", "--fail-level", "WARNING"), env=PRODUCTION),
    Step("templates compile", [sys.executable, "-m", "tests.check_templates"]),
    Step("templates lint", [str(BIN / "djlint"), "--lint", "--quiet", "templates"]),
    Step("supply", [sys.executable, "-m", "tests.supply"]),
    Step("types", [str(BIN / "mypy"), "--no-error-summary"]),
]


def passes(step: Step) -> bool:
    began = time.monotonic()
    env = {**os.environ, **step.env}
    done = subprocess.run(step.command, cwd=PROJECT, env=env, capture_output=True, text=True, check=False)
    verdict = "ok" if done.returncode == 0 else "FAILED"
    print(f"  {step.name:<22} {verdict:<7} {time.monotonic() - began:5.1f} s", flush=True)
    if done.returncode != 0:
        print(done.stdout + done.stderr, flush=True)
    return done.returncode == 0


def main() -> int:
    failed = [step.name for step in STEPS if not passes(step)]
    print("Not ready: " + ", ".join(failed) if failed else "Ready.")
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
