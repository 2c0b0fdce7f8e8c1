"""The download handler as a subclass sees it."""

from __future__ import annotations

from pathlib import Path

from tests.newscrawl.warc.crawls import fetch
from tests.newscrawl.warc.wire import Reply, WireServer
from tests.newscrawl.warc.wire_cases import PAGE, ok


def test_an_endpoint_is_made_for_a_connection_not_for_a_request(tmp_path: Path) -> None:
    server = WireServer({"beras": [Reply(ok(PAGE))], "jagung": [Reply(ok(PAGE), then="close")]})
    urls = ["http://beras.test/harga"] * 3 + ["http://jagung.test/harga"] * 2
    fetched = fetch(
        port=server.port, requests=[{"url": url} for url in urls], settings={"WARC_DIR": str(tmp_path)}
    )
    server.close()
    assert [result["end"] for result in fetched.results] == [200] * 5
    assert fetched.stats["endpoints"] == "3"
