"""Opens a clinic and its owner's account. The owner sets up a second factor when they first sign in."""

import os
from argparse import ArgumentParser
from getpass import getpass
from typing import Any
from zoneinfo import ZoneInfoNotFoundError

from django.core.exceptions import ValidationError
from django.core.management.base import BaseCommand, CommandError
from django.core.validators import validate_email
from django.db import IntegrityError
from django.utils import timezone
from django.utils.text import slugify

from patients.actions import clinics


class Command(BaseCommand):
    help = __doc__

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("name", help="the clinic's name")
        parser.add_argument("--phone", required=True, help="where patients reach it")
        parser.add_argument("--time-zone", default="Europe/London", help="for example Europe/Lisbon")
        parser.add_argument("--owner-email", required=True)
        parser.add_argument("--owner-name", required=True, help="as colleagues see it")

    def handle(self, *args: Any, **options: Any) -> None:
        """The password is asked for, or taken from PLIMSOLL_OWNER_PASSWORD; never from the command line."""
        password = os.environ.get("PLIMSOLL_OWNER_PASSWORD") or getpass("Password for the owner: ")
        try:
            validate_email(options["owner_email"])
            owner = clinics.open(
                name=options["name"],
                slug=slugify(options["name"]),
                time_zone=options["time_zone"],
                phone=options["phone"],
                owner_email=options["owner_email"],
                owner_name=options["owner_name"],
                password=password,
                actor="add_clinic",
                now=timezone.now(),
            )
        except ValidationError as problem:
            raise CommandError(" ".join(problem.messages)) from problem
        except (ZoneInfoNotFoundError, ValueError) as problem:
            raise CommandError(
                f"{options['time_zone']} is not a time zone. Write one like Europe/Lisbon."
            ) from problem
        except IntegrityError as problem:
            raise CommandError("There is a clinic of this name already. Choose another name.") from problem
        self.stdout.write(f"{options['name']} is open. {owner.user.email} can sign in.")
