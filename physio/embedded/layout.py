"""Where the embedded product keeps its things: one folder, closed to everybody else."""

import hashlib
import json
import os
import secrets
import shutil
import tempfile
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from physio.embedded import binaries
from physio.embedded.cluster import LONGEST_SOCKET_FOLDER, PROJECT
from physio.embedded.problem import Problem
from physio.embedded.rank import Rank
from physio.web.push_keys import new_pair

NEEDED_BYTES = 500 * 1024 * 1024


@dataclass(frozen=True)
class Layout:
    """`postgres_home` and `postgres` lie elsewhere only where root has to hand them to another account."""

    root: Path
    sockets: Path
    postgres: Path
    postgres_home: Path

    @property
    def broker_sockets(self) -> Path:
        return _sockets(self.root)

    @property
    def broker(self) -> Path:
        return self.root / "broker"

    @property
    def mail(self) -> Path:
        return self.root / "mail"

    @property
    def seeded(self) -> Path:
        return self.root / "seeded"

    @property
    def seeded_rest(self) -> Path:
        return self.root / "seeded-rest"

    @property
    def environment(self) -> Path:
        return self.root / "environment.json"

    def log(self, name: str) -> Path:
        return self.root / "log" / f"{name}.log"


def root_folder() -> Path:
    return Path(os.environ.get("PLIMSOLL_DATA") or PROJECT / ".plimsoll").absolute()


def open_root(root: Path) -> None:
    """Make the folder, close it to others, and see that there is room."""
    try:
        root.mkdir(parents=True, exist_ok=True, mode=0o700)
        root.chmod(0o700)
        (root / "log").mkdir(exist_ok=True, mode=0o700)
    except OSError as error:
        raise Problem(
            f"The data folder {root} cannot be used: {error.strerror}. "
            "Mend that, or choose another: PLIMSOLL_DATA=/some/folder make run"
        ) from error
    refuse_full_disk(root)


def refuse_full_disk(root: Path) -> None:
    free = shutil.disk_usage(root).free
    if free < NEEDED_BYTES:
        raise Problem(
            f"The disk that holds {root} is full: {free // 2**20} MB free, "
            f"{NEEDED_BYTES // 2**20} MB needed. "
            "Make room, or choose another disk: PLIMSOLL_DATA=/some/folder make run"
        )


def lay_out(root: Path, rank: Rank) -> Layout:
    if rank.account is None:
        return Layout(root, _sockets(root), root / "postgres", binaries.postgres_home())
    public = _public_folder(root)
    return Layout(root, public / "run", public / "postgres", _public_copy(public))


def secret_key(root: Path) -> str:
    """Random, made once, kept: sessions outlive a restart."""
    return _kept(root / "secret.key", lambda: secrets.token_urlsafe(64)).strip()


def push_keys(root: Path) -> dict[str, str]:
    """Made once, kept: a browser that said yes to messages goes on getting them after a restart."""
    keys: dict[str, str] = json.loads(_kept(root / "push.keys", lambda: json.dumps(new_pair())))
    return keys


def _kept(file: Path, make: Callable[[], str]) -> str:
    """Its content, for our eyes only; made at the first time."""
    if not file.exists():
        draft = file.with_suffix(".new")
        draft.touch(mode=0o600)
        draft.write_text(make())
        draft.rename(file)
    return file.read_text()


def _sockets(root: Path) -> Path:
    """A Unix socket's name is short; a deep data folder gets its sockets in the temporary folder."""
    near = root / "run"
    if len(os.fsencode(near)) <= LONGEST_SOCKET_FOLDER:
        return near
    return _own_folder(Path(tempfile.gettempdir()) / f"plimsoll-{_mark(root)}", 0o700)


def _public_folder(root: Path) -> Path:
    """Where an unprivileged account can reach its files although our own folder is closed to it."""
    return _own_folder(Path("/var/tmp") / f"plimsoll-{_mark(root)}", 0o711)  # noqa: S108 - _own_folder checks whose it is


def _public_copy(public: Path) -> Path:
    source = binaries.postgres_home()
    home = public / "bin" / source.parent.name / source.name
    if not home.exists():
        draft = public / "bin.new"
        shutil.rmtree(draft, ignore_errors=True)
        shutil.copytree(source, draft / source.parent.name / source.name, symlinks=True)
        if binaries.postgres_libraries().is_dir():
            shutil.copytree(binaries.postgres_libraries(), draft / binaries.postgres_libraries().name)
        for folder in (draft, draft / source.parent.name):
            folder.chmod(0o755)
        draft.rename(public / "bin")
    return home


def _own_folder(path: Path, mode: int) -> Path:
    path.mkdir(mode=mode, exist_ok=True)
    if path.is_symlink() or path.stat().st_uid != os.geteuid():
        raise Problem(
            f"The folder {path} belongs to somebody else. Remove it, or choose another PLIMSOLL_DATA."
        )
    path.chmod(mode)
    return path


def _mark(root: Path) -> str:
    return f"{os.geteuid()}-{hashlib.sha256(os.fsencode(root)).hexdigest()[:12]}"
