# A machine with python3 and make is enough: every target sets up first what it needs.
.DEFAULT_GOAL := help
.PHONY: help run test lint format test-slow test-figures test-peers test-edges test-mutants bench bench-peers wheel sdist bundle test-oldest test-newest clean

PYTHON ?= python3
ARGS ?=
SET_UP := $(PYTHON) -ES .ci/set_up.py
IN_VENV := $(if $(filter Windows_NT,$(OS)),.venv/Scripts/python.exe,.venv/bin/python)
PYTEST := QT_QPA_PLATFORM=offscreen $(IN_VENV) -m pytest

help: ## Say what there is
	@sed -n 's/^\([a-z-]*\):.*## /\1\t/p' Makefile | expand -t 14

run: ## Open the window; ARGS="vgg16 --image photo.jpg" passes arguments on
	@$(SET_UP) run
	@$(IN_VENV) -m gui $(ARGS)

# All of them by two processes, file by file; few of them by one, which starts at once.
test: ## Run the tests, without a screen; ARGS="tests/engine -k pool" passes arguments on
	@$(SET_UP) test
	@$(PYTEST) $(if $(ARGS),,--numprocesses 2 --dist loadfile) $(ARGS)

lint: ## Check style and types
	@$(SET_UP) check
	@$(IN_VENV) -m ruff check .
	@$(IN_VENV) -m ruff format --check .
	@$(IN_VENV) -m mypy

format: ## Lay the code out and mend what can be mended
	@$(SET_UP) check
	@$(IN_VENV) -m ruff check --fix .
	@$(IN_VENV) -m ruff format .

test-slow: ## Run the tests that take long
	@$(SET_UP) test
	@$(PYTEST) -m slow --timeout 900 $(ARGS)

test-figures: ## Draw every preset in every style and format, and read all of it back
	@$(SET_UP) figures
	@$(PYTEST) -m figures --timeout 900 $(ARGS)

test-peers: ## Compare with torch and onnxruntime, which are installed for it
	@$(SET_UP) peers
	@$(PYTEST) -m "peer and not benchmark" --timeout 900 $(ARGS)

test-edges: ## Give it 10,000 damaged files, pictures, fragments and command lines, and print what came of it
	@$(SET_UP) test
	@QT_QPA_PLATFORM=offscreen $(IN_VENV) -m tests.edges $(ARGS)

test-mutants: ## Break 60 lines one by one, in a copy, and see that the tests notice; ARGS="3 17" for some
	@$(SET_UP) test
	@$(IN_VENV) -m tests.mutants $(ARGS)

bench: ## Measure
	@$(SET_UP) test
	@$(PYTEST) -m "benchmark and not peer" --timeout 900 $(ARGS)

bench-peers: ## Measure beside torch and onnxruntime, which are installed for it
	@$(SET_UP) peers
	@$(PYTEST) -m "benchmark and peer" --timeout 900 $(ARGS)

wheel: ## Build the wheel into dist/
	@$(SET_UP) check
	@$(IN_VENV) -m pip wheel --quiet --no-deps --no-build-isolation --wheel-dir dist .

sdist: ## Build the source distribution into dist/
	@$(SET_UP) check
	@mkdir -p dist
	@$(IN_VENV) -c "import sys; sys.path.insert(0, '.ci'); from build_backend import *; build_sdist('dist')" >/dev/null

test-oldest: ## Run the tests with the oldest versions that pyproject.toml allows, on every Python there is
	@$(SET_UP) bounds
	@$(IN_VENV) .ci/bounds.py oldest $(ARGS)

test-newest: ## Run the tests with the newest versions there are, on every Python there is
	@$(SET_UP) bounds
	@$(IN_VENV) .ci/bounds.py newest $(ARGS)

bundle: ## Build into dist/ what starts without Python: a folder, and one file
	@$(SET_UP) bundle
	@$(IN_VENV) .ci/bundle.py

clean: ## Remove what was made, .venv included
	rm -rf .venv build dist onebyone.egg-info .pytest_cache .mypy_cache .ruff_cache .hypothesis
	find . -name __pycache__ -type d -prune -exec rm -rf {} +
