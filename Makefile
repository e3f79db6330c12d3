# make run   set up everything and start the demonstration service
# make test  set up everything and run all that CI runs
# make lock  resolve setup.cfg into the hashed lock files
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin

.PHONY: run test lint types lock clean

run: $(VENV)/run.stamp
	$(BIN)/registry demo

test: $(VENV)/dev.stamp lint types
	$(BIN)/python -m pytest -n 2 tests

lint: $(VENV)/dev.stamp
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/lint-imports

types: $(VENV)/dev.stamp
	$(BIN)/mypy

$(VENV)/bin/python:
	sh tools/make_environment.sh "$(PYTHON)" "$(VENV)"

$(VENV)/run.stamp: $(VENV)/bin/python requirements.lock setup.cfg
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes -r requirements.lock
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --no-deps --no-build-isolation -e .
	touch $@

$(VENV)/dev.stamp: $(VENV)/run.stamp requirements-dev.lock
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes -r requirements-dev.lock
	touch $@

lock:
	uv pip compile --quiet --universal --python-version 3.11 --generate-hashes --no-emit-index-url setup.cfg -o requirements.lock
	uv pip compile --quiet --universal --python-version 3.11 --generate-hashes --no-emit-index-url --extra dev setup.cfg -c requirements.lock -o requirements-dev.lock

clean:
	rm -rf $(VENV) var
