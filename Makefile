# Everything starts from python3 and make: uv comes from its wheel into $(TOOLS), the project's environment into .venv.
# `make help` prints the targets.

PYTHON  ?= python3
UV_WHEEL := uv==0.13.9
TOOLS   := .cache/tools
UV      := $(TOOLS)/bin/uv
# The machine's certificates first (a company's own authority may be among them), then those that uv brings.
SYNC    := $(UV) sync --frozen --all-packages --quiet --python $(TOOLS)/bin/python
BIN     := .venv/bin
READY   := .venv/.synced
# One file per workspace member; a change in any of them, or in the lock, brings the environment up to date.
MEMBERS := pyproject.toml contracts/pyproject.toml servicekit/pyproject.toml eventlog/pyproject.toml ops/pyproject.toml \
	$(wildcard services/*/pyproject.toml)
QUICK   := $(wildcard tests/unit tests/architecture tests/contracts)

.DEFAULT_GOAL := help
.PHONY: help bootstrap check test test-containers demo dev down format clean

help: ## print this list
	@awk -F ':.*## ' '/^[a-z-]+:.*## / {printf "  make %-16s %s\n", $$1, $$2}' $(MAKEFILE_LIST)

bootstrap: $(READY) ## make the environment (.venv) that every other target uses

$(UV):
	@$(PYTHON) -c 'import sys; sys.exit("Python 3.11 or newer is needed; set PYTHON=/path/to/python3.11" if sys.version_info < (3, 11) else 0)'
	$(PYTHON) -m venv $(TOOLS)
	$(TOOLS)/bin/python -m pip install --quiet --disable-pip-version-check '$(UV_WHEEL)'

$(READY): $(MEMBERS) uv.lock | $(UV)
	$(SYNC) --system-certs || $(SYNC)
	@touch $@

check: $(READY) ## lint, types, import rules, quick tests: under a minute
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/lint-imports
	$(BIN)/mypy
	$(BIN)/pytest -q $(QUICK)

test: $(READY) ## every test that needs no Docker: real PostgreSQL and Kafka, found or started
	$(BIN)/pytest -m 'not containers'

test-containers: $(READY) ## the tests over the outside doors where PostgreSQL and Kafka, then where all is in containers
	$(BIN)/pytest tests/acceptance --system=testcontainers -m 'not containers'
	$(BIN)/pytest tests/acceptance --system=compose

demo: $(READY) ## the whole journey on a sandbox of its own, told as it goes
	$(BIN)/fi demo

dev: $(READY) ## run the sandbox in the foreground; Ctrl-C ends it
	$(BIN)/fi dev up

down: $(READY) ## end the sandbox of this checkout
	$(BIN)/fi dev down

format: $(READY) ## put the code into the house's shape
	$(BIN)/ruff check --fix .
	$(BIN)/ruff format .

clean: ## remove the environment and caches; a sandbox's data in .fi stays
	rm -rf .venv .cache .mypy_cache .ruff_cache .pytest_cache .hypothesis .import_linter_cache
