# Two commands on a fresh machine: `make demo` runs the product, `make test` passes its tests.
# Each sets up all it needs; the machine needs Python 3.11 or newer, make and git.

PYTHON ?= $(shell command -v python3.11 || command -v python3)
PORT ?= 8000
PY := .venv/bin/python
STAMP := .venv/installed
# what can be run of each folder; the rest is what they share
PARTS = $(basename $(notdir $(shell grep -l __main__ bench/*.py)))
SOAKS = $(basename $(notdir $(shell grep -l __main__ soak/*.py)))
POSTGRESQL := $(or $(CHECK_DATABASE_URL),postgres://postgres@127.0.0.1:5432/postgres)
REDIS := $(or $(CHECK_REDIS_URL),redis://127.0.0.1:6379/5)
# the environment of whoever calls is no part of the suite, except where asked for
EMBEDDED := env -u DATABASE_URL -u REDIS_URL -u DEBUG -u DEMO
export DJANGO_SETTINGS_MODULE := campus_antifraud.settings

.PHONY: install demo test check lint bench soak

install: $(STAMP)

$(STAMP): requirements.txt requirements-dev.txt constraints.txt
	@test -n "$(PYTHON)" && $(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' \
	  || { echo "Python 3.11 or newer is needed (PYTHON=/path/to/python3.11 make ...)."; exit 1; }
	$(PYTHON) -m venv .venv
	$(PY) -m pip install --quiet --disable-pip-version-check -r requirements-dev.txt
	@touch $(STAMP)

demo: install
	@$(PY) -m campus_antifraud.demo --port $(PORT)

test: install
	$(EMBEDDED) $(PY) -m pytest -n 2

lint: install
	$(PY) -m pip check
	$(PY) -m ruff check .
	$(PY) -m ruff format --check .
	$(PY) -m djlint templates --lint --quiet
	$(PY) -m mypy
	$(EMBEDDED) VAR_ROOT=.venv/var $(PY) manage.py makemigrations --check --dry-run
	$(PY) -m tests.deploy_check

check: lint
	@for part in $(SOAKS); do $(EMBEDDED) $(PY) -m soak.$$part --sample || exit 1; done
	$(EMBEDDED) $(PY) -m pytest -n 2
	DATABASE_URL=$(POSTGRESQL) REDIS_URL=$(REDIS) $(PY) -m pytest -n 2

bench: install
	@for part in $(PARTS); do $(PY) -m bench.$$part || exit 1; done

soak: install
	@test -n "$(PART)" || { echo "make soak PART=… one of: $(SOAKS)"; exit 2; }
	$(PY) -m soak.$(PART)
