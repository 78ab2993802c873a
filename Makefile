# The habits of this house; `make` lists them.
PORT ?= 5000
LAN ?=

BIN := .venv/bin
FLASK := $(BIN)/flask --app app
# LAN=1 and the like; LAN=0 and LAN=no mean no
OPEN := $(if $(filter-out 0 no,$(LAN)),--lan)

# compiled once, not at every start of a process
unexport PYTHONDONTWRITEBYTECODE

.DEFAULT_GOAL := help
.PHONY: help install run serve test style proof bench lock clean

help: ## Show this list
	@sed -n 's/^\([a-z]*\):.*## \(.*\)/  make \1|\2/p' $(MAKEFILE_LIST) | awk -F'|' '{printf "%-16s%s\n", $$1, $$2}'

install: .venv/tested static/vendor/manifest.json ## Fill .venv with what eventmatch runs on and is tested with, and static/vendor

run: .venv/installed static/vendor/manifest.json ## Try it: demo event on http://127.0.0.1:5000 (PORT=8000 elsewhere, LAN=1 for phones nearby)
	@exec env PORT=$(PORT) $(FLASK) up --port $(PORT) $(OPEN)

serve: .venv/installed static/vendor/manifest.json ## Serve your own events, as in production
	@exec env PORT=$(PORT) $(FLASK) serve $(OPEN)

style: install ## Lint, format and types
	$(BIN)/ruff check
	$(BIN)/ruff format --check
	$(BIN)/mypy

test: style ## Everything that must hold before a change goes in
	chromium=$$(.ci/chromium) && CHROMIUM="$$chromium" $(BIN)/pytest -n 3 --dist worksteal

proof: install ## The full counts behind the promises; takes a while and prints its figures
	chromium=$$(.ci/chromium) && CHROMIUM="$$chromium" $(BIN)/pytest -m proof -s

bench: install ## Speed and quality; each prints a table
	@for script in benchmarks/[!_]*.py; do echo "== $$script"; $(BIN)/python "$$script" || exit 1; done

lock: install ## Write requirements.lock anew, after changing requirements.txt
	$(BIN)/python -m venv .venv/locking
	.venv/locking/bin/pip install --quiet uv
	.venv/locking/bin/uv pip compile --quiet --universal --python-version 3.11 --generate-hashes --no-emit-index-url \
		--no-emit-find-links --custom-compile-command "make lock" --output-file requirements.lock requirements.txt
	rm -rf .venv/locking

clean: ## Remove what the other habits made; the data in instance/ stays
	rm -rf .venv node_modules static/vendor .mypy_cache .pytest_cache .ruff_cache .hypothesis
	find . -name __pycache__ -type d -prune -exec rm -rf {} +

.venv/bin/python:
	@python=$$(.ci/python) || exit 1; "$$python" -m venv .venv || { rm -rf .venv; \
		echo "No .venv could be made; on Debian and Ubuntu this brings what is missing: apt install python3-venv" >&2; exit 1; }

.venv/installed: requirements.txt | .venv/bin/python
	@echo "Installing what eventmatch runs on" >&2
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check -r requirements.txt
	@touch $@

.venv/tested: requirements-dev.txt .venv/installed
	@echo "Installing what eventmatch is tested with" >&2
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check -r requirements-dev.txt
	@touch $@

static/vendor/manifest.json: package-lock.json .ci/vendor | .venv/bin/python
	@$(BIN)/python .ci/vendor
