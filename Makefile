# Everything from an empty machine with Python 3.11 or newer and make.
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
PORT ?= 8000
MESSAGES := $(wildcard src/bandung/locale/*/LC_MESSAGES/*.po)
PIP := $(BIN)/python -m pip install --quiet --disable-pip-version-check --no-compile --no-deps
TYPED := src/bandung/sheets src/bandung/fairness src/bandung/ledger/canonical.py src/bandung/ledger/merkle.py \
	src/bandung/ledger/seal.py src/bandung/ledger/entry.py src/bandung/ledger/act.py \
	$(wildcard src/bandung/ledger/verify.py) \
	$(wildcard src/bandung/*/acts.py src/bandung/*/acts src/bandung/*/queries.py src/bandung/*/queries)

MAKEFLAGS += -j2  # both locks are installed at once, both databases are tested at once
.DEFAULT_GOAL := help
.PHONY: help setup demo serve test test-sqlite test-postgresql test-slow check format bench messages docs lock

help: ## Print this list
	@grep -hE '^[a-z-]+:.*## ' $(MAKEFILE_LIST) | sed -E 's/^([a-z-]+):.*## (.*)/  make \1\t\2/' | expand -t 20

setup: $(VENV)/.develop $(VENV)/.messages ## Build .venv with all that testing needs (skipped while the locks are unchanged)

$(BIN)/python:
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' \
		|| { echo "Python 3.11 or newer is needed; name it: make PYTHON=python3.12 $(MAKECMDGOALS)"; exit 1; }
	@$(PYTHON) -m venv --clear $(VENV) \
		|| { echo "Python's venv module is missing; on Debian: apt install python3-venv"; rm -rf $(VENV); exit 1; }
	@sed -n '/^pip==/,/[^\\]$$/p' requirements.lock | $(PIP) --require-hashes -r /dev/stdin  # installs faster than Python's own

$(VENV)/.run: requirements.lock pyproject.toml | $(BIN)/python
	@echo "Installing what running needs ..."
	@$(PIP) --require-hashes -r requirements.lock
	@$(PIP) --no-build-isolation -e .
	@touch $@

$(VENV)/.messages: $(MESSAGES) scripts/compile_messages.py $(VENV)/.run
	@$(BIN)/python scripts/compile_messages.py
	@touch $@

$(VENV)/.develop: requirements-dev.lock | $(BIN)/python
	@echo "Installing what testing needs beside it ..."
	@$(PIP) --require-hashes -r requirements-dev.lock
	@touch $@

demo: $(VENV)/.messages ## Found an exercise, take one workbook to publication, serve it on port 8000
	@$(BIN)/bandung demo --port $(PORT)

serve: $(VENV)/.messages ## Serve the instance in BANDUNG_HOME (default ./var) on port 8000
	@$(BIN)/bandung serve --port $(PORT)

test: test-sqlite test-postgresql ## Run all tests on SQLite, beside them the ledger's promises on PostgreSQL

test-sqlite: setup
	$(BIN)/python -m pytest -n 2 --dist loadfile --no-loadscope-reorder -m "not slow"

test-postgresql: setup
	@$(BIN)/python -m pytest --postgres -m "engines and not slow" > $(VENV)/postgresql.log 2>&1 \
		|| { cat $(VENV)/postgresql.log; exit 1; }
	@echo "On PostgreSQL: $$(tail -n 1 $(VENV)/postgresql.log)"

test-slow: setup ## Run the long campaigns too (mutants, nonsense, faults)
	$(BIN)/python -m pytest -m slow

check: setup ## Format, lint, types, order of imports, migrations, what is installed
	$(BIN)/ruff format --check .
	$(BIN)/ruff check .
	$(BIN)/mypy $(TYPED)
	$(BIN)/lint-imports
	$(BIN)/python manage.py makemigrations --check --dry-run
	$(BIN)/python -m pip check

format: setup ## Put the code into its format
	$(BIN)/ruff format .
	$(BIN)/ruff check --fix .

bench: setup ## Print the figures that docs/benchmarks.md keeps
	$(BIN)/python -m benchmarks

messages: setup ## Bring the translations up to date with the sentences in the code, and compile them
	@$(BIN)/python scripts/extract_messages.py
	@$(BIN)/python scripts/compile_messages.py

docs: setup ## Write the generated pages of docs/ (acts)
	$(BIN)/python scripts/write_docs.py

LOCK := uv pip compile pyproject.toml .build.in --python-version 3.11 --universal --generate-hashes \
	--no-emit-index-url --no-emit-find-links --no-header --no-annotate -q

lock: ## Write the two locks anew (needs uv): what running needs, what testing needs beside it
	printf 'flit_core>=3.12,<4\npip>=26\n' > .build.in
	$(LOCK) -o requirements.lock
	$(LOCK) --extra dev -c requirements.lock -o .all.lock
	awk '/^[a-z]/ { keep = 1 } FNR == NR { known[$$0] = 1; next } /^[a-z]/ { keep = !($$0 in known) } keep' \
		requirements.lock .all.lock > requirements-dev.lock
	rm .build.in .all.lock
