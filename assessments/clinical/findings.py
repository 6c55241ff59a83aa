"""Every finding of the safety screen, its pathway and its wording for clinicians. Source: section A6."""

from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum


class Pathway(StrEnum):
    """What a finding leads to, most urgent first."""

    EMERGENCY = "EMERGENCY"
    URGENT_SAME_DAY = "URGENT_SAME_DAY"
    BLOCK_PENDING_MEDICAL = "BLOCK_PENDING_MEDICAL"
    REFER_ROUTINE = "REFER_ROUTINE"
    CAUTION = "CAUTION"
    NONE = "NONE"

    @property
    def urgency(self) -> int:
        """5 for EMERGENCY down to 0 for NONE."""
        return len(_PATHWAYS) - 1 - _PATHWAYS.index(self)

    @property
    def is_red_flag(self) -> bool:
        """Whether it stops running, exercises and any new plan until a clinician has cleared it."""
        return self.urgency >= Pathway.BLOCK_PENDING_MEDICAL.urgency


_PATHWAYS = tuple(Pathway)


def most_urgent(pathways: Iterable[Pathway]) -> Pathway:
    return max(pathways, key=lambda pathway: pathway.urgency, default=Pathway.NONE)


class Finding(StrEnum):
    CHEST_PAIN = "CHEST_PAIN"
    BREATHLESS = "BREATHLESS"
    COLD_PALE_FOOT = "COLD_PALE_FOOT"

    POP_OR_SNAP = "POP_OR_SNAP"
    CANNOT_BEAR_WEIGHT = "CANNOT_BEAR_WEIGHT"
    CANNOT_RISE_ON_TOES = "CANNOT_RISE_ON_TOES"
    SEVERE_BRUISING = "SEVERE_BRUISING"
    SEVERE_SWELLING = "SEVERE_SWELLING"
    CALF_SQUEEZE_ABNORMAL = "CALF_SQUEEZE_ABNORMAL"
    MATLES_ABNORMAL = "MATLES_ABNORMAL"
    PALPABLE_GAP = "PALPABLE_GAP"
    SUSPECTED_DVT = "SUSPECTED_DVT"
    FEVER_HOT_RED = "FEVER_HOT_RED"
    FLUOROQUINOLONE_NOW = "FLUOROQUINOLONE_NOW"

    FLUOROQUINOLONE_RECENT = "FLUOROQUINOLONE_RECENT"
    INJECTION_RECENT = "INJECTION_RECENT"
    SUSPECTED_STRESS_FRACTURE = "SUSPECTED_STRESS_FRACTURE"
    UNREMITTING_NIGHT_PAIN = "UNREMITTING_NIGHT_PAIN"
    SYSTEMIC_ILLNESS = "SYSTEMIC_ILLNESS"
    UNDER_18 = "UNDER_18"
    RUPTURE_OR_REPAIR_RECENT = "RUPTURE_OR_REPAIR_RECENT"
    SUDDEN_ONSET_CALF_SQUEEZE_UNTESTED = "SUDDEN_ONSET_CALF_SQUEEZE_UNTESTED"

    SPA_FEATURES = "SPA_FEATURES"
    XANTHOMA_OR_FAMILIAL_CHOLESTEROL = "XANTHOMA_OR_FAMILIAL_CHOLESTEROL"
    GOUT = "GOUT"

    FLUOROQUINOLONE_EARLIER = "FLUOROQUINOLONE_EARLIER"
    INJECTION_EARLIER = "INJECTION_EARLIER"
    ORAL_STEROID_RECENT = "ORAL_STEROID_RECENT"
    AROMATASE_INHIBITOR = "AROMATASE_INHIBITOR"
    DIABETES = "DIABETES"
    ANTICOAGULANT = "ANTICOAGULANT"
    PREGNANCY = "PREGNANCY"

    @property
    def rule(self) -> "FindingRule":
        return FINDING_RULES[self]

    @property
    def pathway(self) -> Pathway:
        return self.rule.pathway

    @property
    def label(self) -> str:
        return self.rule.label

    @property
    def mid_sentence(self) -> str:
        """The label inside a sentence; a name such as Matles keeps its capital."""
        return self.label[:1].lower() + self.label[1:]


class Origin(StrEnum):
    """How a finding comes about."""

    ASKED = "ASKED"  # a question that the patient may also answer alone, in the portal
    RECORDED = "RECORDED"  # only a clinician records it
    DERIVED = "DERIVED"  # worked out from dates and other answers, never ticked (see history.py)


@dataclass(frozen=True, slots=True)
class FindingRule:
    finding: Finding
    pathway: Pathway
    origin: Origin
    label: str
    says: str  # why it matters or what to do, for the clinician
    mark: str


_EMERGENCY, _URGENT, _BLOCK, _REFER, _CAUTION, _ = Pathway
_ASKED, _RECORDED, _DERIVED = Origin
_NOT_STEADY = "Sudden and limiting is not the story of a load problem: examine before any loading."
_SQUEEZE = "One abnormal test is enough; two abnormal tests were present in every rupture of one series."
_CLOT = "Needs a same-day pathway at any Wells score, a low one included."
_LATER = "May slow or change the plan, so a physio confirms it."
_SYSTEM = "May be part of a wider condition; refer, and a physio confirms before the plan is assigned."
_WINDOW = "Tendon risk is raised for a while after it."

