# Everything a newcomer needs: make demo, make test, make check. Each installs what it needs into .venv by itself.
PYTHON ?= python3
VENV ?= .venv
BIN := $(VENV)/bin
WORKERS ?= 2

.PHONY: demo test check lint types contract fuzz lighthouse clean
.DEFAULT_GOAL := help

help: ## say what there is
	@grep -E '^[a-z]+:.*##' $(MAKEFILE_LIST) | sed -E 's/:.*## /\t/' | expand -t 12

$(VENV)/run: pyproject.toml digest/__init__.py
	@test -d $(VENV) || $(PYTHON) -m venv $(VENV)
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --editable .
	@touch $@

$(VENV)/test: $(VENV)/run
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --editable '.[test]'
	@touch $@

demo: $(VENV)/run ## build 2025-11-17 from bundled answers: no key, no network
	$(BIN)/digest demo

test: $(VENV)/test ## the whole test suite
	$(BIN)/python -m pytest --numprocesses $(WORKERS)

check: lint types contract test ## lint, types, import contract, tests

lint: $(VENV)/test ## style, with ruff
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .

types: $(VENV)/test ## types, with mypy --strict
	$(BIN)/mypy

contract: $(VENV)/test ## imports run downhill
	$(BIN)/lint-imports

FUZZ_SECONDS ?= 600

fuzz: $(VENV)/test ## look for crashes in the readers, 10 minutes each (FUZZ_SECONDS)
	$(BIN)/python -m pip install --quiet --disable-pip-version-check 'atheris>=3.0'
	for target in post edition reply; do $(BIN)/python -m bench.fuzz.run $$target $(FUZZ_SECONDS) || exit 1; done

lighthouse: $(VENV)/test ## at least 95 of 100 in all four of Lighthouse's marks, on every kind of page
	$(BIN)/python -m bench.lighthouse

clean: ## remove what was built, not what was written
	rm -rf $(VENV) _site demo .cache dist
