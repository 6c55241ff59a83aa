"""A worker of its own: sweeps once when it is told to, and says how many cases it evaluated."""

import sys


def main() -> None:
    import django

    django.setup()
    from django.db import connection
    from django.utils import timezone

    from rehab.actions import sweep

    connection.ensure_connection()
    print("ready", flush=True)
    sys.stdin.readline()
    print(sweep.sweep(now=timezone.now()).evaluated, flush=True)


if __name__ == "__main__":
    main()
