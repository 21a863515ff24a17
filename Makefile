# Papierwende: `make demo` and `make test` do all their own set-up. `make help` lists the rest.
SHELL := /bin/bash
.SHELLFLAGS := -euo pipefail -c
.ONESHELL:
.DELETE_ON_ERROR:
.DEFAULT_GOAL := help
MAKEFLAGS += --no-print-directory

VENV := .venv
BIN := $(VENV)/bin
PIP := $(BIN)/python -m pip --quiet --disable-pip-version-check --no-input install
MISSING := $(if $(shell command -v chromium),,chromium) \
	$(if $(shell command -v java),,openjdk-17-jre-headless) \
	$(if $(wildcard /usr/lib/postgresql/*/bin/initdb),,postgresql)
MARKS := $(VENV)/.made

export PIP_ROOT_USER_ACTION := ignore

.PHONY: help demo test test-spark check format docs pictures lock bench bench-spark clean

help: ## what can be made
	@awk -F ':.*## ' '/^[a-z-]+:.*## / { printf "  make %-11s %s\n", $$1, $$2 }' Makefile

demo: $(MARKS)/package ## the invented town Musterhafen, from its systems to finished pages, in demo-town/
	@# Musterhafen's files hold planted faults: exit code 3, published with warnings, is how its run should end.
	$(BIN)/papierwende demo || [ $$? -eq 3 ]

test: $(MARKS)/dev $(MARKS)/spark $(MARKS)/package servers ## every test but the benchmarks and the walk on Spark, on two cores
	@$(BIN)/python -m pytest --ignore-glob='*/bench_*.py' --ignore=tests/walk/test_on_spark.py \
		--numprocesses 2 --dist loadfile --no-loadscope-reorder

test-spark: $(MARKS)/dev $(MARKS)/spark $(MARKS)/package servers ## the walk with Spark as its engine, table by table beside DuckDB's
	@$(BIN)/python -m pytest tests/walk/test_on_spark.py

check: $(MARKS)/dev $(MARKS)/spark $(MARKS)/package ## ruff, basedpyright, sqlfluff, import law
	@$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/sqlfluff lint --disable-progress-bar models tests/models & sql=$$!
	$(BIN)/basedpyright
	wait $$sql
	$(BIN)/lint-imports --no-logo

format: $(MARKS)/dev ## bring Python and SQL into the house's form
	@$(BIN)/ruff check --fix . || true
	$(BIN)/ruff format .
	$(BIN)/sqlfluff fix --disable-progress-bar models tests/models

docs: $(MARKS)/dev $(MARKS)/package ## write docs/parameters.md, docs/tables.md and docs/scale.md anew
	@$(BIN)/python -m tests.house.manual

pictures: $(MARKS)/dev $(MARKS)/package servers ## take README's picture of demo-town/ anew
	@test -d demo-town/current || $(MAKE) demo
	$(BIN)/python -m tests.browser.pictures demo-town

# Million events, whatever else is measured, runs of each thing (3, or 1 of many events); FRESH=1 takes nothing up again.
EVENTS := 0.1 1
ALSO := undecided receipt services
bench: $(MARKS)/dev $(MARKS)/package servers ## measure beside scripts by hand and peers, EVENTS="0.1 1 10"; writes docs/scale.md
	@$(BIN)/python -m tests.bench --events $(EVENTS) --also $(ALSO) $(if $(RUNS),--runs $(RUNS)) $(if $(FRESH),--fresh)

bench-spark: $(MARKS)/dev $(MARKS)/spark $(MARKS)/package servers ## a million events on DuckDB and on Spark, half an hour
	@$(BIN)/python -m pytest -s tests/bench/bench_spark.py

clean: ## remove what these targets made, the environment and demo-town/ too
	@rm -rf $(VENV) demo-town dist build .pytest_cache .ruff_cache .import_linter_cache .grimp_cache .hypothesis
	find . -name __pycache__ -type d -prune -exec rm -rf {} +

# uv resolves, pip installs. uv lives in an environment that is thrown away.
lock: $(MARKS)/venv ## resolve requirements*.in anew
	@trap 'rm -rf .lock-venv' EXIT
	$(BIN)/python -m venv .lock-venv
	.lock-venv/bin/python -m pip --quiet --disable-pip-version-check install uv
	for name in requirements requirements-dev requirements-spark requirements-analyst; do
		.lock-venv/bin/uv --quiet pip compile --upgrade --generate-hashes --no-emit-index-url --universal \
			--no-strip-extras --no-header --python-version 3.11 $$name.in -o $$name.lock
	done

# ---- set-up, each step remembered by a mark ----

$(MARKS)/venv:
	@for candidate in python3 python3.13 python3.12 python3.11; do
		if command -v $$candidate >/dev/null \
			&& $$candidate -c 'import sys; sys.exit(not (3, 11) <= sys.version_info[:2] <= (3, 13))'; then
			python=$$candidate; break
		fi
	done
	if [ -z "$${python:-}" ]; then
		echo "Papierwende needs Python 3.11, 3.12 or 3.13 and found none: apt-get install python3" >&2; exit 1
	fi
	if ! $$python -c 'import ensurepip, venv' 2>/dev/null; then
		echo "Python's module for virtual environments is missing: apt-get install python3-venv" >&2; exit 1
	fi
	echo "setting up $(VENV) with $$($$python --version)"
	$$python -m venv $(VENV)
	mkdir -p $(MARKS)
	touch $@

$(MARKS)/runtime: requirements.lock | $(MARKS)/venv
	@echo "installing the locked packages (about two minutes, once)"
	$(PIP) --require-hashes -r requirements.lock
	touch $@

$(MARKS)/dev: requirements-dev.lock $(MARKS)/runtime
	@echo "installing the locked packages for tests"
	$(PIP) --require-hashes -r requirements-dev.lock
	touch $@

$(MARKS)/spark: requirements-spark.lock $(MARKS)/runtime
	@echo "installing Spark for tests (half a gigabyte)"
	$(PIP) --require-hashes -r requirements-spark.lock
	touch $@

$(MARKS)/package: pyproject.toml $(MARKS)/runtime
	@$(PIP) --no-deps --no-build-isolation -e .
	$(BIN)/python -m compileall -q pipelines sources dashboards
	touch $@

# The tests look at pages in a real browser, ask a real PostgreSQL server and build on a real Spark, each started by the
# tests themselves.
.PHONY: servers
servers:
ifneq ($(strip $(MISSING)),)
	@if [ "$$(id -u)" = 0 ]; then
		echo "installing $(strip $(MISSING)) for the tests"
		{ apt-get -qq update && DEBIAN_FRONTEND=noninteractive apt-get -qq install -y $(MISSING); } \
			</dev/null >/dev/null || echo "could not be installed (apt-get install $(strip $(MISSING))): some tests cannot run"
	else
		echo "Some tests need more, install it with: sudo apt-get install $(strip $(MISSING))"
	fi
endif
