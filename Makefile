# `make run` and `make test` do everything, on a machine with Python 3.11, pip and make.

PYTHON ?= python3
PORT ?= 8000
DATA ?= ../shared/data
OUT ?= .quoth/training
VENV := .venv
BIN := $(VENV)/bin

.PHONY: run install test test-all test-llm check format evals scorecard train clean

run: $(VENV)/.installed
	$(BIN)/quoth serve --samples --port $(PORT)

install: $(VENV)/.installed

# A file of tests at a time on each of two cores.
test: $(VENV)/.installed-dev
	$(BIN)/python -m pytest -m "not slow" -n 2 --dist loadfile $(PYTEST_ARGS)

test-all: $(VENV)/.installed-dev
	$(BIN)/python -m pytest $(PYTEST_ARGS)

# A real language model, in this process and behind a server: QUOTH_TEST_GGUF=model.gguf make test-llm. Once a night.
test-llm: $(VENV)/.installed-llm
	$(BIN)/python -m pytest -m llm $(PYTEST_ARGS)

check: $(VENV)/.installed-dev
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/python -m mypy

format: $(VENV)/.installed-dev
	$(BIN)/ruff check --fix .
	$(BIN)/ruff format .

# Regressions: the quick question sets and the negative controls against the committed baseline.
evals: $(VENV)/.installed-evals
	$(BIN)/quoth evals regressions

scorecard: $(VENV)/.installed-evals
	$(BIN)/quoth evals scorecard --write README.md

# The verifier's weights, then the selector's on top of them: hours on two cores. QUICK=1 shows in two minutes that everything runs.
train: $(VENV)/.installed-evals
	$(BIN)/python -m evals.training $(if $(QUICK),--quick,--data $(DATA)) --out $(OUT) $(TRAIN_ARGS)
	$(BIN)/python -m evals.selection $(if $(QUICK),--quick,--data $(DATA)) --base $(OUT) --out $(OUT) $(SELECT_ARGS)

clean:
	rm -rf $(VENV) build *.egg-info

# The stamps make a second run start at once; a changed pyproject.toml installs again.
$(VENV)/.installed: pyproject.toml
	$(PYTHON) -m venv $(VENV)
	$(BIN)/python -m pip install --quiet --editable .
	touch $@

$(VENV)/.installed-evals: pyproject.toml
	$(PYTHON) -m venv $(VENV)
	$(BIN)/python -m pip install --quiet --editable ".[evals]"
	touch $@ $(VENV)/.installed

$(VENV)/.installed-dev: pyproject.toml
	$(PYTHON) -m venv $(VENV)
	$(BIN)/python -m pip install --quiet --editable ".[dev]"
	touch $@ $(VENV)/.installed-evals $(VENV)/.installed

$(VENV)/.installed-llm: pyproject.toml
	$(PYTHON) -m venv $(VENV)
	$(BIN)/python -m pip install --quiet --editable ".[dev,local]"
	touch $@ $(VENV)/.installed-dev $(VENV)/.installed-evals $(VENV)/.installed
