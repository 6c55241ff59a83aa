"""Small made-up cases: a diary is written in days and hours of the plan, in the runner's own zone."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

from assessments.clinical.classification import Protocol, TendinopathyType
from assessments.clinical.findings import Finding as RedFlag
from assessments.clinical.sides import Side
from rehab.clinical.evaluate import evaluate
from rehab.clinical.evaluation import Evaluation
from rehab.clinical.history import (
    Clearance,
    Entry,
    ExerciseSession,
    ExerciseSet,
    Half,
    History,
    Knee,
    PainReport,
    Plan,
    RedFlagReport,
    ReportKind,
    Resolution,
    Run,
    StageAct,
    StageStep,
    StepBack,
    TendonBaseline,
    TendonPlan,
    ThresholdVersion,
    Track,
    WarmUp,
)

LEFT, RIGHT = Side.LEFT, Side.RIGHT
FIRST_DAY = date(2026, 9, 7)


@dataclass
class Diary:
    """Collects entries; every method returns the id of what it wrote.

    Hours count from local midnight of day 0.
    """

    zone: str = "Europe/Berlin"
    sides: tuple[Side, ...] = (LEFT,)
    runs: list[Run] = field(default_factory=list)
    reports: list[PainReport] = field(default_factory=list)
    sessions: list[ExerciseSession] = field(default_factory=list)
    red_flags: list[RedFlagReport] = field(default_factory=list)
    clearances: list[Clearance] = field(default_factory=list)
    resolutions: list[Resolution] = field(default_factory=list)
    steps: list[StageStep] = field(default_factory=list)
    baselines: list[TendonBaseline] = field(default_factory=list)
    tendon_plans: list[TendonPlan] = field(default_factory=list)
    thresholds: dict[str, float] = field(default_factory=dict)
    versions: list[ThresholdVersion] = field(default_factory=list)
    kept: list[StepBack] = field(default_factory=list)
    paused: bool = False
    record_only: bool = False
    written: int = 0

    def moment(self, day: int, hour: float = 8) -> datetime:
        midnight = datetime.combine(FIRST_DAY + timedelta(days=day), datetime.min.time(), ZoneInfo(self.zone))
        return midnight.astimezone(UTC) + timedelta(hours=hour)

    def _entry(self, day: int, hour: float, received: float | None, **more: object) -> dict[str, object]:
        self.written += 1
        at = self.moment(day, hour)
        return {
            "id": f"e{self.written:04}",
            "at": at,
            "received_at": at if received is None else at + timedelta(hours=received),
            "local_date": at.astimezone(ZoneInfo(self.zone)).date(),
            **more,
        }

    def _pain(self, pain: int | Mapping[Side, int | None] | None) -> Mapping[Side, int | None]:
        return pain if isinstance(pain, Mapping) else dict.fromkeys(self.sides, pain)

    def run(
        self,
        day: int,
        pain: int | Mapping[Side, int | None] | None = 0,
        *,
        hour: float = 9,
        minutes: int = 20,
        warm: WarmUp = WarmUp.RESOLVED,
        received: float | None = None,
        **more: object,
    ) -> str:
        entry = self._entry(day, hour, received, **more)
        warm_up = dict.fromkeys(self.sides, warm)
        self.runs.append(Run(minutes=minutes, pain=self._pain(pain), warm_up=warm_up, **entry))  # type: ignore[arg-type]
        return str(entry["id"])

    def say(
        self,
        day: int,
        pain: int | Mapping[Side, int | None] | None,
        *,
        hour: float = 8,
        kind: ReportKind = ReportKind.MORNING,
        received: float | None = None,
        **more: object,
    ) -> str:
        entry = self._entry(day, hour, received, **more)
        self.reports.append(PainReport(kind=kind, pain=self._pain(pain), **entry))  # type: ignore[arg-type]
        return str(entry["id"])

    def exercise(
        self, day: int, *, hour: float = 18, sets: int = 3, pain: int | None = 2, **more: object
    ) -> str:
        entry = self._entry(day, hour, None, **more)
        done = tuple(ExerciseSet(knee=knee, reps=15) for knee in Knee for _ in range(sets))
        half = Half.AM if hour < 12 else Half.PM
        protocol = more.get("protocol", Protocol.STEP)
        entry.pop("protocol", None)
        self.sessions.append(
            ExerciseSession(side=LEFT, half=half, protocol=protocol, sets=done, pain=pain, **entry)  # type: ignore[arg-type]
        )
        return str(entry["id"])

    def red_flag(self, day: int, *, hour: float = 10, received: float | None = None, **more: object) -> str:
        entry = self._entry(day, hour, received, **more)
        self.red_flags.append(RedFlagReport(findings=frozenset({RedFlag.POP_OR_SNAP}), side=LEFT, **entry))  # type: ignore[arg-type]
        return str(entry["id"])

    def clear(self, day: int, hour: float = 12, covers: frozenset[str] | None = None) -> None:
        """`covers` None: as older rows do, everything received before."""
        self.clearances.append(
            Clearance(id=f"c{len(self.clearances)}", at=self.moment(day, hour), by="physio", covers=covers)
        )

    def resolve(self, day: int, hour: float = 12) -> None:
        self.resolutions.append(
            Resolution(id=f"w{len(self.resolutions)}", at=self.moment(day, hour), by="physio", side=None)
        )

    def stage(
        self,
        day: int,
        stage: int,
        act: StageAct = StageAct.PROGRESS,
        *,
        hour: float = 7,
        track: Track = Track.FRAMEWORK,
    ) -> None:
        self.steps.append(
            StageStep(
                id=f"s{len(self.steps)}",
                at=self.moment(day, hour),
                act=act,
                stage=stage,
                track=track,
                by="physio",
            )
        )

    def limits(self, day: int, hour: float = 7, **thresholds: float) -> None:
        """The thresholds of the case from then on."""
        self.versions.append(ThresholdVersion(at=self.moment(day, hour), thresholds=thresholds))

    def store(self, evaluation: Evaluation) -> None:
        """Keep the steps back of an evaluation, as the application does."""
        self.kept = [
            StepBack(
                at=move.at,
                cause_id=move.cause_id or "",
                from_stage=move.from_stage or 1,
                to_stage=move.to_stage,
                reason=move.reason,
            )
            for move in evaluation.stage.path
            if move.by is None
        ]

    def usual(self, pain: int, *, day: int = 0, worst: int = 5, side: Side = LEFT) -> None:
        self.baselines.append(
            TendonBaseline(side=side, at=self.moment(day, 6), usual_pain=pain, worst_pain=worst)
        )

    def exercises(self, protocol: Protocol = Protocol.STEP, **more: object) -> None:
        values: dict[str, object] = {
            "id": f"p{len(self.tendon_plans)}",
            "side": LEFT,
            "type": TendinopathyType.MIDPORTION,
            "protocol": protocol,
            "starts_on": FIRST_DAY,
            "ends_on": None,
            "sets": 3,
            "reps": 15,
            "sessions_per_day": 2,
            "days_per_week": 7,
            "knees": (Knee.STRAIGHT, Knee.BENT),
            "start_sets": 2,
            **more,
        }
        self.tendon_plans.append(TendonPlan(**values))  # type: ignore[arg-type]

    def history(self) -> History:
        return History(
            case_id="case",
            time_zone=self.zone,
            opened_at=self.moment(0, 6),
            runs=tuple(self.runs),
            reports=tuple(self.reports),
            sessions=tuple(self.sessions),
            red_flags=tuple(self.red_flags),
            clearances=tuple(self.clearances),
            resolutions=tuple(self.resolutions),
            paused=self.paused,
        )

    def plan(self) -> Plan:
        return Plan(
            sides=self.sides,
            tendon_plans=tuple(self.tendon_plans),
            baselines=tuple(self.baselines),
            stage_steps=tuple(self.steps),
            thresholds=self.thresholds,
            threshold_versions=tuple(self.versions),
            steps_back=tuple(self.kept),
            reference_week_minutes=200,
            record_only=self.record_only,
        )

    def at(self, day: int, hour: float = 12) -> Evaluation:
        return evaluate(self.history(), self.plan(), self.moment(day, hour))

    def all_entries(self) -> list[Entry]:
        return [*self.runs, *self.reports, *self.sessions, *self.red_flags]


def in_stage(
    stage: int, *, zone: str = "Europe/Berlin", sides: tuple[Side, ...] = (LEFT,), usual: int = 0
) -> Diary:
    """A diary whose physio set a stage on the morning of day 0."""
    diary = Diary(zone=zone, sides=sides)
    for side in sides:
        diary.usual(usual, side=side)
    diary.stage(0, stage, StageAct.START)
    return diary


def shuffled(history: History) -> History:
    """The same history with every list turned round."""
    return replace(
        history,
        runs=history.runs[::-1],
        reports=history.reports[::-1],
        sessions=history.sessions[::-1],
        red_flags=history.red_flags[::-1],
    )
