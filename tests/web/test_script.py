"""S32: script typed into any field stays text: in pages, files, mail and PDF, and when a form comes back."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any

import psycopg
import pytest
from django.conf import settings as project
from django.test import override_settings
from django.urls import reverse

from patients.actions import invitations, staff
from patients.emails import Mail
from patients.models import OutboxMail, Role
from rehab import emails
from rehab.actions import weekly
from rehab.queries import telling
from tests import factories
from tests.services import LiveApp
from tests.sign_in import give_app
from tests.web import script
from tests.web.matrix import Actor, World, addresses, in_reach, make_world, role_allows, routes
from tests.web.test_hostile import FIELD, send

if TYPE_CHECKING:
    from playwright.sync_api import BrowserContext

pytestmark = pytest.mark.django_db(transaction=True)
READERS = ("anonymous", "patient of A", "reception of A", "owner of A")


@pytest.fixture
def world(transactional_db: None, as_superuser: psycopg.Connection) -> World:
    world = make_world()
    give_app(world.alder.kit.owner.user)
    return world


@pytest.fixture
def planted(world: World, as_superuser: psycopg.Connection) -> tuple[int, int]:
    return script.plant(as_superuser)


def pages_of(actor: Actor, world: World) -> Iterator[tuple[str, str]]:
    """Every page that this reader may open, with one object each."""
    for route in routes():
        if route.access is None or not role_allows(actor, route.access) or route.name == "account_logout":
            continue
        for address, party in addresses(route, world):
            if in_reach(actor, party):
                yield route.name, address
                break


def readers(world: World) -> list[Actor]:
    return [actor for actor in world.actors if actor.name in READERS]


def test_the_corpus_is_sixty_and_each_could_run_or_break_out() -> None:
    assert len(set(script.CORPUS)) == 60
    assert all(list(script.got_in("text/html", f"<p>{raw}</p>".encode())) for raw in script.RAW)


@pytest.mark.check("S32", "S37")
def test_no_page_and_no_file_lets_script_in(
    world: World, planted: tuple[int, int], tried: Callable[..., None]
) -> None:
    faults, kinds, carrying, sent = [], Counter[str](), 0, 0
    for actor in readers(world):
        client = actor.client()
        for name, address in pages_of(actor, world):
            response = send(client, "GET", address)
            kind = response.headers.get("Content-Type", "").split(";")[0]
            if response.status_code == 200:
                kinds[kind] += 1
                carrying += "xss" in getattr(response, "text", "") if kind == "text/html" else 0
            if response.status_code >= 500:
                faults.append(f"{actor.name} {name}: {response.status_code}")
            faults += [f"{actor.name} {name}: {what}" for what in script.seen_in(response)]
            if kind != "text/html":
                continue
            fields = set(FIELD.findall(response.text)) - {"csrfmiddlewaretoken"}
            if fields:
                typed = dict.fromkeys(fields, "\n".join(script.CORPUS))
                back = send(client, "POST", address, typed)
                sent += len(fields)
                faults += [f"{actor.name} POST {name}: {what}" for what in script.seen_in(back)]
    tried(
        "S32", fields=planted[0], payloads_planted=planted[1], answers=kinds.total(), of_kinds=dict(kinds),
        pages_that_show_it=carrying, form_fields_sent=sent, got_in=len(faults),
    )  # fmt: skip
    tried(
        "S37", tables_for_spreadsheets=sum(kinds[kind] for kind in kinds if "csv" in kind or "sheet" in kind)
    )
    assert faults == [], "\n".join(faults)
    assert carrying >= 20
    assert kinds["application/pdf"] >= 2 and kinds["application/json"] >= 1


@pytest.mark.check("S32")
def test_no_mail_lets_script_in(
    world: World, planted: tuple[int, int], tried: Callable[..., None], monkeypatch: pytest.MonkeyPatch
) -> None:
    address = "reader@example.org"  # addresses are the worker's to look up
    monkeypatch.setattr("rehab.queries.weekly.address_of", lambda member_id: address)
    monkeypatch.setattr("rehab.queries.weekly.addresses_of", lambda ids: dict.fromkeys(ids, address))
    kit, now = world.alder.kit, factories.NOW
    mails: list[Mail] = []
    with factories.inside(kit.clinic):
        for model in (
            kit.patient,
            kit.owner,
            kit.clinician,
            kit.other_clinician,
            kit.patient_member,
            kit.flag,
        ):
            model.refresh_from_db()
        invitations.send(patient=kit.patient, membership=kit.patient_member, by=kit.owner, now=now)
        staff.invite(
            email="new@example.org",
            display_name=script.filled(80, 3),
            role=Role.CLINICIAN,
            by=kit.owner,
            now=now,
        )
        for reader in (kit.clinician, kit.patient_member):
            weekly.send_now(membership=reader, now=now)
        for row in OutboxMail.objects.all():
            if compose := weekly.COMPOSERS.get(row.kind):
                mails.append(compose(row, now))
            else:
                mails.append(Mail(row.subject, row.text, row.html))
        told = telling.of_flag(kit.flag)
        mails += [emails.urgent_flag(told), emails.urgent_escalated(told)]
        mails.append(emails.message_to_runner(clinic=kit.clinic, language="en-gb"))
    faults = [what for mail in mails for what in script.got_in("message/html", mail.html.encode())]
    faults += [f"subject of two lines: {mail.subject}" for mail in mails if "\n" in mail.subject]
    tried("S32", mails=len(mails), mails_that_show_it=sum("xss" in mail.html for mail in mails))
    assert faults == [], "\n".join(faults)
    assert sum("xss" in mail.html for mail in mails) >= 3


@pytest.mark.check("S31", "S32")
def test_in_a_browser_nothing_runs_and_no_page_breaks_its_policy(
    world: World,
    planted: tuple[int, int],
    live_app: LiveApp,
    new_context: Callable[..., BrowserContext],
    csp_violations: list[str],
    tried: Callable[..., None],
) -> None:
    ran: list[str] = []
    visited = 0
    for actor in readers(world)[1:]:
        context = new_context(viewport={"width": 1280, "height": 900})
        context.expose_binding("xss", lambda _source, *what: ran.append(str(what)))
        context.on("dialog", lambda dialog: (ran.append(dialog.message), dialog.dismiss()))
        cookie = actor.client().cookies["sessionid"].value
        context.add_cookies([{"name": "sessionid", "value": cookie, "url": live_app.url}])
        page = context.new_page()
        for name, address in pages_of(actor, world):
            if name in FILES or not page_at(context, live_app.url + address):
                continue
            page.goto(live_app.url + address, wait_until="domcontentloaded")
            visited += 1
            if ran or csp_violations:
                pytest.fail(f"{actor.name} {name}: ran {ran}, violations {csp_violations}")
    tried("S31", pages_in_a_browser=visited, violations=len(csp_violations))
    tried("S32", pages_in_a_browser=visited, scripts_that_ran=len(ran))
    assert visited >= 40


FILES = {"account_logout", "mfa_totp_svg"}


def page_at(context: BrowserContext, address: str) -> bool:
    """Whether a page lies there, and not a file or a refusal."""
    answer = context.request.get(address, max_redirects=0)
    return answer.status == 200 and answer.headers["content-type"].startswith("text/html")


@pytest.mark.twin("S37")
def test_a_formula_in_a_file_is_seen() -> None:
    assert list(script.got_in("text/csv", b"a,=HYPERLINK(xss)\r\n"))
    assert not list(script.got_in("text/csv", b"a,'=HYPERLINK(xss)\r\n"))


@pytest.mark.twin("S32")
def test_one_template_that_trusts_a_text_is_seen(world: World, planted: tuple[int, int]) -> None:
    """The twin: the name of a case's runner, marked as safe in the page's head."""
    owner = next(actor for actor in world.actors if actor.name == "owner of A").client()
    address = reverse("case", args=[world.alder.case.pk])
    assert script.seen_in(send(owner, "GET", address)) == []
    with override_settings(TEMPLATES=_trusting()):
        assert script.seen_in(send(owner, "GET", address))


def _trusting() -> list[dict[str, Any]]:
    """The same templates, but that each `{{ … }}` of the case's page is taken as markup."""
    changed = {
        str(path.relative_to(project.BASE_DIR / "templates")): path.read_text().replace(" }}", "|safe }}")
        for path in sorted(Path(project.BASE_DIR / "templates" / "clinic").rglob("*.html"))
    }
    loaders = [
        (
            "template_partials.loader.Loader",
            [
                ("django.template.loaders.locmem.Loader", changed),
                "django.template.loaders.filesystem.Loader",
                "django.template.loaders.app_directories.Loader",
            ],
        )
    ]
    (engine,) = project.TEMPLATES
    return [{**engine, "APP_DIRS": False, "OPTIONS": {**engine["OPTIONS"], "loaders": loaders}}]
