# `make test` sets up everything that the tests need in .venv and runs all of them.
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin

.PHONY: setup test quick check format clean

setup: $(VENV)/.ready

$(VENV)/.ready: pyproject.toml
	$(PYTHON) -m venv $(VENV)
	$(BIN)/pip install --quiet --disable-pip-version-check --editable '.[dev]'
	touch $@

test: check
	$(BIN)/pytest -q -n 2

quick: setup
	$(BIN)/pytest -q -n 2 -m 'not acceptance'

check: setup
	$(BIN)/ruff check src tests benchmarks examples
	$(BIN)/ruff format --check src tests benchmarks examples
	$(BIN)/mypy
	$(BIN)/lint-imports

format: setup
	$(BIN)/ruff check --fix src tests benchmarks examples
	$(BIN)/ruff format src tests benchmarks examples

clean:
	rm -rf $(VENV) build dist .mypy_cache .ruff_cache .pytest_cache .hypothesis .import_linter_cache
