# make run   set up everything and start the demonstration service
# make test  set up everything and run all that CI runs
# make soak  run the long runs, or go on with them: SOAK_SEED=1, figures in var/soak
# make lock  resolve setup.cfg into the hashed lock files
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
PIP := $(BIN)/python -m pip --disable-pip-version-check --quiet --quiet
LOCK := $(BIN)/uv pip compile --quiet --universal --fork-strategy fewest --python-version 3.11 --generate-hashes \
	--no-emit-index-url --custom-compile-command 'make lock'

.PHONY: run test browser lint types soak lock clean
.DELETE_ON_ERROR:

run: $(VENV)/run.stamp
	@exec $(BIN)/registry demo

test: $(VENV)/dev.stamp browser lint types
	$(BIN)/python -m pytest -n 2 tests

# What the browser tests drive: a system package, as playwright's own download is no registry's.
browser:
	@sh tools/install_browser.sh

lint: $(VENV)/dev.stamp
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/lint-imports

types: $(VENV)/dev.stamp
	$(BIN)/mypy

# The fuzzer is no locked library: it is installed here, once, and nothing else needs it.
soak: $(VENV)/dev.stamp
	@$(PIP) install 'atheris>=3'
	$(BIN)/python -m tests.soak

$(BIN)/python:
	@sh tools/make_environment.sh "$(PYTHON)" "$(VENV)"

$(VENV)/run.stamp: requirements.lock setup.cfg pyproject.toml | $(BIN)/python
	@echo "Installing the libraries of requirements.lock ..."
	@$(PIP) install --require-hashes -r requirements.lock
	@$(PIP) install --no-deps --no-build-isolation -e .
	@touch $@

$(VENV)/dev.stamp: requirements-dev.lock $(VENV)/run.stamp
	@echo "Installing the tools of requirements-dev.lock ..."
	@$(PIP) install --require-hashes -r requirements-dev.lock
	@touch $@

# setuptools builds the editable install and so is pinned like everything else.
lock: $(VENV)/dev.stamp
	echo 'setuptools>=77' | $(LOCK) setup.cfg - -o requirements.lock
	echo 'setuptools>=77' | $(LOCK) --extra dev -c requirements.lock setup.cfg - -o requirements-dev.lock
	echo 'setuptools>=77' | $(LOCK) --extra bench -c requirements.lock setup.cfg - -o requirements-bench.lock

clean:
	rm -rf $(VENV) var
