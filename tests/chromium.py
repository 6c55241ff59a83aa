"""Finds a browser for the journeys, or says what to do. A missing browser is an error, never a skip."""

import os
import shutil
import subprocess
import tempfile
from pathlib import Path

INSTALLED = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
NPM_PACKAGE = "@sparticuz/chromium@153.0.0"
UNPACK = "const c = (await import('@sparticuz/chromium')).default; console.log(await c.executablePath());"
HELP = (
    "No browser for the journeys. Install Debian's (`apt-get install chromium`), or Node.js with npm so that "
    "@sparticuz/chromium can be unpacked, or name a Chromium in PLIMSOLL_BROWSER."
)


class NoBrowser(Exception):
    """There is none and none could be fetched."""


def find() -> Path:
    """Named, installed, Debian's package, npm's build: the first of these that is there."""
    named = os.environ.get("PLIMSOLL_BROWSER")
    if named:
        if not os.access(named, os.X_OK):
            raise NoBrowser(f"PLIMSOLL_BROWSER names {named}, which is no program. Correct or unset it.")
        return Path(named)
    found = installed() or from_debian() or from_npm()
    if found is None:
        raise NoBrowser(HELP)
    return found


def installed() -> Path | None:
    for name in INSTALLED:
        path = shutil.which(name)
        if path:
            return Path(path)
    return None


def from_debian() -> Path | None:
    """Only where we may: as root, with apt-get."""
    if os.geteuid() != 0 or not shutil.which("apt-get"):
        return None
    env = {**os.environ, "DEBIAN_FRONTEND": "noninteractive"}
    for command in (
        ["apt-get", "update", "-qq"],
        ["apt-get", "install", "-qq", "-y", "--no-install-recommends", "chromium"],
    ):
        if subprocess.run(command, env=env, capture_output=True, check=False).returncode != 0:
            return None
    return installed()


def from_npm() -> Path | None:
    """npm's build carries the libraries it needs; it unpacks into a folder that later runs find again."""
    if not (shutil.which("npm") and shutil.which("node")):
        return None
    folder = Path(tempfile.gettempdir()) / f"plimsoll-browser-{os.getuid()}"
    folder.mkdir(mode=0o700, exist_ok=True)
    if folder.stat().st_uid != os.getuid():
        return None
    install = ["npm", "install", "--silent", "--no-audit", "--no-fund", "--ignore-scripts", NPM_PACKAGE]
    if (
        not (folder / "node_modules").is_dir()
        and subprocess.run(install, cwd=folder, check=False).returncode != 0
    ):
        return None
    # The package brings libnss and its kin only to what it takes for a serverless machine; Debian without a
    # browser lacks them too.
    env = {**os.environ, "TMPDIR": str(folder), "AWS_LAMBDA_JS_RUNTIME": "nodejs22.x"}
    unpack = ["node", "--input-type=module", "--eval", UNPACK]
    said = subprocess.run(unpack, cwd=folder, env=env, capture_output=True, text=True, check=False)
    if said.returncode != 0:
        return None
    start = folder / "start"
    start.write_text(f'#!/bin/sh\nLD_LIBRARY_PATH={folder}/al2023/lib exec "{said.stdout.strip()}" "$@"\n')
    start.chmod(0o700)
    return start
