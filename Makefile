# Everything a person types. `make` alone lists it.
PYTHON ?= python3
ENVIRONMENT = $(PYTHON) physio/embedded/install.py
BIN = .venv/bin
unexport PYTHONDONTWRITEBYTECODE # else every process compiles Django anew, which takes longer than reading it

.DEFAULT_GOAL := help
.PHONY: help run test check bench bench-large flag-rate faults format matrix manage lock messages hostile scoreboard supply mutate

help: ## This list
	@grep -E '^[a-z-]+:.*## ' $(MAKEFILE_LIST) | sed -E 's/^([a-z-]+):.*## /  make \1\t/' | expand -t 18

run: ## The whole product on this machine, with a demo clinic (PLIMSOLL_PORT, PLIMSOLL_DATA)
	@$(ENVIRONMENT) run
	@exec $(BIN)/python -m physio.embedded --with-parent

test: ## Every test: rules, database, workers, mail, browser (ARGS="-k flag" for some)
	@$(ENVIRONMENT) dev
	@exec $(BIN)/python -m pytest -n 2 --dist worksteal $(ARGS)

check: ## Format, lint, types, import contracts, migrations, deployment settings, templates, licences, secrets
	@$(ENVIRONMENT) dev
	@exec $(BIN)/python -m tests.check

bench: ## What it costs: evaluation, sweep, worklist, logging; ratios beside their floors
	@$(ENVIRONMENT) dev
	@exec $(BIN)/python -m tests.bench $(ARGS)

bench-large: ## The same for 1,000, 10,000 and 100,000 cases (ARGS="--sizes 1000,10000 --parts due,pages"); hours and 40 GB for all
	@$(ENVIRONMENT) dev
	@exec $(BIN)/python -m tests.bench --sizes 1000,10000,100000 --due 1000 --mails 10000 --start $(ARGS)

faults: ## Kills, outages, a full disk, for real and in bounds, with a table of what was tried (PLIMSOLL_FAULTS=4 times)
	@$(ENVIRONMENT) dev
	@PLIMSOLL_FAULTS=$${PLIMSOLL_FAULTS:-4} $(BIN)/python -m pytest tests/faults -n 0 -q --no-header $(ARGS)

hostile: ## Hostile values at every address, twenty times as many as in `make test` (PLIMSOLL_HOSTILE=20; half an hour)
	@$(ENVIRONMENT) dev
	@PLIMSOLL_HOSTILE=$${PLIMSOLL_HOSTILE:-20} $(BIN)/python -m pytest tests/web/test_hostile.py -n 0 -q --no-header $(ARGS)

scoreboard: ## Each numbered check, what it tried, with its guard off; writes docs/scoreboard.md (minutes)
	@$(ENVIRONMENT) dev
	@$(BIN)/python -m tests.scoreboard $(ARGS)

flag-rate: ## Flags worked by hand a patient-day on the demo caseload, beside published thresholds (minutes)
	@$(ENVIRONMENT) dev
	@exec $(BIN)/python -m tests.bench.flag_rate --write docs/flag-rate.md $(ARGS)

messages: ## Gather what runners read into locale/ and compile it, after a change of a sentence or a translation
	@$(ENVIRONMENT) dev
	@DJANGO_SETTINGS_MODULE=physio.settings PLIMSOLL_ENV=development $(BIN)/python -m tests.messages

mutate: ## Each guard of the database and of the routes switched off, one at a time; writes docs/mutation.md (minutes)
	@$(ENVIRONMENT) dev
	@$(BIN)/python -m pytest tests/mutation/database.py tests/mutation/routes.py -n 0 -q --no-header && $(BIN)/python -m tests.mutation.report

supply: ## Licences, bill of materials (build/sbom.json) and known secrets anew, after a change of the lock
	@$(ENVIRONMENT) dev
	@$(BIN)/python -m tests.supply --write

format: ## Put the code into the house's format
	@$(ENVIRONMENT) dev
	@$(BIN)/ruff format .
	@$(BIN)/ruff check --fix .

matrix: ## Write docs/authorization.md from the declared routes
	@$(ENVIRONMENT) dev
	@PLIMSOLL_WRITE_MATRIX=1 $(BIN)/python -m pytest -q --no-header tests/web/test_matrix.py -k table

manage: ## A Django command in the running product, for example ARGS="explain CASE"
	@exec $(BIN)/python -m physio.embedded manage $(ARGS)

lock: ## Resolve the dependencies anew into the lock files
	@$(ENVIRONMENT) dev
	@deploy/lock
