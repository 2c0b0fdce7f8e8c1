from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from newscrawl.fetch.connect import ConnectTo, ConnectToError, destination, is_public, parse_connect_to

CASES = json.loads(Path(__file__).with_name("connect_cases.json").read_text("utf-8"))


@pytest.mark.parametrize(("value", "table"), CASES["read"])
def test_table_is_read_as_curl_reads_it(value: Any, table: list[list[Any]]) -> None:
    assert parse_connect_to(value) == tuple(ConnectTo(*entry) for entry in table)


@pytest.mark.parametrize("entry", CASES["unreadable"])
def test_bad_entry_is_named_in_one_line(entry: str) -> None:
    with pytest.raises(ConnectToError) as error:
        parse_connect_to(["a.id:80:b.id:80", entry])
    assert repr(entry) in str(error.value)
    assert "\n" not in str(error.value)


def test_first_entry_that_fits_decides() -> None:
    table = parse_connect_to("a.id:443:x:1, a.id::y:2, ::z:")
    asked = [("A.id", 443), ("a.id", 80), ("b.id", 80)]
    assert [destination(table, *to).host for to in asked] == ["x", "y", "z"]
    assert destination(table, "b.id", 80).port == 80


def test_entry_that_changes_the_port_only_chooses_no_address() -> None:
    assert not destination(parse_connect_to(":::8080"), "a.id", 80).chosen


@pytest.mark.parametrize("address", CASES["private"])
def test_address_is_not_public(address: str) -> None:
    assert not is_public(address)


@pytest.mark.parametrize("address", CASES["public"])
def test_address_is_public(address: str) -> None:
    assert is_public(address)


@pytest.fixture(scope="module")
def connections(certificate: Any, new_crawls: Any) -> Any:
    file, context = certificate("www.berita.test")
    crawls = new_crawls(
        context,
        names={
            "private.berita.test": "127.0.0.1",
            "metadata.berita.test": "169.254.169.254",
            "127.1": "127.0.0.1",
        },
        environment={"SSL_CERT_FILE": str(file)},
    )
    port = crawls.server.port
    crawls.server.answers["www.berita.test/pergi"] = crawls.page(
        status=302, Location=f"http://private.berita.test:{port}/"
    )
    crawls.add("elsewhere", ["berita.test"], ["https://www.berita.test/a", "http://www.berita.test/b"])
    crawls.add("wrong-name", ["lain.test"], ["https://www.lain.test/"], RETRY_TIMES=0)
    table = f"www.berita.test::127.0.0.1:{port}"
    hosts = [
        "berita.test",
        f"private.berita.test:{port}",
        f"127.0.0.1:{port}",
        f"127.1:{port}",
        f"[::1]:{port}",
    ]
    urls = [
        f"http://private.berita.test:{port}/dns",
        "http://metadata.berita.test/latest/meta-data/",
        f"http://127.0.0.1:{port}/address",
        f"http://127.1:{port}/short",
        f"http://[::1]:{port}/six",
        "http://www.berita.test/pergi",
    ]
    crawls.add("private", hosts, urls, CONNECT_TO=table)
    by_name = f"::private.berita.test:{port}"
    crawls.add("by-name", ["berita.test"], ["http://port.berita.test/"], CONNECT_TO=by_name)
    crawls.add("unknown-name", ["berita.test"], ["http://tiada.berita.test/"], CONNECT_TO="", RETRY_TIMES=0)
    return crawls


def test_connection_goes_elsewhere_and_all_else_goes_by_the_url(connections: Any) -> None:
    pages = connections["elsewhere"]["pages"]
    assert [page["status"] for page in pages.values()] == [200, 200]
    hits = {hit.path: hit for hit in connections.server.hits}
    assert (hits["/a"].host, hits["/a"].sni, hits["/b"].host) == ("www.berita.test",) * 3


def test_certificate_is_checked_against_the_name_in_the_url(connections: Any) -> None:
    assert connections["wrong-name"]["pages"]["https://www.lain.test/"]["error"] == "DownloadFailedError"


def test_private_address_is_refused_also_behind_a_name_or_a_redirect(connections: Any) -> None:
    result = connections["private"]
    assert {page["reason"] for page in result["pages"].values()} == {"private-address"}
    assert len(result["pages"]) == result["stats"]["refused/private-address"] == 6
    assert "retry/count" not in result["stats"]
    reached = {hit.path for hit in connections.server.hits}
    assert not reached & {"/dns", "/address", "/short", "/six", "/back"}


def test_private_address_is_reached_when_the_operator_names_it(connections: Any) -> None:
    assert connections["by-name"]["pages"]["http://port.berita.test/"]["status"] == 200


def test_unknown_name_is_an_error_of_its_own(connections: Any) -> None:
    assert (
        connections["unknown-name"]["pages"]["http://tiada.berita.test/"]["error"] == "CannotResolveHostError"
    )
