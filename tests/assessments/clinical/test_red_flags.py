"""Section A6: every finding in its row, the most urgent wins, and what patients read."""

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from assessments.clinical.red_flags import (
    FINDING_RULES,
    PATIENT_QUESTIONS,
    PATIENT_STEPS,
    SHORT_QUESTION,
    Finding,
    Origin,
    Pathway,
    TellPhysio,
    needs_red_flag_question,
    patient_steps,
    screen,
    screen_answers,
)

TABLE = {
    Pathway.EMERGENCY: "CHEST_PAIN BREATHLESS COLD_PALE_FOOT",
    Pathway.URGENT_SAME_DAY: (
        "POP_OR_SNAP CANNOT_BEAR_WEIGHT CANNOT_RISE_ON_TOES SEVERE_BRUISING SEVERE_SWELLING "
        "CALF_SQUEEZE_ABNORMAL MATLES_ABNORMAL PALPABLE_GAP SUSPECTED_DVT FEVER_HOT_RED FLUOROQUINOLONE_NOW"
    ),
    Pathway.BLOCK_PENDING_MEDICAL: (
        "FLUOROQUINOLONE_RECENT INJECTION_RECENT SUSPECTED_STRESS_FRACTURE UNREMITTING_NIGHT_PAIN "
        "SYSTEMIC_ILLNESS UNDER_18 RUPTURE_OR_REPAIR_RECENT SUDDEN_ONSET_CALF_SQUEEZE_UNTESTED"
    ),
    Pathway.REFER_ROUTINE: "SPA_FEATURES XANTHOMA_OR_FAMILIAL_CHOLESTEROL GOUT",
    Pathway.CAUTION: (
        "FLUOROQUINOLONE_EARLIER INJECTION_EARLIER ORAL_STEROID_RECENT AROMATASE_INHIBITOR DIABETES "
        "ANTICOAGULANT PREGNANCY"
    ),
}
PAIRS = [(Finding(code), pathway) for pathway, codes in TABLE.items() for code in codes.split()]
sets_of_findings = st.sets(st.sampled_from(Finding))


@pytest.mark.parametrize(("finding", "pathway"), PAIRS)
def test_one_finding_alone_takes_its_pathway(finding: Finding, pathway: Pathway) -> None:
    screening = screen([finding])
    stops = pathway in {Pathway.EMERGENCY, Pathway.URGENT_SAME_DAY, Pathway.BLOCK_PENDING_MEDICAL}
    assert screening.pathway is pathway
    assert (screening.blocks_plan, screening.suspends) == (stops, stops)
    assert screening.tells_physio is not TellPhysio.NO
    assert screening.reasons[0].startswith(finding.label)


def test_the_table_names_every_finding_once() -> None:
    assert sorted(finding for finding, _ in PAIRS) == sorted(Finding) == sorted(FINDING_RULES)


def test_no_finding_holds_nothing_back() -> None:
    screening = screen(())
    assert screening.pathway is Pathway.NONE
    assert not screening.blocks_plan
    assert not screening.suspends
    assert screening.tells_physio is TellPhysio.NO


@pytest.mark.parametrize(
    ("pathway", "tells"),
    [
        (Pathway.EMERGENCY, TellPhysio.IMMEDIATELY),
        (Pathway.URGENT_SAME_DAY, TellPhysio.IMMEDIATELY),
        (Pathway.BLOCK_PENDING_MEDICAL, TellPhysio.SAME_DAY),
        (Pathway.REFER_ROUTINE, TellPhysio.QUEUE),
        (Pathway.CAUTION, TellPhysio.QUEUE),
    ],
)
def test_the_physio_is_told_as_soon_as_the_pathway_asks(pathway: Pathway, tells: TellPhysio) -> None:
    (finding, *_) = (one for one, its in PAIRS if its is pathway)
    assert screen([finding]).tells_physio is tells


