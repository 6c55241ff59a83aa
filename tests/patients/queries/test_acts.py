"""Who looked at my record: said in a runner's words, never in a route's."""

import pytest

from patients.queries.acts import ACTS, SOMETHING, in_words
from physio.web.routes import routes


def declared() -> set[str]:
    return {f"{one.access.object} {one.access.action}" for one in routes() if one.access is not None}


def test_words_are_there_for_acts_that_routes_declare_and_no_others() -> None:
    assert set(ACTS) - declared() == set()
    assert len(ACTS) > 25


@pytest.mark.parametrize("act", ["clinic change", "something new", ""])
def test_an_act_without_words_of_its_own_is_said_in_general(act: str) -> None:
    assert in_words(act) == SOMETHING


def test_the_words_follow_a_name_and_speak_to_the_runner() -> None:
    for act, words in ACTS.items():
        assert words[:1].islower(), act
        assert not words.endswith("."), act
        assert "patient" not in words, act
