"""`python -m physio.embedded` runs Plimsoll until stopped; with `manage COMMAND`, a Django command in it.

`--with-parent` ends it when the program that started it ends (make uses that). Exit 1: a sentence said why.
"""

import json
import os
import signal
import sys

from physio.embedded import child, layout, lock, patience, product
from physio.embedded.cluster import PROJECT
from physio.embedded.problem import Problem
from physio.embedded.supervisor import Supervisor, say


def run() -> None:
    patience.begin()
    root = layout.root_folder()
    layout.open_root(root)
    held = lock.take(root)
    supervisor = Supervisor()
    try:
        product.start(supervisor, root)
        supervisor.watch()
    except patience.Stopped:
        say("\nStopping ...")
    finally:
        supervisor.stop()
        held.close()
    say(f"Everything has stopped. Your data stay in {root}")


def manage(arguments: list[str]) -> None:
    """As the app role, or with `--as-role owner` or `--as-role worker` as that one."""
    role = "app"
    if arguments[:1] == ["--as-role"]:
        role, arguments = arguments[1], arguments[2:]
    file = layout.root_folder() / "environment.json"
    if not file.exists():
        raise Problem("Plimsoll has not run here yet. Start it with `make run`, then ask again.")
    env = json.loads(file.read_text())[role]
    os.chdir(PROJECT)
    os.execve(sys.executable, [sys.executable, "manage.py", *arguments], env)


def main(arguments: list[str]) -> int:
    if arguments[:1] == ["--with-parent"]:
        child.die_with(os.getppid(), signal.SIGTERM)
        arguments = arguments[1:]
    try:
        if arguments[:1] == ["manage"]:
            manage(arguments[1:])
        elif arguments:
            raise Problem(f"{arguments[0]!r} is unknown. Write nothing to run Plimsoll, or `manage COMMAND`.")
        else:
            run()
    except Problem as problem:
        print(f"\n{problem}", file=sys.stderr)
        return 1
    except OSError as error:
        print(
            f"\nPlimsoll had to stop: {error}. Is there room on the disk, and may you write there?",
            file=sys.stderr,
        )
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
