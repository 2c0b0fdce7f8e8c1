# One command each: set-up included.
VENV   := .venv
PYTHON ?= python3
BIN    := $(VENV)/bin
OUTLET ?= rmol
LIMIT  ?= 20
PIN     = CUSTOM_COMPILE_COMMAND="make requirements" $(VENV)/tools/bin/pip-compile --quiet --upgrade --strip-extras \
          --no-emit-index-url --no-emit-find-links --no-emit-trusted-host

.PHONY: help demo test check crawl torture bench browser requirements clean

help:  ## Say what there is
	@grep -hE '^[a-z-]+:.*##' $(MAKEFILE_LIST) | sed 's/:.*## /\t/' | expand -t 14

demo: $(VENV)/run  ## Crawl the bundled sample newsroom as cron would crawl the live sites
	$(BIN)/python -m newscrawl.demo

crawl: $(VENV)/run  ## Crawl a live outlet: make crawl OUTLET=rmol LIMIT=20
	$(BIN)/scrapy crawl $(OUTLET) -a limit=$(LIMIT)

test: $(VENV)/dev $(VENV)/pywb/run  ## Run the test suite
	$(BIN)/python -m pytest

check: $(VENV)/dev $(VENV)/pywb/run  ## Lint, types and tests
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/python -m pytest

torture: $(VENV)/dev  ## Kill a crawl 200 times and see that nothing is lost (long)
	$(BIN)/python -m pytest -n0 -m long tests/torture tests/test_crash.py tests/test_walks.py

bench: $(VENV)/dev  ## Measure: crawl, memory, politeness, state (long)
	@missed=0; for name in crawl memory politeness state; do \
	  echo "== $$name"; $(BIN)/python -m benchmarks.$$name || missed=1; done; exit $$missed

browser:  ## Install the browser that one test reads archived pages with (Debian's Chromium)
	@command -v chromium && command -v chromedriver || { test "$$(id -u)" = 0 || sudo="sudo -n"; \
	  $$sudo apt-get update -q && $$sudo apt-get install -yq --no-install-recommends chromium chromium-driver; }

requirements:  ## Pin the dependencies anew from pyproject.toml
	test -x $(VENV)/tools/bin/pip-compile || ($(PYTHON) -m venv $(VENV)/tools && $(VENV)/tools/bin/pip install --quiet pip-tools)
	$(PIN) --output-file requirements.txt pyproject.toml
	$(PIN) --extra export --constraint requirements.txt --output-file requirements-export.txt pyproject.toml
	$(PIN) --extra dev --extra export --constraint requirements-export.txt --output-file requirements-dev.txt pyproject.toml

clean:  ## Remove the virtual environment and caches (data/ stays)
	rm -rf $(VENV) .mypy_cache .ruff_cache .pytest_cache .hypothesis demo

$(VENV)/run: requirements.txt
	test -x $(BIN)/python || $(PYTHON) -m venv $(VENV)
	$(BIN)/python -m pip install --quiet --disable-pip-version-check -r requirements.txt
	touch $@

$(VENV)/dev: $(VENV)/run requirements-dev.txt
	$(BIN)/python -m pip install --quiet --disable-pip-version-check -r requirements-dev.txt
	touch $@

# pywb replays what we record, in the tests only: its pins (and its GPL) stay out of our environment. So do those
# of fundus, which is measured beside us.
$(VENV)/pywb/run: tests/requirements-pywb.txt
$(VENV)/fundus/run: benchmarks/requirements-fundus.txt
$(VENV)/%/run:
	test -x $(@D)/bin/python || $(PYTHON) -m venv $(@D)
	$(@D)/bin/python -m pip install --quiet --disable-pip-version-check -r $<
	touch $@
