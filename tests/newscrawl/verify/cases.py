"""Kinds of damage as data: what is done to a data folder, what must be found, whether repair mends it all.

`found` are exactly the kinds of damage that are told; with `more`, at least these. In most cases there is
no manifest, so that the other checks must find it by themselves.
"""

from __future__ import annotations

import hashlib
import json
import re
import shutil
from collections.abc import Callable
from dataclasses import dataclass

from newscrawl.forget.log import Entry, append
from newscrawl.forget.plan import Plan, save
from tests.newscrawl.verify.damage import Folder, Rec, records, sha1

Harm = Callable[[Folder], object]


@dataclass(frozen=True)
class Case:
    name: str
    harm: Harm
    found: str = ""
    mends: bool = False
    more: bool = False
    notes: str = ""
    manifest: bool = False  # there is one, of before

    @property
    def extracts(self) -> bool:
        """Whether lines have to be extracted again to find it."""
        return "line.extraction" in self.found or "line.other-software" in self.notes or not self.found


def last(f: Folder) -> list[Rec]:
    """Return the response (a 304) and the request at the end of the archive."""
    return records(f.warcs[-1])[-2:]


def sub(old: bytes, new: bytes) -> Callable[[bytes], bytes]:
    return lambda plain: re.sub(old, new, plain, count=1)


def robots(f: Folder) -> Rec:
    return f.find("response")


def of_request(old: bytes, new: bytes) -> Harm:
    return lambda f: f.rewrite(f.request(), sub(old, new))


def of_page(old: bytes, new: bytes) -> Harm:
    return lambda f: f.rewrite(f.page(), sub(old, new))


def revisit(f: Folder, profile: str) -> Rec:
    return f.find("revisit", lambda rec: rec.field("WARC-Profile").endswith(profile))


def payload_and_block_digest(f: Folder) -> None:
    def change(plain: bytes) -> bytes:
        head, _, block = plain.partition(b"\r\n\r\n")
        block = block[:-5] + bytes([block[-5] ^ 1])
        return re.sub(rb"(Block-Digest: )\S+", rb"\1" + sha1(block), head) + b"\r\n\r\n" + block + b"\r\n\r\n"

    f.rewrite(f.page(), change)


def remove(f: Folder, rec: Rec) -> None:
    data = rec.path.read_bytes()
    rec.path.write_bytes(data[: rec.start] + data[rec.end :])


def no_warcinfo(f: Folder) -> None:
    new = f.warcs[0].with_name("rmol-20300101T000000000000Z-00000000.warc.gz")
    new.write_bytes(b"".join(rec.path.read_bytes()[rec.start : rec.end] for rec in last(f)))


def forged(f: Folder) -> None:
    line = f.lines(0)[f.plain]
    words = " ".join(f"{line['title']}\nLain sama sekali.".split())
    digest = "sha256:" + hashlib.sha256(words.encode()).hexdigest()
    f.edit_line(text="Lain sama sekali.", text_digest=digest)


def swap_lines(f: Folder) -> None:
    lines = f.jsonls[0].read_bytes().splitlines(keepends=True)
    twins = [line for line in lines if lines.count(line) == 1][:2]
    f.jsonls[0].write_bytes(b"".join([twins[1], twins[0], *lines[2:]]))


def revised(f: Folder) -> int:
    """Return the place of the first version of an article that has a second one."""
    second = next(line["id"] for line in f.lines(1) if line["version"] == 2)
    return next(place for place, line in enumerate(f.lines(0)) if line["id"] == second)


def reopen(path_of: Callable[[Folder], object], tail: bytes = b"") -> Harm:
    def harm(f: Folder) -> None:
        path = f.warcs[-1] if path_of is warc else f.jsonls[-1]
        f.append(path, tail)
        path.rename(f"{path}.open")
        f.sql("DELETE FROM reconciled")  # as after a kill: the run had no time to note its files

    return harm


def warc(f: Folder) -> object:
    return f.warcs[-1]


def jsonl(f: Folder) -> object:
    return f.jsonls[-1]


def other_versions(lines: list[dict[str, object]]) -> None:
    lines[0]["extraction"]["versions"] = {"newscrawl": "0.0.9"}  # type: ignore[index]


