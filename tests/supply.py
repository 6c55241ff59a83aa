"""What the product is made of: licences, the bill of materials, secrets in the tree.

python -m tests.supply            all three are in order (a step of `make check`)
python -m tests.supply --write    write docs/licences.md, build/sbom.json and the baseline anew
"""

from __future__ import annotations

import importlib.metadata
import json
import re
import subprocess
import sys
import tempfile
from collections.abc import Iterable
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
LOCK = ROOT / "requirements.lock"
LICENCES = ROOT / "docs" / "licences.md"
SBOM = ROOT / "build" / "sbom.json"
BASELINE = ROOT / ".secrets.baseline"
PINNED = re.compile(r"^([A-Za-z0-9][\w.-]*)==([^\s;]+)(?: ; ([^\\]+))?", re.MULTILINE)
HASH = re.compile(r"--hash=sha256:([0-9a-f]{64})")

# What may run beside our own Apache-2.0 code, unchanged and replaceable, without asking a lawyer again.
ALLOWED = {
    "Apache-2.0", "BSD-2-Clause", "BSD-3-Clause", "MIT", "MIT-0", "PSF-2.0",
    "MPL-2.0",  # its own files stay under it; we change none
    "LGPL-3.0-only",  # a library that is installed apart and can be exchanged
}  # fmt: skip
# Packages whose metadata do not say it in a way a program can read; read by hand in their licence files.
BY_HAND = {
    "aiosignal": "Apache-2.0",
    "amqp": "BSD-3-Clause",
    "async-timeout": "Apache-2.0",  # Pythons before 3.11.3 only
    "billiard": "BSD-3-Clause",
    "click-plugins": "BSD-3-Clause",
    "colorama": "BSD-3-Clause",  # Windows only
    "defusedxml": "PSF-2.0",
    "django-csp": "BSD-3-Clause",
    "fido2": "BSD-2-Clause AND Apache-2.0 AND MPL-2.0",  # the public suffix list is under the last one
    "prompt-toolkit": "BSD-3-Clause",
    "python-dateutil": "Apache-2.0 OR BSD-3-Clause",
    "qrcode": "BSD-3-Clause",
    "sqlparse": "BSD-3-Clause",
    "vine": "BSD-3-Clause",
}
FROM_CLASSIFIER = {"MIT License": "MIT"}


LICENCE_HEAD = """# Licences of what runs in production

Written by `make supply` from `requirements.lock`; `make check` fails on a licence outside
{}.
Plimsoll itself is Apache-2.0. Some packages carry programs of others: psycopg-binary Postgres' client
library and OpenSSL, django-htmx htmx (0BSD), typst its fonts; their notices come in the package.

| Package | Version | Licence | Only where |
|---|---|---|---|
"""


@dataclass(frozen=True)
class Pin:
    name: str
    version: str
    marker: str  # where it is installed; "" is everywhere
    hashes: tuple[str, ...]


def pins(text: str) -> list[Pin]:
    """What a lock pins, each with the hashes that pip will accept."""
    found = list(PINNED.finditer(text))
    ends = [*(one.start() for one in found[1:]), len(text)]
    return [
        Pin(one[1].lower(), one[2], (one[3] or "").strip(), tuple(HASH.findall(text[one.end() : end])))
        for one, end in zip(found, ends, strict=True)
    ]


def licence_of(name: str) -> str:
    """As an SPDX expression; "" when neither the package nor we say it."""
    if name in BY_HAND:
        return BY_HAND[name]
    try:
        told = importlib.metadata.metadata(name)
    except importlib.metadata.PackageNotFoundError:
        return ""
    classifiers = [line.rsplit(" :: ", 1)[-1] for line in told.get_all("Classifier", [])]
    named = [FROM_CLASSIFIER[line] for line in classifiers if line in FROM_CLASSIFIER]
    return told.get("License-Expression") or told.get("License") or " AND ".join(named)


def is_allowed(expression: str) -> bool:
    """`A AND B` needs both, `A OR B` one of them."""
    return any(
        all(part.strip(" ()") in ALLOWED for part in choice.split(" AND "))
        for choice in expression.split(" OR ")
    )


def licence_faults(names: Iterable[str]) -> list[str]:
    told = {name: licence_of(name) for name in names}
    return [f"{name}: {said or 'no licence is told'}" for name, said in told.items() if not is_allowed(said)]


