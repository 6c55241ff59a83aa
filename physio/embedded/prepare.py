"""Brings a database to the present: migrations, then rights and row-level security. Runs as owner."""

import os
from typing import Any

import django
from django.core.management import call_command, get_commands
from django.db.migrations.state import ModelState, ProjectState


def main() -> None:
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "physio.settings")
    django.setup()
    ProjectState.add_model = _add_model  # type: ignore[method-assign, assignment]
    call_command("migrate", interactive=False, verbosity=1)
    if "secure_database" in get_commands():
        call_command("secure_database")


def _add_model(state: Any, model: ModelState) -> None:
    """Without making every model anew that is related to the new one, which is nearly all of them: that took
    half of a first start. A new model only needs itself; those that it names are there already."""
    key = model.app_label, model.name_lower
    state.models[key] = model
    if state._relations is not None:
        state.resolve_model_relations(key)
    if "apps" in state.__dict__:
        state.apps.render_multiple([model])


if __name__ == "__main__":
    main()
