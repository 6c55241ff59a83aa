"""Says what the rules say of one stored case, now or at an earlier moment, as JSON or for people."""

import json
from argparse import ArgumentParser
from datetime import datetime
from typing import Any
from uuid import UUID

from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone

from patients.models import Case
from rehab.clinical.evaluate import evaluate
from rehab.clinical.render import as_json, as_text
from rehab.queries.clinics import told_anywhere


def moment(text: str) -> datetime:
    at = datetime.fromisoformat(text)
    if at.tzinfo is None:
        raise ValueError("the offset from UTC is missing, such as Z or +01:00")
    return at


class Command(BaseCommand):
    help = __doc__

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("case", type=UUID)
        parser.add_argument("--at", type=moment, help="with its offset; entries received later do not count")
        parser.add_argument("--text", action="store_true", help="for people instead of JSON")

    def handle(self, *args: Any, case: UUID, at: datetime | None, text: bool, **options: Any) -> None:
        try:
            history, plan = told_anywhere(case, actor="explain")
        except Case.DoesNotExist as error:
            raise CommandError(str(error)) from error
        evaluation = evaluate(history, plan, at or timezone.now())
        shown = as_text(evaluation) if text else json.dumps(as_json(evaluation), indent=2, ensure_ascii=False)
        self.stdout.write(shown)
