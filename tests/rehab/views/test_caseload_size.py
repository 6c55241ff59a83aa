"""The worklist at any size: as many queries for 5,000 cases as for 50, and 200 rows that stay light."""

import gzip
import random
import re
from datetime import timedelta
from math import exp

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from patients.models import Case, Membership, Patient, Person, Tendon
from rehab.charts import sparkline
from rehab.models import CaseSummary, Flag, Message, Plan
from rehab.queries import worklist_asked
from tests import factories
from tests.bench.caseload import copy
from tests.caseload import beat
from tests.cluster import this_clone
from tests.sign_in import staff_client

pytestmark = pytest.mark.django_db(transaction=True)
OVERHEAD = {"BEGIN", "COMMIT", "SAVEPOINT", "RELEASE", "SET"}
MOST_QUERIES = 6
KINDS = (
    ("ACT", 40, "OVER_THE_LINE", "Pain of 5/10 on the left side, on the run of {n} November or after it."),
    ("ACT", 40, "ELEVATED_24H", "Not settled 24 hours after the run of Wed {n} Nov; baseline 0."),
    ("REVIEW", 30, "LOW_ADHERENCE", "{n} % of the exercise dose in 14 days: 630 of 2520 repetitions."),
    ("REVIEW", 30, "STAGE_STALLED", "In stage 1 since {n} Sep. 3 days in a row walking without pain."),
    ("QUIET", 20, "NOT_LOGGING", "No entry since Wednesday {n} November."),
    ("READY", 10, "READY_TO_PROGRESS", "Everything the next stage asks for is met. {n} days in this stage."),
)  # fmt: skip


@pytest.fixture
def physio() -> Membership:
    beat(timezone.now())
    return factories.make_member(factories.make_clinic(), display_name="Sam Okafor")


def fill(physio: Membership, count: int, *, first: int = 0, calm_share: float = 0.5) -> None:
    """Cases as the sweep leaves them, with COPY; each row another name, reason, line and strip."""
    chance, now = random.Random(count), timezone.now()
    clinic = physio.clinic
    tables: dict[type, list] = {
        model: [] for model in (Person, Patient, Case, Tendon, Plan, CaseSummary, Flag, Message)
    }
    for number in range(first, first + count):
        person = Person(
            clinic=clinic,
            given_name=f"Given{chance.randrange(900)}",
            family_name=f"Family{number}",
            phone=f"07700 9{number:05}",
        )
        patient = Patient(clinic=clinic, person=person, number=100_000 + number, responsible=physio)
        case = Case(
            clinic=clinic, patient=patient, number=1, opened_at=now, clinician=physio, evaluated_at=now
        )
        of = {"clinic": clinic, "patient": patient, "case": case}
        tendon = Tendon(**of, side=chance.choice(("LEFT", "RIGHT")))
        plan = Plan(
            **of,
            tendon=tendon,
            tendinopathy_type="MIDPORTION",
            protocol="STEP",
            starts_on=now.date(),
            sets=3,
            reps=15,
            sessions_per_day=2,
            days_per_week=7,
            knees=["STRAIGHT"],
            tempo_low_s=3,
            tempo_high_s=5,
            start_sets=2,
            author=physio,
            created_at=now,
            version=1,
        )
        severity, rank, kind, words = chance.choice(KINDS)
        calm = chance.random() < calm_share
        reason = words.format(n=chance.randrange(1, 28))
        shown = {"group": severity, "severity": rank, "headline": kind, "reason": reason}
        summary = CaseSummary(
            **of,
            **({"group": "CALM", "severity": 0} if calm else shown),
            rule_version="1",
            since=now - timedelta(hours=number),
            stage=chance.randrange(1, 8),
            week=5,
            spark_path=str(sparkline(mornings(chance))),
            set_strip="".join(chance.choices("10", [9, 1])[0] for _ in range(28)),
            evaluated_at=now,
            last_pain=chance.randrange(6),
            last_report_at=now - timedelta(hours=number % 90),
        )
        rows = [person, patient, case, tendon, plan, summary]
        if not calm:
            rows.append(
                Flag(
                    **of,
                    side=tendon.side,
                    kind=kind,
                    severity=severity,
                    opened_at=now,
                    seen_at=now,
                    reason=reason,
                    evidence_hash="0" * 64,
                    rule="A2",
                    rule_version="1",
                )
            )
        if number % 10 == 0:
            rows.append(Message(**of, by=physio, sender="RUNNER", at=now, text="May I cycle?"))
        for row in rows:
            tables[type(row)].append(row)
    with this_clone().connect() as superuser, superuser.transaction():
        superuser.execute("SET LOCAL session_replication_role = replica")
        for rows in tables.values():
            if rows:
                copy(superuser, rows)
        superuser.execute(f"ANALYZE {', '.join(model._meta.db_table for model in tables)}")


def mornings(chance: random.Random) -> list[int | None]:
    """28 answers as the demo's runners give them: a tendon that calms, felt with a little noise."""
    start, response, weeks = chance.randint(3, 8), max(0.0, chance.gauss(0.27, 0.11)), chance.randint(4, 12)
    said: list[int | None] = []
    for day in range(weeks * 7 - 28, weeks * 7):
        felt = 0.6 * start * exp(-response * day / 7) - 1 + chance.gauss(0, 0.28)
        said.append(max(0, round(felt)) if chance.random() < 0.9 else None)
    return said


def asked(client, path: str) -> list[str]:
    client.get(path)  # the session's own notes are written once a minute
    with CaptureQueriesContext(connection) as caught:
        assert client.get(path).status_code == 200
    return [one["sql"] for one in caught if one["sql"].split()[0] not in OVERHEAD]


def of_the_list(statements: list[str]) -> list[str]:
    return [sql for sql in statements if re.search(r'FROM "(rehab|patients_(clinic|heartbeat|case))', sql)]


def test_as_few_queries_at_50_200_and_5000_cases_and_the_next_page_starts_where_the_last_ended(
    physio: Membership,
) -> None:
    client = staff_client(physio)
    there, counts = 0, []
    for cases in (50, 200, 5_000):
        fill(physio, cases - there, first=there, calm_share=0.2)
        there = cases
        counts.append(len(of_the_list(asked(client, "/caseload/"))))
    assert counts[0] == counts[1] == counts[2] <= MOST_QUERIES
    (after,) = re.findall(r'rel="next" href="\?([^"]+)"', client.get("/caseload/").text)
    (page,) = [sql for sql in asked(client, f"/caseload/?{after}") if "LIMIT 51" in sql]
    assert "OFFSET" not in page and '"severity" <= ' in page
    for path in ("/caseload/", "/caseload/?tab=line"):  # no table is read again for every row
        (keys,) = [sql for sql in asked(client, path) if "LIMIT 51" in sql]
        with factories.inside(physio.clinic), connection.cursor() as cursor:
            cursor.execute(f"EXPLAIN {keys}")
            assert "Nested Loop" not in str(cursor.fetchall()), path


def test_two_hundred_rows_are_light(physio: Membership, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(worklist_asked, "PAGE", 200)
    monkeypatch.setattr(worklist_asked, "_keys_of", worklist_asked._keys_of.__wrapped__)  # it has the 50
    fill(physio, 200, calm_share=0)
    page = staff_client(physio).get("/caseload/")
    assert page.text.count('<tbody class="case') == 200
    size = len(gzip.compress(page.content, compresslevel=6))
    assert size <= 30_000, f"{size:,} bytes"
