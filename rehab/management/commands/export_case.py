"""Writes one stored case as plain JSON, so that `python -m rehab.clinical` can replay it anywhere.

The file holds health data under the case's key; it names nobody.
"""

import json
from argparse import ArgumentParser
from typing import Any
from uuid import UUID

from django.core.management.base import BaseCommand, CommandError

from patients.models import Case
from rehab.clinical.codec import encode
from rehab.queries.clinics import told_anywhere


class Command(BaseCommand):
    help = __doc__

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("case", type=UUID)

    def handle(self, *args: Any, case: UUID, **options: Any) -> None:
        try:
            history, plan = told_anywhere(case, actor="export_case")
        except Case.DoesNotExist as error:
            raise CommandError(str(error)) from error
        self.stdout.write(json.dumps(encode(history, plan), indent=2, ensure_ascii=False))
