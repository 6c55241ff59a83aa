"""What each process of the replay does: it knows the settings and watches one life at a time."""

import os
from datetime import UTC, datetime
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from rehab.management.demo.kinds import Kind
    from tests.bench.flag_rate.watch import Watched

NOW = datetime(2026, 11, 22, 18, 0, tzinfo=UTC)  # fixed: the same command gives the same page
SEED = 20261122


def begin() -> None:
    """Settings, but no database: nothing here is ever connected to."""
    import django

    from tests.cluster import SECRET_KEY

    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "physio.settings")
    os.environ.setdefault("PLIMSOLL_ENV", "development")
    os.environ.setdefault("PLIMSOLL_SECRET_KEY", SECRET_KEY)
    os.environ.setdefault("DATABASE_URL", "postgres://nobody@localhost/none")
    django.setup()


def watch_one(life: "tuple[int, Kind]") -> "Watched":
    from tests.bench.flag_rate.watch import watch

    number, kind = life
    return watch(kind, SEED + number, NOW)
