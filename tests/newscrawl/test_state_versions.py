"""Article versions, payloads to refer to, validators, files read in."""

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from newscrawl.items import WarcPointer
from newscrawl.state import State, Version
from newscrawl.warc.payloads import RefersTo

FIRST = Version(
    id="rmol.id/437642",
    version=1,
    url="https://rmol.id/politik/read/2020/06/02/437642/judul",
    text_digest="sha256:a",
    payload_digest="sha1:A",
    warc=WarcPointer("a.warc.gz", 1234, 567, "<urn:uuid:1>", "sha1:A"),
    fetched="2020-06-02T03:46:05Z",
    jsonl="rmol.jsonl",
)
SECOND = replace(FIRST, version=2, text_digest="sha256:b", fetched="2020-06-03T03:46:05Z")


@pytest.fixture
def state(tmp_path: Path) -> Iterator[State]:
    with State(tmp_path / "rmol.sqlite") as state:
        yield state


def test_versions_of_an_article(state: State) -> None:
    assert state.latest_version(FIRST.id) is None
    assert state.versions(FIRST.id) == []
    state.add_version(SECOND)
    state.add_version(FIRST)
    state.add_version(FIRST)
    assert state.versions(FIRST.id) == [FIRST, SECOND]
    assert state.latest_version(FIRST.id) == SECOND


def test_a_version_told_again_is_corrected(state: State) -> None:
    moved = replace(FIRST, jsonl="rmol-2.jsonl", warc=replace(FIRST.warc, payload_digest=None))
    state.add_version(FIRST)
    state.add_version(moved)
    assert state.versions(FIRST.id) == [moved]


def test_a_dropped_version_is_forgotten(state: State) -> None:
    state.add_version(FIRST)
    state.add_version(SECOND)
    state.drop_version(FIRST.id, 2)
    assert state.latest_version(FIRST.id) == FIRST


def test_article_id_by_url_or_alias(state: State) -> None:
    assert state.article_id_of(FIRST.url) is None
    state.add_version(FIRST)
    state.add_version(SECOND)
    state.add_alias("https://rmol.id/amp/437642", FIRST.url)
    assert state.article_id_of(FIRST.url) == FIRST.id
    assert state.article_id_of("https://rmol.id/amp/437642") == FIRST.id
    assert state.article_id_of("https://rmol.id/") is None


def test_validators_of_a_source(state: State) -> None:
    assert state.validators("f") == (None, None)
    state.set_validators("f", '"1"', "Tue, 02 Jun 2020 03:46:05 GMT")
    assert state.validators("f") == ('"1"', "Tue, 02 Jun 2020 03:46:05 GMT")
    state.set_validators("f", None, None)
    assert state.validators("f") == (None, None)


def test_a_payload_of_the_same_uri_is_preferred(state: State) -> None:
    assert state.payload("http://a/", "sha1:X") is None
    state.add_payload("http://a/", "sha1:X", "2020-06-02T00:00:00Z", "<urn:uuid:1>", 200)
    state.add_payload("http://b/", "sha1:X", "2020-06-03T00:00:00Z", "<urn:uuid:2>", 200)
    assert state.payload("http://b/", "sha1:X") == RefersTo(
        "http://b/", "2020-06-03T00:00:00Z", "<urn:uuid:2>"
    )
    assert state.payload("http://c/", "sha1:X") == RefersTo(
        "http://a/", "2020-06-02T00:00:00Z", "<urn:uuid:1>"
    )
    assert state.payload("http://a/", "sha1:Y") is None


def test_the_last_capture_is_the_newest_with_status_200(state: State) -> None:
    assert state.last_capture("http://a/") is None
    state.add_payload("http://a/", "sha1:X", "2020-06-03T00:00:00Z", "<urn:uuid:2>", 200)
    state.add_payload("http://a/", "sha1:W", "2020-06-02T00:00:00Z", "<urn:uuid:1>", 200)  # read in late
    state.add_payload("http://a/", "sha1:E", "2020-06-04T00:00:00Z", "<urn:uuid:3>", 503)
    newest = RefersTo("http://a/", "2020-06-03T00:00:00Z", "<urn:uuid:2>")
    assert state.last_capture("http://a/") == newest
    state.add_payload("http://a/", "sha1:X", "2020-06-05T00:00:00Z", "<urn:uuid:4>", 404)  # same body
    assert state.last_capture("http://a/") == newest


def test_the_first_full_capture_stays_the_one_to_refer_to(state: State) -> None:
    state.add_payload("http://a/", "sha1:X", "2020-06-02T00:00:00Z", "<urn:uuid:1>", 200)
    state.add_payload("http://a/", "sha1:X", "2020-06-03T00:00:00Z", "<urn:uuid:2>", 200)
    first = RefersTo("http://a/", "2020-06-02T00:00:00Z", "<urn:uuid:1>")
    assert state.payload("http://a/", "sha1:X") == first


def test_a_page_that_goes_back_to_an_earlier_text(state: State) -> None:
    first = RefersTo("http://a/", "2020-06-02T00:00:00Z", "<urn:uuid:1>")
    state.add_payload("http://a/", "sha1:X", first.date, first.record_id, 200)
    state.add_payload("http://a/", "sha1:Y", "2020-06-03T00:00:00Z", "<urn:uuid:2>", 200)
    state.add_payload("http://a/", "sha1:X", "2020-06-04T00:00:00Z", "<urn:uuid:3>", 200, refers_to=first)
    assert state.last_capture("http://a/") == first


def test_a_revisit_of_another_uris_payload(state: State) -> None:
    first = RefersTo("http://a/", "2020-06-02T00:00:00Z", "<urn:uuid:1>")
    state.add_payload("http://a/", "sha1:X", first.date, first.record_id, 200)
    state.add_payload("http://b/", "sha1:X", "2020-06-04T00:00:00Z", "<urn:uuid:3>", 200, refers_to=first)
    assert state.last_capture("http://b/") == first
    assert state.payload("http://b/", "sha1:X") == first


def test_files_already_read_in(state: State) -> None:
    for file in ("b.warc.gz", "a.warc.gz", "b.warc.gz"):
        state.set_reconciled(file)
    assert state.reconciled() == {"a.warc.gz", "b.warc.gz"}