def hole(f: Folder) -> None:
    data = f.warcs[0].read_bytes()
    f.warcs[0].write_bytes(data[:9000] + data[9100:])


def manifest_lines(f: Folder, change: Callable[[list[bytes]], list[bytes]]) -> None:
    lines = f.manifest.read_bytes().splitlines(keepends=True)
    f.manifest.write_bytes(b"".join(change(lines)))


def gone_entry(lines: list[bytes]) -> list[bytes]:
    entry = json.loads(lines[0]) | {"file": "warc/rmol/rmol-hilang.warc.gz"}
    return [*lines, json.dumps(entry).encode() + b"\n"]


def note_forgotten(f: Folder) -> None:
    """Note that the article of the plain line was forgotten."""
    key = f.lines(0)[f.plain]["id"]
    append(f.data, f.outlet, [Entry(key, (key,), "2026-11-28T08:36:36Z", "uji")])


CASES = [
    Case("nothing", lambda f: None),
    # The end of a WARC file
    Case(
        "half a record appended",
        lambda f: f.append(f.warcs[0], f.warcs[0].read_bytes()[:150]),
        "warc.torn",
        True,
    ),
    Case(
        "cut inside the last response",
        lambda f: f.truncate(f.warcs[-1], last(f)[0].start + 99),
        "warc.torn",
        True,
    ),
    Case(
        "cut inside the last response, manifest kept",
        lambda f: f.truncate(f.warcs[-1], last(f)[0].start + 99),
        "warc.torn manifest.size",
        True,
        manifest=True,
    ),
    Case(
        "one byte missing at the end",
        lambda f: f.truncate(f.warcs[-1], last(f)[1].end - 1),
        "warc.torn pair.no-request",
    ),
    Case(
        "the last bytes never reached the disk",
        lambda f: f.patch(
            f.warcs[-1], last(f)[0].start + 99, b"\0" * (last(f)[1].end - last(f)[0].start - 99)
        ),
        "warc.torn",
        True,
    ),
    Case("zeros at the end", lambda f: f.append(f.warcs[0], b"\0" * 5000), "warc.trailing", True),
    Case(
        "an error message at the end",
        lambda f: f.append(f.warcs[0], b"No space left on device\n"),
        "warc.trailing",
        True,
    ),
    Case(
        "zeros at the end, manifest kept",
        lambda f: f.append(f.warcs[0], b"\0" * 50),
        "warc.trailing manifest.size",
        True,
        manifest=True,
    ),
    Case("the last request missing", lambda f: f.truncate(f.warcs[-1], last(f)[1].start), "pair.no-request"),
    Case(
        "the last exchange missing",
        lambda f: f.truncate(f.warcs[-1], last(f)[0].start),
        "manifest.size",
        manifest=True,
    ),
    # Damage inside
    Case(
        "a bit of a response",
        lambda f: f.flip(f.page().path, f.page().end - 400),
        "warc.damaged line.no-record state.payload",
        more=True,
    ),
    Case("a bit of a request", lambda f: f.flip(f.request().path, f.request().start + 60), "warc.damaged"),
    Case("a CRC", lambda f: f.flip(f.request().path, f.request().end - 8), "warc.damaged"),
    Case("a member's size", lambda f: f.flip(f.request().path, f.request().end - 4), "warc.damaged"),
    Case("a gzip magic", lambda f: f.patch(f.request().path, f.request().start, b"XY"), "warc.damaged"),
    Case("a bit of the last record", lambda f: f.flip(f.warcs[-1], last(f)[1].start + 60), "warc.damaged"),
    Case("a sector of zeros", lambda f: f.patch(f.warcs[0], 4096, b"\0" * 512), "warc.damaged", more=True),
    Case("a hole", hole, "warc.damaged line.pointer", more=True),
    Case("a response missing", lambda f: remove(f, last(f)[0]), "pair.no-response"),
    # Whole files
    Case(
        "an empty WARC file",
        lambda f: f.warcs[0].with_name("rmol-0.warc.gz").touch(),
        "warc.empty",
        notes="state.unread",
    ),
    Case("no warcinfo", no_warcinfo, "warc.warcinfo record.id-twice", notes="state.unread"),
    Case(
        "a WARC file renamed",
        lambda f: f.warcs[0].rename(f.warcs[0].with_name("rmol-lama.warc.gz")),
        "warc.name line.pointer state.record",
        notes="state.unread",
    ),
    Case(
        "text for a WARC file",
        lambda f: f.warcs[0].with_name("rmol-1.warc.gz").write_text("<html>"),
        "warc.damaged",
    ),
    Case(
        "a WARC file gone",
        lambda f: f.warcs[0].unlink(),
        "manifest.gone line.no-record",
        more=True,
        manifest=True,
    ),
    Case(
        "a WARC file twice",
        lambda f: shutil.copy(f.warcs[0], f.warcs[0].with_name("rmol-2.warc.gz")),
        "record.id-twice warc.name",
    ),
    # Records
    Case("another WARC version", of_request(rb"WARC/1.1", b"WARC/9.9"), "record.version"),
    Case(
        "no version line", of_request(rb"WARC/1.1\r\n", b""), "record.version record.headers pair.no-request"
    ),
    Case("a header without colon", of_request(rb"WARC-IP-Address:", b"WARC-IP-Address"), "record.headers"),
    Case("no record id", of_request(rb"WARC-Record-ID: \S+\r\n", b""), "record.headers"),
    Case(
        "Content-Length too small",
        of_request(rb"(Content-Length: )\d+", rb"\g<1>9"),
        "record.end record.block-digest",
    ),
    Case("Content-Length too large", of_request(rb"(Content-Length: )\d+", rb"\g<1>99999"), "record.length"),
    Case("Content-Length in words", of_request(rb"(Content-Length: )\d+", rb"\g<1>banyak"), "record.headers"),
    Case("no CRLF at the end", of_request(rb"\r\n\r\n\Z", b""), "record.end"),
    Case("bare line feeds at the end", of_request(rb"\r\n\r\n\Z", b"\n\n"), "record.end"),
    Case("two records in a member", lambda f: f.rewrite(revisit(f, "digest"), lambda p: p + p), "record.end"),
    Case(
        "a date that is none", of_request(rb"(WARC-Date: \d{4})-\d\d", rb"\1-13"), "record.date pair.differs"
    ),
    Case("another block", of_request(rb"(?s)(.*)\r\nHost: ", rb"\1\r\nHest: "), "record.block-digest"),
    Case(
        "another block digest", of_request(rb"(Block-Digest: sha1:)....", rb"\1AAAA"), "record.block-digest"
    ),
    Case(
        "another payload under a right block digest",
        payload_and_block_digest,
        "record.payload-digest line.damaged-record",
    ),
    Case(
        "another payload digest",
        of_page(rb"(Payload-Digest: sha1:)....", rb"\1AAAA"),
        "record.payload-digest line.damaged-record line.payload-digest",
        more=True,
    ),
    Case("no block digest", of_request(rb"WARC-Block-Digest: \S+\r\n", b""), "record.digest-form"),
    Case("a digest of unknown kind", of_request(rb"(Block-Digest: )sha1", rb"\1crc9"), "record.digest-form"),
    Case("half a digest", of_request(rb"(Block-Digest: sha1:........)\S+", rb"\1"), "record.digest-form"),
    Case("a blank in a digest", of_request(rb"(Block-Digest: sha1:)", rb"\1 "), "record.digest-form"),
    Case(
        "an id twice",
        lambda f: f.rewrite(
            f.request(), sub(rb"(Record-ID: )\S+", rb"\1" + last(f)[1].field("WARC-Record-ID").encode())
        ),
        "record.id-twice",
    ),
    Case(
        "a request of another response",
        of_request(rb"(Concurrent-To: <urn:uuid:)....", rb"\1aaaa"),
        "pair.no-request pair.no-response",
    ),
    Case(
        "a request for another URL",
        of_request(rb"(Target-URI: https://rmol.id/)robots", rb"\1robot"),
        "pair.differs",
    ),
    # Revisits
    Case(
        "a revisit of nothing",
        lambda f: f.rewrite(last(f)[0], sub(rb"(Refers-To: <urn:uuid:)....", rb"\1aaaa")),
        "refers.missing",
    ),
    Case(
        "a revisit without target",
        lambda f: f.rewrite(last(f)[0], sub(rb"WARC-Refers-To: \S+\r\n", b"")),
        "refers.missing",
    ),
    Case(
        "a revisit of another time",
        lambda f: f.rewrite(last(f)[0], sub(rb"(Refers-To-Date: )\d{4}", rb"\g<1>1999")),
        "refers.differs",
    ),
    Case(
        "a revisit of another URL",
        lambda f: f.rewrite(last(f)[0], sub(rb"(Refers-To-Target-URI: \S+?)rmol", rb"\1rmal")),
        "refers.differs",
    ),
    Case(
        "a revisit of another payload",
        lambda f: f.rewrite(revisit(f, "digest"), sub(rb"(Payload-Digest: sha1:)....", rb"\1AAAA")),
        "refers.differs",
        more=True,
    ),
    # Lines
    Case(
        "half a line appended", lambda f: f.append(f.jsonls[0], b'{"schema":1,"id":"rm'), "jsonl.torn", True
    ),
    Case(
        "cut inside the last line",
        lambda f: f.truncate(f.jsonls[-1], f.jsonls[-1].stat().st_size - 9),
        "jsonl.torn state.version",
        True,
        more=True,
    ),
    Case(
        "a line that is no JSON",
        lambda f: f.patch(f.jsonls[0], 10, b"}"),
        "line.json state.version",
        more=True,
    ),
    Case(
        "a line that is no UTF-8",
        lambda f: f.patch(f.jsonls[0], 14, b"\xff\xfe"),
        "line.json state.version",
        more=True,
    ),
    Case("an empty line", lambda f: f.append(f.jsonls[0], b"\n"), "line.json"),
    Case("a list for a line", lambda f: f.append(f.jsonls[0], b"[]\n"), "line.json"),
    Case("a key missing", lambda f: f.edit(lambda lines: lines[0].pop("dateline")), "line.schema"),
    Case("a key too many", lambda f: f.edit_line(score=3), "line.schema"),
    Case("a value of another type", lambda f: f.edit_line(tags="politik"), "line.schema"),
    Case("a time without zone", lambda f: f.edit_line(published="2026-11-21T10:00:00"), "line.schema"),
    Case("a line of another schema", lambda f: f.edit_line(schema=2), "line.schema"),
    Case("another text", lambda f: f.edit_line(text="Bukan ini."), "line.text-digest"),
    Case("another text with its digest", forged, "line.extraction state.differs"),
    Case("another author", lambda f: f.edit_line(authors=["Bukan Dia"]), "line.extraction"),
    Case("another offset", lambda f: f.edit_pointer(offset=3), "line.pointer state.differs"),
    Case("another length", lambda f: f.edit_pointer(length=3), "line.pointer state.differs"),
    Case("another file", lambda f: f.edit_pointer(file=f.warcs[-1].name), "line.pointer state.differs"),
    Case(
        "another record",
        lambda f: f.edit_pointer(record_id="<urn:uuid:0>"),
        "line.no-record state.differs",
        more=True,
    ),
    Case(
        "the request's record",
        lambda f: f.edit_pointer(record_id=f.request().field("WARC-Record-ID")),
        "line.pointer line.payload-digest state.differs",
        more=True,
    ),
    Case(
        "another payload digest in the line",
        lambda f: f.edit_pointer(payload_digest="sha1:A"),
        "line.payload-digest state.differs",
    ),
    Case(
        "another time of fetching",
        lambda f: f.edit_line(fetched="2020-01-01T00:00:00Z"),
        "line.fetched state.differs line.extraction",
    ),
    Case("another outlet", lambda f: f.edit_line(outlet="sosok"), "line.outlet"),
    Case(
        "another id",
        lambda f: f.edit_line(id="rmol-0000000000000000"),
        "line.id state.line state.version",
    ),
    Case("a line twice", lambda f: f.edit(lambda lines: lines.append(lines[0])), "version.twice"),
    Case(
        "a version before another missing",
        lambda f: f.edit(lambda lines: lines.pop(revised(f))),
        "version.missing state.version",
    ),
    Case(
        "a line missing",
        lambda f: f.edit(lambda lines: lines.pop(f.plain)),
        "state.version state.done",
        True,
    ),
    Case(
        "a JSONL file gone",
        lambda f: f.jsonls[0].unlink(),
        "manifest.gone state.version",
        more=True,
        manifest=True,
    ),
    Case("other software", lambda f: f.edit(other_versions), notes="line.other-software"),
    # State
    Case("no state", lambda f: f.state.unlink(), "state.missing", True),
    Case("text for a state", lambda f: f.state.write_text("x" * 9000), "state.unreadable", True),
    Case(
        "another program's database", lambda f: f.sql("PRAGMA application_id = 1"), "state.unreadable", True
    ),
    Case("a page of the state", lambda f: f.patch(f.state, 8192, b"\xaa" * 4096), "state.unreadable", True),
    Case("a version forgotten", lambda f: f.sql("DELETE FROM version WHERE version = 2"), "state.line", True),
    Case(
        "a version invented",
        lambda f: f.sql(
            "INSERT INTO version SELECT 'rmol-x', version, url, text_digest, payload_digest,"
            " warc_file, warc_offset, warc_length, record_id, warc_payload_digest, fetched, jsonl"
            " FROM version LIMIT 1"
        ),
        "state.version",
        True,
    ),
    Case(
        "a version's record",
        lambda f: f.sql("UPDATE version SET record_id = '<x>' WHERE version = 2"),
        "state.differs",
        True,
    ),
    Case(
        "an article not done",
        lambda f: f.sql(
            "UPDATE url SET state = 'found', done = NULL, captured = NULL, next_try = 0 WHERE state = 'done'"
        ),
        "state.not-done",
        True,
    ),
    Case(
        "an article done without line",
        lambda f: f.sql(
            "UPDATE url SET state = 'done', done = 1, next_try = NULL, record_id = NULL, warc_file = NULL"
            " WHERE state = 'gone'"
        ),
        "state.done",
        True,
    ),
    Case(
        "an article's record",
        lambda f: f.sql("UPDATE url SET warc_offset = 7 WHERE state = 'done'"),
        "state.record",
        True,
    ),
    Case(
        "a payload's record", lambda f: f.sql("UPDATE payload SET target_id = '<x>'"), "state.payload", True
    ),
    # What a kill leaves
    Case("a WARC file left open", reopen(warc), "warc.open", True),
    Case("a torn WARC file left open", reopen(warc, b"\x1f\x8b\x08\0\0"), "warc.open", True),
    Case("a JSONL file left open", reopen(jsonl), "jsonl.open", True),
    Case("a torn JSONL file left open", reopen(jsonl, b'{"schema":'), "jsonl.open", True),
    Case(
        "half a repair",
        lambda f: f.jsonls[0].with_name("rmol-9.jsonl.open.new").write_text("{"),
        "left.new",
        True,
    ),
    Case(
        "half a rebuilt state",
        lambda f: f.state.with_name("rmol.rebuilding").write_text("x"),
        "left.rebuilding",
        True,
    ),
    Case(
        "a strange file", lambda f: f.warcs[0].with_name("catatan.txt").write_text("x"), notes="left.unknown"
    ),
    # What was forgotten
    Case("a forgetting that was killed", lambda f: save(Plan(), f.data, f.outlet), "forget.unfinished", True),
    Case("a line that came back", note_forgotten, "line.forgotten"),
    # Manifest
    Case("lines in another order", swap_lines, "manifest.changed", manifest=True),
    Case(
        "a file of the manifest gone", lambda f: manifest_lines(f, gone_entry), "manifest.gone", manifest=True
    ),
    Case(
        "the last entry torn",
        lambda f: f.append(f.manifest, b'{"file": "wa'),
        "manifest.torn",
        True,
        manifest=True,
    ),
    Case(
        "an entry that is none",
        lambda f: manifest_lines(f, lambda lines: [b"{}\n", *lines]),
        "manifest.line",
        manifest=True,
    ),
    Case("no manifest", lambda f: f.manifest.unlink(), "", True, notes="manifest.no-entry", manifest=True),
]
