"""A reader opens archived articles in a browser, replayed by pywb: from our own index and from a WACZ file.

Needs Chromium and its driver: `make browser` installs Debian's.
"""

from __future__ import annotations

import shutil
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from selenium import webdriver
from selenium.webdriver.common.by import By

from newscrawl.index.lookup import Archive
from newscrawl.sample.client import Sample
from tests.conftest import Desk

PYWB = Path(sys.prefix) / "pywb" / "bin"
CHROMIUM, DRIVER = shutil.which("chromium"), shutil.which("chromedriver")
FLAGS = (
    "--headless=new",
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--disable-dev-shm-usage",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--host-resolver-rules=MAP * ~NOTFOUND, EXCLUDE 127.0.0.1",  # a page that is not rewritten shows nothing
)

pytestmark = [
    pytest.mark.skipif(not (CHROMIUM and DRIVER), reason="no Chromium with its driver: `make browser`"),
    pytest.mark.skipif(not PYWB.exists(), reason="`make test` installs pywb beside our environment"),
]


@dataclass
class Library:
    """A pywb that serves one article, captured twice, from our folder and from a package of it."""

    address: str
    article: dict[str, Any]
    timestamps: list[str]


@pytest.fixture(scope="module")
def library(newsroom: Sample, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Library]:
    folder = tmp_path_factory.mktemp("library")
    desk = Desk(folder / "data", newsroom)
    url = next(a.url for a in newsroom.newsroom.articles("rmol") if a.era == "2026" and not a.special)
    for _ in range(2):
        outcome = desk.scrapy("crawl", "rmol", "-a", f"url={url}", settings={"ARCHIVE_ASSETS": "images"})
        assert outcome.code == 0, outcome.err
    captures = Archive(desk.data, "rmol").captures(url)
    assert [capture.is_revisit for capture in captures] == [True, False]
    outcome = desk.scrapy("wacz", "rmol", "-o", str(folder / "paket.wacz"))
    assert outcome.code == 0, outcome.err
    (folder / "config.yaml").write_text(
        f"""framed_replay: false
collections:
  arsip:
    index_paths: {desk.data}/cdxj/rmol/
    archive_paths: {desk.data}/warc/rmol/
"""
    )
    for words in (["init", "paket"], ["add", "--unpack-wacz", "paket", str(folder / "paket.wacz")]):
        subprocess.run([PYWB / "wb-manager", *words], cwd=folder, check=True, capture_output=True)
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    command = [str(PYWB / "wayback"), "--bind", "127.0.0.1", "--port", str(port), "--directory", str(folder)]
    with (folder / "pywb.log").open("wb") as log:
        server = subprocess.Popen(command, stdout=log, stderr=log)
        try:
            wait_for(port, server)
            timestamps = [capture.timestamp for capture in captures]
            yield Library(f"http://127.0.0.1:{port}", desk.lines("rmol")[0], timestamps)
        finally:
            server.terminate()
            server.wait(20)


def wait_for(port: int, server: subprocess.Popen[bytes]) -> None:
    deadline = time.monotonic() + 60
    while True:
        try:
            socket.create_connection(("127.0.0.1", port)).close()
        except ConnectionRefusedError:
            assert server.poll() is None, "pywb did not start"
            assert time.monotonic() < deadline, "pywb does not answer"
            time.sleep(0.1)
        else:
            return


@pytest.fixture(scope="module")
def browser(tmp_path_factory: pytest.TempPathFactory) -> Iterator[webdriver.Chrome]:
    options = webdriver.ChromeOptions()
    options.binary_location = str(CHROMIUM)
    for flag in (*FLAGS, f"--user-data-dir={tmp_path_factory.mktemp('profile')}"):
        options.add_argument(flag)
    with webdriver.Chrome(options=options, service=webdriver.ChromeService(str(DRIVER))) as chrome:
        chrome.set_page_load_timeout(60)
        yield chrome


@pytest.mark.parametrize("collection", ["arsip", "paket"])
@pytest.mark.parametrize("visit", [0, 1], ids=["revisit", "first"])
def test_the_article_is_there_to_read(
    library: Library, browser: webdriver.Chrome, collection: str, visit: int
) -> None:
    timestamp = library.timestamps[visit]
    browser.get(f"{library.address}/{collection}/{timestamp}/{library.article['url']}")
    assert browser.find_element(By.TAG_NAME, "h1").text == library.article["title"]
    page = browser.find_element(By.TAG_NAME, "body").text
    assert all(paragraph in page for paragraph in library.article["text"].split("\n\n"))
    shown = browser.execute_script("return wbinfo.timestamp")
    assert shown == timestamp, "pywb showed another capture"
    width = browser.execute_script("return document.querySelector('header img').naturalWidth")
    assert width == 64, "the picture is missing"