@given(sets_of_findings, st.sampled_from(Finding))
def test_adding_a_finding_never_makes_it_milder(findings: set[Finding], one_more: Finding) -> None:
    before, after = screen(findings), screen(findings | {one_more})
    assert after.pathway.urgency >= before.pathway.urgency
    assert after.blocks_plan >= before.blocks_plan
    assert after.suspends >= before.suspends


@given(st.lists(st.sampled_from(Finding)), st.randoms())
def test_order_and_duplicates_make_no_difference(findings: list[Finding], random) -> None:
    shuffled = findings * 2
    random.shuffle(shuffled)
    assert screen(findings) == screen(shuffled)


@given(sets_of_findings)
def test_the_most_urgent_comes_first(findings: set[Finding]) -> None:
    urgencies = [finding.pathway.urgency for finding in screen(findings).findings]
    assert urgencies == sorted(urgencies, reverse=True)


ASKED = [question.finding for question in PATIENT_QUESTIONS]


def test_patients_are_asked_exactly_what_they_can_answer_alone() -> None:
    assert set(ASKED) == {one for one, rule in FINDING_RULES.items() if rule.origin is Origin.ASKED}
    assert len(ASKED) == len(set(ASKED))


@given(st.dictionaries(st.sampled_from(ASKED), st.sampled_from([True, False, None])))
def test_a_question_left_blank_is_missing_and_never_a_no(answers: dict[Finding, bool | None]) -> None:
    screening = screen_answers(answers)
    assert set(screening.findings) == {one for one, answer in answers.items() if answer}
    assert set(screening.missing) == {one for one in ASKED if answers.get(one) is None}
    assert screening.is_complete == (not screening.missing)


def test_a_patient_cannot_answer_for_an_examination() -> None:
    with pytest.raises(ValueError, match="only a clinician"):
        screen_answers({Finding.CALF_SQUEEZE_ABNORMAL: False})


def test_what_patients_read_names_no_condition_and_stops_no_medicine() -> None:
    texts = [SHORT_QUESTION, *(question.asks for question in PATIENT_QUESTIONS)]
    texts += [step for steps in PATIENT_STEPS.values() for step in steps]
    texts += patient_steps(screen(Finding))
    forbidden = (
        r"rupture|tear|torn|thrombosis|clot|DVT|infect|diagnos|safe|stop (taking|the|your) (medic|antib)"
    )
    assert [text for text in texts if re.search(forbidden, text, re.IGNORECASE)] == []


def test_the_toe_rise_is_asked_as_new_weakness_of_this_leg() -> None:
    (asks,) = (one.asks for one in PATIENT_QUESTIONS if one.finding is Finding.CANNOT_RISE_ON_TOES)
    assert all(word in asks for word in ("new", "weakness", "this leg", "toes"))


@given(sets_of_findings)
def test_whoever_has_a_red_flag_reads_that_running_stops(findings: set[Finding]) -> None:
    screening = screen(findings)
    read = " ".join(patient_steps(screening)).lower()
    if screening.suspends:
        assert "not run" in read or "no running" in read
        assert "heel exercises" in read
    assert ("prescribed your antibiotic" in read) == (Finding.FLUOROQUINOLONE_NOW in findings)


@pytest.mark.parametrize(
    ("pain", "before", "asked"),
    [
        (7, None, False), (8, None, True), (9, None, True), (10, 10, True),
        (3, 0, False), (4, 0, True), (5, 0, True), (6, 3, False), (7, 3, True),
        (0, None, False), (2, 7, False), (7, 7, False),
    ],
)  # fmt: skip
def test_high_or_steeply_rising_pain_shows_the_questions_again(
    pain: int, before: int | None, asked: bool
) -> None:
    assert needs_red_flag_question(pain, before) is asked


@pytest.mark.parametrize(("pain", "before"), [(-1, None), (11, None), (3.0, None), (True, None), (5, 11)])
def test_pain_that_is_no_pain_score_is_refused(pain: int, before: int | None) -> None:
    with pytest.raises(ValueError, match="whole number"):
        needs_red_flag_question(pain, before)
