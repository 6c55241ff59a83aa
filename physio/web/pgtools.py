"""Postgres's own programs, of the right version. Nothing here knows a table."""

import os
import re
import shutil
import subprocess
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

PLACES = "/usr/lib/postgresql", "/usr/pgsql"


class ToolMissing(RuntimeError):
    """Says in a sentence which program is needed and how to get it."""


def find(name: str, *, server: int) -> Path:
    """The program, at least as new as the server of this major version: an older one refuses to read it."""
    seen = []
    for path in _candidates(name):
        if not path.is_file():
            continue
        version = major(path)
        if version >= server:
            return path
        seen.append(f"{path} is version {version}")
    found = f"Found: {'; '.join(seen)}." if seen else "None was found."
    raise ToolMissing(
        f"{name} of version {server} or newer is needed, because the server is version {server}. {found} "
        f"Install postgresql-client-{server}, or set PLIMSOLL_PG_BIN to the folder that has it."
    )


def major(path: Path) -> int:
    """`pg_dump (PostgreSQL) 18.1` -> 18; 0 when it does not say."""
    said = subprocess.run([path, "--version"], capture_output=True, text=True, check=False).stdout  # noqa: S603 - a program we looked up, without a shell
    match = re.search(r"(\d+)(?:\.\d+|devel|beta|rc)", said)
    return int(match.group(1)) if match else 0


def arguments(settings: Mapping[str, Any]) -> list[str]:
    """Where Django's connection goes, as these programs want it. The password goes by `environment`."""
    told = {"--host": settings["HOST"], "--port": settings["PORT"], "--username": settings["USER"]}
    pairs = [part for name, value in told.items() if value for part in (name, str(value))]
    return [*pairs, "--no-password", "--dbname", str(settings["NAME"])]


def environment(settings: Mapping[str, Any]) -> dict[str, str]:
    """Nothing of the caller's but the way to programs: a stray PGHOST must not lead elsewhere."""
    kept = {name: os.environ[name] for name in ("PATH", "HOME", "LD_LIBRARY_PATH") if name in os.environ}
    password = {"PGPASSWORD": str(settings["PASSWORD"])} if settings.get("PASSWORD") else {}
    return {**kept, "LC_ALL": "C.UTF-8", "PGTZ": "UTC", **password}


def _candidates(name: str) -> Iterator[Path]:
    if chosen := os.environ.get("PLIMSOLL_PG_BIN"):
        yield Path(chosen) / name
        return
    if on_path := shutil.which(name):
        yield Path(on_path)
    for place in PLACES:
        parent = Path(place).parent
        yield from sorted(parent.glob(f"{Path(place).name}*/**/bin/{name}"), reverse=True)