# fmt: off
_ROWS: tuple[tuple[Finding, Pathway, Origin, str, str, str], ...] = (
    (Finding.CHEST_PAIN, _EMERGENCY, _ASKED, "Chest pain", "Call the emergency number.", "INT"),
    (Finding.BREATHLESS, _EMERGENCY, _ASKED, "Breathless", "Call the emergency number.", "INT"),
    (Finding.COLD_PALE_FOOT, _EMERGENCY, _ASKED, "Cold, pale foot or no pulse",
     "The blood supply may be threatened: call the emergency number.", "INT"),
    (Finding.POP_OR_SNAP, _URGENT, _ASKED, "Pop or snap", _NOT_STEADY, "DOC"),
    (Finding.CANNOT_BEAR_WEIGHT, _URGENT, _ASKED, "Cannot bear weight", _NOT_STEADY, "DOC"),
    (Finding.CANNOT_RISE_ON_TOES, _URGENT, _ASKED, "Cannot rise on the toes (new, this leg, weakness)",
     _NOT_STEADY, "DOC/INT"),
    (Finding.SEVERE_BRUISING, _URGENT, _ASKED, "Severe bruising", _NOT_STEADY, "DOC/INT"),
    (Finding.SEVERE_SWELLING, _URGENT, _ASKED, "Severe swelling", _NOT_STEADY, "DOC/INT"),
    (Finding.CALF_SQUEEZE_ABNORMAL, _URGENT, _RECORDED, "Calf squeeze: foot does not move", _SQUEEZE, "V"),
    (Finding.MATLES_ABNORMAL, _URGENT, _RECORDED, "Abnormal Matles test", _SQUEEZE, "V"),
    (Finding.PALPABLE_GAP, _URGENT, _RECORDED, "Gap felt in the tendon", _SQUEEZE, "V"),
    (Finding.SUSPECTED_DVT, _URGENT, _ASKED, "Suspected deep vein thrombosis", _CLOT, "V"),
    (Finding.FEVER_HOT_RED, _URGENT, _ASKED, "Fever, or a hot red tendon or leg",
     "Infection has to be looked for today.", "INT"),
    (Finding.FLUOROQUINOLONE_NOW, _URGENT, _ASKED, "Taking a fluoroquinolone now",
     "The prescriber has to hear of tendon pain today.", "V"),
    (Finding.FLUOROQUINOLONE_RECENT, _BLOCK, _DERIVED, "Fluoroquinolone within 60 days",
     _WINDOW + " Higher still together with steroid tablets.", "V/INT"),
    (Finding.INJECTION_RECENT, _BLOCK, _DERIVED, "Steroid injection near the tendon within 14 days",
     _WINDOW, "INT/PROD"),
    (Finding.SUSPECTED_STRESS_FRACTURE, _BLOCK, _RECORDED, "Suspected stress fracture of the heel bone",
     "Loading waits for imaging or a medical opinion.", "INT"),
    (Finding.UNREMITTING_NIGHT_PAIN, _BLOCK, _RECORDED, "Night pain that nothing eases",
     "Needs a medical opinion first.", "INT"),
    (Finding.SYSTEMIC_ILLNESS, _BLOCK, _RECORDED, "Generally unwell",
     "Needs a medical opinion first.", "INT"),
    (Finding.UNDER_18, _BLOCK, _DERIVED, "Under 18", "These plans were made for adults.", "INT"),
    (Finding.RUPTURE_OR_REPAIR_RECENT, _BLOCK, _DERIVED, "Rupture or repair within 12 months",
     "Loading belongs to the surgical or rupture pathway.", "INT"),
    (Finding.SUDDEN_ONSET_CALF_SQUEEZE_UNTESTED, _BLOCK, _DERIVED, "Sudden onset, calf squeeze not recorded",
     "Record a calf squeeze test first: many ruptures can still walk.", "INT"),
    (Finding.SPA_FEATURES, _REFER, _RECORDED, "Features of spondyloarthritis", _SYSTEM, "V/R"),
    (Finding.XANTHOMA_OR_FAMILIAL_CHOLESTEROL, _REFER, _RECORDED, "Xanthoma or familial high cholesterol",
     _SYSTEM, "INT"),
    (Finding.GOUT, _REFER, _RECORDED, "Gout", _SYSTEM, "INT"),
    (Finding.FLUOROQUINOLONE_EARLIER, _CAUTION, _DERIVED, "Fluoroquinolone 61 to 180 days ago",
     _LATER, "INT/PROD"),
    (Finding.INJECTION_EARLIER, _CAUTION, _DERIVED, "Steroid injection near the tendon 15 to 42 days ago",
     _LATER, "INT/PROD"),
    (Finding.ORAL_STEROID_RECENT, _CAUTION, _DERIVED, "Steroid tablets within 90 days", _LATER, "INT/PROD"),
    (Finding.AROMATASE_INHIBITOR, _CAUTION, _RECORDED, "Aromatase inhibitor", _LATER, "INT"),
    (Finding.DIABETES, _CAUTION, _RECORDED, "Diabetes", _LATER, "INT"),
    (Finding.ANTICOAGULANT, _CAUTION, _RECORDED, "Anticoagulant", _LATER, "INT"),
    (Finding.PREGNANCY, _CAUTION, _RECORDED, "Pregnancy", _LATER, "INT"),
)
# fmt: on
FINDING_RULES: dict[Finding, FindingRule] = {row[0]: FindingRule(*row) for row in _ROWS}
