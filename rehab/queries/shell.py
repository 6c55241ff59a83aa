"""What the installed app keeps on a phone: static files and blank pages, named by their content."""

import hashlib
import json
from functools import cache
from pathlib import Path

from django.conf import settings
from django.contrib.staticfiles import finders
from django.templatetags.static import static
from django.urls import reverse

FILES = (
    "css/plimsoll.css",
    "img/app-icon-192.png",
    "img/favicon.svg",
    "img/icons.svg",
    "js/offline.js",
    "js/portal.js",
    "js/queue.js",
    "js/worker.js",
)
PAGES = ("start", "run", "check", "help", "urgent", "kept")


def worker_script(*, language: str) -> str:
    """A few words that say what to keep, then the worker itself."""
    told = {
        "version": version() if not settings.DEVELOPMENT else version.__wrapped__(),
        "language": language,
        "files": [static(name) for name in FILES if name != "js/worker.js"],
        "pages": {slug: reverse("portal_offline", args=[slug]) for slug in PAGES},
    }
    scripts = ", ".join(json.dumps(static(name)) for name in ("js/queue.js", "js/worker.js"))
    return f"self.PLIMSOLL = {json.dumps(told)}\nimportScripts({scripts})\n"


@cache
def version() -> str:
    """Of every file and every template of a kept page: a change of any makes phones fetch them anew."""
    digest = hashlib.sha256()
    for name in FILES:
        digest.update(_content(name))
    for folder in ("portal", "components"):
        for path in sorted((settings.BASE_DIR / "templates" / folder).rglob("*.html")):
            digest.update(path.read_bytes())
    return digest.hexdigest()[:16]


def _content(name: str) -> bytes:
    found = finders.find(name)
    if not isinstance(found, str):
        raise LookupError(f"{name} is not among the static files.")
    return Path(found).read_bytes()
