# The one door: people, .ci/run and the public CI call these targets and nothing else.
# Every target that needs the environment makes it ready first (.ci/setup): a second run starts at once.

# Another environment, with other versions: make test VENV=.venvs/old NARROW="mssql-django<1.9"
# The Python it is made with: make test VENV=.venvs/3.13 PYTHON=python3.13
VENV ?= .venv
GROUP ?= dev
NARROW ?=
# A chromium too, where none is: make install BROWSER=yes
BROWSER ?=
BIN := $(VENV)/bin
# More for pytest: make test ARGS="-k prelogin -x"
ARGS ?=
FUZZ_SECONDS ?= 60
JEPSEN_RUNS ?= 10000
# What has no such test is not even collected: that takes longer than running them.
UNIT_PATHS := --ignore=tests/browser --ignore=tests/test_sampleproject $(foreach directory,\
	$(wildcard tests/test_standin/*/),--ignore=$(directory))
UNIT := not socket and not process and not engine and not slow and not browser and not sqlserver

.DEFAULT_GOAL := help
.PHONY: help install test unit browser lint format types contracts cover bench fuzz demo shop
.PHONY: scoreboard jepsen storm
.PHONY: docs docs-check build clean

help: ## this list
	@awk -F ':.*## ' '/^[a-z-]+:.*## / { printf "  %-12s%s\n", $$1, $$2 }' $(MAKEFILE_LIST)

install: ## make .venv ready: system libraries, virtual environment, packages
	@bash .ci/setup --venv $(VENV) --group $(GROUP) $(if $(BROWSER),--browser) $(foreach requirement,$(NARROW),'$(requirement)')

test: install ## unit and socket tests
	@$(BIN)/python -m pytest $(ARGS)

unit: install ## the package's tests without sockets and processes, for every save: seconds
	@$(BIN)/python -m pytest -q -m "$(UNIT)" --hypothesis-profile=quick -p no:logging $(UNIT_PATHS) $(ARGS)

browser: BROWSER := yes
browser: install ## the tests that drive the admin and the health page in a real browser
	@$(BIN)/python -m pytest tests/browser -m browser $(ARGS)

lint: install ## ruff: rules and format
	@$(BIN)/ruff check .
	@$(BIN)/ruff format --check .

format: install ## let ruff repair and format
	@$(BIN)/ruff check --fix .
	@$(BIN)/ruff format .

types: install ## mypy, strict, with django-stubs
	@$(BIN)/mypy

contracts: install ## import-linter: what may import what
	@$(BIN)/lint-imports --no-logo

cover: install ## tests with branch coverage
	@$(BIN)/coverage erase
	@$(BIN)/coverage run -m pytest $(ARGS)
	@$(BIN)/coverage combine --quiet
	@$(BIN)/coverage report

bench: install ## what is promised about speed, as numbers
	@$(BIN)/python -m tests.benchmarks

fuzz: install ## random and mutated bytes against the codec, FUZZ_SECONDS=60
	@$(BIN)/python -m tests.fuzz --seconds $(FUZZ_SECONDS)

scoreboard: install ## 21 faults, both drivers: the published retry sample and ours
	@$(BIN)/python -m tests.scoreboard $(ARGS)

jepsen: install ## JEPSEN_RUNS=10000 random runs under faults: no write lost, none doubled
	@$(BIN)/python -m tests.jepsen --runs $(JEPSEN_RUNS) $(ARGS)

storm: install ## 10,000 simulated clients through an outage; writes docs/retry-storm.svg
	@$(BIN)/python -m tests.storm $(ARGS)

demo: install ## a shop on the stand-in, then mssql_check green and broken
	@$(BIN)/python -m sampleproject.demo

shop: install ## the same shop in your browser, kept in .demo: http://127.0.0.1:8000/
	@$(BIN)/python -m sampleproject.serve $(ARGS)

docs: install ## write docs/checks/ from the rules, docs/faults.md from the faults
	@$(BIN)/python -m tests.check_pages
	@$(BIN)/python -m tests.fault_page

docs-check: install ## links, anchors and commands in the documentation, a page for every rule
	@$(BIN)/python -m pytest tests/test_documentation.py tests/test_check_pages.py $(ARGS)

build: install ## sdist and wheel in dist/
	@$(BIN)/python -m build

clean: ## remove everything that make made
	rm -rf .venv .venvs .demo build dist htmlcov .coverage .coverage.* .hypothesis
	rm -rf .import_linter_cache .mypy_cache .pytest_cache .ruff_cache
	find . -name __pycache__ -type d -prune -exec rm -rf {} +
