"""Python's search for cycles of objects, left out where none are made."""

from __future__ import annotations

import gc
from collections.abc import Iterator
from contextlib import contextmanager

__all__ = ["no_collector"]


@contextmanager
def no_collector() -> Iterator[None]:
    """Leave out the search for cycles, as a context or a decorator: making many objects sets it off often.

    Only for what makes no cycles; all else is freed as ever, when nothing refers to it.

    >>> with no_collector():
    ...     gc.isenabled()
    False
    """
    was_on = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if was_on:
            gc.enable()
