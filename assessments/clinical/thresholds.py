"""Every number the assessment rules turn on, named once, with its source, bounds and state of sign-off.

`Threshold` and `Rule` are shared with rehab.clinical; docs/rules.md is generated from such registries.
Sections are those of the clinical rules (A4 exercise and type, A6 red flags, B instruments).
"""

from dataclasses import dataclass

MARKS: dict[str, str] = {
    "DOC": "said by the source article",
    "INT": "our reading where the source is silent or contradicts itself",
    "PROD": "a product number with no clinical source",
    "V": "published evidence that was read",
    "2": "published evidence known second-hand",
    "R": "from memory, to be checked before it is quoted",
}


def _check_marks(code: str, source_mark: str, needs_sign_off: bool) -> None:
    marks = source_mark.split("/")
    unknown = [mark for mark in marks if mark not in MARKS]
    if unknown:
        raise ValueError(f"{code}: unknown source mark {unknown[0]!r}; use one of {', '.join(MARKS)}.")
    if {"INT", "PROD"} & set(marks) and not needs_sign_off:
        raise ValueError(f"{code}: a reading or a product number always needs a physiotherapist's sign-off.")


@dataclass(frozen=True, slots=True)
class Threshold:
    """One number. `low` and `high` are its safe bounds, inclusive; both None means that it is fixed."""

    code: str
    value: int | float
    unit: str
    low: int | float | None
    high: int | float | None
    source_mark: str  # one or more of MARKS, joined by "/"
    section: str
    needs_sign_off: bool
    says: str

    def __post_init__(self) -> None:
        _check_marks(self.code, self.source_mark, self.needs_sign_off)
        if (self.low is None) != (self.high is None):
            raise ValueError(f"{self.code}: give both bounds or neither.")
        if self.low is not None and self.high is not None and not self.low <= self.value <= self.high:
            raise ValueError(f"{self.code}: the default {self.value} lies outside {self.low} to {self.high}.")

    @property
    def is_fixed(self) -> bool:
        return self.low is None

    def accept(self, value: int | float) -> int | float:
        """Return `value` if a clinic may use it instead of the default, else raise ValueError."""
        if self.low is None or self.high is None:
            if value == self.value:
                return value
            raise ValueError(f"{self.code} is fixed at {self.value} {self.unit} and cannot be changed.")
        if not self.low <= value <= self.high:
            raise ValueError(
                f"{self.code} must be {self.low} to {self.high} {self.unit}; {value} is outside."
            )
        return value


@dataclass(frozen=True, slots=True)
class Rule:
    """One rule in plain words, for the printed rule reference."""

    code: str
    says: str
    section: str
    mark: str
    needs_sign_off: bool

    def __post_init__(self) -> None:
        _check_marks(self.code, self.mark, self.needs_sign_off)


# A4 Type: the tender point, in cm above the insertion on the heel bone.
TENDER_POINT_HIGHEST_CM = Threshold(
    "TENDER_POINT_HIGHEST_CM", 20, "cm", None, None, "PROD", "A4", True,
    "Highest point above the heel that can be entered; a larger number is a slip of the keyboard.",
)  # fmt: skip
INSERTIONAL_BELOW_CM = Threshold(
    "INSERTIONAL_BELOW_CM", 2, "cm", None, None, "DOC/V", "A4", False,
    "A tender point lower than this is insertional; exactly here is mid-portion.",
)  # fmt: skip
MIDPORTION_UP_TO_CM = Threshold(
    "MIDPORTION_UP_TO_CM", 6, "cm", None, None, "DOC", "A4", False,
    "A tender point up to and including this is mid-portion.",
)  # fmt: skip
MIDPORTION_CONFIRM_UP_TO_CM = Threshold(
    "MIDPORTION_CONFIRM_UP_TO_CM", 7, "cm", None, None, "V/INT", "A4", True,
    "Above the mid-portion limit and up to here it still counts as mid-portion, to be confirmed; "
    "higher has no type and no plan.",
)  # fmt: skip

# A6 Red flags and blocks: windows counted in days from the last exposure to the day of the assessment.
FLUOROQUINOLONE_BLOCK_DAYS = Threshold(
    "FLUOROQUINOLONE_BLOCK_DAYS", 60, "days", 60, 180, "V/INT", "A6", True,
    "No plan within this many days of the last fluoroquinolone dose; may be lengthened, never shortened.",
)  # fmt: skip
FLUOROQUINOLONE_CAUTION_DAYS = Threshold(
    "FLUOROQUINOLONE_CAUTION_DAYS", 180, "days", None, None, "INT/PROD", "A6", True,
    "After the block and up to this many days, a plan needs confirming.",
)  # fmt: skip
INJECTION_BLOCK_DAYS = Threshold(
    "INJECTION_BLOCK_DAYS", 14, "days", None, None, "INT/PROD", "A6", True,
    "No plan within this many days of a steroid injection near the tendon.",
)  # fmt: skip
INJECTION_CAUTION_DAYS = Threshold(
    "INJECTION_CAUTION_DAYS", 42, "days", None, None, "INT/PROD", "A6", True,
    "After the block and up to this many days, a plan needs confirming.",
)  # fmt: skip
ORAL_STEROID_CAUTION_DAYS = Threshold(
    "ORAL_STEROID_CAUTION_DAYS", 90, "days", None, None, "INT/PROD", "A6", True,
    "Within this many days of the last steroid tablet, a plan needs confirming.",
)  # fmt: skip
ADULT_AGE_YEARS = Threshold(
    "ADULT_AGE_YEARS", 18, "years", None, None, "INT", "A6", True,
    "Younger than this gets no plan here; the birthday itself counts as adult.",
)  # fmt: skip
RUPTURE_BLOCK_MONTHS = Threshold(
    "RUPTURE_BLOCK_MONTHS", 12, "months", None, None, "INT", "A6", True,
    "No plan up to and including this many months after a rupture or its repair.",
)  # fmt: skip
ASK_RED_FLAGS_AT_PAIN = Threshold(
    "ASK_RED_FLAGS_AT_PAIN", 8, "of 10", None, None, "PROD", "A6", True,
    "Pain this high shows the red-flag questions again.",
)  # fmt: skip
ASK_RED_FLAGS_AT_RISE = Threshold(
    "ASK_RED_FLAGS_AT_RISE", 4, "points", None, None, "PROD", "A6", True,
    "A rise this large within a day shows the red-flag questions again.",
)  # fmt: skip

