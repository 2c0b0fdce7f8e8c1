"""Write an outlet as the Python of its file, in the project's format."""

from __future__ import annotations

import dataclasses
import json
import re
from datetime import date
from typing import Any

from newscrawl.outlet import Outlet

WIDTH = 110
_INDENT = " " * 4


def class_name(name: str) -> str:
    """Return the name of an outlet's spider class.

    >>> class_name("kabar_baru")
    'KabarBaruSpider'
    """
    return f"{name.title().replace('_', '')}Spider"


def draft(outlet: Outlet) -> str:
    """Return the file of an outlet; what it does not declare is left to the defaults."""
    parts = [*outlet.sources, *outlet.articles, *outlet.selectors]
    names = {type(part).__name__ for part in parts} | {"Outlet"}
    imports = [f"from newscrawl.outlet import {', '.join(sorted(names))}"]
    imports.append("from newscrawl.spider import NewsSpider")
    dated = ["from datetime import date", ""] if outlet.checked else []
    body = _call("Outlet", _fields(outlet, name="name"), 2, "outlet = ")
    lines = [
        f'"""{outlet.title}."""',
        "",
        *dated,
        *imports,
        "",
        "",
        f"class {class_name(outlet.name)}(NewsSpider):",
        f'{_INDENT}"""Crawl {outlet.hosts[0]}."""',
        "",
        f'{_INDENT}name = "{outlet.name}"',
        *body,
    ]
    return "\n".join(lines) + "\n"


def _fields(part: Any, **written: str) -> list[tuple[str, Any]]:
    """Return the fields of a declaration that differ from their defaults; `written` are given as code."""
    found: list[tuple[str, Any]] = []
    for spec in dataclasses.fields(part):
        value = getattr(part, spec.name)
        if spec.name in written:
            found.append((spec.name, _Code(written[spec.name])))
        elif spec.default_factory is dataclasses.MISSING and value != spec.default:
            found.append((spec.name, value))
    return sorted(found, key=lambda pair: pair[0] == "known")  # where a fact is from stands last


class _Code(str):
    """Text that is code already."""

    __slots__ = ()


def _call(name: str, fields: list[tuple[str, Any]], depth: int, before: str = "") -> list[str]:
    """Return a call as lines without the comma after it: one line where it fits."""
    flat = ", ".join(f"{key}={_flat(value)}" for key, value in fields)
    pad = _INDENT * (depth - 1)
    line = f"{pad}{before}{name}({flat})"
    if len(line) < WIDTH and name != "Outlet":
        return [line]
    lines = [f"{pad}{before}{name}("]
    for key, value in fields:
        lines += _argument(key, value, depth)
    return [*lines, f"{pad})"]


def _argument(key: str, value: Any, depth: int) -> list[str]:
    pad = _INDENT * depth
    line = f"{pad}{key}={_flat(value)},"
    if isinstance(value, tuple) and value and dataclasses.is_dataclass(value[0]):
        if len(value) == 1 and len(line) <= WIDTH:
            return [line]
        lines = [f"{pad}{key}=("]
        for part in value:
            call = _call(type(part).__name__, _fields(part), depth + 2)
            lines += [*call[:-1], f"{call[-1]},"]
        return [*lines, f"{pad}),"]
    if isinstance(value, str) and len(line) > WIDTH:
        pieces = _pieces(value, WIDTH - len(pad) - len(key) - 6)
        lines = [f"{pad}{_quoted(piece)}" for piece in pieces]
        return [f"{pad}{key}={_quoted(pieces[0])}", *lines[1:-1], f"{lines[-1]},"]
    return [line]


def _flat(value: Any) -> str:
    if isinstance(value, _Code):
        return str(value)
    if isinstance(value, str):
        return _quoted(value)
    if isinstance(value, date):
        return f"date({value.year}, {value.month}, {value.day})"
    if isinstance(value, tuple):
        return f"({', '.join(map(_flat, value))}{',' if len(value) == 1 else ''})"
    if dataclasses.is_dataclass(value):
        return f"{type(value).__name__}({', '.join(f'{k}={_flat(v)}' for k, v in _fields(value))})"
    return repr(value)


def _quoted(text: str) -> str:
    r"""Write a string: raw where it holds backslashes and raw can hold it.

    >>> _quoted(r"rmol\.id"), _quoted("Kabar Baru")
    ('r"rmol\\.id"', '"Kabar Baru"')
    """
    if "\\" in text and '"' not in text and not text.endswith("\\"):
        return f'r"{text}"'
    return json.dumps(text, ensure_ascii=False)


def _pieces(text: str, width: int) -> list[str]:
    """Cut a long pattern after slashes."""
    pieces = [""]
    for part in re.findall(r"[^/]*/|[^/]+", text):
        if pieces[-1] and len(pieces[-1]) + len(part) > width:
            pieces.append("")
        pieces[-1] += part
    return pieces
