# Needs Python >= 3.11, git and make. Every target sets up what it needs first; once that is done, it costs nothing.
BUILT := $(shell test -x .venv/bin/python && cat .venv/.ready 2>/dev/null)
# Which Python to build .venv with; once built, the one it was built with.
PYTHON ?= $(or $(firstword $(BUILT)),python3)
PORT ?= 4566
FREE_PORT := import socket; s = socket.socket(); s.bind(("127.0.0.1", 0)); print(s.getsockname()[1])
export PATH := $(CURDIR)/.venv/bin:$(PATH)
# Hundreds of runs import the same packages: where this forbids Python to keep their bytecode, each compiles them anew.
export PYTHONDONTWRITEBYTECODE :=

.DEFAULT_GOAL := help
.PHONY: help setup demo demo-down emulator test bench lint docs release-check changelog lock clean FORCE

help:  ## Show this list
	@sed -n 's/^\([a-z-]*\):.*## /\1|/p' Makefile | awk -F'|' '{ printf "  make %-15s%s\n", $$1, $$2 }'

demo: setup  ## Bring up inventories/prod on a local AWS, with a real PostgreSQL to log in to
	@python -m tools.demo up

demo-down: setup  ## Stop what `make demo` started
	@python -m tools.demo down

emulator: setup  ## Run a local AWS alone, in the foreground (PORT=4566)
	@echo "In another terminal, once it is ready:  source .emulator/$(PORT)/env"
	@exec python -m emulator --port $(PORT) --state .emulator/$(PORT) --env-file .emulator/$(PORT)/env

test: setup  ## Unit, emulator and integration tests, then the whole fleet in molecule
	pytest tests/unit --cov
	pytest --ignore=tests/unit
	PGFLEET_PORT=$$(python -c '$(FREE_PORT)') MOLECULE_GLOB='molecule/*/molecule.yml' molecule test -s default

bench: setup .cache/bench/.ready  ## What runs and fleets cost: docs/bench (OPTIONS='--only site' for a part of it)
	PYTHONPATH=collections:.cache/bench python -m tests.bench.site $(OPTIONS)
	PYTHONPATH=collections python -m tests.bench.critical_path

# What draws the picture, beside .venv: nothing else needs it.
.cache/bench/.ready: requirements/bench.txt | .venv/.ready
	rm -rf $(@D)
	uv pip install --quiet --target $(@D) --require-hashes --no-deps -r $<
	touch $@

lint: setup  ## ruff, mypy, yamllint, ansible-lint, antsibull, ansible-test sanity
	ruff check .
	ruff format --check .
	mypy
	yamllint --strict .
	ansible-lint --offline
	antsibull-changelog lint
	python -m tools.reference lint
	python -m tools.sanity

docs: setup  ## The reference of modules, filters and roles as HTML: docs/reference
	python -m tools.reference docs/reference

release-check: setup lint docs  ## What Galaxy and ansible-test say of the package, with the lowest and the highest ansible-core
	python -m tools.release

changelog: setup  ## CHANGELOG.md, with what is in changelogs/fragments
	antsibull-changelog release --update-existing

setup: .venv/.ready .postgres/.ready  ## Only set up: .venv and .postgres (PYTHON=python3.13 chooses the Python)

lock: setup  ## Renew the lock files from requirements/*.in and package.json
	uv pip compile $(COMPILE) requirements/dev.in --output-file requirements/lock.txt
	uv pip compile $(COMPILE) requirements/uv.in --output-file requirements/uv.txt
	uv pip compile $(COMPILE) requirements/importer.in --output-file requirements/importer.txt
	uv pip compile $(COMPILE) requirements/access_function.in --constraints requirements/lock.txt \
		--output-file roles/access_function/files/requirements.txt
	uv pip compile $(COMPILE) requirements/bench.in --output-file requirements/bench.txt
	npm install --package-lock-only --silent

clean:  ## Remove everything that make made, the demo included
	@test ! -e .demo || $(MAKE) --no-print-directory demo-down
	rm -rf .cache docs/reference .venv .postgres .demo .emulator .bootstrap.lock node_modules .ansible .hypothesis .*_cache .coverage*

# One lock file for all platforms and Pythons; a name of a package index would tie it to one.
COMPILE := --universal --python-version 3.11 --upgrade --generate-hashes --quiet \
	--no-emit-index-url --no-emit-find-links --no-annotate --no-header

# Scripts in .venv hold absolute paths: a moved checkout, like another PYTHON=, means a new one.
ifneq ($(BUILT),$(PYTHON) $(CURDIR))
.venv/.ready: FORCE
endif
.venv/.ready: requirements/uv.txt requirements/lock.txt
	@$(PYTHON) -c 'import sys; v = sys.version_info; sys.exit(v < (3, 11) and "This needs Python 3.11 or newer; \
	$(PYTHON) is %s.%s. Choose another: make PYTHON=python3.12 $(MAKECMDGOALS)" % v[:2])'
	@$(PYTHON) tools/bootstrap.py $(PYTHON)

.postgres/.ready: package-lock.json .npmrc | .venv/.ready
	@$(PYTHON) tools/bootstrap.py $(PYTHON)
