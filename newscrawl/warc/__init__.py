"""Record what a Scrapy project fetches, as WARC. See docs/warc.md."""

from newscrawl.warc.addon import Addon
from newscrawl.warc.payloads import MemoryPayloads, Payloads, RefersTo
from newscrawl.warc.recovery import Recovered, recover
from newscrawl.warc.writer import WarcWriteError

__all__ = ["Addon", "MemoryPayloads", "Payloads", "Recovered", "RefersTo", "WarcWriteError", "recover"]
