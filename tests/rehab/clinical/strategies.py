"""Random small cases for the properties: two weeks of runs, answers, flags, corrections, late arrivals."""

from dataclasses import replace

from hypothesis import strategies as st

from rehab.clinical.history import ReportKind, StageAct, WarmUp
from tests.rehab.clinical.cases import FIRST_DAY, LEFT, RIGHT, Diary, in_stage

pains = st.integers(0, 6) | st.none()
hours = st.integers(0, 92).map(lambda quarter: quarter / 4)
delays = st.sampled_from([0, 0, 0, 0.5, 5, 30, 90])


@st.composite
def diaries(draw: st.DrawFn, days: int = 14) -> Diary:
    sides = draw(st.sampled_from([(LEFT,), (LEFT,), (LEFT, RIGHT)]))
    diary = in_stage(draw(st.integers(1, 8)), sides=sides, usual=draw(st.integers(0, 3)))
    diary.paused, diary.record_only = draw(
        st.sampled_from([(False, False)] * 8 + [(True, False), (False, True)])
    )

    def pain() -> dict:  # type: ignore[type-arg]
        return {side: draw(pains) for side in sides}

    for day in range(days):
        for _ in range(draw(st.sampled_from([0, 0, 1, 1, 2]))):
            name = diary.run(
                day,
                pain(),
                hour=draw(hours),
                minutes=draw(st.sampled_from([5, 10, 18, 20, 25, 40])),
                warm=draw(st.sampled_from(list(WarmUp))),
                received=draw(delays),
                hills=draw(st.sampled_from([None, False, True])),
            )
            if draw(st.integers(0, 7)) == 0:
                voided = draw(st.booleans())
                diary.run(
                    day,
                    pain(),
                    hour=draw(hours),
                    received=24 + draw(delays),
                    supersedes=name,
                    voided=voided,
                )
        for _ in range(draw(st.integers(0, 2))):
            kind = draw(st.sampled_from(list(ReportKind)))
            named = kind in (ReportKind.CHECK_24H, ReportKind.AFTER) and diary.runs and draw(st.booleans())
            run_id = diary.runs[-1].id if named else None
            diary.say(day, pain(), hour=draw(hours), kind=kind, received=draw(delays), run_id=run_id)
    for answer in diary.reports[:]:
        if draw(st.integers(0, 15)) == 0:
            diary.say(
                (answer.local_date - FIRST_DAY).days,
                pain(),
                hour=draw(hours),
                kind=answer.kind,
                received=24 + draw(delays),
                run_id=answer.run_id,
                supersedes=answer.id,
                voided=draw(st.booleans()),
            )
    for _ in range(draw(st.sampled_from([0, 0, 0, 1, 2]))):
        diary.red_flag(draw(st.integers(0, days)), received=draw(delays))
    if draw(st.integers(0, 5)) == 0:
        covers = frozenset(one.id for one in diary.red_flags if draw(st.booleans()))
        diary.clear(draw(st.integers(0, days)), covers=draw(st.sampled_from([None, covers])))
    if draw(st.integers(0, 3)) == 0:
        diary.limits(
            draw(st.integers(0, days)),
            draw(hours),
            REGRESS_MIN=draw(st.integers(3, 6)),
            RUN_OK_MAX=draw(st.integers(0, 2)),
            ELEVATED_MARGIN=draw(st.integers(1, 2)),
            WINDOW_OPEN_HOURS=draw(st.integers(18, 22)),
            WINDOW_CLOSE_HOURS=draw(st.integers(26, 30)),
        )
    if draw(st.integers(0, 5)) == 0:
        diary.resolve(draw(st.integers(0, days)))
    if draw(st.integers(0, 3)) == 0:
        diary.stage(draw(st.integers(1, days)), draw(st.integers(1, 7)), StageAct.PROGRESS)
    return diary


def with_last_run_pain(diary: Diary, pain: int) -> Diary:
    """The same case with another pain on the run that happened last."""
    last = max(diary.runs, key=lambda run: (run.at, run.id))
    changed = replace(last, pain=dict.fromkeys(diary.sides, pain))
    return replace(diary, runs=[changed if run is last else run for run in diary.runs])


def with_last_report_pain(diary: Diary, pain: int) -> Diary:
    """The same case with another pain in the report that was made last."""
    last = max(diary.reports, key=lambda report: (report.at, report.id))
    changed = replace(last, pain=dict.fromkeys(diary.sides, pain))
    return replace(diary, reports=[changed if report is last else report for report in diary.reports])
