"""The control port: a test reads the request log there and makes things happen. JSON over HTTP."""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from datetime import UTC, date, datetime
from itertools import islice
from typing import Any, Final
from urllib.parse import parse_qs, urlsplit

from newscrawl.sample.faults import Action, Fault
from newscrawl.sample.outlets import OUTLETS
from newscrawl.sample.service import Reply, Request, Service, as_dict
from newscrawl.sample.wire import head


class ControlError(ValueError):
    """A wish that cannot be granted; the message is one line."""


class Control:
    """Carries out the verbs; each takes keyword arguments and returns what JSON can hold."""

    def __init__(self, service: Service) -> None:
        self.service = service
        self.newsroom = service.site.newsroom

    def handle(self, request: Request, _now: float) -> Reply:
        """Answer a request to the control port: GET /log, GET /status, POST /control."""
        url = urlsplit(request.target)
        try:
            if request.method == "POST" and url.path == "/control":
                answer = self.run(json.loads(request.body))
            elif url.path == "/log":
                answer = self.read_log(int(parse_qs(url.query).get("since", ["0"])[-1]))
            elif url.path == "/status":
                answer = self.status()
            else:
                raise ControlError(f"there is no {request.method} {url.path} here")
        except (ControlError, KeyError, TypeError, ValueError, re.error) as error:
            return _json_reply(400, {"error": str(error).splitlines()[0] if str(error) else repr(error)})
        return _json_reply(200, answer)

    def run(self, wish: dict[str, Any]) -> dict[str, Any]:
        """Carry out `{"verb": NAME, …}`."""
        arguments = dict(wish)
        verb = arguments.pop("verb", None)
        if verb not in VERBS:
            raise ControlError(f"no verb {verb!r}: one of {', '.join(VERBS)}")
        answer = VERBS[verb](self, **arguments)
        self.service.changed()
        return answer

    def read_log(self, since: int = 0) -> dict[str, Any]:
        """Return the requests after the first `since`, and the number to ask from next time."""
        service = self.service
        dropped = service.logged - len(service.log)
        entries = islice(service.log, max(0, since - dropped), None)
        return {"log": [as_dict(e) for e in entries], "next": service.logged}

    def status(self) -> dict[str, Any]:
        """Return the newsroom's day and how much it has."""
        return {
            "today": self.newsroom.today.isoformat(),
            "articles": {name: self.newsroom.count(name) for name in OUTLETS},
            "requests": self.service.logged,
            "faults": len(self.service.faults),
        }

    def reset(self) -> dict[str, Any]:
        """Empty the log; flaky pages fail once again."""
        self.service.reset()
        return self.status()

    def change(self, outlet: str, index: int | None = None, special: str | None = None) -> dict[str, Any]:
        """Change the text of an article, given by number or special case."""
        article = self.newsroom.change(outlet, self._index(outlet, index, special), at=datetime.now(UTC))
        return {"url": article.url, "revision": article.revision}

    def touch(self, outlet: str, index: int | None = None, special: str | None = None) -> dict[str, Any]:
        """Change the page around an article."""
        article = self.newsroom.touch(outlet, self._index(outlet, index, special), at=datetime.now(UTC))
        return {"url": article.url, "touched": article.touched}

    def publish(self, outlet: str, count: int = 1, at: str | None = None) -> dict[str, Any]:
        """Publish new articles."""
        moment = datetime.fromisoformat(at) if at else None
        if moment and moment.tzinfo is None:
            raise ControlError("`at` needs an offset, as in 2026-11-20T10:00:00+07:00")
        return {"urls": [article.url for article in self.newsroom.publish(outlet, count, at=moment)]}

    def today(self, day: str) -> dict[str, Any]:
        """Let the days go by until `day`."""
        self.newsroom.shift_today(date.fromisoformat(day))
        return self.status()

    def redesign(self, outlet: str, *, bare: bool = False, undo: bool = False) -> dict[str, Any]:
        """Change the template's class names; `bare` takes the metadata away too."""
        if outlet not in OUTLETS:
            raise ControlError(f"no outlet {outlet!r}")
        site = self.service.site
        site.redesigned.discard(outlet) if undo else site.redesigned.add(outlet)
        site.bare.add(outlet) if bare and not undo else site.bare.discard(outlet)
        return {"redesigned": sorted(site.redesigned)}

    def crawl_delay(self, seconds: float) -> dict[str, Any]:
        """Say another Crawl-delay in robots.txt."""
        self.service.site.crawl_delay = float(seconds)
        return {"crawl_delay": self.service.site.crawl_delay}

    def fault(self, action: Action, path: str | None = None, **rest: Any) -> dict[str, Any]:
        """Make something go wrong (see `Fault`); `path` is a regular expression."""
        if rest.get("retry_after") is not None:
            rest["retry_after"] = str(rest["retry_after"])
        self.service.faults.append(Fault(action, path=re.compile(path) if path else None, **rest))
        return {"faults": len(self.service.faults)}

    def heal(self) -> dict[str, Any]:
        """Take all faults back."""
        self.service.faults.clear()
        return {"faults": 0}

    def _index(self, outlet: str, index: int | None, special: str | None) -> int:
        if (index is None) == (special is None):
            raise ControlError("name an article by `index` or by `special`")
        return index if index is not None else self.newsroom.special(outlet, special or "").index


VERBS: Final[dict[str, Callable[..., dict[str, Any]]]] = {
    "reset": Control.reset,
    "change": Control.change,
    "touch": Control.touch,
    "publish": Control.publish,
    "today": Control.today,
    "redesign": Control.redesign,
    "crawl_delay": Control.crawl_delay,
    "fail": lambda c, **k: c.fault("fail", **k),
    "challenge": lambda c, **k: c.fault("challenge", **k),
    "slow": lambda c, **k: c.fault("slow", **k),
    "drip": lambda c, **k: c.fault("drip", **k),
    "cut": lambda c, **k: c.fault("cut", **k),
    "heal": Control.heal,
}


def _json_reply(status: int, answer: dict[str, Any]) -> Reply:
    body = json.dumps(answer, ensure_ascii=False).encode()
    return Reply(
        head(status, [("Content-Type", "application/json"), ("Content-Length", str(len(body)))]), body
    )
