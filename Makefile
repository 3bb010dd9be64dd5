# Everything a newcomer, a municipality that tries it out, or a checking machine needs. `make` lists it.

VENV := .venv
BIN := $(VENV)/bin
PIP := $(BIN)/python -m pip --quiet --disable-pip-version-check
PORT ?= 8080
# A machine may say that nothing compiled is kept. Every process would read all of its source again: 1.5 s against 0.9.
unexport PYTHONDONTWRITEBYTECODE
# How many tests run at once; more than there are cores does not help.
JOBS ?= 2
# Who is done takes over of who is not: those with browsers and real processes take long.
PARALLEL = -n $(JOBS) --dist worksteal

.PHONY: help install install-dev demo test check format draw excerpts stored learn understanding soak bench lock audit clean
.DEFAULT_GOAL := help

help:  ## this list
	@awk -F ':.*## ' '/^[a-z-]+:.*## / { printf "  make %-12s %s\n", $$1, $$2 }' Makefile

install: $(VENV)/installed  ## the `klopaan` command, in .venv

install-dev: $(VENV)/installed-dev  ## the same, with what checks and tests need

demo: install  ## a made-up municipality on this machine, without any account (PORT=8080)
	$(BIN)/klopaan demo --port $(PORT)

test: check  ## every check and every test, PostgreSQL and browser included
	CHROMIUM="$$(scripts/browser)" && export CHROMIUM && $(BIN)/pytest $(PARALLEL) -m "not soak"

check: install-dev  ## the checks that run nothing: style, types, who may import whom
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/lint-imports

format: install-dev  ## put the code in the project's format
	$(BIN)/ruff check --fix-only .
	$(BIN)/ruff format .

draw: install-dev  ## docs/flows/, from the tables of the flows, and the drawing of where data go
	$(BIN)/python -m scripts.draw
	$(BIN)/python -m scripts.data_flows
	$(BIN)/python -m scripts.roles
	$(BIN)/python -m scripts.retention

excerpts: install-dev  ## bot/texts/excerpts.json, where each text is said, from the transcripts
	$(BIN)/python -m scripts.excerpts

stored: install-dev  ## the table of what is stored in docs/municipality/privacy.md, from stored.toml
	$(BIN)/python -m scripts.stored

learn: install-dev  ## flows/understanding/*.bin, from examples/ and concepts.toml there
	$(BIN)/python -m scripts.learn

understanding: install-dev  ## how many crises are understood, per language, in sentences that nothing was made with
	$(BIN)/python -m scripts.learn measure

soak: install-dev  ## the long forms of the tests: hours, not minutes
	CHROMIUM="$$(scripts/browser)" && export CHROMIUM && $(BIN)/pytest $(PARALLEL) -m soak

bench: install-dev  ## the benchmarks; docs/ has the figures
	$(BIN)/python -m bench

lock: install-dev  ## the .lock files, after a change in an .in file (UPGRADE=--upgrade for newer versions)
	scripts/lock $(UPGRADE)

audit: install-dev  ## known faults of what Klopaan is made of, asked of a public service: needs a network
	$(BIN)/python -m scripts.audit

clean:  ## away with .venv and what the checks left
	rm -rf $(VENV) build dist *.egg-info .mypy_cache .ruff_cache .pytest_cache .hypothesis .import_linter_cache

$(VENV)/installed: requirements.lock pyproject.toml
	"$$(scripts/python)" -m venv $(VENV)
	$(PIP) install --require-hashes -r requirements.lock
	$(PIP) install --no-deps --no-build-isolation -e .
	@touch $@

$(VENV)/installed-dev: $(VENV)/installed requirements-dev.lock
	$(PIP) install --require-hashes -r requirements-dev.lock
	@touch $@
