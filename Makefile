# Two commands do it all: `make demo` and `make test`. Each sets up .venv first, if that is not done yet.

SHELL := /bin/bash
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
READY := $(VENV)/.ready
# LANG means the language of the lessons only if it is given to make, as in `make lab LANG=zh-CN`; the one in the
# environment (C.UTF-8 and the like) is the machine's own.
LANGUAGE_OF_LESSONS := $(if $(filter command,$(firstword $(origin LANG))),$(LANG),en)
# What make was given as LANG is no locale: programs are not to see it.
RUN := env LANG=C.UTF-8 $(BIN)/
WORKERS ?= 2
# Further options for JupyterLab, for instance ARGS="--no-browser --port 8890".
ARGS ?=

.PHONY: help demo test test-fast lab lint build coverage lock golden clean

help:
	@echo "make demo      teach and grade a class that never was: the whole loop, in a table"
	@echo "make test      all tests, the fast ones first"
	@echo "make lab       the lessons in JupyterLab (make lab LANG=zh-CN: in Chinese)"
	@echo "make lint      ruff, mypy --strict, import contracts"
	@echo "make build     source/ and release/ from course/"
	@echo "make coverage  which rows of the curriculum the lessons cover"
	@echo "make golden    refresh the golden lessons of the tests"
	@echo "make lock      requirements.lock from pyproject.toml"

demo: $(READY)
	$(RUN)duecourse demo

test: test-fast
	$(RUN)python -m pytest -m slow -n $(WORKERS) --dist loadscope
	$(RUN)duecourse build --check

test-fast: $(READY)
	$(RUN)python -m pytest -m "not slow"

lab: $(READY)
	$(RUN)duecourse lab --language $(LANGUAGE_OF_LESSONS) $(ARGS)

lint: $(READY)
	$(RUN)ruff check .
	$(RUN)ruff format --check .
	$(RUN)mypy
	$(RUN)lint-imports

build coverage: $(READY)
	$(RUN)duecourse $@

golden: $(READY)
	$(RUN)python -m pytest tests/authoring --refresh-golden

lock: $(READY)
	$(RUN)uv pip compile pyproject.toml --extra dev --universal --python-version 3.11 --upgrade \
	    --no-annotate --no-header --quiet --output-file requirements.lock

clean:
	rm -rf $(VENV) .*_cache

$(READY): requirements.lock pyproject.toml | $(BIN)/python
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --requirement requirements.lock
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --no-deps --no-build-isolation --editable .
	touch $@

# Debian keeps ensurepip, which a virtual environment needs, in a package of its own.
$(BIN)/python:
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' \
	    || { echo "Duecourse needs Python 3.11 or newer; name it with make PYTHON=python3.11"; exit 1; }
	@$(PYTHON) -c 'import ensurepip' 2>/dev/null || $(MAKE) --no-print-directory install-venv
	$(PYTHON) -m venv $(VENV)

.PHONY: install-venv
install-venv:
	@as_root() { if [ "$$(id -u)" = 0 ]; then "$$@"; else sudo -n "$$@"; fi; }; \
	command -v apt-get > /dev/null && as_root apt-get update -qq && as_root apt-get install -y -qq python3-venv \
	    || { echo "Install Python's venv module first, for instance: sudo apt-get install python3-venv"; exit 1; }
