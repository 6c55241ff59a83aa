"""A consent taken back, and one given again: what the rules say then."""

from dataclasses import replace

from rehab.clinical.evaluate import evaluate
from rehab.clinical.evaluation import Decision, Evaluation, FindingKind, GateResult
from rehab.clinical.history import StageAct, Withdrawal
from tests.rehab.clinical.cases import in_stage


def kinds(evaluation: Evaluation) -> set[FindingKind]:
    return {finding.kind for finding in evaluation.findings}


def test_without_consent_nothing_is_decided_and_a_red_flag_still_comes_first() -> None:
    diary = in_stage(3)
    diary.run(0, 1)
    diary.say(1, 0)
    withdrawn = replace(diary.plan(), withdrawal=Withdrawal(at=diary.moment(2, 1)))
    told = evaluate(diary.history(), withdrawn, diary.moment(2, 12))
    assert (told.running.decision, told.running.rule) == (Decision.NO_PLAN, "CONSENT")
    assert told.running.owed == ()
    assert told.next_due_at is None
    assert (told.stage.result, told.stage.reason_code) == (GateResult.STAY, "CONSENT")
    assert kinds(told) == {FindingKind.CONSENT}
    before = evaluate(diary.history(), withdrawn, diary.moment(2, 0))  # as if it had not happened yet
    assert before.running.decision is not Decision.NO_PLAN
    assert before.next_due_at is not None
    diary.red_flag(2, hour=0)
    assert evaluate(diary.history(), withdrawn, diary.moment(2, 12)).running.decision is Decision.URGENT_CARE


def test_consent_given_again_is_told_while_the_pause_it_made_stands() -> None:
    diary = in_stage(3)
    diary.run(0, 1)
    diary.say(1, 0)
    at = diary.moment(2, 7)
    diary.stage(2, 1, StageAct.STEP_BACK)
    again = Withdrawal(at=at, given_again_at=diary.moment(4))
    told = evaluate(diary.history(), replace(diary.plan(), withdrawal=again), diary.moment(4, 12))
    assert told.running.decision is Decision.NO_RUNNING_STAGE
    assert FindingKind.CONSENT in kinds(told)
    diary.stage(5, 3, StageAct.RESUME)
    told = evaluate(diary.history(), replace(diary.plan(), withdrawal=again), diary.moment(5, 12))
    assert FindingKind.CONSENT not in kinds(told)
    assert told.running.decision.may_run
