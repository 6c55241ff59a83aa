"""Bringing a caseload along: seen before it is stored, all or nothing, and no file takes the clinic down."""

import io
import re
import zipfile
from collections.abc import Callable

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse
from openpyxl import Workbook

from patients.forms import sheet, sheet_child
from patients.models import Case, Membership, OutboxMail, Patient, Role
from tests import factories
from tests.sign_in import staff_client

pytestmark = pytest.mark.django_db
HEAD = "Given name,Family name,E-mail address,Date of birth,Phone,Side\n"
GOOD = "Ann,Able,ann@example.org,1984-05-17,020 7946 0001,left\nBo,Best,bo@example.org,17.05.1990,,both\n"


@pytest.fixture
def physio() -> Membership:
    return factories.make_member(factories.make_clinic())


@pytest.fixture(autouse=True)
def patience(monkeypatch: pytest.MonkeyPatch) -> None:
    """A busy machine may take its time; the child's own limits on processor time and memory stay."""
    monkeypatch.setattr(sheet, "PATIENCE_S", 60.0)


@pytest.fixture
def client(physio: Membership) -> Client:
    return staff_client(physio)


def send(client: Client, data: bytes | str, name: str = "runners.csv"):
    content = data.encode() if isinstance(data, str) else data
    return client.post(reverse("caseload_import"), {"file": SimpleUploadedFile(name, content)})


def sealed(answer) -> str:
    found = re.search(r'name="rows" value="([^"]+)"', answer.text)
    assert found
    return found[1]


def confirm(client: Client, rows: str, **said: str):
    return client.post(reverse("caseload_import_confirm"), {"rows": rows, **said}, follow=True)


def book(*rows: list[object]) -> bytes:
    made = Workbook()
    for row in rows:
        made.active.append(row)
    stream = io.BytesIO()
    made.save(stream)
    return stream.getvalue()


def counts(physio: Membership) -> tuple[int, int, int]:
    with factories.inside(physio.clinic):
        return Patient.objects.count(), Case.objects.count(), OutboxMail.objects.count()


def test_a_caseload_is_seen_first_and_then_added(client: Client, physio: Membership) -> None:
    seen = send(client, HEAD + GOOD)
    assert seen.status_code == 200 and "2 runners can be added" in seen.text
    assert "Ann Able" in seen.text and "1990-05-17" in seen.text and "left, right" in seen.text
    assert counts(physio) == (0, 0, 0)
    done = confirm(client, sealed(seen))
    assert "2 runners added" in done.text
    assert counts(physio) == (2, 2, 0)  # nobody has heard of it


def test_they_are_invited_when_the_physio_says_so(client: Client, physio: Membership) -> None:
    confirm(client, sealed(send(client, HEAD + GOOD)), invite="on")
    assert counts(physio) == (2, 2, 2)


def test_a_workbook_does_as_well(client: Client, physio: Membership) -> None:
    import datetime

    rows = book(
        HEAD.strip().split(","), ["Cy", "Cole", "cy@example.org", datetime.date(1979, 1, 2), 2079460001, "R"]
    )
    seen = send(client, rows, "runners.xlsx")
    assert seen.status_code == 200 and "1 runner can be added" in seen.text
    assert "1979-01-02" in seen.text and "2079460001" in seen.text


def test_every_bad_line_is_named_with_its_reason(client: Client, physio: Membership) -> None:
    patient = factories.make_patient(physio.clinic)
    with factories.inside(physio.clinic):
        taken = Patient.objects.select_related("person").get(pk=patient.pk).person.email
    lines = [
        "Ann,Able,ann@example.org,,,left",
        ",Bare,bare@example.org,,,left",
        "Cy,Cole,not an address,,,left",
        "Di,Dale,di@example.org,1850-01-01,,left",
        "Ed,Eden,ed@example.org,,,middle",
        "Fi,Ford,ann@example.org,,,left",
        f"Gus,Gray,{taken},,,left",
        "Hal,Hill,=cmd(),,,left",
    ]
    seen = send(client, HEAD + "\n".join(lines))
    assert "7 lines cannot be imported" in seen.text and "1 runner can be added" in seen.text
    table = re.sub(r"<[^>]+>", "|", seen.text)
    for line, words in [
        (3, "Type the given name."), (4, "valid email"), (5, "Check the year."),
        (6, "Write left, right or both."), (7, "Also in line 2."),
        (8, "already has this address"), (9, "A formula."),
    ]:  # fmt: skip
        assert re.search(rf"\|{line}\|.*?{re.escape(words)}", table), (line, words)


