"""S33: whatever is typed, at whatever address: a sentence or a 404, never a 500."""

import os
import random
import re
from collections import defaultdict
from collections.abc import Callable, Iterator
from typing import Any
from urllib.parse import parse_qsl, quote, urlencode, urlsplit

import pytest
from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.urls import get_resolver, resolve, reverse
from pytest_django.fixtures import Settings

from patients.models import Clinic
from tests.sign_in import give_app
from tests.web.matrix import Actor, World, addresses, in_reach, make_world, role_allows, routes

VALUES = [
    "", " ", "\x00", "a\x00b", "\ud800".encode("utf-8", "surrogatepass").decode("latin-1"), "\u202e",
    "\ufeff", "🏃" * 500, "-1", "0", "1.5", "11", "1e309", "NaN", "Infinity", "-0", "٣", "１", "9" * 400,
    "0x10", "1_000", "2147483648", "9223372036854775808", "true", "on", "null", "None", "undefined", "[]",
    "{}", "[[[[", '{"a":{"a":{}}}', "'", "'; DROP TABLE rehab_run; --", '" OR ""="', "%", "%s%s%s%n", "%00",
    "\\", "${7*7}", "{{7*7}}", "{% debug %}", "<script>alert(1)</script>", "<svg/onload=alert(1)>",
    "javascript:alert(1)", "=1+1", "@SUM(1)", "\r\nSet-Cookie: a=b", "../../etc/passwd", "//evil.example/",
    "http://evil.example/", "x" * 20_000, "2026-02-30", "0000-00-00", "9999-12-31T23:59:59Z", "1900-01-01",
    "24:00", "12:60", "2026-11-16T09:00", "2026-W53", "+99:99", "00000000-0000-0000-0000-000000000000",
    "ffffffff-ffff-ffff-ffff-ffffffffffff", "not-a-uuid", "LEFT", "left", "MORNING",
]  # fmt: skip
FIELD = re.compile(r"""<(?:input|select|textarea|button)\b[^>]*?\bname="([^"]+)\"""")
LINK = re.compile(r'(?:href|action|hx-get|hx-post)="([^"]*)"')
ROUNDS = 8 * int(os.environ.get("PLIMSOLL_HOSTILE", "1"))  # forms filled anew, each field with its own value


@pytest.fixture
def world(db: None, settings: Settings) -> World:
    settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]  # half a second less a try
    world = make_world()
    give_app(world.alder.kit.owner.user)
    return world


def chosen(world: World) -> list[Actor]:
    return [actor for actor in world.actors if actor.name in ("anonymous", "patient of A", "owner of A")]


def own_addresses(actor: Actor, world: World) -> Iterator[tuple[str, str]]:
    for route in routes():
        if route.access is None or not role_allows(actor, route.access) or route.name == "account_logout":
            continue
        if actor.member is not None and route.access.is_public:
            continue  # tried by somebody who is not signed in
        for address, party in addresses(route, world):
            if in_reach(actor, party):
                yield route.name, address
                break


def send(client: Any, method: str, address: str, data: Any = None) -> Any:
    cookies = client.cookies.copy()
    with transaction.atomic():
        response = client.get(address) if method == "GET" else client.post(address, data)
        transaction.set_rollback(True)
    client.cookies = cookies
    return response


def hostile_form(names: list[str], dice: random.Random) -> dict[str, Any]:
    values: dict[str, Any] = {}
    for name in names:
        count = dice.choice((1, 1, 1, 2))  # the same field twice is hostile too
        values[name] = [dice.choice(VALUES) for _ in range(count)]
    return values


@pytest.mark.check("S33")
def test_no_form_and_no_query_brings_the_product_down(world: World, tried: Callable[..., None]) -> None:
    dice, faults, count = random.Random(20261126), [], 0
    for actor in chosen(world):
        client = actor.client()
        for name, address in own_addresses(actor, world):
            text = send(client, "GET", address).content.decode(errors="replace")
            fields = sorted({*FIELD.findall(text), "client_id", "note"} - {"csrfmiddlewaretoken"})
            queries: dict[str, None] = {"q": None, "page": None, "next": None}
            for link in LINK.findall(text):
                queries |= dict.fromkeys(key for key, _value in parse_qsl(urlsplit(link).query))
            query = urlencode({key: dice.choice(VALUES)[:2000] for key in queries})
            count += len(queries)
            if send(client, "GET", f"{address}?{query}").status_code >= 500:
                faults.append(f"{actor.name} GET {name}?{query}"[:300])
            for _round in range(ROUNDS):
                data = hostile_form(fields, dice)
                response = send(client, "POST", address, data)
                if response.status_code >= 500:
                    faults.append(f"{actor.name} POST {name}: {data}"[:300])
                if response.status_code in (404, 405):
                    break  # nothing takes a form here
                count += sum(len(values) for values in data.values())
    tried("S33", values=count, answers_of_500=len(faults))
    assert count >= 5000
    assert not faults, f"{len(faults)} answer(s) of 500:\n" + "\n".join(faults[:20])


@pytest.mark.check("S33")
def test_no_address_brings_the_product_down(world: World, tried: Callable[..., None]) -> None:
    faults, count = [], 0
    owner = next(actor for actor in world.actors if actor.name == "owner of A")
    client = owner.client()
    starts: dict[str, None] = defaultdict()
    for route in routes():
        starts[route.path.split("<")[0]] = None
    for start in starts:
        for value in ("%00", quote("🏃"), "a" * 2000, "..%2f..%2f", "%ff%fe"):
            count += 1
            response = send(client, "GET", f"/{start}{value}/")
            if response.status_code >= 500:
                faults.append(f"/{start}{value[:30]}/: {response.status_code}")
    tried("S33", addresses=count, answers_of_500=len(faults))
    assert count > 200
    assert not faults, "\n".join(faults)


@pytest.mark.twin("S33")
def test_a_view_that_breaks_is_seen(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    """The twin: a query that takes a NUL to the database breaks, and the crawl would call it a fault."""

    def breaks(request: HttpRequest) -> HttpResponse:
        return HttpResponse(Clinic.objects.get(name=request.GET["q"]).name)

    address = reverse("caseload")
    breaks.access = resolve(address).func.access  # type: ignore[attr-defined]
    patterns = [inner for part in get_resolver().url_patterns for inner in getattr(part, "url_patterns", ())]
    monkeypatch.setattr(next(one for one in patterns if one.name == "caseload"), "callback", breaks)
    client = next(actor for actor in world.actors if actor.name == "owner of A").client()
    assert send(client, "GET", f"{address}?q=%00").status_code == 500
