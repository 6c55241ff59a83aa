"""What somebody at the clinic did with a record, in words for the runner whom it is about."""

from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

from patients.models import Role

# What a route declares of itself ("object action"), and how a runner reads it after a name.
ACTS = {
    "assessment create": gettext_noop("wrote down an examination"),
    "case check in": gettext_noop("wrote down a monthly check-in"),
    "case close": gettext_noop("closed your care plan"),
    "case read": gettext_noop("looked at your record"),
    "case reopen": gettext_noop("opened your care plan again"),
    "case transfer": gettext_noop("handed your care to somebody else at the clinic"),
    "caseload read": gettext_noop("looked at a list that you are on"),
    "caseload report export": gettext_noop("took a copy of a report that counts you"),
    "caseload report read": gettext_noop("looked at a report that counts you"),
    "flag acknowledge": gettext_noop("saw something in your diary that needs attention"),
    "flag judge": gettext_noop("said whether a notice about your diary was useful"),
    "flag replay": gettext_noop("looked at how a notice about your diary came about"),
    "flag resolve": gettext_noop("dealt with something in your diary"),
    "flag snooze": gettext_noop("put off something in your diary to a later day"),
    "flag undo": gettext_noop("took back a step with something in your diary"),
    "message create": gettext_noop("wrote you a message"),
    "message read": gettext_noop("read your messages"),
    "message settle": gettext_noop("dealt with your messages"),
    "note create": gettext_noop("wrote a note"),
    "note draft": gettext_noop("began a note"),
    "patient change address": gettext_noop("changed the e-mail address that you sign in with"),
    "patient contact": gettext_noop("looked at or changed how to reach you"),
    "patient create": gettext_noop("entered you at the clinic"),
    "patient open and close portal": gettext_noop("opened or closed your way into Plimsoll"),
    "patient find": gettext_noop("looked for you among the people of other physios"),
    "patient read past records": gettext_noop("looked at a list of records past their time"),
    "plan create": gettext_noop("set or changed your plan"),
    "plan end": gettext_noop("ended a plan"),
    "plan read": gettext_noop("looked at your plan"),
    "record open with a reason": gettext_noop("opened your record and wrote down why"),
    "record see what was opened": gettext_noop("looked at who opened records with a reason"),
    "red flag clear": gettext_noop("examined an urgent sign and wrote down what was found"),
    "running stage change": gettext_noop("changed your running stage"),
    "summary read": gettext_noop("looked at or printed a summary of your record"),
}
SOMETHING = gettext_noop("used your record")
ROLES = {
    Role.OWNER: gettext_noop("clinic owner"),
    Role.CLINICIAN: gettext_noop("physiotherapist"),
    Role.RECEPTION: gettext_noop("reception"),
}


def in_words(act: str) -> str:
    """Never the words of a route: what has none of its own is said in general."""
    return _(ACTS.get(act, SOMETHING))


def role_in_words(code: str) -> str:
    role = Role(code)
    return _(ROLES[role]) if role in ROLES else str(role.label)
