"""Becomes the program it is given, after tying its life to its parent's and, where asked, leaving root.

Run as `python -I -S child.py --parent PID --death SIGNAL [--map | --user NAME] -- PROGRAM ARGUMENT...`.
It is a program of its own, not a `preexec_fn`, so that it is safe to start from a process with threads.
"""

import ctypes
import os
import signal
import sys

CLONE_NEWUSER = 0x10000000
PR_SET_PDEATHSIG = 1
NOBODY = 65534


def enter_user_namespace() -> None:
    """Stay root outside, be `nobody` inside: Postgres refuses root, and no file has to change its owner."""
    uid, gid = os.getuid(), os.getgid()
    libc = ctypes.CDLL(None, use_errno=True)
    if libc.unshare(CLONE_NEWUSER) != 0:
        raise OSError(ctypes.get_errno(), "a user namespace is not allowed here")
    for name, line in (
        ("setgroups", "deny"),
        ("uid_map", f"{NOBODY} {uid} 1"),
        ("gid_map", f"{NOBODY} {gid} 1"),
    ):
        with open(f"/proc/self/{name}", "w") as file:  # noqa: PTH123 - one file that must be written in one go
            file.write(line)


def become(name: str) -> None:
    import pwd

    entry = pwd.getpwnam(name)
    os.setgroups([])
    os.setgid(entry.pw_gid)
    os.setuid(entry.pw_uid)


def die_with(parent: int, death: int) -> None:
    """Ask the kernel for `death` when the parent goes. A change of user clears it, so this comes last."""
    if sys.platform == "linux":
        ctypes.CDLL(None).prctl(PR_SET_PDEATHSIG, death, 0, 0, 0)
    if os.getppid() != parent:
        sys.exit("The parent ended before its child began.")


def main(arguments: list[str]) -> None:
    split = arguments.index("--")
    options, program = arguments[:split], arguments[split + 1 :]
    if "--map" in options:
        enter_user_namespace()
    if "--user" in options:
        become(options[options.index("--user") + 1])
    signal.pthread_sigmask(signal.SIG_SETMASK, [])
    die_with(int(options[options.index("--parent") + 1]), int(options[options.index("--death") + 1]))
    os.execv(program[0], program)


if __name__ == "__main__":
    main(sys.argv[1:])
