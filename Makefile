# make demo, make test, make check: each installs what it needs into .venv, exactly as pinned in requirements/.
# `make lock` updates the pins.
PYTHON ?= python3
VENV ?= .venv
BIN := $(VENV)/bin
NEWEST := $(VENV)-newest
WORKERS ?= 2

VERSION := $(shell $(PYTHON) -c 'import platform; print(platform.python_version())')
PIP := -m pip install --quiet --disable-pip-version-check
# Two steps, because pip refuses an editable in hash mode. A build backend comes from the lock as well, hence no isolation.
LOCKED := $(PIP) --require-hashes --no-build-isolation --use-pep517
OURSELVES := $(PIP) --no-deps --no-build-isolation

.PHONY: help demo test check lint types contract installed test-newest lock fuzz lighthouse picture clean
.DEFAULT_GOAL := help

help: ## list the targets
	@grep -E '^[a-z-]+:.*##' $(MAKEFILE_LIST) | sed -E 's/:.*## /\t/' | expand -t 14

# Another Python or another lock recreates the environment, so that nothing of an earlier one remains.
$(VENV)/python-$(VERSION): requirements/run.txt requirements/test.txt requirements/build.txt
	@$(PYTHON) -c 'import sys; sys.version_info >= (3, 11) or sys.exit("Python 3.11 or later is needed: make … PYTHON=python3.12")'
	@echo "installing what requirements/ pins into $(VENV): a minute or two"
	@$(PYTHON) -m venv --clear $(VENV)
	@$(BIN)/python $(LOCKED) --only-binary :all: --requirement requirements/run.txt --requirement requirements/build.txt
	@touch $@

$(VENV)/run: $(VENV)/python-$(VERSION) pyproject.toml digest/__init__.py
	$(BIN)/python $(OURSELVES) --editable .
	@touch $@

$(VENV)/test: $(VENV)/run
	$(BIN)/python $(LOCKED) --requirement requirements/test.txt
	@touch $@

demo: $(VENV)/run ## build 2025-11-17 from bundled responses, without an API key
	$(BIN)/digest demo

test: $(VENV)/test ## run all tests
	$(BIN)/python -m pytest --numprocesses $(WORKERS)

check: lint types contract installed test ## lint, types, import contracts, lock, tests: everything required

lint: $(VENV)/test ## check style with ruff
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .

types: $(VENV)/test ## check types with mypy --strict
	$(BIN)/mypy

contract: $(VENV)/test ## check the import contracts
	$(BIN)/lint-imports

installed: $(VENV)/test ## compare what is installed with requirements/
	$(BIN)/python requirements/compare.py requirements/test.txt requirements/build.txt

test-newest: ## run all tests with the newest versions pyproject.toml allows, and show how they differ from the lock
	$(PYTHON) -m venv --clear $(NEWEST)
	$(NEWEST)/bin/python $(PIP) --editable '.[archive,cards,dask,mcp,notify,test]'
	$(NEWEST)/bin/python requirements/compare.py requirements/test.txt > $(NEWEST)/drift.md || cat $(NEWEST)/drift.md
	$(NEWEST)/bin/python -m pytest --numprocesses $(WORKERS)

# The first lock has every extra; the others are constrained to its versions.
# To upgrade: make lock UPGRADE=--upgrade
UV ?= uv
COMPILE = $(UV) pip compile --no-config --quiet --universal --python-version 3.11 --generate-hashes --no-annotate \
	--custom-compile-command 'make lock' $(UPGRADE)
HELD := --constraint requirements/test.txt --output-file

lock: ## pin all dependencies by hash, for Python 3.11 to 3.14 on every system (needs uv)
	$(COMPILE) pyproject.toml --all-extras --output-file requirements/test.txt
	$(COMPILE) pyproject.toml $(HELD) requirements/run.txt
	$(COMPILE) pyproject.toml --extra notify $(HELD) requirements/notify.txt
	$(COMPILE) pyproject.toml --extra cards $(HELD) requirements/cards.txt
	$(COMPILE) pyproject.toml --extra dask $(HELD) requirements/dask.txt
	$(COMPILE) pyproject.toml --extra archive $(HELD) requirements/archive.txt
	$(COMPILE) pyproject.toml --extra mcp $(HELD) requirements/mcp.txt
	$(COMPILE) --group build $(HELD) requirements/build.txt
	$(COMPILE) --group release $(HELD) requirements/release.txt
	$(COMPILE) --group fuzz $(HELD) requirements/fuzz.txt

FUZZ_SECONDS ?= 600

fuzz: $(VENV)/test ## fuzz the parsers, 10 minutes each (FUZZ_SECONDS)
	$(BIN)/python $(LOCKED) --requirement requirements/fuzz.txt
	for target in post edition reply; do $(BIN)/python -m bench.fuzz.run $$target $(FUZZ_SECONDS) || exit 1; done

lighthouse: $(VENV)/test ## require 95 of 100 in all four Lighthouse categories, on every kind of page
	$(BIN)/python -m bench.lighthouse

CHROMIUM ?= chromium

picture: demo ## take the picture of a day in the README again (Chromium, a Korean font)
	@mkdir -p docs/images
	$(CHROMIUM) --headless=new --no-sandbox --hide-scrollbars --window-size=1200,860 \
		--screenshot=docs/images/day.png 'file://$(CURDIR)/demo/_site/2025/11/17/daily-papers/index.html'

clean: ## remove everything built, keep posts and editions
	rm -rf $(VENV) $(NEWEST) _site demo .cache dist
