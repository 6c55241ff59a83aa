"""Reads settings from the environment and refuses nonsense with a sentence that says what to do."""

import os
from collections.abc import Mapping
from pathlib import Path
from urllib.parse import parse_qsl, unquote, urlsplit

from django.core.exceptions import ImproperlyConfigured

TRUE = {"1", "true", "yes", "on"}
FALSE = {"0", "false", "no", "off"}
MIN_SECRET_LENGTH = 50


class Environment:
    """One place that turns text from the environment into typed values.

    `NAME_FILE` may hold the path of a file with the value instead, for secrets.
    """

    def __init__(self, values: Mapping[str, str] | None = None) -> None:
        self._values = os.environ if values is None else values

    def text(self, name: str, default: str | None = None) -> str:
        from_file = self._values.get(f"{name}_FILE")
        if from_file:
            try:
                return Path(from_file).read_text(encoding="utf-8").strip()
            except OSError as error:
                raise ImproperlyConfigured(
                    f"{name}_FILE points to {from_file}, which cannot be read: {error.strerror}. "
                    "Mount the secret there or correct the path."
                ) from error
        value = self._values.get(name)
        if value is None or value == "":
            if default is None:
                raise ImproperlyConfigured(f"Set {name} (or {name}_FILE) in the environment.")
            return default
        return value

    def flag(self, name: str, *, default: bool) -> bool:
        value = self.text(name, "on" if default else "off").lower()
        if value in TRUE:
            return True
        if value in FALSE:
            return False
        raise ImproperlyConfigured(f"{name} is {value!r}. Write 'on' or 'off'.")

    def number(self, name: str, default: int, *, low: int, high: int) -> int:
        value = self.text(name, str(default))
        try:
            number = int(value)
        except ValueError:
            raise ImproperlyConfigured(f"{name} is {value!r}. Write a whole number.") from None
        if not low <= number <= high:
            raise ImproperlyConfigured(f"{name} is {number}. It must be between {low} and {high}.")
        return number

    def words(self, name: str, default: str = "") -> list[str]:
        return [word.strip() for word in self.text(name, default).split(",") if word.strip()]

    def address(self, name: str) -> str:
        """A web address, or nothing."""
        value = self.text(name, "")
        if value and urlsplit(value).scheme not in {"http", "https"}:
            raise ImproperlyConfigured(f"{name} is not a web address. Write https://... or leave it out.")
        return value

    def secret(self, name: str, *, development: str | None) -> str:
        """A long random value; only development has a default."""
        value = self.text(name, development)
        if value != development and (len(value) < MIN_SECRET_LENGTH or len(set(value)) < 10):
            raise ImproperlyConfigured(
                f"{name} is too weak. Use at least {MIN_SECRET_LENGTH} random characters, for example "
                "from: python -c 'import secrets; print(secrets.token_urlsafe(64))'"
            )
        return value

    def postgres(self, name: str, default: str | None = None) -> dict[str, object]:
        """`postgresql://user:password@host:port/database?host=/socket/folder` as Django wants it.

        The password may stay out of it: DATABASE_PASSWORD, or a file named by DATABASE_PASSWORD_FILE.
        """
        url = urlsplit(self.text(name, default))
        if url.scheme not in {"postgres", "postgresql"} or not url.path.strip("/"):
            raise ImproperlyConfigured(
                f"{name} must look like postgresql://user:password@host:5432/database; "
                "Plimsoll runs on Postgres only."
            )
        query = dict(parse_qsl(url.query))
        return {
            "ENGINE": "django.db.backends.postgresql",
            "NAME": unquote(url.path.lstrip("/")),
            "USER": unquote(url.username or ""),
            "PASSWORD": unquote(url.password or "") or self.text(name.replace("_URL", "_PASSWORD"), ""),
            "HOST": query.get("host") or url.hostname or "",
            "PORT": str(url.port or ""),
            "CONN_MAX_AGE": 60,
            "CONN_HEALTH_CHECKS": True,
            "OPTIONS": {"options": "-c jit=off"},  # short queries over wide rows: compiling takes longer
        }
