"""The state is a view: told the same events again, in the same file or a fresh one, it is the same."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, rule

from newscrawl.items import WarcPointer
from newscrawl.state import Sighting, State, Version
from newscrawl.state.rows import COLUMNS
from newscrawl.state.schedule import Row

START = datetime(2020, 6, 2, 3, 46, 5, tzinfo=UTC)
REVISITS = (timedelta(days=1), timedelta(days=7))
Event = Callable[[State], object]

urls = st.sampled_from(["a", "b", "a?x", "amp/b"])
times = st.integers(0, 60 * 24).map(lambda hours: START + timedelta(hours=hours))
reasons = st.sampled_from(["timeout", "http-503"])
hints = st.sampled_from([None, "2020-06-01", "2020-05-31T23:30:00+07:00", "kemarin"])
validators = st.sampled_from([None, '"1"', '"2"'])
pointers = st.none() | st.builds(
    WarcPointer,
    st.sampled_from(["a.warc.gz", "b.warc.gz"]),
    st.integers(0, 3),
    st.just(1),
    st.just("<urn:uuid:1>"),
)
sightings = st.builds(
    Sighting,
    urls,
    st.sampled_from(["feed", "list"]),
    hints,
    st.sampled_from([None, "politik"]),
    st.sampled_from([None, "a?x", "amp/b"]),
)


class Twice(RuleBasedStateMachine):
    """Tell each event twice; at the end tell all of them again, and once more to a fresh state."""

    def __init__(self) -> None:
        super().__init__()
        self.state = State(Path(":memory:"))
        self.archived: list[Event] = []  # the events that records show
        self.all: list[Event] = []

    def tell(self, event: Event, *, recorded: bool = True) -> None:
        event(self.state)
        once = list(self.state.dump())
        event(self.state)
        assert list(self.state.dump()) == once
        self.all.append(event)
        if recorded:
            self.archived.append(event)

    @rule(page=st.lists(sightings, max_size=4), now=times)
    def found(self, page: list[Sighting], now: datetime) -> None:
        self.tell(lambda state: state.found(page, now=now))

    @rule(url=urls, at=times, status=st.sampled_from([200, 200, 304, 503]), pointer=pointers, etag=validators)
    def fetched(self, url: str, at: datetime, **answer: Any) -> None:
        self.tell(lambda state: state.fetched(url, at=at, **answer))

    @rule(url=urls, at=times)
    def done(self, url: str, at: datetime) -> None:
        self.tell(lambda state: state.done(url, at=at, revisit_after=REVISITS))

    @rule(url=urls, at=times, reason=reasons, for_good=st.booleans(), recorded=st.booleans())
    def failed(self, url: str, at: datetime, reason: str, for_good: bool, recorded: bool) -> None:
        if self.state._rows("SELECT 1 FROM failure WHERE at = ?", (int(at.timestamp()),)):
            return  # two attempts in one second: the one that is kept may be the one without a record
        self.tell(
            lambda state: state.failed(url, at=at, reason=reason, for_good=for_good, recorded=recorded),
            recorded=recorded,
        )

    @rule(url=urls, at=times)
    def gone(self, url: str, at: datetime) -> None:
        self.tell(lambda state: state.gone(url, at=at, reason="http-404"))

    @rule(alias=urls, url=urls)
    def alias(self, alias: str, url: str) -> None:
        self.tell(lambda state: state.add_alias(alias, url))

    @rule(url=urls, number=st.integers(1, 3), file=st.sampled_from(["1.jsonl", "2.jsonl"]))
    def version(self, url: str, number: int, file: str) -> None:
        version = Version(url, number, url, "t", None, WarcPointer("a", 1, 2, "<r>"), "2020", file)
        self.tell(lambda state: state.add_version(version))

    @rule(uri=urls, digest=st.sampled_from("XY"), day=st.integers(1, 9), status=st.sampled_from([200, 404]))
    def payload(self, uri: str, digest: str, day: int, status: int) -> None:
        self.tell(lambda state: state.add_payload(uri, digest, f"2020-06-0{day}", f"<{day}>", status))

    @rule(source=st.sampled_from(["feed", "other"]), etag=validators)
    def validators(self, source: str, etag: str | None) -> None:
        self.tell(lambda state: state.set_validators(source, etag, None))

    @invariant()
    def rows_make_sense(self) -> None:
        for columns in self.state._rows(f"SELECT {COLUMNS} FROM url"):
            row = Row(*columns)
            assert row.next_try is None or row.next_try == 0 or row.next_try > row.settled
            assert (row.next_try == 0) <= (row.state in {"found", "fetched"})
            assert (row.state == "done") <= (row.done is not None)
            assert (row.state == "failed") <= (row.attempts > 0)
        for day in self.state.coverage(None, None):
            assert day.listed == day.extracted + day.failed + day.gone + day.pending
            assert sum(day.reasons.values()) == day.listed - day.extracted

    def teardown(self) -> None:
        lost = list(self.state.dump())
        with State(Path(":memory:")) as rebuilt:
            for event in self.archived:
                event(rebuilt)
            assert list(rebuilt.dump()) == lost
        for event in self.all:
            event(self.state)
        assert list(self.state.dump()) == lost
        self.state.close()


TestTwice = Twice.TestCase
TestTwice.settings = settings(
    max_examples=40, stateful_step_count=20, deadline=None, suppress_health_check=[HealthCheck.too_slow]
)


def test_what_no_record_shows_is_left_out_of_the_dump(tmp_path: Path) -> None:
    with State(tmp_path / "lost.sqlite") as lost, State(tmp_path / "rebuilt.sqlite") as rebuilt:
        for state in (lost, rebuilt):
            state.found([Sighting("a", "feed")], now=START)
            state.failed("a", at=START + timedelta(hours=1), reason="http-503")
        lost.failed("a", at=START + timedelta(hours=2), reason="timeout", recorded=False)
        lost.set_reconciled("a.warc.gz")
        assert list(lost.dump()) == list(rebuilt.dump())
        rebuilt.failed("a", at=START + timedelta(hours=2), reason="http-503")
        assert list(lost.dump()) != list(rebuilt.dump())
