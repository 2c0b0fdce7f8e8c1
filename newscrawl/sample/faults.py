"""What can be made to go wrong at the sample newsroom."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Literal

Action = Literal["fail", "challenge", "slow", "cut", "drip"]


@dataclass(slots=True)
class Fault:
    """Something that goes wrong for requests to `host` (any, when `None`) whose path and query `path` finds.

    `times` counts down to nothing; `None` lasts until healed.
    `fail` answers `status` (with Retry-After when given), `challenge` a block page of a `kind` with status
    200, `slow` waits `seconds` before the answer, `drip` sends a byte every `seconds`, `cut` closes the
    connection in the middle of the body.
    """

    action: Action
    host: str | None = None
    path: re.Pattern[str] | None = None
    times: int | None = None
    status: int = 503
    retry_after: str | None = None
    kind: str = "browser"
    seconds: float = 1.0

    def applies(self, host: str, target: str) -> bool:
        """Whether a request meets this fault now."""
        return (
            self.times != 0
            and self.host in {None, host}
            and (self.path is None or self.path.search(target) is not None)
        )

    def use(self) -> None:
        """Count one request that met the fault."""
        if self.times:
            self.times -= 1
