# Everything needs Python 3.11 or newer and make; the rest is set up in .venv by itself.
PYTHON ?= python3
BIN := .venv/bin
PIP := $(BIN)/pip --disable-pip-version-check --quiet

.PHONY: run test setup lint types bench crash faults fuzz lock clean

run: .venv/run.stamp
	@$(BIN)/flagpost run

setup: .venv/run.stamp

test: .venv/dev.stamp lint types
	@$(BIN)/python -m pytest -n auto

lint: .venv/dev.stamp
	@$(BIN)/ruff check .
	@$(BIN)/ruff format --check .
	@$(BIN)/lint-imports --no-cache

types: .venv/dev.stamp
	@$(BIN)/mypy

# Kills the bot 200 times on each database; PostgreSQL where FLAGPOST_TEST_POSTGRES names a server. Takes half an hour.
crash: .venv/dev.stamp
	@FLAGPOST_CRASH_KILLS=200 $(BIN)/python -m pytest -s tests/end_to_end/test_crash.py

# A long stream while a fifth of all calls fail; a quarter of an hour.
faults: .venv/dev.stamp
	@FLAGPOST_FAULT_POSTS=1000 $(BIN)/python -m pytest -s tests/end_to_end/test_faults.py

# Every property and every reader with a thousand examples: ten minutes or so.
fuzz: .venv/dev.stamp
	@HYPOTHESIS_PROFILE=fuzz $(BIN)/python -m pytest -n auto -m hypothesis --timeout 0

bench: .venv/dev.stamp
	@$(BIN)/python -m benchmarks

.venv/bin/python:
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11) and "flagpost needs Python 3.11 or newer; name one: make PYTHON=python3.12")'
	@$(PYTHON) -m venv .venv

.venv/run.stamp: .venv/bin/python requirements.lock pyproject.toml
	@echo "Setting up .venv: a minute or so, once"
	@$(PIP) install --require-hashes -r requirements.lock
	@$(PIP) install --no-deps --no-build-isolation --editable .
	@touch $@

.venv/dev.stamp: .venv/run.stamp requirements-dev.lock
	@$(PIP) install --require-hashes -r requirements-dev.lock
	@touch $@

# Needs uv. Hashes are kept; no index or download address is written.
lock:
	uv pip compile pyproject.toml --extra demo --extra build --extra report --universal --generate-hashes --no-emit-index-url --no-header --no-annotate --quiet --output-file requirements.lock
	uv pip compile pyproject.toml --extra dev --universal --generate-hashes --no-emit-index-url --no-header --no-annotate --quiet --output-file requirements-dev.lock

clean:
	rm -rf .venv build dist .mypy_cache .pytest_cache .ruff_cache .hypothesis
