"""Words in a runner's message that can mean something urgent, in each language of theirs. Source: A6.

A word says nothing for certain ("no swelling" has it too), so nothing is suspended and nothing diagnosed: the
runner is asked to check at once, and the physio is told. Only what a runner may be asked is looked for.
"""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass

from assessments.clinical.findings import Finding

_CANNOT_EN = r"\b(?:can(?:no|[’']?)t|can not|couldn[’']?t|unable to|not able to)\b"
_CANNOT_DE = r"\b(?:kann|konnte|koennte|könnte)\b"
_CANNOT_AR = r"(?:لا|لم|ما) ?(?:استطيع|استطع|اقدر|اقدرش|يمكنني)"

# Patterns over text made plain by `_plain`; a gap of a few words is allowed where people put them.
WORDS: dict[str, dict[Finding, tuple[str, ...]]] = {
    "en": {
        Finding.CHEST_PAIN: (r"\bchest\b",),
        Finding.BREATHLESS: (
            r"\bbreathless",
            r"\bshort(?:ness)? of breath\b",
            r"\b(?:hard|trouble|struggl\w+)\b.{0,12}\bbreath",
            _CANNOT_EN + r".{0,8}\bbreathe\b",
        ),
        Finding.COLD_PALE_FOOT: (
            r"\b(?:foot|toes)\b.{0,20}\b(?:cold|pale|white|blue|numb)\b",
            r"\b(?:cold|pale|numb) (?:foot|toes)\b",
        ),
        Finding.POP_OR_SNAP: (
            r"\bpop(?:ped|ping)?\b",
            r"\bsnap(?:ped|ping)?\b",
            r"\b(?:torn?|tore|ruptur\w+)\b",
        ),
        Finding.CANNOT_BEAR_WEIGHT: (_CANNOT_EN + r".{0,24}\b(?:weight|stand|walk)\b",),
        Finding.CANNOT_RISE_ON_TOES: (
            _CANNOT_EN + r".{0,30}\b(?:tip ?toes?|toes|push (?:up|off)|(?:calf|heel) raises?)\b",
        ),
        Finding.SEVERE_BRUISING: (r"\bbruis(?:e|es|ed|ing)\b", r"\bblack and blue\b"),
        Finding.SEVERE_SWELLING: (r"\bswollen\b", r"\bswell(?:s|ed|ing)?\b"),
        Finding.SUSPECTED_DVT: (
            r"\bcalf\b.{0,20}\b(?:hot|warm|red|tight|hard|throb\w*)\b", r"\b(?:hot|warm|red|tight) calf\b",
            r"\bblood clot|\bclots?\b|\bdvt\b|\bthrombos\w+",
        ),
        Finding.FEVER_HOT_RED: (
            r"\bfever\w*",
            r"\bhigh temperature\b",
            r"\bhot and red\b|\bred and hot\b",
            r"\b(?:chills|shivering)\b",
        ),
        Finding.FLUOROQUINOLONE_NOW: (r"floxacin", r"\bcipro\b", r"\bantibiotics?\b"),
    },
    "de": {
        Finding.CHEST_PAIN: (r"\bbrustschmerz", r"\bbrust\b", r"\bbrustenge\b"),
        Finding.BREATHLESS: (
            r"\batemnot\b", r"\bkurzatmig", r"\b(?:keine|kaum|schlecht|schwer)\b.{0,12}\b(?:luft|atm\w+)",
        ),
        Finding.COLD_PALE_FOOT: (
            r"\b(?:fuss|zehen)\b.{0,20}\b(?:kalt|blass|weiss|blau|taub)",
            r"\b(?:kalte[rn]?|blasse[rn]?|taube[rn]?) (?:fuss|zehen)",
        ),
        Finding.POP_OR_SNAP: (
            r"\b(?:ge)?knall\w*",
            r"\b(?:ge)?knack\w*",
            r"\bschnalz\w*|geschnalzt",
            r"\bpeitsch\w*",
            r"\b(?:ein|an|ab|durch)?gerissen\b|\b(?:ein)?riss\b",
        ),
        Finding.CANNOT_BEAR_WEIGHT: (
            _CANNOT_DE + r".{0,30}\bnicht\b.{0,20}\b(?:auftreten|belasten|stehen|gehen)\b",
        ),
        Finding.CANNOT_RISE_ON_TOES: (r"\bzehenspitzen\b", r"\bzehenstand\b"),
        Finding.SEVERE_BRUISING: (r"\bbluterg[uü]ss", r"\bhaematom|\bhämatom", r"\bblaue[nr]? fleck"),
        Finding.SEVERE_SWELLING: (r"schwollen\b", r"schwell\w*", r"\b(?:ganz|richtig|sehr) dick\b"),
        Finding.SUSPECTED_DVT: (
            r"\bwade\b.{0,25}\b(?:dick|heiss|warm|rot|hart|spannt)", r"thrombos\w*", r"\bblutgerinnsel\b",
        ),
        Finding.FEVER_HOT_RED: (
            r"fieber",
            r"\bschuettelfrost|\bschüttelfrost",
            r"\bheiss und rot\b|\brot und heiss\b",
        ),
        Finding.FLUOROQUINOLONE_NOW: (r"floxacin", r"\bcipro\b", r"antibiotik"),
    },
    "ar": {
        Finding.CHEST_PAIN: (r"صدر",),
        Finding.BREATHLESS: (r"ضيق.{0,6}(?:نفس|تنفس)", r"صعوب.{0,8}تنفس", _CANNOT_AR + r".{0,8}تنفس"),
        Finding.COLD_PALE_FOOT: (r"(?:قدم|اصابع).{0,15}(?:بارد|شاحب|ابيض|بيضا|زرقا|خدر|منمل)",),
        Finding.POP_OR_SNAP: (r"فرقع", r"طقطق|طقه", r"تمزق|انقطع|انقطاع"),
        Finding.CANNOT_BEAR_WEIGHT: (_CANNOT_AR + r".{0,25}(?:وقوف|اقف|مشي|امشي|وزن)",),
        Finding.CANNOT_RISE_ON_TOES: (r"(?:اطراف|رووس|رؤوس) اصابع",),
        Finding.SEVERE_BRUISING: (r"كدم",),
        Finding.SEVERE_SWELLING: (r"تورم|متورم|ورم", r"انتفاخ|منتفخ"),
        Finding.SUSPECTED_DVT: (r"جلط|تخثر", r"(?:ربله|سمانه).{0,20}(?:ساخن|حار|احمر|حمرا|مشدود|قاسي)"),
        Finding.FEVER_HOT_RED: (r"حمي|حمى", r"سخونه", r"قشعرير", r"حراره مرتفع|ارتفاع.{0,10}حراره"),
        Finding.FLUOROQUINOLONE_NOW: (r"فلوكساسين|فلوكساسن", r"سيبرو", r"مضاد.{0,4}حيوي"),
    },
}  # fmt: skip
_MARKS = re.compile(r"[\u0640\u064b-\u0652]")  # Arabic vowel signs and the stretching line
_SAME = str.maketrans({"أ": "ا", "إ": "ا", "آ": "ا", "ى": "ي", "ة": "ه", "’": "'"})


@dataclass(frozen=True, slots=True)
class Noticed:
    """`words`: as they stand in the message, made plain."""

    finding: Finding
    words: str


def noticed(text: str) -> tuple[Noticed, ...]:
    """In whichever language it is written; one for each finding, the most urgent first."""
    plain = _plain(text)
    found: dict[Finding, str] = {}
    for finding, pattern in _COMPILED:
        hit = pattern.search(plain) if finding not in found else None
        if hit:
            found[finding] = " ".join(hit[0].split())
    ordered = sorted(found, key=lambda one: (-one.pathway.urgency, list(Finding).index(one)))
    return tuple(Noticed(one, found[one]) for one in ordered)


def _plain(text: str) -> str:
    """Small letters, one kind of apostrophe, Arabic without its variants, one space between words."""
    folded = unicodedata.normalize("NFC", text).casefold().translate(_SAME)
    return " ".join(_MARKS.sub("", folded).split())


_COMPILED = [
    (finding, re.compile("|".join(f"(?:{_plain(one)})" for one in patterns)))
    for by_finding in WORDS.values()
    for finding, patterns in by_finding.items()
]
