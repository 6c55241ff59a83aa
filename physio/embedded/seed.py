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


def interrupted(place: Layout) -> bool:
    """Nobody could sign in before it was done, so the database then holds nothing but half a demo."""
    return place.seeded.exists() and place.seeded.read_text() != DONE


def seed_once(supervisor: Supervisor, place: Layout, env: Mapping[str, str]) -> None:
    """`PLIMSOLL_DEMO=off` starts with an empty product instead."""
    if os.environ.get("PLIMSOLL_DEMO") == "off":
        return
    if place.seeded.exists() or not list(PROJECT.glob(f"*/management/commands/{COMMAND}.py")):
        return
    began = time.monotonic()
    say("  Demo clinic: living through its weeks; this happens once.")
    place.seeded.write_text(BEGUN)
    trouble = "The demo clinic could not be made. The next start begins it anew."
    supervisor.step(services.python("seed", ["manage", COMMAND], env, place.log("seed")), trouble, show=True)
    place.seeded.write_text(DONE)
    say(f"  {'Demo clinic':<12} ready  {time.monotonic() - began:5.1f} s")
