"""The README is a contract: what it names exists, and what exists is named."""

from __future__ import annotations

import re
import textwrap
from pathlib import Path

import pytest
from scrapy.settings import default_settings

from newscrawl import settings
from newscrawl.arguments import NAMES
from newscrawl.exits import CLOSE_REASONS, Exit
from newscrawl.urls import canonical

ROOT = Path(__file__).parent.parent
README = (ROOT / "README.md").read_text(encoding="utf-8")
DOCS = README + "".join(path.read_text(encoding="utf-8") for path in (ROOT / "docs").glob("*.md"))
COMMANDS = sorted(p.stem for p in (ROOT / "newscrawl/commands").glob("*.py") if p.stem != "__init__")
OWN_SETTINGS = sorted(
    n for n in vars(settings) if n.isupper() and not hasattr(default_settings, n) and n != "FIELDS"
)
TARGETS = re.findall(r"^([a-z-]+):.*##", (ROOT / "Makefile").read_text(encoding="utf-8"), re.MULTILINE)


@pytest.mark.parametrize("command", COMMANDS)
def test_each_command_is_documented(command: str) -> None:
    assert f"`scrapy {command} " in README


@pytest.mark.parametrize("name", OWN_SETTINGS)
def test_each_setting_is_documented(name: str) -> None:
    assert f"`{name}`" in DOCS


@pytest.mark.parametrize("code", Exit, ids=lambda c: c.name)
def test_each_exit_code_is_documented(code: Exit) -> None:
    assert re.search(rf"^\| {code.value} \|", README, re.MULTILINE)


@pytest.mark.parametrize("name", NAMES)
def test_each_argument_is_documented(name: str) -> None:
    assert f"-a {name}=" in README


@pytest.mark.parametrize("target", sorted(set(TARGETS)))
def test_each_make_target_is_documented(target: str) -> None:
    assert f"make {target}" in DOCS


def test_every_close_reason_in_the_code_has_an_exit_code() -> None:
    stops = re.compile(r"""(?:\.stop\(|reason=|storage_failed|stop\()\s*["']([a-z_]+)["']""")
    used = {
        reason
        for path in (ROOT / "newscrawl").rglob("*.py")
        for reason in stops.findall(path.read_text(encoding="utf-8"))
    }
    assert used - set(CLOSE_REASONS) <= {"robots"}, "a close reason without an exit code"


def test_the_example_outlet_works_as_it_stands() -> None:
    code = re.search(r'    """Contoh Kabar\."""\n.*?\n\nSaved as', README, re.DOTALL)
    assert code
    names: dict[str, object] = {}
    exec(textwrap.dedent(code[0].rpartition("\n\nSaved as")[0]), names)
    spider = names["ContohSpider"]
    outlet = spider.outlet  # type: ignore[attr-defined]
    assert canonical("http://www.contoh.id/politik/12/judul?utm_source=x", outlet)
