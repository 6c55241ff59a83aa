"""What the product is made of is known: hashes, licences, the bill of materials; no secret in the tree."""

import hashlib
import json
import secrets
import subprocess
import sys
import zipfile
from pathlib import Path

import pytest

from physio.embedded.cluster import PROJECT
from tests import supply

LOCKED = supply.pins(supply.LOCK.read_text(encoding="utf-8"))


def test_the_lock_is_read_whole_and_each_package_has_its_hashes() -> None:
    told = supply.LOCK.read_text(encoding="utf-8")
    assert len(LOCKED) == sum(line[0].isalnum() for line in told.splitlines() if line) >= 50
    assert sum(len(pin.hashes) for pin in LOCKED) == told.count("--hash=sha256:")
    assert all(pin.hashes for pin in LOCKED)


def test_every_licence_is_one_that_we_allow() -> None:
    assert supply.licence_faults(pin.name for pin in LOCKED) == []
    assert set(supply.BY_HAND) <= {pin.name for pin in LOCKED}, "read by hand, but gone from the lock"


@pytest.mark.parametrize("said", ["GPL-3.0-only", "AGPL-3.0-only AND MIT", "", "SSPL-1.0 OR GPL-2.0-only"])
def test_another_licence_is_seen(said: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(supply.BY_HAND, "django", said)
    assert supply.licence_faults(["django"])
    assert supply.is_allowed("GPL-2.0-only OR MIT")


def test_the_bill_of_materials_is_complete_and_a_gap_is_seen() -> None:
    bill = supply.bill_of_materials(LOCKED)
    assert bill["bomFormat"] == "CycloneDX"
    assert supply.bill_faults(bill, LOCKED) == []
    short = {**bill, "components": bill["components"][1:]}  # type: ignore[index]
    assert supply.bill_faults(short, LOCKED) == [f"{LOCKED[0].name} {LOCKED[0].version} is missing"]
    assert supply.bill_faults(bill, LOCKED[1:])


def test_a_planted_secret_is_found_and_a_known_word_excuses_no_other(tmp_path: Path) -> None:
    planted = tmp_path / "settings.py"
    planted.write_text(f'AWS_SECRET_ACCESS_KEY = "{secrets.token_urlsafe(30)}"\n')
    found = supply.secrets_in(str(planted))
    baseline = supply.BASELINE.read_text(encoding="utf-8")
    assert supply.unknown_secrets(found, baseline)
    known = json.dumps({"results": {str(planted): found}})
    assert supply.unknown_secrets(found, known) == []
    planted.write_text(f'\n\nAWS_SECRET_ACCESS_KEY = "{secrets.token_urlsafe(30)}"\n')
    assert supply.unknown_secrets(supply.secrets_in(str(planted)), known)


def test_pip_takes_the_file_of_the_hash_and_no_other(tmp_path: Path) -> None:
    """What `--require-hashes` promises, tried: a package that was exchanged is refused."""
    wheel = tmp_path / "tiny-1.0-py3-none-any.whl"
    with zipfile.ZipFile(wheel, "w") as archive:
        archive.writestr("tiny.py", "")
        archive.writestr("tiny-1.0.dist-info/METADATA", "Metadata-Version: 2.1\nName: tiny\nVersion: 1.0\n")
        archive.writestr("tiny-1.0.dist-info/WHEEL", "Wheel-Version: 1.0\nTag: py3-none-any\n")
        archive.writestr("tiny-1.0.dist-info/RECORD", "")
    right = hashlib.sha256(wheel.read_bytes()).hexdigest()
    lock = tmp_path / "lock.txt"
    command = [sys.executable, "-m", "pip", "install", "--dry-run", "--no-index", "--require-hashes", "-q"]
    told = []
    for line in (f"tiny==1.0 --hash=sha256:{right}", f"tiny==1.0 --hash=sha256:{'0' * 64}", "tiny==1.0"):
        lock.write_text(f"{line}\n")
        done = subprocess.run(
            [*command, "--find-links", str(tmp_path), "-r", str(lock)],
            capture_output=True,
            text=True,
            check=False,
        )
        told.append(done.returncode == 0)
    assert told == [True, False, False]


@pytest.mark.parametrize("path", ["Dockerfile", "physio/embedded/install.py"])
def test_nothing_is_installed_without_its_hash(path: str) -> None:
    lines = [line for line in (PROJECT / path).read_text().splitlines() if "install" in line and "-r" in line]
    assert lines
    assert all("--require-hashes" in line for line in lines)
