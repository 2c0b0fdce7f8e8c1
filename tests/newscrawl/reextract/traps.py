"""A text stage that hangs or kills its process at articles whose title has a certain word."""

from __future__ import annotations

import os
import signal
import time

from newscrawl.items import Article
from pipelines import Stage


class Trap(Stage):
    def process_item(self, item: Article) -> Article:
        title = item.title or ""
        if os.environ.get("TRAP_HANG", "-") in title:
            while True:
                time.sleep(1)
        if os.environ.get("TRAP_KILL", "-") in title:
            os.kill(os.getpid(), signal.SIGKILL)
        if os.environ.get("TRAP_RAISE", "-") in title:
            raise ValueError(title)
        return item
