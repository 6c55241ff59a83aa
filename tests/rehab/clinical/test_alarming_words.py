"""Words that can mean something urgent, in each language a runner reads: they prompt, and nothing more."""

import pytest
from django.conf import settings

from assessments.clinical.findings import FINDING_RULES, Finding, Origin
from rehab.clinical.alarming_words import WORDS, noticed

ASKED = {one for one, rule in FINDING_RULES.items() if rule.origin is Origin.ASKED}
SAID = {
    "en": {
        Finding.CHEST_PAIN: "There is a pain in my chest",
        Finding.BREATHLESS: "I get short of breath on the stairs",
        Finding.COLD_PALE_FOOT: "My foot has gone cold",
        Finding.POP_OR_SNAP: "Something went POP",
        Finding.CANNOT_BEAR_WEIGHT: "I can’t put any weight on it",
        Finding.CANNOT_RISE_ON_TOES: "I cannot get up on my tiptoes",
        Finding.SEVERE_BRUISING: "It is bruised all over",
        Finding.SEVERE_SWELLING: "It has swollen up",
        Finding.SUSPECTED_DVT: "The calf feels hot",
        Finding.FEVER_HOT_RED: "I had a fever last night",
        Finding.FLUOROQUINOLONE_NOW: "They gave me ciprofloxacin",
    },
    "de": {
        Finding.CHEST_PAIN: "Ich habe Schmerzen in der Brust",
        Finding.BREATHLESS: "Ich bekomme schlecht Luft",
        Finding.COLD_PALE_FOOT: "Der Fuß ist kalt",
        Finding.POP_OR_SNAP: "Es hat laut geknallt",
        Finding.CANNOT_BEAR_WEIGHT: "Ich kann nicht mehr auftreten",
        Finding.CANNOT_RISE_ON_TOES: "Der Zehenstand geht nicht",
        Finding.SEVERE_BRUISING: "Ein großer Bluterguss",
        Finding.SEVERE_SWELLING: "Alles ist angeschwollen",
        Finding.SUSPECTED_DVT: "Die Wade ist warm und spannt",
        Finding.FEVER_HOT_RED: "Seit gestern Fieber",
        Finding.FLUOROQUINOLONE_NOW: "Ich nehme Antibiotika",
    },
    "ar": {
        Finding.CHEST_PAIN: "عندي ألم في الصدر",
        Finding.BREATHLESS: "أشعر بضيق في التنفس",
        Finding.COLD_PALE_FOOT: "قدمي باردة",
        Finding.POP_OR_SNAP: "سمعت فرقعة",
        Finding.CANNOT_BEAR_WEIGHT: "لا أستطيع الوقوف",
        Finding.CANNOT_RISE_ON_TOES: "لا أقدر أن أرتفع على أطراف أصابعي",
        Finding.SEVERE_BRUISING: "ظهرت كدمات",
        Finding.SEVERE_SWELLING: "الكاحل متورّم",
        Finding.SUSPECTED_DVT: "أخاف من جلطة",
        Finding.FEVER_HOT_RED: "لدي حمّى",
        Finding.FLUOROQUINOLONE_NOW: "أتناول مضادا حيويا",
    },
}


def test_every_language_has_words_for_everything_a_runner_is_asked() -> None:
    assert set(WORDS) == set(SAID) == {code.partition("-")[0] for code, _name in settings.LANGUAGES}
    assert all(set(words) == set(SAID[language]) == ASKED for language, words in WORDS.items())


@pytest.mark.parametrize(
    ("finding", "text"),
    [(finding, text) for said in SAID.values() for finding, text in said.items()],
)
def test_it_is_noticed(finding: Finding, text: str) -> None:
    found = noticed(text)
    assert finding in [one.finding for one in found] and all(one.words for one in found)


@pytest.mark.parametrize(
    "text",
    [
        "May I cycle on Sunday?",
        "The heel drops went well, a popular exercise, and my footing is fine.",
        "My Achilles was 2 out of 10 on Friday's run. Can't wait to run again!",
        "Darf ich am Sonntag Rad fahren? Das Laufen ging gut.",
        "هل يمكنني ركوب الدراجة يوم الأحد؟",
        "",
    ],
)
def test_an_ordinary_message_prompts_nothing(text: str) -> None:
    assert noticed(text) == ()


def test_the_most_urgent_comes_first_and_each_once() -> None:
    found = noticed("Swollen, very swollen, and chest pain")
    assert [one.finding for one in found] == [Finding.CHEST_PAIN, Finding.SEVERE_SWELLING]
