"""The project's commands, each in a module of its name."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path


def commands_module(words: Iterable[str]) -> str:
    """Return what Scrapy has to load for a command line: the command's module, or all for another's.

    Scrapy loads whatever it is given before it looks which one is called; all take longer than most do.

    >>> commands_module(["-v", "verify", "rmol"]), commands_module(["list"])
    ('newscrawl.commands.verify', 'newscrawl.commands')
    """
    name = next((word for word in words if not word.startswith("-")), "")
    is_ours = name.replace("-", "").isidentifier() and Path(__file__).with_name(f"{name}.py").exists()
    return f"{__name__}.{name}" if is_ours else __name__