# B Instruments: the smallest change that counts. The configurable bounds are those of the A5 stall rules.
NRS_CHANGE_POINTS = Threshold(
    "NRS_CHANGE_POINTS", 2, "points", 1, 3, "V", "B", False,
    "A fall in pain of this many points is a meaningful improvement.",
)  # fmt: skip
NRS_CHANGE_PERCENT = Threshold(
    "NRS_CHANGE_PERCENT", 30, "percent", 20, 50, "V", "B", False,
    "Or a fall of this share of the starting pain.",
)  # fmt: skip
NRS_CHANGE_NEEDS_START = Threshold(
    "NRS_CHANGE_NEEDS_START", 2, "of 10", None, None, "PROD", "A5", True,
    "Starting pain below this is too low to show an improvement, so the change is not judged.",
)  # fmt: skip
VISA_A_CHANGE_MIDPORTION = Threshold(
    "VISA_A_CHANGE_MIDPORTION", 14, "points", 7, 20, "2/PROD", "B", True,
    "Meaningful VISA-A gain at 12 weeks, mid-portion; used for mixed as the stricter of the two.",
)  # fmt: skip
VISA_A_CHANGE_INSERTIONAL = Threshold(
    "VISA_A_CHANGE_INSERTIONAL", 7, "points", 6, 20, "2/PROD", "B", True,
    "Meaningful VISA-A gain, insertional; found at 24 weeks and used from 12.",
)  # fmt: skip
VISA_A_CHANGE_WORKING = Threshold(
    "VISA_A_CHANGE_WORKING", 10, "points", None, None, "V/PROD", "B", True,
    "Working VISA-A change before week 12, as published trials have used it.",
)  # fmt: skip
TENDINS_A_CHANGE = Threshold(
    "TENDINS_A_CHANGE", 12, "points", None, None, "V", "B", False,
    "Meaningful TENDINS-A change; a fall is an improvement.",
)  # fmt: skip
PSFS_CHANGE = Threshold(
    "PSFS_CHANGE", 2, "points", None, None, "R", "B", True, "Meaningful change of the mean PSFS score."
)  # fmt: skip
LEFS_CHANGE = Threshold(
    "LEFS_CHANGE", 9, "points", None, None, "V", "B", False, "Meaningful change of the LEFS total."
)  # fmt: skip
GROC_CHANGE = Threshold(
    "GROC_CHANGE", 2.5, "points", None, None, "R/INT", "B", True,
    "Meaningful rating of change: the stricter end of 2 to 2.5, so 3 on a whole-number scale.",
)  # fmt: skip
HEEL_RISE_CHANGE = Threshold(
    "HEEL_RISE_CHANGE", 7, "repetitions", None, None, "V", "B", False,
    "A smaller difference in heel rises is within measurement error.",
)  # fmt: skip
HEEL_RISE_HIGHEST = Threshold(
    "HEEL_RISE_HIGHEST", 200, "repetitions", None, None, "PROD", "B", True,
    "Most heel rises that can be entered; a larger number is a slip of the keyboard.",
)  # fmt: skip

ASSESSMENT_THRESHOLDS: tuple[Threshold, ...] = (
    TENDER_POINT_HIGHEST_CM,
    INSERTIONAL_BELOW_CM,
    MIDPORTION_UP_TO_CM,
    MIDPORTION_CONFIRM_UP_TO_CM,
    FLUOROQUINOLONE_BLOCK_DAYS,
    FLUOROQUINOLONE_CAUTION_DAYS,
    INJECTION_BLOCK_DAYS,
    INJECTION_CAUTION_DAYS,
    ORAL_STEROID_CAUTION_DAYS,
    ADULT_AGE_YEARS,
    RUPTURE_BLOCK_MONTHS,
    ASK_RED_FLAGS_AT_PAIN,
    ASK_RED_FLAGS_AT_RISE,
    NRS_CHANGE_POINTS,
    NRS_CHANGE_PERCENT,
    NRS_CHANGE_NEEDS_START,
    VISA_A_CHANGE_MIDPORTION,
    VISA_A_CHANGE_INSERTIONAL,
    VISA_A_CHANGE_WORKING,
    TENDINS_A_CHANGE,
    PSFS_CHANGE,
    LEFS_CHANGE,
    GROC_CHANGE,
    HEEL_RISE_CHANGE,
    HEEL_RISE_HIGHEST,
)
