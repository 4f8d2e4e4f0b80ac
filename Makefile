# League Archive: `make demo` and `make test` are all a newcomer needs; each sets itself up.
SHELL := /bin/bash
.SHELLFLAGS := -euo pipefail -c
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
SERVE ?= 1
NIGHTS ?= 2
SEED ?= 1
SIZES ?= 20000,100000,1000000
PIP := $(BIN)/python -m pip --disable-pip-version-check --quiet --quiet

.PHONY: help setup setup-dev demo test test-cluster test-ocr test-queries simulate bench bench-extraction lint check lock clean

help:
	@echo 'make demo      crawl a sample league site, search it, export it, serve the pages (SERVE=0: without serving)'
	@echo 'make test      run the tests'
	@echo 'make test-ocr  install the extra for OCR, and run its tests'
	@echo 'make test-queries  10,000 random queries on both engines against brute force'
	@echo 'make simulate  crawl simulated league sites of every family for NIGHTS=2 nights by SEED=1, and score it'
	@echo 'make bench     the index beside others, with SIZES=20000,100000,1000000 documents (an hour; SIZES=20000: minutes)'
	@echo 'make bench-extraction  extraction beside other extractors, on the pages in ../shared (in a .venv of its own)'
	@echo 'make test-cluster  the tests that kill nodes of a real cluster of three'
	@echo 'make lint      ruff, mypy --strict, import-linter'
	@echo 'make setup     only make .venv, with .venv/bin/league'
	@echo 'make lock      renew the lock files from pyproject.toml'

$(BIN)/python:
	@$(PYTHON) -c 'import sys; sys.exit("League Archive needs Python 3.11 or newer; this is " + sys.version.split()[0]) if sys.version_info < (3, 11) else None'
	@$(PYTHON) -c 'import ensurepip' 2>/dev/null || { \
	  echo 'this Python has no ensurepip: installing python3-venv' >&2; \
	  if command -v apt-get >/dev/null && [ "$$(id -u)" = 0 ]; then apt-get update -qq && apt-get install -qq -y python3-venv; \
	  else echo 'install the package python3-venv (Debian, Ubuntu), then run make again' >&2; exit 1; fi; }
	@$(PYTHON) -m venv $(VENV)

$(VENV)/.setup: $(BIN)/python requirements.lock pyproject.toml
	@echo 'installing the pinned dependencies into $(VENV) …'
	@$(PIP) install --require-hashes -r requirements.lock
	@$(PIP) install --require-hashes -r requirements-build.lock
	@$(PIP) install --no-deps --no-build-isolation --editable .
	@touch $@

$(VENV)/.setup-dev: $(VENV)/.setup requirements-dev.lock
	@echo 'installing the pinned test tools …'
	@$(PIP) install --require-hashes -r requirements-dev.lock
	@touch $@

# The lock is whole, so nothing is left to resolve; pip of Python 3.11 stumbles over lxml[html-clean] there.
$(VENV)-bench/.setup: requirements-bench.lock pyproject.toml
	@$(PYTHON) -m venv $(VENV)-bench
	@echo 'installing the pinned extractors to compare with into $(VENV)-bench …'
	@$(VENV)-bench/bin/python -m pip --disable-pip-version-check --quiet --quiet install --no-deps --require-hashes -r requirements-bench.lock
	@$(VENV)-bench/bin/python -m pip --disable-pip-version-check --quiet --quiet install --no-deps --no-build-isolation --editable .
	@touch $@

setup: $(VENV)/.setup
setup-dev: $(VENV)/.setup-dev

demo: setup
	@$(BIN)/league demo $(if $(filter 0,$(SERVE)),--no-serve)

test: setup-dev
	@$(BIN)/python -m pytest -m 'not three_nodes'

test-cluster: setup-dev
	@$(BIN)/python -m pytest -m three_nodes

# The engine is 350 MB and takes half a minute to install: the tests of everything else do not wait for it.
$(VENV)/.setup-ocr: $(VENV)/.setup-dev requirements-ocr.lock
	@echo 'installing the pinned OCR engine …'
	@$(PIP) install --require-hashes -r requirements-ocr.lock
	@touch $@

test-ocr: $(VENV)/.setup-ocr
	@$(BIN)/python -m pytest tests/readers/test_recognition.py

test-queries: setup-dev
	@LEAGUE_TEST_QUERIES=10000 $(BIN)/python -m pytest tests/index/test_many_queries.py tests/index/test_real_texts.py

simulate: setup-dev
	@$(BIN)/python -m tests.simulator --nights $(NIGHTS) --seed $(SEED)

bench: setup-dev
	@$(BIN)/python -m tests.bench.search --sizes $(SIZES)

bench-extraction: $(VENV)-bench/.setup
	@$(VENV)-bench/bin/python tests/bench/contest.py

lint: setup-dev
	@$(BIN)/ruff check .
	@$(BIN)/ruff format --check .
	@$(BIN)/mypy
	@$(BIN)/lint-imports

check: lint test

lock:
	@command -v uv >/dev/null || { echo 'make lock needs uv' >&2; exit 1; }
	uv pip compile --quiet --no-header --generate-hashes --python-version 3.11 pyproject.toml -o requirements.lock
	uv pip compile --quiet --no-header --generate-hashes --python-version 3.11 pyproject.toml --group dev -c requirements.lock -o requirements-dev.lock
	uv pip compile --quiet --no-header --generate-hashes --python-version 3.11 --group build -o requirements-build.lock
	uv pip compile --quiet --no-header --no-annotate --generate-hashes --python-version 3.11 pyproject.toml --extra ocr -c requirements.lock -o requirements-ocr.lock
	# python-dateutil is the one package that both cannot share
	sed -n 's/^\([A-Za-z0-9._-]*==[^ ]*\).*/\1/p' requirements.lock | grep -v '^python-dateutil==' > $(VENV)/constraints
	uv pip compile --quiet --no-header --no-annotate --generate-hashes --python-version 3.11 --group bench -c $(VENV)/constraints -o requirements-bench.lock

clean:
	rm -rf $(VENV) $(VENV)-bench build dist *.egg-info .mypy_cache .ruff_cache .pytest_cache .hypothesis
