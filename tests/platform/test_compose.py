"""docker-compose.yml and Dockerfile against our promises: this reads them, it starts no container."""

import base64
import hashlib
import hmac
import os
import re
import shutil
import subprocess
from pathlib import Path
from typing import Any

import psycopg
import pytest
import yaml

from physio.embedded import binaries
from physio.embedded.cluster import PROJECT
from tests.cluster import Clone, cluster_in

COMPOSE = yaml.safe_load((PROJECT / "docker-compose.yml").read_text())
SERVICES: dict[str, dict[str, Any]] = COMPOSE["services"]
OURS = ("migrate", "web", "worker", "beat")
WITHOUT_HEALTH_CHECK = {
    "migrate": "it ends by itself",
    "beat": "it answers to nobody; the watermark watches it",
}
USERS = {"database": "postgres", "broker": "valkey", "mail": "10002:10002"}


def test_the_parts_are_those_of_the_house() -> None:
    assert set(SERVICES) == {*OURS, "database", "broker", "mail"}


@pytest.mark.parametrize("name", SERVICES)
def test_no_service_is_root_or_can_write_its_own_disk(name: str) -> None:
    service = SERVICES[name]
    assert service["read_only"] is True
    assert service["cap_drop"] == ["ALL"]
    assert "no-new-privileges:true" in service["security_opt"]
    if name not in OURS:  # ours take the user of the Dockerfile
        assert service["user"] == USERS[name]


@pytest.mark.parametrize("name", SERVICES)
def test_every_service_has_a_health_check_or_a_reason(name: str) -> None:
    check = SERVICES[name]["healthcheck"]
    assert check.get("disable", False) == (name in WITHOUT_HEALTH_CHECK)


@pytest.mark.parametrize(
    ("name", "role"), [("migrate", "owner"), ("web", "app"), ("worker", "worker"), ("beat", "worker")]
)
def test_each_part_has_its_own_role_and_only_its_secrets(name: str, role: str) -> None:
    service = SERVICES[name]
    assert service["environment"]["DATABASE_URL"].startswith(f"postgresql://plimsoll_{role}@database")
    assert service["secrets"] == ["secret_key", f"database_{role}_password"]


def test_no_secret_is_written_into_the_file() -> None:
    for name in OURS:
        environment = SERVICES[name]["environment"]
        assert not {
            key for key in environment if "SECRET" in key or "PASSWORD" in key if not key.endswith("_FILE")
        }
        assert ":" not in environment["DATABASE_URL"].split("//")[1].split("@")[0]


def test_every_secret_is_declared_and_made() -> None:
    used = {secret for service in SERVICES.values() for secret in service.get("secrets", [])}
    assert used == set(COMPOSE["secrets"])


def test_secrets_are_made_once_and_the_folder_is_closed(tmp_path: Path) -> None:
    (tmp_path / "deploy").mkdir()
    script = tmp_path / "deploy" / "make-secrets"
    script.write_bytes((PROJECT / "deploy" / "make-secrets").read_bytes())
    for _ in range(2):
        subprocess.run(["bash", script], check=True, capture_output=True)
    first = {file.name: file.read_text() for file in (tmp_path / "secrets").iterdir()}
    subprocess.run(["bash", script], check=True, capture_output=True)
    assert {file.name: file.read_text() for file in (tmp_path / "secrets").iterdir()} == first
    assert set(first) == set(COMPOSE["secrets"])
    assert len(set(first.values())) == len(first)
    assert all(len(secret) >= 50 for secret in first.values())
    assert (tmp_path / "secrets").stat().st_mode & 0o777 == 0o700


def test_postgres_and_broker_lose_nothing_that_was_acknowledged() -> None:
    command = SERVICES["database"]["command"]
    assert {"fsync=on", "synchronous_commit=on", "full_page_writes=on"} <= set(command)
    broker = SERVICES["broker"]["command"]
    assert broker[broker.index("--appendonly") + 1] == "yes"
    assert broker[broker.index("--maxmemory-policy") + 1] == "noeviction"


