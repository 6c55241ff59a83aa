"""Who may do what to a table: declared on the model, applied by `manage.py secure_database`.

A table without a declaration has no grants at all, and `manage.py check` refuses the model.
"""

from collections.abc import Sequence
from dataclasses import dataclass

APP, WORKER, BACKUP = "plimsoll_app", "plimsoll_worker", "plimsoll_backup"

SELECT, INSERT, UPDATE, DELETE = "SELECT", "INSERT", "UPDATE", "DELETE"
READ = (SELECT,)
APPEND = (SELECT, INSERT)
KEEP = (SELECT, INSERT, UPDATE)
ALL = (SELECT, INSERT, UPDATE, DELETE)
NOTHING: tuple[str, ...] = ()

CLINIC = "(SELECT nullif(current_setting('app.clinic', true), '')::uuid)"
PATIENT = "(SELECT nullif(current_setting('app.patient', true), '')::uuid)"

# What a signed-in patient may see of a clinic's rows.
OWN_ROWS = f"patient_id = {PATIENT}"
NO_ROWS = "false"
EVERY_ROW = "true"


@dataclass(frozen=True)
class Policy:
    """One row-level security policy, for a table whose rows do not fit the usual one."""

    name: str
    command: str
    roles: Sequence[str]
    using: str = ""
    check: str = ""


@dataclass(frozen=True)
class Grants:
    """The privileges of the web role and the worker role on one table.

    `app_columns` and `worker_columns` narrow UPDATE to those columns. `patient` is the condition under which
    a patient's request sees a row of their clinic. `outside` is the reason why a table has no policy.
    """

    app: tuple[str, ...] = NOTHING
    worker: tuple[str, ...] = NOTHING
    app_columns: tuple[str, ...] = ()
    worker_columns: tuple[str, ...] = ()
    patient: str = NO_ROWS
    clinic_column: str = "clinic_id"
    policies: tuple[Policy, ...] = ()
    outside: str = ""
    audited: bool = True
    unaudited_columns: tuple[str, ...] = ()

    @property
    def append_only(self) -> bool:
        return not {UPDATE, DELETE} & {*self.app, *self.worker}