def licence_list(found: list[Pin]) -> str:
    lines = [f"| {pin.name} | {pin.version} | {licence_of(pin.name)} | {pin.marker} |" for pin in found]
    return LICENCE_HEAD.format(", ".join(sorted(ALLOWED))) + "\n".join(lines) + "\n"


def bill_of_materials(found: list[Pin]) -> dict[str, object]:
    """CycloneDX, from the lock, with the licences and the hashes of every accepted file."""
    with tempfile.TemporaryDirectory() as folder:
        made = Path(folder) / "sbom.json"
        program = Path(sys.executable).parent / "cyclonedx-py"
        command = [program, "requirements", LOCK, "--pyproject", ROOT / "pyproject.toml"]
        subprocess.run([*command, "--output-reproducible", "-o", made], check=True, capture_output=True)
        bill = json.loads(made.read_text(encoding="utf-8"))
    by_name = {pin.name: pin for pin in found}
    for component in bill["components"]:
        pin = by_name[component["name"].lower()]
        component["description"] = f"Pinned in requirements.lock with {len(pin.hashes)} hashes"
        component["licenses"] = [{"expression": licence_of(pin.name)}]
    return dict(bill)


def bill_faults(bill: dict[str, object], found: list[Pin]) -> list[str]:
    components: list[dict[str, str]] = bill["components"]  # type: ignore[assignment]
    told = {(one["name"].lower(), one["version"]) for one in components if one.get("licenses")}
    wanted = {(pin.name, pin.version) for pin in found}
    return [f"{name} {version} is missing" for name, version in sorted(wanted - told)] + [
        f"{name} {version} is not in the lock" for name, version in sorted(told - wanted)
    ]


def secrets_in(path: str) -> list[dict[str, object]]:
    """What looks like a secret in one file. Relative to the project, as the baseline names it."""
    from detect_secrets.core import scan
    from detect_secrets.settings import default_settings

    with default_settings():
        return [found.json() for found in scan.scan_file(path)]


def tracked() -> list[str]:
    """Text that is kept in the repository; the locks are hashes, the rest of these is no text."""
    named = subprocess.run(["git", "ls-files"], cwd=ROOT, capture_output=True, text=True, check=True)
    return [
        path
        for path in named.stdout.splitlines()
        if not path.endswith((".lock", ".png", ".mo", ".baseline")) and (ROOT / path).is_file()
    ]


def scanned(paths: list[str]) -> list[dict[str, object]]:
    with ProcessPoolExecutor(max_workers=2) as pool:
        return [one for found in pool.map(secrets_in, paths, chunksize=40) for one in found]


def unknown_secrets(found: list[dict[str, object]], baseline: str) -> list[str]:
    """Those that nobody has looked at. Lines may move; another word in the same file is another secret."""
    known = {
        (path, one["hashed_secret"])
        for path, listed in json.loads(baseline)["results"].items()
        for one in listed
    }
    return [
        f"{one['filename']}:{one['line_number']} {one['type']}"
        for one in found
        if (one["filename"], one["hashed_secret"]) not in known
    ]


def write_baseline(found: list[dict[str, object]]) -> None:
    """In the shape of detect-secrets, so that its own programs read it."""
    listed: dict[str, list[dict[str, object]]] = {}
    for one in found:
        listed.setdefault(str(one["filename"]), []).append({**one, "is_secret": False})
    BASELINE.write_text(
        json.dumps({"version": "1.5.0", "results": listed}, indent=1) + "\n", encoding="utf-8"
    )


def main() -> int:
    found = pins(LOCK.read_text(encoding="utf-8"))
    secrets = scanned(tracked())
    bill = bill_of_materials(found)
    if "--write" in sys.argv:
        LICENCES.write_text(licence_list(found), encoding="utf-8")
        SBOM.parent.mkdir(exist_ok=True)
        SBOM.write_text(json.dumps(bill, indent=1), encoding="utf-8")
        write_baseline(secrets)
    faults = licence_faults(pin.name for pin in found)
    faults += [f"{pin.name} has no hash" for pin in found if not pin.hashes]
    faults += bill_faults(bill, found)
    if LICENCES.read_text(encoding="utf-8") != licence_list(found):
        faults.append("docs/licences.md is not of this lock: run `make supply`")
    faults += unknown_secrets(secrets, BASELINE.read_text(encoding="utf-8"))
    print(f"{len(found)} packages, {len(secrets)} made-up secrets known, {len(faults)} faults")
    print("\n".join(faults))
    return 1 if faults else 0


if __name__ == "__main__":
    sys.exit(main())
