"""Brings a database to the present: migrations, then rights and row-level security. Runs as owner."""

import os

import django
from django.core.management import call_command, get_commands


def main() -> None:
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "physio.settings")
    django.setup()
    call_command("migrate", interactive=False, verbosity=1)
    if "secure_database" in get_commands():
        call_command("secure_database")


if __name__ == "__main__":
    main()
