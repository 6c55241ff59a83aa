"""The runner's one-word answers: one for each decision, and "yes" for no other than those that may run."""

import pytest

from assessments.clinical.sides import Side
from rehab.clinical import portal_words as words
from rehab.clinical.evaluation import Decision
from rehab.clinical.history import Half, Knee, ReportKind, WarmUp

BLAME = ("fail", "bad", "wrong", "should have", "safe", "contraindicated", "rupture", "damage")


@pytest.mark.parametrize("decision", Decision)
def test_yes_is_said_exactly_when_the_decision_may_run(decision: Decision) -> None:
    word, tone = words.ANSWERS[decision]
    assert (word == "Yes") is (tone is words.Tone.YES) is decision.may_run


@pytest.mark.parametrize(
    ("kind", "table"),
    [(WarmUp, words.WARM_UP), (Knee, words.KNEES), (Half, words.HALVES), (ReportKind, words.REPORTS)],
)
def test_every_code_has_its_words(kind: type, table: dict) -> None:
    assert set(table) == set(kind)
    assert len(set(table.values())) == len(table)


def test_nobody_is_blamed_and_nothing_is_promised() -> None:
    said = [value for name, value in vars(words).items() if name.isupper() and isinstance(value, str)]
    said += [*words.WARM_UP.values(), *(word for word, _ in words.ANSWERS.values())]
    assert len(said) > 10
    assert not [sentence for sentence in said for word in BLAME if word in sentence.lower()]


def test_the_one_question_is_about_now_and_walking() -> None:
    assert "now" in words.PAIN_NOW
    assert "walking normally" in words.PAIN_NOW
    assert not any(side.label in words.PAIN_NOW for side in Side)