def test_only_loopback_ports_are_published() -> None:
    for service in SERVICES.values():
        assert all(port.startswith("127.0.0.1:") for port in service.get("ports", []))
    assert not SERVICES["database"].get("ports")
    assert COMPOSE["networks"]["inside"]["internal"] is True


def test_the_image_leaves_root_and_the_development_parts_behind() -> None:
    dockerfile = (PROJECT / "Dockerfile").read_text()
    assert re.findall(r"^USER (.+)$", dockerfile, re.MULTILINE) == ["10001:10001"]
    assert "--require-hashes -r requirements.lock" in dockerfile
    assert "rm -rf physio/embedded" in dockerfile
    copied = re.findall(r"^COPY (?!--)(\S+)", dockerfile, re.MULTILINE)
    assert all((PROJECT / name).exists() for name in copied)


def test_the_first_start_script_gives_each_role_the_password_of_its_secret(
    cluster: Clone, as_superuser: psycopg.Connection, tmp_path: Path
) -> None:
    roles = ("app", "backup", "owner", "worker")
    for role in roles:
        (tmp_path / f"database_{role}_password").write_text(f"it's `{role}` $HOME")
    subprocess.run(
        ["sh", PROJECT / "deploy" / "postgres" / "init" / "10-roles.sh"],
        env={
            "PATH": f"{binaries.postgres_home() / 'bin'}:{os.environ['PATH']}",
            "PGHOST": str(cluster_in(cluster.folder).sockets),
            "POSTGRES_USER": "plimsoll_superuser",
            "POSTGRES_DB": cluster.database,
            "PLIMSOLL_SQL": str(PROJECT / "deploy" / "postgres"),
            "PLIMSOLL_SECRETS": str(tmp_path),
        },
        check=True,
    )
    stored = as_superuser.execute(
        "SELECT rolname, rolpassword FROM pg_authid WHERE rolpassword IS NOT NULL ORDER BY rolname"
    ).fetchall()
    assert [name for name, _ in stored] == [f"plimsoll_{role}" for role in roles]
    for role, (_, verifier) in zip(roles, stored, strict=True):
        assert proves(verifier, f"it's `{role}` $HOME")
        assert not proves(verifier, f"it's `{role}` $HOM")


def proves(verifier: str, password: str) -> bool:
    """Whether Postgres would take the password (SCRAM-SHA-256, RFC 5803)."""
    method, rounds_and_salt, keys = verifier.split("$")
    assert method == "SCRAM-SHA-256"
    rounds, salt = rounds_and_salt.split(":")
    salted = hashlib.pbkdf2_hmac("sha256", password.encode(), base64.b64decode(salt), int(rounds))
    client = hmac.digest(salted, b"Client Key", "sha256")
    return base64.b64encode(hashlib.sha256(client).digest()).decode() == keys.split(":")[0]


@pytest.mark.parametrize(
    ("program", "arguments"),
    [("docker-compose", ["--file", "-", "config", "--quiet"]), ("hadolint", ["Dockerfile"])],
)
def test_the_programs_that_know_these_files_accept_them(program: str, arguments: list[str]) -> None:
    """Neither needs an engine. The old docker-compose (1.29) knows all but the project's name."""
    if shutil.which(program) is None:
        pytest.skip(f"{program} is not installed here; docs/operations.md says when it was last asked")
    told = {"PLIMSOLL_BASE_URL": "https://plimsoll.example", "PLIMSOLL_ALLOWED_HOSTS": "plimsoll.example"}
    text = (PROJECT / "docker-compose.yml").read_text().replace("\nname: plimsoll\n", "\n")
    said = subprocess.run(
        [program, *arguments],
        cwd=PROJECT,
        env={**os.environ, **told},
        input=text,
        capture_output=True,
        text=True,
        check=False,
    )
    assert said.returncode == 0, said.stdout + said.stderr
