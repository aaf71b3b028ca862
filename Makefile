# Needs Python 3.11 or newer and make; everything else is installed into .venv from requirements.lock.
PYTHON ?= $(shell for p in python3 python3.13 python3.12 python3.11; do \
	command -v $$p >/dev/null && $$p -c 'import sys; sys.exit(sys.version_info < (3, 11))' && echo $$p && break; done)
BIN = .venv/bin

# Settings of the command line, each as one word of the shell with its $$ signs and quotes: the name of every variable given
# to make, but for its own and the likes of PYTHON, with the value as it was written. ARGS is words already.
NAMES = $(foreach v,$(.VARIABLES),$(if $(filter command line,$(origin $v)),$v))
OWN = BIN PYTHON ARGS SEED COUNT MODULES MAKEFLAGS MAKEOVERRIDES
SETTINGS = $(foreach v,$(filter-out $(OWN),$(NAMES)),'$(subst ','\'',$v=$(value $v))') $(ARGS)

.DEFAULT_GOAL := run
.PHONY: help run verify psql stop test lint bench bench-short chaos plants acceptance lock clean

help:
	@echo 'make run           simulate and load a week; settings follow: make run scale=large days=30'
	@echo 'make verify        check what is loaded'
	@echo 'make psql          SQL over the tables of all systems; make psql ARGS=operations for one database'
	@echo 'make stop          stop the PostgreSQL server that a run started'
	@echo 'make clean         delete what was installed and built; loaded data stays'
	@echo
	@echo 'for developers:'
	@echo 'make test          the tests: about 20 minutes on two cores; some: make test ARGS="tests/world"'
	@echo 'make lint          style and types'
	@echo 'make bench         speed against the server itself and other tools; bench-short: a part of it'
	@echo 'make chaos         kill everything at every moment: about 20 minutes'
	@echo 'make plants        load and verify plants that nobody has tried: make plants COUNT=200 SEED=1'
	@echo 'make acceptance    large plants, every check: hours, and about 30 GB of disk'
	@echo 'make lock          newer versions of what is installed'
	@echo
	@echo 'Every other command: .venv/bin/genims --help'

run: .venv/installed
	@$(BIN)/genims run $(SETTINGS)

verify: .venv/installed
	@$(BIN)/genims verify $(SETTINGS)

psql: .venv/installed
	@$(BIN)/genims server psql $(or $(ARGS),hub)

stop: .venv/installed
	@$(BIN)/genims server stop

test: .venv/installed
	@$(BIN)/pytest -n 2 --dist loadfile -m "not acceptance and not chaos" $(ARGS)

lint: .venv/installed
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy

bench: .venv/installed
	$(BIN)/pytest benchmarks -m "not acceptance" --benchmark-columns=min,median,rounds $(ARGS)

# Whole chain and single connection against the server's own speed; fails on a loss of more than 15 %.
bench-short: .venv/installed
	$(BIN)/pytest benchmarks/test_loading.py -k "one_connection or together" --benchmark-columns=median,rounds $(ARGS)

# Every kill at every moment, or COUNT of them drawn with SEED: make chaos COUNT=10 SEED=3; MODULES=all loads all systems.
chaos: .venv/installed
	SEED=$(or $(SEED),1) COUNT=$(or $(COUNT),all) $(BIN)/pytest tests/chaos -m chaos -s $(filter-out SEED=% COUNT=% MODULES=%,$(ARGS))

# COUNT plants that nobody has tried, drawn with SEED (a new one each time without): make plants COUNT=200 SEED=1
plants: .venv/installed
	@$(BIN)/python -m genims_ray.plants --count $(or $(COUNT),20) $(if $(SEED),--seed $(SEED)) $(ARGS)

# scale=large days=90 on three seeds, every check.
acceptance: .venv/installed
	$(BIN)/pytest tests -m acceptance $(ARGS)

# Newer versions of what pyproject.toml asks for, with their hashes.
lock: .venv/installed
	$(BIN)/python -m venv .venv/lock
	.venv/lock/bin/pip install --quiet pip-tools
	CUSTOM_COMPILE_COMMAND="make lock" .venv/lock/bin/pip-compile pyproject.toml --extra dev --generate-hashes \
		--allow-unsafe --strip-extras --upgrade --quiet --no-emit-index-url --no-emit-trusted-host \
		--no-emit-find-links -o requirements.lock

# A server's programs live in .venv: it is stopped first. Where a run loads, or a server of another home runs from
# here, nothing is deleted.
clean:
	@test ! -x $(BIN)/genims || $(BIN)/genims server stop || \
		{ echo "error: a server that may run could not be stopped: nothing was deleted" >&2; exit 1; }
	@ps -A -ww -o args= | awk -v own="$(CURDIR)/.venv/" 'index($$0, own) == 1 && sub(/.*\/bin\/postgres -D /, "") { \
		sub(/\/postgres\/data.*/, ""); found = 1; \
		print "error: a server runs from .venv, so nothing was deleted: $(BIN)/genims server stop --home \"" $$0 "\"" \
	} END { exit found }' >&2
	rm -rf .venv build dist *.egg-info .pytest_cache .mypy_cache .ruff_cache .hypothesis .benchmarks

.venv/installed: requirements.lock pyproject.toml
	@test -n "$(PYTHON)" || { echo "error: Python 3.11 or newer is needed; name one with PYTHON=/path/to/python3" >&2; exit 1; }
	@command -v "$(PYTHON)" >/dev/null || { echo "error: there is no program $(PYTHON)" >&2; exit 1; }
	@"$(PYTHON)" -c 'import sys; sys.exit(sys.version_info < (3, 11))' || \
		{ echo "error: $(PYTHON) is `"$(PYTHON)" --version 2>&1`; 3.11 or newer is needed" >&2; exit 1; }
	@test -x $(BIN)/python || "$(PYTHON)" -m venv .venv || { rm -rf .venv; \
		echo "error: $(PYTHON) cannot create an environment; on Debian and Ubuntu install python3-venv" >&2; exit 1; }
	@echo "Installing into .venv (a minute or two)"
	@$(BIN)/pip install --quiet --disable-pip-version-check --require-hashes -r requirements.lock
	@$(BIN)/pip install --quiet --disable-pip-version-check --no-deps --no-build-isolation -e .
	@touch $@
