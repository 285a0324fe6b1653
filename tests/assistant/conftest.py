"""The sample library, and a browser and a served page for every test that looks at what people see."""

import os
import shutil
import socket
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from importlib.util import find_spec
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, Locator, Page, sync_playwright

from assistant.page.chat import Answers, build_page, launch_options
from assistant.writing import llama
from assistant.writing.llama import LlamaCpp
from index import weights
from index.encoder import PackagedEncoder
from index.errors import WeightsError
from index.library import Library
from ingest.pipeline import ingest

CHROMIUM_NAMES = ("chromium", "chromium-browser", "google-chrome")
CHROMIUM_FLAGS = (
    "--no-sandbox",
    "--disable-gpu",
    "--disable-background-networking",
    "--no-first-run",
    "--disable-component-update",
    "--disable-sync",
)


@dataclass
class Visit:
    """A browser tab on the page, and what it did that the page may never make it do."""

    page: Page
    url: str
    requests: list[str] = field(default_factory=list)
    dialogs: list[str] = field(default_factory=list)
    errors: list[str] = field(default_factory=list)

    @property
    def foreign_requests(self) -> list[str]:
        return [url for url in self.requests if not url.startswith((self.url, "data:", "blob:"))]

    def ask(self, question: str) -> Locator:
        """Type a question, send it with Enter, and return the reply when it has ended."""
        count = self.replies.count()
        self.begin(question)
        reply = self.replies.nth(count)
        reply.locator(".foot, .failed, .notice").last.wait_for()
        return reply

    def begin(self, question: str) -> None:
        """Send a question without waiting for its answer."""
        self.box.fill(question)
        self.box.press("Enter")

    @property
    def box(self) -> Locator:
        return self.page.locator("#ft-question textarea")

    @property
    def replies(self) -> Locator:
        return self.page.locator("#ft-chat .ft-reply")

    @property
    def panel(self) -> Locator:
        return self.page.locator(".ft-panel")

    @property
    def chosen_text(self) -> str:
        """What is highlighted in the panel as the chosen quotation."""
        return "".join(self.panel.locator("mark.chosen").all_text_contents())


@pytest.fixture(scope="session")
def library(
    tmp_path_factory: pytest.TempPathFactory, project_folder: Path, packaged_encoder: PackagedEncoder
) -> Library:
    """The sample library, built from `corpus/`."""
    folder = tmp_path_factory.mktemp("sample") / "library"
    ingest([project_folder / "corpus"], folder, packaged_encoder)
    return Library(folder, packaged_encoder)


@pytest.fixture(scope="session")
def language_model_file() -> Path:
    """The packaged model's file. Where it is missing, the tests that need it are skipped, but never in CI."""
    try:
        return weights.prepare(weights.LANGUAGE_MODEL, lambda packed, target: packed.rename(target))
    except WeightsError as error:
        pytest.fail(str(error)) if os.environ.get("CI") else pytest.skip(str(error))


@pytest.fixture(scope="session")
def llama_runtime() -> None:
    """llama.cpp. Where it is missing, the tests that need it are skipped, but never in CI."""
    if find_spec("xllamacpp") is None:
        message = "the package xllamacpp is not installed"
        pytest.fail(message) if os.environ.get("CI") else pytest.skip(message)


@pytest.fixture(scope="session")
def language_model(llama_runtime: None, language_model_file: Path) -> Iterator[LlamaCpp]:
    """The packaged model, loaded once for all tests."""
    with pytest.MonkeyPatch.context() as settings:
        # A machine that is busy with other tests must not cut an answer short.
        settings.setattr(llama, "_MOST_SECONDS", 600.0)
        packaged = LlamaCpp(language_model_file)
        yield packaged
        packaged.close()


@pytest.fixture(scope="module")
def chromium() -> Iterator[Browser]:
    """A headless Chromium. Where there is none, the tests that need it are skipped, but never in CI."""
    path = next(filter(None, map(shutil.which, CHROMIUM_NAMES)), None)
    if path is None:
        message = f"no browser: none of {', '.join(CHROMIUM_NAMES)} is installed"
        pytest.fail(message) if os.environ.get("CI") else pytest.skip(message)
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=path, args=CHROMIUM_FLAGS)
        yield browser
        browser.close()


@pytest.fixture(scope="module")
def serve_page() -> Iterator[Callable[[Answers], str]]:
    """Serves the chat page of an assistant on a free port until the module's tests are done."""
    with ExitStack() as stack:
        yield lambda answers: stack.enter_context(_served(answers))


@pytest.fixture
def visit(chromium: Browser) -> Iterator[Callable[..., Visit]]:
    """Opens a tab on a served page. No visit may ask another server, open a dialog, or raise an error."""
    with ExitStack() as stack:
        visits: list[Visit] = []

        def open_tab(url: str, width: int = 1400, height: int = 900, **options: Any) -> Visit:
            options.setdefault("locale", "en-GB")
            context = chromium.new_context(viewport={"width": width, "height": height}, **options)
            stack.callback(context.close)
            visits.append(_open(context.new_page(), url))
            return visits[-1]

        yield open_tab
        for seen in visits:
            assert seen.foreign_requests == []
            assert seen.dialogs == []
            assert seen.errors == []


def _open(page: Page, url: str) -> Visit:
    seen = Visit(page, url)
    page.on("request", lambda request: seen.requests.append(request.url))
    page.on("pageerror", lambda error: seen.errors.append(str(error)))
    page.on("console", lambda said: seen.errors.append(said.text) if said.type == "error" else None)
    page.on("dialog", lambda dialog: seen.dialogs.append(dialog.message))
    page.on("dialog", lambda dialog: dialog.dismiss())
    page.goto(url)
    page.locator(".ft-welcome .example").first.wait_for()
    return seen


@contextmanager
def _served(answers: Answers) -> Iterator[str]:
    page = build_page(answers)
    port = _find_free_port()
    page.launch(prevent_thread_lock=True, **launch_options("127.0.0.1", port))
    try:
        yield f"http://127.0.0.1:{port}"
    finally:
        page.close(verbose=False)


def _find_free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port
