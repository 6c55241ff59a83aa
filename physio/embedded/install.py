"""Builds .venv from a lock. Runs on a stock Python before anything is installed: standard library only.

`python3 physio/embedded/install.py run` installs what the product needs, `... dev` everything. A second call
with an unchanged lock does nothing.
"""

from __future__ import annotations

import hashlib
import os
import shutil
import subprocess
import sys
import time
from pathlib import Path

PROJECT = Path(__file__).resolve().parent.parent.parent
VENV = PROJECT / ".venv"
PYTHON = VENV / "bin" / "python"
LOCKS = {"run": "requirements-run.lock", "dev": "requirements-dev.lock"}
OLDEST = (3, 11)


def main(kind: str) -> int:
    if sys.version_info < OLDEST:
        print(f"Plimsoll needs Python 3.11 or newer; {sys.executable} is {sys.version.split()[0]}.")
        print("Name a newer one: make PYTHON=python3.11 ...")
        return 1
    if current(kind) or (kind == "run" and current("dev")):
        return 0
    began = time.monotonic()
    print(f"Building the environment in .venv from {LOCKS[kind]} ...", flush=True)
    try:
        make_venv()
        install(PROJECT / LOCKS[kind])
    except subprocess.CalledProcessError as error:
        print(f"\nThe environment could not be built: {' '.join(map(str, error.cmd))} failed (see above).")
        print("Check the network and the disk, then run the command again; it continues where it can.")
        return 1
    stamp(kind).write_text(wanted(kind))
    print(f"The environment is ready after {time.monotonic() - began:.0f} s.", flush=True)
    return 0


def stamp(kind: str) -> Path:
    return VENV / f"installed-{kind}"


def wanted(kind: str) -> str:
    """Changes with the lock, with the Python, and when the folder is moved."""
    lock = hashlib.sha256((PROJECT / LOCKS[kind]).read_bytes()).hexdigest()
    return f"{lock} {sys.version_info.major}.{sys.version_info.minor} {VENV}\n"


def current(kind: str) -> bool:
    return PYTHON.exists() and stamp(kind).exists() and stamp(kind).read_text() == wanted(kind)


def make_venv() -> None:
    if not usable():
        shutil.rmtree(VENV, ignore_errors=True)
        try:
            run(sys.executable, "-m", "venv", VENV)
        except subprocess.CalledProcessError:
            print("This Python cannot make virtual environments. On Debian: apt-get install python3-venv")
            raise
    for kind in LOCKS:
        stamp(kind).unlink(missing_ok=True)
    packages = VENV / "lib" / f"python{sys.version_info.major}.{sys.version_info.minor}" / "site-packages"
    (packages / "plimsoll.pth").write_text(f"{PROJECT}\n")  # `pytest` finds the project from anywhere


def usable() -> bool:
    """Made by this Python, for this folder."""
    question = "import sys; print(sys.version_info[:2], sys.prefix)"
    if not PYTHON.exists():
        return False
    answer = subprocess.run([PYTHON, "-c", question], capture_output=True, text=True, check=False)
    return answer.stdout.strip() == f"{sys.version_info[:2]} {VENV}"


def install(lock: Path) -> None:
    """By uv, which pip fetches under its hash; by pip alone where uv cannot be had or finds no index."""
    pip = [PYTHON, "-m", "pip", "install", "-qq", "--require-hashes", "-r"]
    try:
        run(*pip, PROJECT / "requirements-uv.lock")
        uv = [VENV / "bin" / "uv", "pip", "install", "--quiet", "--python", PYTHON]
        run(*uv, "--require-hashes", "-r", lock)
    except (OSError, subprocess.CalledProcessError):
        print("uv did not manage; pip does it, more slowly ...", flush=True)
        run(*pip, lock)


def run(*command: object) -> None:
    env = {**os.environ, "PIP_DISABLE_PIP_VERSION_CHECK": "1", "PIP_NO_INPUT": "1"}
    subprocess.run([str(word) for word in command], check=True, cwd=PROJECT, env=env)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1]))
