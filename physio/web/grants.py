"""Who may do what to a table: declared on the model, applied by `manage.py secure_database`.

A table without a declaration has no grants at all, and `manage.py check` refuses the model.
"""

from collections.abc import Sequence
from dataclasses import dataclass

OWNER, APP, WORKER, BACKUP = "plimsoll_owner", "plimsoll_app", "plimsoll_worker", "plimsoll_backup"

SELECT, INSERT, UPDATE, DELETE = "SELECT", "INSERT", "UPDATE", "DELETE"
READ = (SELECT,)
APPEND = (SELECT, INSERT)
KEEP = (SELECT, INSERT, UPDATE)
ALL = (SELECT, INSERT, UPDATE, DELETE)
NOTHING: tuple[str, ...] = ()

CLINIC = "(SELECT nullif(current_setting('app.clinic', true), '')::uuid)"
PATIENT = "(SELECT nullif(current_setting('app.patient', true), '')::uuid)"

# A physio of a clinic whose physios see the patients in their care only; "strict:" and whose those are.
# Written so that the planner takes nearly every row to be seen, as it is in most clinics.
ONLY_OWN_CARE = "((SELECT left(coalesce(current_setting('app.care', true), ''), 7)) = 'strict:')"
IN_CARE = (
    f"NOT ({ONLY_OWN_CARE} AND NOT patient_id = ANY "
    "((SELECT string_to_array(substr(current_setting('app.care', true), 8), ',')::uuid[])::uuid[]))"
)

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
    """The privileges of the web role and the worker role on one table, and which of its rows they reach.

    `app_columns`, `worker_columns`: UPDATE is narrowed to these.
    `patient`: the condition under which a patient's own request sees a row of the clinic.
    `outside`: why the table has no policy of a clinic.
    `owner_reads`: the narrow function that runs as the owner and reads across clinics; the owner may SELECT.
    `kept_when_erased`: why rows with the patient's key stay when the patient is erased; all others go.
    `of_a_case`: shown to staff only while the patient is in their care; `declared()` takes it from the model.
    `sealed`: the owner's function gives every clinic's rows their places in a chain of seals.
    `unaudited_columns`: a change of only these writes no audit entry.
    `hidden_columns`: the audit says that it changed, not to what, so that an erased person is gone there too.
    """

    app: tuple[str, ...] = NOTHING
    worker: tuple[str, ...] = NOTHING
    app_columns: tuple[str, ...] = ()
    worker_columns: tuple[str, ...] = ()
    patient: str = NO_ROWS
    clinic_column: str = "clinic_id"
    policies: tuple[Policy, ...] = ()
    outside: str = ""
    owner_reads: str = ""
    audited: bool = True
    sealed: bool = False
    kept_when_erased: str = ""
    of_a_case: bool = False
    unaudited_columns: tuple[str, ...] = ()
    hidden_columns: tuple[str, ...] = ()

    @property
    def append_only(self) -> bool:
        """Rows can be added and read, by no role changed."""
        return not {UPDATE, DELETE} & {*self.app, *self.worker} and INSERT in {*self.app, *self.worker}
