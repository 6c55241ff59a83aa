"""The demo clinic, made once. Interrupted halfway, it is made anew from nothing."""

import os
import time
from collections.abc import Mapping

from physio.embedded import services
from physio.embedded.cluster import PROJECT
from physio.embedded.layout import Layout
from physio.embedded.supervisor import Supervisor, say

COMMAND = "seed_demo"
BEGUN, DONE = "begun\n", "done\n"
SIGN_INS = "Sign in"  # how the command's last paragraph begins; it is shown again at every start


def interrupted(place: Layout) -> bool:
    """Nobody could sign in before it was done, so the database then holds nothing but half a demo."""
    return place.seeded.exists() and not place.seeded.read_text().startswith(DONE)


def seed_once(supervisor: Supervisor, place: Layout, env: Mapping[str, str]) -> None:
    """`PLIMSOLL_DEMO=off` starts with an empty product instead."""
    if os.environ.get("PLIMSOLL_DEMO") == "off" or place.seeded.exists():
        return
    if not list(PROJECT.glob(f"*/management/commands/{COMMAND}.py")):
        return
    began = time.monotonic()
    say("  Demo clinic: living through its weeks; this happens once.")
    place.seeded.write_text(BEGUN)
    child = services.python("seed", ["manage", COMMAND], env, place.log("seed"))
    supervisor.step(child, "The demo clinic could not be made. The next start begins it anew.", show=True)
    _, begins, rest = child.words().rpartition(SIGN_INS)
    place.seeded.write_text(f"{DONE}{begins}{rest}")
    say(f"  {'Demo clinic':<12} ready  {time.monotonic() - began:5.1f} s")


def seed_rest(supervisor: Supervisor, place: Layout, env: Mapping[str, str]) -> None:
    """The other runners come while the product already runs; interrupted, the next start goes on."""
    if not place.seeded.exists() or place.seeded_rest.exists():
        return

    def done() -> None:
        place.seeded_rest.touch()
        say(f"{time.strftime('%H:%M:%S')} Demo clinic: all its runners are here now.")

    say("The demo clinic's other runners come in over the next minutes.")
    supervisor.beside(
        services.python("seed", ["manage", COMMAND, "--rest", "--jobs", "1"], env, place.log("seed")), done
    )


def sign_ins(place: Layout) -> str:
    """As the seed told them; empty where there is no demo clinic."""
    return place.seeded.read_text().removeprefix(DONE).strip() if place.seeded.exists() else ""
