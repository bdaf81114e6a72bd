# Every target sets up what it needs first. Needs Python >= 3.11, git and make; on a second run set-up costs nothing.
BUILT := $(shell test -x .venv/bin/python && cat .venv/.ready 2>/dev/null)
# Which Python to build .venv with; once built, the one it was built with.
PYTHON ?= $(or $(firstword $(BUILT)),python3)
PORT ?= 4566
export PATH := $(CURDIR)/.venv/bin:$(PATH)

.DEFAULT_GOAL := help
.PHONY: help setup demo demo-down emulator test lint lock clean FORCE

help:  ## Show this list
	@sed -n 's/^\([a-z-]*\):.*## /  make \1|/p' $(firstword $(MAKEFILE_LIST)) | awk -F'|' '{printf "%-20s %s\n", $$1, $$2}'

setup: .venv/.ready .postgres/.ready  ## Build .venv and .postgres from the lock files (PYTHON=python3.13 chooses another Python)

demo: setup  ## Bring up inventories/prod on a local AWS, with a real PostgreSQL to log in to
	@python tools/demo.py up

demo-down: setup  ## Stop what make demo started
	@python tools/demo.py down

emulator: setup  ## Run the local AWS alone, in the foreground (PORT=4566)
	@python -m emulator --port $(PORT) --state .demo/state-$(PORT)

test: setup  ## Unit, emulator and integration tests, then the molecule scenario
	pytest
	MOLECULE_GLOB='molecule/*/molecule.yml' molecule test -s retail

lint: setup  ## ruff, mypy, ansible-lint, yamllint
	ruff check .
	ruff format --check .
	mypy
	yamllint --strict .
	ansible-lint --offline

lock: setup  ## Renew the lock files
	@tools/lock.sh

clean: demo-down  ## Remove everything that make made
	rm -rf .venv .postgres node_modules .demo .bootstrap.lock .*_cache .hypothesis .ansible

# Scripts in .venv hold absolute paths: a moved checkout, like another PYTHON=, means a new one.
ifneq ($(BUILT),$(PYTHON) $(CURDIR))
.venv/.ready: FORCE
endif
.venv/.ready: requirements/uv.txt requirements/lock.txt
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11) and "This needs Python 3.11 or newer, and $(PYTHON) is %s.\nChoose another: make PYTHON=python3.12 $(MAKECMDGOALS)" % sys.version.split()[0])'
	@$(PYTHON) tools/bootstrap.py $(PYTHON)

.postgres/.ready: package-lock.json .npmrc | .venv/.ready
	@$(PYTHON) tools/bootstrap.py $(PYTHON)
