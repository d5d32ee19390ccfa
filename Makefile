# `make demo` shows the main job, `make test` runs the tests; each does all of its own set-up.
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
READY := $(VENV)/.ready
LOCK := requirements/dev.txt
CHECKS := tests/test_documentation.py tests/test_architecture.py tests/test_languages.py
export KIEMCHUNG_DATA ?= $(abspath ../shared/data)

.DEFAULT_GOAL := help
NAMED = _f2_ or _f3_ or _f7_ or _f9_ or _f12_ or _f14_ or _f15_ or _f17_ or _f18_ or _f22_ or _f23_ or _f25_ or _f26_ or _f27_ or _f30_ or _f31_ or _f34_ or _f37_ or _f38_ or _f39_

.PHONY: help setup demo test test-slow test-faults test-browser check format train bench bench-load bench-media audit lock clean

help: ## this list
	@awk -F ':.*## ' '/^[a-z-]+:.*## / {printf "  make %-13s %s\n", $$1, $$2}' $(MAKEFILE_LIST)

$(READY): $(LOCK) pyproject.toml
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || \
	  { echo "kiemchung needs Python 3.11 or newer; this is $$($(PYTHON) --version). Try: make PYTHON=python3.12 $(MAKECMDGOALS)"; exit 1; }
	$(PYTHON) -m venv $(VENV)
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes -r $(LOCK)
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --no-deps --no-build-isolation -e .
	@touch $@

setup: $(READY) ## prepare .venv with everything a developer needs

demo: $(READY) ## load the starter collection, answer three messages, open the site
	@$(BIN)/kiemchung demo

test: $(READY) ## the quick tests, in two to three minutes on two cores
	$(BIN)/pytest -m "not slow and not faults and not browser" -n 2 $(CHECKS:%=--ignore=%)

test-slow: $(READY) ## the tests that need minutes: files decoded, PostgreSQL, kills, large files
	$(BIN)/pytest -m slow -n 2

test-faults: $(READY) ## processes killed and frozen, disks full, databases gone; minutes
	$(BIN)/pytest -m faults tests/jobs tests/desk -rs
	$(BIN)/pytest -m "not faults and not browser" -n 2 -k "$(NAMED)" --deselect tests/desk/test_faults_of_migrations.py tests -rs

test-browser: $(READY) ## every page in a real browser: Chromium
	$(BIN)/pytest -m browser tests/browser -rs

check: $(READY) ## format, lint, strict types, layer rules, documentation
	$(BIN)/ruff format --check .
	$(BIN)/ruff check .
	$(BIN)/mypy
	$(BIN)/lint-imports
	$(BIN)/pytest -n 2 $(CHECKS)

format: $(READY) ## format and fix what can be fixed
	$(BIN)/ruff format .
	$(BIN)/ruff check --fix .

train: $(READY) ## fit the models that ship, and their cards
	$(BIN)/python -m training.claims
	$(BIN)/python -m training.lookalikes

bench: $(READY) ## the benchmarks that have their data
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes -r requirements/bench.txt
	$(BIN)/python -m benchmarks.claims
	$(BIN)/python -m benchmarks.lookalikes
	$(BIN)/python -m benchmarks.grouping
	$(MAKE) --no-print-directory bench-load bench-media

bench-load: $(READY) ## the site under load, on PostgreSQL and on SQLite: some half an hour, on a quiet machine
	$(BIN)/python -m benchmarks.load
	$(BIN)/python -m benchmarks.load --sqlite

bench-media: $(READY) ## the media benchmarks, small: up to half an hour, on installed and made files
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes -r requirements/bench.txt
	$(BIN)/python -m benchmarks.decoding
	$(BIN)/python -m benchmarks.media --references 1000 --known 8 --unknown 8 --seconds 150 --quality --hashes 1000000 \
	  --stored 4000 --adding 40
	$(BIN)/python -m benchmarks.media_sound --voices 12 --made 24 --queries 8
	$(BIN)/python -m benchmarks.media_video --films 4 --clips 3
	$(BIN)/python -m benchmarks.media_video --films 4 --archive 100

audit: ## look the locked libraries up in the list of known vulnerabilities; needs the network
	@if $(PYTHON) -c 'import socket; socket.create_connection(("api.osv.dev", 443), 20)' 2>/dev/null; then \
	  $(PYTHON) -m venv .venv-audit && \
	  .venv-audit/bin/python -m pip install --quiet --disable-pip-version-check --require-hashes -r requirements/audit.txt && \
	  .venv-audit/bin/pip-audit --vulnerability-service osv --requirement $(LOCK) --disable-pip --require-hashes; \
	else echo "api.osv.dev cannot be reached: the libraries are not looked up."; fi

lock: ## pin the dependencies anew
	$(BIN)/python -m pip install --quiet uv
	$(BIN)/uv pip compile --quiet --universal --python-version 3.11 --generate-hashes --no-emit-index-url --no-annotate --no-header --group dev --extra desk --extra media pyproject.toml -o requirements/dev.txt
	$(BIN)/uv pip compile --quiet --universal --python-version 3.11 --generate-hashes --no-emit-index-url --no-annotate --no-header --group dev --group bench --extra desk --extra media pyproject.toml -o requirements/bench.txt
	$(BIN)/uv pip compile --quiet --universal --python-version 3.11 --generate-hashes --no-emit-index-url --no-annotate --no-header --group audit -o requirements/audit.txt

clean: ## remove .venv and caches
	rm -rf $(VENV) .venv-audit .mypy_cache .ruff_cache .pytest_cache .hypothesis .import_linter_cache
