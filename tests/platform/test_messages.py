"""What runners read in other languages: gathered from the code, compiled, each with its values."""

import os
import re
import subprocess
import sys
from collections import Counter

import pytest
from babel.messages.catalog import Catalog

from tests import messages
from tests.check import PRODUCTION, PROJECT

# What a runner reads: nothing of it may be missing.
DAILY = (
    "assessments/actions/scores.py",
    "assessments/clinical/",
    "patients/forms/sign_in.py",
    "patients/queries/",
    "rehab/",
    "templates/account/",
    "templates/base",
    "templates/components/",
    "templates/emails/message_to_runner",
    "templates/emails/reminder",
    "templates/emails/sign_in_code",
    "templates/portal/",
)
# What a runner never reads: for staff, or the clinic's wording.
BESIDE = ("templates/components/error_page.html",)
STAFF = re.compile(
    r"authenticator app|[Pp]assword|passkey|recovery code|second factor|Staff|[Cc]linician|physio confirms|"
    r"session lasts|15 minutes without|^Caseload$|patient$|^Refer\.$|suspended\.$|^Medical assessment|"
    r"clearance is recorded|Nothing recorded in this screen|weekly mail|Running, exercises and any plan|"
    r"^Is it you\?$|five minutes|^Page %|^Pages$|^Previous$|"
    r"^You are now in|account is closed|think it should be|from the app|the app has|"
    r"confirm first|code is not right, or"
)
PLACE = re.compile(r"%\(\w+\)s|\{\w+\}")


@pytest.fixture(params=messages.LANGUAGES)
def language(request: pytest.FixtureRequest) -> str:
    return str(request.param)


def ids(catalog: Catalog) -> set[object]:
    return {one.id for one in catalog if one.id}


def test_the_catalogues_hold_exactly_what_is_said(language: str) -> None:
    said, stored = ids(messages.gathered()), ids(messages.stored(language))
    assert said == stored, f"run `make messages`: new {said - stored}, gone {stored - said}"
    assert len(said) > 400


def test_what_is_compiled_is_what_is_written(language: str) -> None:
    path = messages.path_of(language)
    assert path.with_suffix(".mo").read_bytes() == messages.as_mo(messages.stored(language))


def uneven(catalog: Catalog) -> list[str]:
    """Translations that say other values than the sentence has."""
    found = []
    for one in catalog:
        said = one.string if isinstance(one.string, tuple) else (one.string,)
        wanted = Counter(PLACE.findall((one.id if isinstance(one.id, str) else one.id[-1]) if one.id else ""))
        for text in said if one.id and all(said) else ():
            mine = {place.lower() for place in PLACE.findall(text)}
            all_of_it = {place.lower() for place in wanted}
            if mine != all_of_it and (isinstance(one.id, str) or not mine <= all_of_it):
                found.append(f"{one.id!r}: {text!r}")
    return found


def test_every_translation_has_the_values_of_its_sentence(language: str) -> None:
    assert uneven(messages.stored(language)) == []


def test_the_check_sees_a_value_that_is_missing() -> None:
    catalog = Catalog(locale="de")
    catalog.add("Stop if it reaches {stop} out of 10.", "Hören Sie auf.")
    assert len(uneven(catalog)) == 1


def missing(language: str, places: tuple[str, ...], but: tuple[str, ...]) -> list[object]:
    return [
        one.id
        for one in messages.stored(language)
        if one.id
        and not (one.string if isinstance(one.string, str) else all(one.string))
        and any(name.startswith(places) and name not in but for name, _ in one.locations)
        and not STAFF.search(one.id if isinstance(one.id, str) else one.id[0])
    ]


def test_nothing_that_a_runner_reads_is_missing(language: str) -> None:
    assert missing(language, DAILY, BESIDE) == []


def test_the_check_sees_what_is_missing(language: str) -> None:
    """What only staff read is not translated."""
    assert missing(language, ("patients/views/settings.py",), ()) != []


def test_production_offers_a_language_only_when_it_is_named() -> None:
    code = "from physio import settings; print(*dict(settings.LANGUAGES))"
    for named, offered in (({}, ["en-gb"]), ({"PLIMSOLL_LANGUAGES": "ar, tlh"}, ["en-gb", "ar"])):
        env = {**os.environ, **PRODUCTION, **named}
        done = subprocess.run(
            [sys.executable, "-c", code], env=env, cwd=PROJECT, capture_output=True, text=True, check=True
        )
        assert done.stdout.split() == offered
