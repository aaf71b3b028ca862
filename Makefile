# Needs Python 3.11 or newer and make; everything else is installed into .venv from requirements.lock.
#   make run scale=large days=30     settings follow as they would on the command line
PYTHON ?= $(shell for p in python3 python3.13 python3.12 python3.11; do \
	command -v $$p >/dev/null && $$p -c 'import sys; sys.exit(sys.version_info < (3, 11))' && echo $$p && break; done)
SETTINGS = $(filter-out PYTHON=% ARGS=%,$(MAKEOVERRIDES)) $(ARGS)
BIN = .venv/bin

.DEFAULT_GOAL := run
.PHONY: run test lint bench bench-short chaos plants acceptance lock clean

run: .venv/installed
	@$(BIN)/python -m genims_ray.run $(SETTINGS)

test: .venv/installed
	@$(BIN)/pytest -n 2 --dist loadfile -m "not acceptance and not chaos" $(ARGS)

lint: .venv/installed
	$(BIN)/ruff check .
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

# scale=large days=90 on three seeds, every check: hours, and some 30 GB of disk.
acceptance: .venv/installed
	$(BIN)/pytest tests -m acceptance $(ARGS)

# Newer versions of what pyproject.toml asks for, with their hashes.
lock: .venv/installed
	$(BIN)/python -m venv .venv/lock
	.venv/lock/bin/pip install --quiet pip-tools
	CUSTOM_COMPILE_COMMAND="make lock" .venv/lock/bin/pip-compile pyproject.toml --extra dev --generate-hashes \
		--allow-unsafe --strip-extras --upgrade --quiet --no-emit-index-url --no-emit-trusted-host \
		--no-emit-find-links -o requirements.lock

clean:
	rm -rf .venv build dist *.egg-info .pytest_cache .mypy_cache .ruff_cache .hypothesis .benchmarks

.venv/installed: requirements.lock pyproject.toml
	@test -n "$(PYTHON)" || { echo "error: Python 3.11 or newer is needed; name one with PYTHON=/path/to/python3"; exit 1; }
	@test -x $(BIN)/python || $(PYTHON) -m venv .venv || \
		{ echo "error: $(PYTHON) cannot create an environment; on Debian and Ubuntu install python3-venv"; exit 1; }
	@echo "Installing into .venv (a minute or two)"
	@$(BIN)/pip install --quiet --disable-pip-version-check --require-hashes -r requirements.lock
	@$(BIN)/pip install --quiet --disable-pip-version-check --no-deps --no-build-isolation -e .
	@touch $@
