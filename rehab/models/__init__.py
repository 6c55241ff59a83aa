"""Plans, the diary, running stages, flags and the worklist's rows."""

from patients.models.outbox import Heartbeat, OutboxMail
from rehab.models.codes import FlagSide, FlagState, Source, WorkGroup
from rehab.models.defaults import ClinicDefaults
from rehab.models.diary import DiaryRow, ExerciseSession, PainReport, RedFlagReport, Run
from rehab.models.flag import Flag
from rehab.models.message import Message, MessageSettled, MessageTemplate, MessageWithdrawn
from rehab.models.note import CaseNote, NoteDraft
from rehab.models.plan import Plan
from rehab.models.reminder import PushSubscription, ReminderSettings
from rehab.models.stage import StageChange
from rehab.models.summary import CaseSummary
from rehab.models.template import OwnTemplate

__all__ = [
    "CaseNote",
    "CaseSummary",
    "ClinicDefaults",
    "DiaryRow",
    "ExerciseSession",
    "Flag",
    "FlagSide",
    "FlagState",
    "Heartbeat",
    "Message",
    "MessageSettled",
    "MessageTemplate",
    "MessageWithdrawn",
    "NoteDraft",
    "OutboxMail",
    "OwnTemplate",
    "PainReport",
    "Plan",
    "PushSubscription",
    "RedFlagReport",
    "ReminderSettings",
    "Run",
    "Source",
    "StageChange",
    "WorkGroup",
]
