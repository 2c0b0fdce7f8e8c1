from __future__ import annotations

import ast
import subprocess
import sys
from pathlib import Path

import pytest

import pipelines

FOLDER = Path(pipelines.__file__).parent
MODULES = sorted(FOLDER.glob("*.py"))
# scrapy.exceptions: to drop an item a stage raises Scrapy's DropItem, imported when it comes to that.
ALLOWED = {"pipelines", "newscrawl.items", "scrapy.exceptions"}
ALSO = {"dates.py": {"dateparser"}, "datetext.py": {"dateparser"}}


def imported(path: Path) -> set[str]:
    names: set[str] = set()
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            names.update(alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0, f"{path.name}: relative import"
            names.add(node.module or "")
    return names


@pytest.mark.parametrize("path", MODULES, ids=lambda path: path.stem)
def test_a_text_stage_imports_the_items_and_nothing_else_of_ours(path: Path) -> None:
    foreign = {
        name
        for name in imported(path)
        if name.split(".")[0] not in sys.stdlib_module_names
        and name not in ALLOWED
        and not name.startswith("pipelines.")
        and name.split(".")[0] not in ALSO.get(path.name, set())
    }
    assert foreign == set()


@pytest.mark.parametrize("path", MODULES, ids=lambda path: path.stem)
def test_importing_a_text_stage_loads_no_scrapy(path: Path) -> None:
    module = "pipelines" if path.stem == "__init__" else f"pipelines.{path.stem}"
    program = (
        f"import sys, {module}\n"
        "heavy = {'scrapy', 'twisted', 'trafilatura', 'lxml', 'warcio', 'fastwarc', 'feedparser'}\n"
        "ours = {m for m in sys.modules if m.startswith('newscrawl')} - {'newscrawl', 'newscrawl.items'}\n"
        "print(*sorted(heavy & sys.modules.keys() | ours))"
    )
    done = subprocess.run(
        [sys.executable, "-c", program], cwd=FOLDER.parent, capture_output=True, text=True, check=False
    )
    assert (done.returncode, done.stderr, done.stdout.strip()) == (0, "", "")
