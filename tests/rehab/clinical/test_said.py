"""A sentence of the rules is its English text, and remembers how it was made."""

import copy
import json
import pickle
from datetime import date

from django.utils import translation

from rehab.clinical import words
from rehab.clinical.said import row, said
from rehab.queries.translated import translated

TODAY = date(2026, 11, 22)
FRIDAY = date(2026, 11, 20)


def test_it_is_its_english_text() -> None:
    told = said("{Day}’s run reached {pain}/10.", Day="Friday", pain=3)
    assert told == "Friday’s run reached 3/10."
    assert json.dumps({"because": told}, ensure_ascii=False) == '{"because": "Friday’s run reached 3/10."}'
    assert {told: 1}["Friday’s run reached 3/10."] == 1
    assert copy.deepcopy(told) == pickle.loads(pickle.dumps(told)) == told  # noqa: S301  our own
    assert pickle.loads(pickle.dumps(told)).values == {"Day": "Friday", "pain": 3}  # noqa: S301


def test_english_is_said_as_the_rules_say_it() -> None:
    sentences = [
        words.run_pain(FRIDAY, TODAY, 3),
        words.unsettled(FRIDAY, TODAY, 3, TODAY, 1),
        words.above_again(FRIDAY, TODAY, 3, FRIDAY, 1),
        words.not_answered(TODAY, TODAY, unscored=False),
        words.session(10, 20, hills=False, speed=False),
        words.walk_run(6),
        row(words.run_pain(FRIDAY, TODAY, None), said(" ({side} side)", side="left")),
    ]
    for one in sentences:
        assert translated(one) == one
    assert sentences[2] == "Friday’s run had settled, but on Friday it was 3/10, and your usual is 1."
    assert sentences[3] == "We do not know yet how it settled after today’s run."
    assert sentences[6] == "Friday’s run has no pain score for one side yet. (left side)"


def test_german_has_the_same_values() -> None:
    with translation.override("de"):
        assert translated(words.run_pain(FRIDAY, TODAY, 3)) == "Der Lauf von Freitag: Schmerz 3/10."
        assert translated(words.session(10, 20, hills=False, speed=False)) == (
            "10 bis 20 Minuten, locker und flach. Noch keine Hügel, kein Tempo."
        )
        assert "heute" in str(translated(words.not_answered(TODAY, TODAY, unscored=False)))


def test_what_has_no_translation_stays_whole() -> None:
    with translation.override("de"):
        assert translated("Zebra crossings are rare. So are {braces}.") == (
            "Zebra crossings are rare. So are {braces}."
        )
        assert translated("") == ""
        assert translated(None) is None
