# Gezhi 格治. `make` lists the verbs.
SHELL := /bin/bash
PY := .venv/bin/python
STAMP := .venv/.ready

.DEFAULT_GOAL := help
.PHONY: help demo run test check lint types agree fix bench soak docs screens

help: ## list the verbs
	@grep -hE '^[a-z]+:.*## ' $(MAKEFILE_LIST) | sed -E 's/^([a-z]+):.*## (.*)/  make \1\t\2/' | expand -t 16

$(STAMP): requirements/run.lock
	@test -x $(PY) || python3 -m venv .venv
	@.venv/bin/pip install -q --disable-pip-version-check --require-hashes -r requirements/run.lock
	@$(PY) tools/link.py
	@touch $@

.venv/.dev: requirements/dev.lock $(STAMP)
	@.venv/bin/pip install -q --disable-pip-version-check --require-hashes -r requirements/dev.lock
	@touch $@

.venv/.paper: requirements/paper.lock $(STAMP)
	@.venv/bin/pip install -q --disable-pip-version-check --require-hashes -r requirements/paper.lock && touch $@ \
		|| echo "typst was not installed: everything but papers works. 没有装上 typst：只有文书排不了。"

.venv/.bench: requirements/bench.lock $(STAMP)
	@.venv/bin/pip install -q --disable-pip-version-check --require-hashes -r requirements/bench.lock
	@touch $@

demo: $(STAMP) .venv/.paper ## the invented district 柳溪, ready to walk through (PORT=… WEEKS=…)
	@.venv/bin/gezhi demo $(if $(PORT),--port $(PORT)) $(if $(WEEKS),--weeks $(WEEKS))

run: $(STAMP) ## your own instance (GEZHI_HOME names its home, PORT=…)
	@.venv/bin/gezhi run $(if $(PORT),--port $(PORT))

test: .venv/.dev ## every test, on SQLite and PostgreSQL, pages in a real browser
	@$(PY) tools/run_tests.py

check: lint types agree ## lint, types, floors, docs, licences

lint: .venv/.dev ## style and floors
	@.venv/bin/ruff check .
	@.venv/bin/ruff format --check -q .
	@pages=$$(git ls-files 'gezhi/*.html'); test -z "$$pages" || .venv/bin/djlint $$pages --lint --quiet
	@said=$$(.venv/bin/lint-imports --no-logo 2>&1) || { echo "$$said"; exit 1; }; echo "$$said" | tail -1

types: .venv/.dev ## mypy, strict
	@$(PY) tools/typed.py

fix: .venv/.dev ## mend what a machine can mend
	@.venv/bin/ruff check --fix -q . ; .venv/bin/ruff format -q .

bench: .venv/.bench ## measurements, as tables
	@$(PY) -m bench

soak: .venv/.dev ## long simulations and crashes (SEED=…)
	@$(PY) tools/soak.py

agree: .venv/.dev ## docs and licences agree with the code
	@$(PY) tools/check_docs.py

docs: agree screens ## that, and the pictures of the pages drawn anew

screens: .venv/.dev ## the pictures of docs/screens (ADDRESS of a running demo, else one of its own)
	@$(PY) tools/screens.py $(ADDRESS)