def test_somebody_known_by_name_and_birth_date_is_found_at_another_address(
    client: Client, physio: Membership
) -> None:
    confirm(client, sealed(send(client, HEAD + GOOD)))
    lines = [
        "ann,ABLE,other@example.org,17/05/1984,,left",  # the same person, written otherwise
        "Ann,Able,third@example.org,1984-05-18,,left",  # born a day later: somebody else
        "Ann,Able,fourth@example.org,,,left",  # a name alone says nothing
        "Cy,Cole,cy@example.org,1979-01-02,,left",
        "Cy,Cole,cy2@example.org,1979-01-02,,right",
    ]
    seen = send(client, HEAD + "\n".join(lines))
    table = re.sub(r"<[^>]+>", "|", seen.text)
    assert "2 lines cannot be imported" in seen.text and "3 runners can be added" in seen.text
    assert re.search(r"\|2\|.*?Number \d+ has this name and birth date", table)
    assert re.search(r"\|6\|.*?Same name and birth date as in line 5", table)


def test_nobody_is_added_when_one_no_longer_fits(client: Client, physio: Membership) -> None:
    rows = sealed(send(client, HEAD + GOOD))
    confirm(client, sealed(send(client, HEAD + "Bo,Best,bo@example.org,,,left\n")))
    before = counts(physio)
    assert "Nobody was added" in confirm(client, rows).text
    assert counts(physio) == before


def test_the_preview_cannot_be_changed_or_lent(client: Client, physio: Membership) -> None:
    rows = sealed(send(client, HEAD + GOOD))
    assert "too old" in confirm(client, rows[:-3] + "abc").text
    colleague = staff_client(factories.make_member(physio.clinic))
    assert "too old" in confirm(colleague, rows).text
    assert counts(physio) == (0, 0, 0)


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        ("", "empty"),
        ("Name,Age\nAnn,40\n", "needs these headings"),
        (HEAD, "no runners"),
        (HEAD + '"Ann,Able\n', "quotation marks"),
    ],
)
def test_a_file_that_is_no_caseload_says_what_to_do(client: Client, text: str, sentence: str) -> None:
    answer = send(client, text)
    assert answer.status_code == 422 and sentence in answer.text


def _zip(**parts: bytes) -> bytes:
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, data in parts.items():
            archive.writestr(name.replace("__", "/"), data)
    return stream.getvalue()


def _with_sheet(xml: bytes) -> bytes:
    """A workbook whose sheet is this text."""
    stream, plain = io.BytesIO(), io.BytesIO(book(["a"]))
    with zipfile.ZipFile(plain) as old, zipfile.ZipFile(stream, "w", zipfile.ZIP_DEFLATED) as new:
        for part in old.infolist():
            data = xml if part.filename.endswith("sheet1.xml") else old.read(part)
            new.writestr(part.filename, data)
    return stream.getvalue()


SPACE = b' xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"'
ENTITIES = (
    b'<!DOCTYPE x [<!ENTITY a "aaaaaaaaaa">'
    + b"".join(b'<!ENTITY %c "%s">' % (98 + i, b"&%c;" % (97 + i) * 10) for i in range(9))
    + b"]>"
)
OUTSIDE = b'<!DOCTYPE x [<!ENTITY a SYSTEM "file:///etc/passwd">]>'


def _sheet(inner: bytes) -> bytes:
    return b"<worksheet" + SPACE + b">" + inner + b"</worksheet>"


