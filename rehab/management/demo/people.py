"""Invented names. Addresses end in .example, which nobody can own (RFC 2606)."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from random import Random

# fmt: off
GIVEN = [
    "Marta", "Priya", "Tom", "Dev", "Helen", "Nadia", "Gareth", "Joel", "Ruth", "Callum", "Amina", "Bo",
    "Chiara", "Declan", "Esi", "Farid", "Greta", "Hugo", "Ines", "Jonas", "Kofi", "Leila", "Mei",
    "Nils", "Oona", "Pavel", "Quentin", "Rosa", "Seun", "Tara", "Umar", "Vera", "Wim", "Xenia", "Yusuf",
    "Zoe", "Alba", "Bruno", "Cleo", "Dario", "Edda", "Fenna", "Goran", "Hana", "Ivo", "Jana", "Kai",
    "Lotte", "Milo", "Noor",
]
FAMILY = [
    "Kowalczyk", "Nair", "Whitlock", "Chaudhary", "Aldous", "Hussain", "Pugh", "Adeyemi", "Feldman",
    "Reid", "Osei", "Lindqvist", "Moretti", "Byrne", "Mensah", "Karimi", "Vogel", "Laurent", "Duarte",
    "Berg", "Boateng", "Haddad", "Tan", "Dahl", "Virtanen", "Novak", "Fabre", "Castillo", "Balogun",
    "Singh", "Malik", "Petrova", "Janssen", "Ortiz", "Demir", "Clarke", "Ferrer", "Santos", "Marsh",
    "Rossi", "Keller", "Visser", "Horvat", "Sato", "Babic", "Svoboda", "Ito", "Maes", "Costa", "Rahman",
]
# fmt: on


@dataclass(frozen=True, slots=True)
class Person:
    given_name: str
    family_name: str
    email: str
    birth_date: date
    phone: str


def people(random: Random, today: date) -> Iterator[Person]:
    """No two alike, adults of 19 to 68 years. Ends after 2,500."""
    pairs = [(given, family) for given in GIVEN for family in FAMILY]
    first = list(zip(GIVEN, FAMILY, strict=True))[:10]
    rest = [pair for pair in pairs if pair not in first]
    random.shuffle(rest)
    for number, (given, family) in enumerate([*first, *rest]):
        yield Person(
            given,
            family,
            f"{given}.{family}.{number}@runners.example".lower(),
            date(today.year - random.randint(19, 68), random.randint(1, 12), random.randint(1, 28)),
            f"07700 900{number % 1000:03d}",
        )
