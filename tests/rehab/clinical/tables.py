"""Reads the clinical tables: one row, one example. An empty cell is "not said"."""

import csv
from pathlib import Path

FOLDER = Path(__file__).parents[2] / "fixtures" / "clinical"


def rows(name: str) -> list[dict[str, str]]:
    with (FOLDER / name).open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def ids(found: list[dict[str, str]]) -> list[str]:
    return [f"{row['id']} {row['why']}" for row in found]


def number(text: str) -> int | None:
    return int(text) if text else None


def hours(text: str) -> float | None:
    return float(text) if text else None


def yes(text: str) -> bool:
    return text == "yes"
