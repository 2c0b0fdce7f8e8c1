"""Check a value against the schema of a line: as much of JSON Schema as `items.json_schema` makes."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import datetime
from typing import Any

Check = Callable[[Any], Iterator[str]]

_TYPES: dict[str, type | tuple[type, ...]] = {
    "string": str,
    "integer": int,
    "number": (int, float),
    "boolean": bool,
    "null": type(None),
    "object": dict,
    "array": list,
}


def compile_schema(schema: dict[str, Any]) -> Check:
    """Return a function that yields what is wrong with a value, nothing when it fits.

    >>> check = compile_schema({"type": "object", "properties": {"a": {"type": ["integer", "null"]}},
    ...     "required": ["a"], "additionalProperties": False})
    >>> list(check({"a": None})), list(check({"a": "1", "b": 2}))
    ([], ['b: not in the schema', 'a: not integer or null'])
    """
    checks: list[Check] = []
    if "const" in schema:
        checks.append(_one_of([schema["const"]]))
    if "enum" in schema:
        checks.append(_one_of(schema["enum"]))
    if "anyOf" in schema:
        checks.append(_any_of([compile_schema(option) for option in schema["anyOf"]]))
    if "type" in schema:
        checks.append(_typed(schema["type"]))
    if schema.get("format") == "date-time":
        checks.append(_is_time)
    if "items" in schema:
        checks.append(_items(compile_schema(schema["items"])))
    if schema.get("type") == "object":
        checks.append(_properties(schema))
    return checks[0] if len(checks) == 1 else _all_of(checks)


def _all_of(checks: list[Check]) -> Check:
    def check(value: Any) -> Iterator[str]:
        for each in checks:
            problems = list(each(value))
            if problems:  # of the wrong type: the rest says nothing
                yield from problems
                return

    return check


def _typed(names: str | list[str]) -> Check:
    names = [names] if isinstance(names, str) else names
    types = tuple(kind for name in names for kind in _as_tuple(_TYPES[name]))
    words = " or ".join(names)

    def check(value: Any) -> Iterator[str]:
        if not isinstance(value, types) or (isinstance(value, bool) and bool not in types):
            yield f"not {words}"

    return check


def _as_tuple(kinds: type | tuple[type, ...]) -> tuple[type, ...]:
    return kinds if isinstance(kinds, tuple) else (kinds,)


def _one_of(values: list[Any]) -> Check:
    def check(value: Any) -> Iterator[str]:
        if value not in values or isinstance(value, bool):
            yield f"not one of {', '.join(map(repr, values))}"

    return check


def _any_of(options: list[Check]) -> Check:
    def check(value: Any) -> Iterator[str]:
        problems = [next(option(value), None) for option in options]
        if None not in problems:
            yield str(problems[0])

    return check


def _is_time(value: Any) -> Iterator[str]:
    if not isinstance(value, str):
        return
    try:
        zone = datetime.fromisoformat(value).tzinfo
    except ValueError:
        zone = None
    if zone is None:
        yield "no time with a zone"


def _items(one: Check) -> Check:
    def check(value: Any) -> Iterator[str]:
        for number, item in enumerate(value if isinstance(value, list) else ()):
            yield from (f"{number}: {problem}" for problem in one(item))

    return check


def _properties(schema: dict[str, Any]) -> Check:
    known = {name: compile_schema(each) for name, each in schema.get("properties", {}).items()}
    required = schema.get("required", [])
    others = schema.get("additionalProperties", True)
    other = compile_schema(others) if isinstance(others, dict) else None

    def check(value: Any) -> Iterator[str]:
        if not isinstance(value, dict):
            return
        yield from (f"{name}: missing" for name in required if name not in value)
        for name in value.keys() - known.keys():
            if other:
                yield from (f"{name}: {problem}" for problem in other(value[name]))
            elif others is False:
                yield f"{name}: not in the schema"
        for name, one in known.items():
            if name in value:
                yield from (f"{name}: {problem}" for problem in one(value[name]))

    return check