HOSTILE = {
    "bomb.xlsx": lambda: _zip(xl__worksheets__sheet1=b"0" * 60_000_000),
    "parts.xlsx": lambda: _zip(**{f"p{i}": b"x" for i in range(500)}),
    "macro.xlsx": lambda: _zip(xl__vbaProject=b"x", **{"[Content_Types].xml": b"<x/>"}),
    "deep.xlsx": lambda: _with_sheet(b"<worksheet" + SPACE + b">" + b"<a>" * 900_000),
    "laughs.xlsx": lambda: _with_sheet(ENTITIES + _sheet(b"<sheetData>&j;</sheetData>")),
    "outside.xlsx": lambda: _with_sheet(OUTSIDE + _sheet(b"&a;")),
    "wide.xlsx": lambda: book(["x"] * 16_000),
    "macrosheet.xlsx": lambda: _zip(xl__macrosheets__sheet1=b"x"),
    "old.xlsx": lambda: b"\xd0\xcf\x11\xe0" + b"\x00" * 5000,
    "text.xlsx": lambda: b"just some words" * 100,
    "zip.csv": lambda: _zip(a=b"x"),
    "binary.csv": lambda: bytes(range(256)) * 200,
    "cell.csv": lambda: HEAD.encode() + b"Ann," + b"x" * 500_000,
    "long.csv": lambda: HEAD.encode() + b"Ann,Able,a@example.org,,,left\n" * 5000,
}  # fmt: skip


@pytest.mark.parametrize("name", HOSTILE)
@pytest.mark.check("S34")
def test_a_hostile_file_is_refused_within_seconds_and_the_clinic_goes_on(
    client: Client, physio: Membership, name: str, tried: Callable[..., None]
) -> None:
    answer = send(client, HOSTILE[name](), name)
    assert answer.status_code == 422 and 'class="error' in answer.text
    assert "root:" not in answer.text and counts(physio) == (0, 0, 0)
    assert client.get(reverse("caseload")).status_code == 200
    tried("S34", files=1)


@pytest.mark.parametrize("blank", [0, 600])
def test_rows_after_a_gap_are_neither_lost_nor_cut_off(blank: int, client: Client) -> None:
    """A list that goes on after blank rows is read to its end, or refused; never shortened in silence."""
    head = HEAD.strip().split(",")
    rows = [["Ann", "Able", "ann@example.org", "", "", "left"], *([[None]] * blank)]
    seen = send(client, book(head, *rows, ["Bo", "Best", "bo@example.org", "", "", "left"]), "runners.xlsx")
    assert "2 runners can be added" in seen.text if not blank else "more than 500" in seen.text


@pytest.mark.twin("S34")
def test_a_reader_that_never_ends_is_killed(monkeypatch: pytest.MonkeyPatch, tmp_path) -> None:
    """The twin of the limits: without an end of its own, the parent's patience ends it."""
    endless = tmp_path / "endless.py"
    endless.write_text("import time\nwhile True: time.sleep(0.05)\n")
    monkeypatch.setattr(sheet, "CHILD", endless)
    monkeypatch.setattr(sheet, "PATIENCE_S", 0.5)
    with pytest.raises(sheet.SheetRefused, match="took too long"):
        sheet.read("a.csv", b"x")


@pytest.mark.check("S34")
def test_a_reader_that_dies_of_its_memory_is_a_sentence(
    monkeypatch: pytest.MonkeyPatch, tmp_path, tried: Callable[..., None]
) -> None:
    greedy = tmp_path / "greedy.py"
    source = sheet.CHILD.read_text().replace(
        "rows = read_xlsx(data)", "rows = [['x' * 10] * 10**9]; read_xlsx(data)"
    )
    greedy.write_text(source)
    monkeypatch.setattr(sheet, "CHILD", greedy)
    with pytest.raises(sheet.SheetRefused, match="too large or too deep"):
        sheet.read("a.xlsx", book(["x"]))
    assert sheet_child.MEMORY_BYTES <= 256 * 1024 * 1024
    tried("S34", memory_mb=sheet_child.MEMORY_BYTES // 2**20)


def test_the_template_can_be_filled_in_and_comes_back(client: Client) -> None:
    template = client.get(reverse("caseload_import_template"))
    assert template.headers["Content-Disposition"].endswith('"runners.csv"')
    assert "1 runner can be added" in send(client, template.content).text
    assert client.get(reverse("caseload_import")).status_code == 200


def test_reception_and_strangers_do_not_import(physio: Membership) -> None:
    reception = staff_client(factories.make_member(physio.clinic, Role.RECEPTION))
    assert reception.get(reverse("caseload_import")).status_code == 404
    assert send(reception, HEAD + GOOD).status_code == 404
