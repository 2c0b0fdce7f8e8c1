"""Crawl and archive Indonesian news."""

from importlib.metadata import PackageNotFoundError, version

try:
    __version__ = version("newscrawl")
except PackageNotFoundError:  # run from a checkout that was never installed
    __version__ = "0.1.0"
