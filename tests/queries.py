"""A page's own questions, without those that every request asks for its visitor, clinic and access log."""

import re

from django.test.utils import CaptureQueriesContext

FRAME = re.compile(r"BEGIN|COMMIT|ROLLBACK|SAVEPOINT|RELEASE|SELECT set_config|SELECT coalesce")
VISITOR = {
    "django_session", "patients_user", "patients_membership", "patients_accessevent",
    "usersessions_usersession",
}  # fmt: skip


def own_queries(caught: CaptureQueriesContext) -> list[str]:
    return [sql for one in caught.captured_queries if not _is_for_any_page(sql := one["sql"])]


def _is_for_any_page(sql: str) -> bool:
    table = re.search(r'(?:FROM|INTO|UPDATE) "(\w+)"', sql)
    return bool(FRAME.match(sql)) or (table is not None and table[1] in VISITOR)
