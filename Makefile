# Every target does its own set-up. PYTHON names the interpreter that makes .venv (3.11 to 3.13).
PYTHON ?= python3
UV := uv>=0.13.9,<0.14
BIN := .venv/bin

.PHONY: install demo test lint types contracts check accuracy rules discovery crawl-bench soak million bench mutation fuzz clean

install: .venv/installed

.venv/installed: pyproject.toml uv.lock
	@$(PYTHON) -c 'import sys; sys.exit(not (3, 11) <= sys.version_info[:2] <= (3, 13))' \
	  || { echo "nianbao needs Python 3.11, 3.12 or 3.13; name one: make PYTHON=/path/to/python3.12 $(MAKECMDGOALS)" >&2; exit 2; }
	@test -x $(BIN)/python || $(PYTHON) -m venv .venv
	@$(BIN)/python -m pip --version >/dev/null 2>&1 || $(BIN)/python -m ensurepip >/dev/null
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check '$(UV)'
	@$(BIN)/uv sync --quiet --frozen --inexact --all-extras --compile-bytecode --python $(BIN)/python
	@touch $@

demo: install
	@$(BIN)/nianbao demo

test: install
	@$(BIN)/python -m pytest -n auto --dist loadfile

lint: install
	@$(BIN)/ruff check . && $(BIN)/ruff format --check .

types: install
	@$(BIN)/mypy

contracts: install
	@$(BIN)/lint-imports

# everything that must be green before a commit
check: lint types contracts test

# the sample that has floors: minutes
accuracy: install
	@$(BIN)/python -m bench.accuracy --sample

# every rule with its defect, faultless reports, the time of all rules: two minutes
rules: install
	@$(BIN)/python -m bench.rules --sample

# every sample portal from its home page alone, two nights each: ten minutes
discovery: install
	@$(BIN)/python -m bench.discovery

# a whole crawl beside a bare spider on the same pages: an hour
crawl-bench: install
	@$(BIN)/python -m bench.crawl

# kill -9, two at once, quiet nights: SOAK="--minutes 5 --seed TEXT" make soak
soak: install
	@nice $(BIN)/python -m bench.soak --write docs/reliability.md $(SOAK)

# a million reports on both databases: 14 GB of disk at a time, half an hour
million: install
	@$(BIN)/python -m bench.storage

# everything else that bench/README.md tells of, save fuzz and soak: two hours
bench: install
	@$(BIN)/uv sync --quiet --frozen --inexact --all-extras --group bench --python $(BIN)/python
	@$(BIN)/python -m bench.accuracy --full
	@$(BIN)/python -m bench.rules --full
	@$(BIN)/python -m bench.discovery
	@$(BIN)/python -m bench.speed
	@$(BIN)/python -m bench.speed.pdf
	@$(BIN)/python -m bench.likeness
	@$(BIN)/python -m bench.storage.inserting
	@$(BIN)/python -m bench.recheck
	@$(BIN)/python -m bench.digest
	@$(BIN)/python -m bench.crawl
	@$(BIN)/python -m bench.mutation
	@$(BIN)/python bench/profile_check.py

# faults put into the rules, and whether their tests notice: half an hour
mutation: install
	@$(BIN)/python -m bench.mutation

# FUZZ_SECONDS=600 make fuzz
fuzz: install
	@$(BIN)/python -m bench.fuzz

clean:
	rm -rf .venv build dist .pytest_cache .mypy_cache .ruff_cache .hypothesis
