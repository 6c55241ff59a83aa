"""What can go wrong before anything starts, each with a sentence that says what to do."""

import os
import shutil
import socket
from collections import namedtuple
from pathlib import Path

import pytest

from physio.embedded import __main__ as command
from physio.embedded import install, layout, lock, ports, rank
from physio.embedded.cluster import Cluster
from physio.embedded.problem import Problem
from physio.embedded.rank import Rank

Usage = namedtuple("Usage", "total used free")


def test_a_taken_port_names_the_next() -> None:
    with socket.create_server(("127.0.0.1", 0)) as other:
        port = other.getsockname()[1]
        with pytest.raises(Problem, match=rf"Port {port} is taken.*PLIMSOLL_PORT="):
            ports.listen(port)


@pytest.mark.parametrize("value", ["http", "0", "65536", "-1", "8000.5"])
def test_a_port_that_is_none(monkeypatch: pytest.MonkeyPatch, value: str) -> None:
    monkeypatch.setenv("PLIMSOLL_PORT", value)
    with pytest.raises(Problem, match="Write a number from 1 to 65535"):
        ports.wanted()


@pytest.mark.parametrize("value", ["1", "65535"])
def test_the_outermost_ports_are_ports(monkeypatch: pytest.MonkeyPatch, value: str) -> None:
    monkeypatch.setenv("PLIMSOLL_PORT", value)
    assert ports.wanted() == int(value)


def test_a_full_disk(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(shutil, "disk_usage", lambda _: Usage(10**12, 10**12, layout.NEEDED_BYTES - 1))
    with pytest.raises(Problem, match=r"is full: 499 MB free, 500 MB needed\. Make room"):
        layout.open_root(tmp_path / "data")


def test_a_disk_with_just_enough_room(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(shutil, "disk_usage", lambda _: Usage(10**12, 0, layout.NEEDED_BYTES))
    layout.open_root(tmp_path / "data")
    assert (tmp_path / "data").stat().st_mode & 0o777 == 0o700


def test_a_data_folder_that_is_a_file(tmp_path: Path) -> None:
    (tmp_path / "data").write_text("")
    with pytest.raises(Problem, match=r"cannot be used.*PLIMSOLL_DATA="):
        layout.open_root(tmp_path / "data")


def test_data_of_an_older_postgres(tmp_path: Path) -> None:
    cluster = Cluster(tmp_path / "postgres", tmp_path / "run", tmp_path / "log")
    cluster.data.mkdir()
    (cluster.data / "PG_VERSION").write_text("15\n")
    with pytest.raises(Problem, match=r"written by Postgres 15; this Plimsoll brings \d+, which cannot read"):
        cluster.initialise()


def test_a_second_copy_is_told_who_is_first(tmp_path: Path) -> None:
    held = lock.take(tmp_path)
    with pytest.raises(Problem, match=rf"already runs from .* \(process {os.getpid()}\)"):
        lock.take(tmp_path)
    held.close()
    lock.take(tmp_path).close()


def test_a_stale_lock_means_nothing(tmp_path: Path) -> None:
    (tmp_path / "lock").write_text("1\n")
    lock.take(tmp_path).close()


def test_a_stale_postgres_pid_that_now_belongs_to_somebody_else_is_cleared(tmp_path: Path) -> None:
    cluster = Cluster(tmp_path / "postgres", tmp_path / "run", tmp_path / "log")
    cluster.data.mkdir()
    pid = cluster.data / "postmaster.pid"
    pid.write_text(f"{os.getpid()}\n{cluster.data}\n")
    cluster.child()
    assert not pid.exists()


def test_root_without_user_namespaces_hands_postgres_to_another_account(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(os, "geteuid", lambda: 0)
    monkeypatch.setattr(rank, "namespaces_allowed", lambda: False)
    monkeypatch.setattr(rank, "UNPRIVILEGED", ("no-such-account", "nobody"))
    assert rank.find_rank.__wrapped__() == Rank(("--user", "nobody"), "nobody")


def test_root_with_no_way_out_of_root(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(rank, "UNPRIVILEGED", ("no-such-account",))
    with pytest.raises(Problem, match="Run the command as an ordinary user"):
        rank.account_rank()


def test_a_socket_folder_with_too_long_a_name(tmp_path: Path) -> None:
    with pytest.raises(Problem, match="too long a name"):
        Cluster(tmp_path / "postgres", Path("/nowhere") / ("x" * 90), tmp_path / "log")


def test_a_deep_data_folder_gets_short_sockets(tmp_path: Path) -> None:
    deep = tmp_path / ("d" * 120)
    deep.mkdir()
    place = layout.lay_out(deep, Rank())
    assert len(os.fsencode(place.sockets)) <= 90
    place.sockets.rmdir()


def test_the_secret_key_is_made_once_and_only_for_us(tmp_path: Path) -> None:
    key = layout.secret_key(tmp_path)
    assert len(key) > 80
    assert layout.secret_key(tmp_path) == key
    assert (tmp_path / "secret.key").stat().st_mode & 0o777 == 0o600


def test_the_keys_of_web_push_are_made_once_and_only_for_us(tmp_path: Path) -> None:
    keys = layout.push_keys(tmp_path)
    assert set(keys) == {"PLIMSOLL_PUSH_PRIVATE_KEY", "PLIMSOLL_PUSH_PUBLIC_KEY"}
    assert layout.push_keys(tmp_path) == keys
    assert (tmp_path / "push.keys").stat().st_mode & 0o777 == 0o600


def test_an_unknown_word_on_the_command_line(capsys: pytest.CaptureFixture[str]) -> None:
    assert command.main(["strat"]) == 1
    assert "'strat' is unknown" in capsys.readouterr().err


def test_a_command_before_the_first_run(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("PLIMSOLL_DATA", str(tmp_path))
    assert command.main(["manage", "check"]) == 1
    assert "Start it with `make run`" in capsys.readouterr().err


def test_an_old_python_is_told_which_one_is_needed(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(install, "OLDEST", (99, 0))
    assert install.main("run") == 1
    assert "make PYTHON=" in capsys.readouterr().out
