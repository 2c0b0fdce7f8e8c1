"""The words and shapes of dates: months, weekdays, and the patterns that find them."""

from __future__ import annotations

import re

MONTHS = {
    name: number
    for number, names in enumerate(
        (
            "jan januari january",
            "feb peb februari pebruari febuari february",
            "mar mrt maret march mac",
            "apr april",
            "mei may",
            "jun juni june",
            "jul juli july julai",
            "ag ags agt agu aug agst agus agust agustus august ogos",
            "sep sept september",
            "okt oct oktober october",
            "nov nop november nopember",
            "des dec desember december disember",
        ),
        start=1,
    )
    for name in names.split()
}
WEEKDAYS = {
    name: number
    for number, names in enumerate(
        (
            "senin sen monday mon isnin",
            "selasa sel tuesday tue tues",
            "rabu rab wednesday wed",
            "kamis kam thursday thu thur thurs khamis",
            "jumat jum friday fri jumaat",
            "sabtu sab saturday sat",
            "minggu ahad min mgg sunday sun",
        )
    )
    for name in names.split()
}

LOOKALIKES = str.maketrans("’‘`´ʼ′–—−‒‐‑", "''''''------")
FLAGS = re.IGNORECASE | re.ASCII
TAG = re.compile(r"<[^<>]*>")

ZONE = r"""(?P<zone>(?:wita|wib|wit|(?:utc|gmt)(?:\ ?[+-]\ ?\d{1,2}(?::?\d{2})?)?|z|[ecmp][sd]t)(?![a-z])
            |[+-]\d{2}(?::?\d{2})?(?![\d:]))"""
CLOCK = r"""(?P<hour>\d{1,2})\ ?(?:(?P<colon>[:.])\ ?(?P<minute>\d{2})
            (?:\ ?[:.]\ ?(?P<second>\d{2})(?:[.,]\d+)?)?(?!\d)(?:\ ?(?P<half>[ap])\.?m\b)?
            |(?P<bare>[ap])\.?m\b)"""
TIME_AFTER = re.compile(
    r"""[\s,.|/•·()@;:T-]*
        (?:(?:at|pukul|pkl|jam|pada|on|pagi|siang|sore|petang|malam|dini\ hari|sekitar)\b[\s,.:|()-]*)*"""
    + CLOCK
    + r"(?:[\s(]*"
    + ZONE
    + r")?",
    FLAGS | re.VERBOSE,
)
TIME_BEFORE = re.compile(
    r"(?<![\d.:/])" + CLOCK + r"(?:[\s(]*" + ZONE + r")?[\s,|/()•·-]*(?:(?:pada|on)\b\s*)?$",
    FLAGS | re.VERBOSE,
)
TIMESTAMP = re.compile(
    r"\d{4}-\d{2}-\d{2}[T ]\d{2}:\d{2}:\d{2}(?:Z|[+-](?:0\d|1[0-3]):\d{2})", re.ASCII
)  # of offsets some place has
ISO = re.compile(
    r"(?<!\d)(?P<year>\d{4})(?P<mark>[-/.])(?P<month>\d{1,2})(?P=mark)(?P<day>\d{1,2})(?!\d)", FLAGS
)
COMPACT = re.compile(
    r"(?P<year>(?:19|20)\d\d)(?P<month>\d\d)(?P<day>\d\d)"
    r"(?:[T ]?(?P<hour>\d\d)(?P<minute>\d\d)(?P<second>\d\d)?(?P<zone>Z|[+-]\d\d:?\d\d)?)?",
    FLAGS,
)
UNIX = re.compile(r"(?P<seconds>[1-9]\d{9})(?:\d{3}|\.\d+)?", FLAGS)
DAY_MONTH = re.compile(
    r"(?<![\d:])(?<!\d\.)(?P<day>\d{1,2})(?:st|nd|rd|th)?[\s./-]*(?P<month>[a-z]{2,9})(?![a-z])\.?"
    r"(?:[\s,./'(-]*(?P<year>\d{4}(?!\d)|\d{2}(?!\d|\s?[:.]\s?\d)))?",
    FLAGS,
)
MONTH_DAY = re.compile(
    r"(?<![a-z])(?P<month>[a-z]{3,9})\.?\s(?P<day>\d{1,2})(?:st|nd|rd|th)?(?!\d|[:.]\d)"
    r"(?:[\s,]+(?P<clock>\d{1,2}:\d{2}(?::\d{2})?(?:\s(?:[a-z]{1,4}|[+-]\d{4}))?))?[\s,]+(?P<year>\d{4})(?!\d)",
    FLAGS,
)
NUMBERS = re.compile(
    r"(?<![\d/.:-])(?P<one>\d{1,2})\s?(?P<mark>[/.-])\s?(?P<two>\d{1,2})\s?(?P=mark)\s?"
    r"(?P<three>\d{4}(?!\d)|\d{2}(?!\d|/|\s?[:.]\s?\d))",
    FLAGS,
)
NUMBERS_NO_YEAR = re.compile(r"(?<![\d/.:-])(?P<one>\d{1,2})/(?P<two>\d{1,2})(?![\d/])", FLAGS)
YEAR = re.compile(r"(?<!\d)(?:19|20)\d\d(?!\d)")
LAST_WORD = re.compile(r"([a-z']{3,9})[\s,.|(/-]*$", FLAGS)
UPDATED = re.compile(
    r"(?:diperbarui|diperbaharui|di-?update|updated?|diubah|direvisi|pembaruan|modified)\W*(?:(?:pada|on)\W+)?$",
    FLAGS,
)

UNITS = {
    **dict.fromkeys(("detik", "saat", "second", "seconds", "sec", "secs"), "seconds"),
    **dict.fromkeys(("menit", "minit", "minute", "minutes", "min", "mins"), "minutes"),
    **dict.fromkeys(("jam", "hour", "hours", "hr", "hrs"), "hours"),
    **dict.fromkeys(("hari", "day", "days"), "days"),
}
AGO = re.compile(
    r"(?<![\w.,])(?:(?P<number>\d{1,3})|se|satu|an?|one)\s*(?P<unit>[a-z]{3,7})"
    r"(?:\s+(?P<minutes>\d{1,2})\s*(?:menit|minutes?|mins?))?\s+(?:(?:yang|yg)\s+)?(?:lalu|silam|ago)\b",
    FLAGS,
)
NAMED_DAY = re.compile(
    r"\b(?:(?P<today>hari ini|today)|(?P<yesterday>kemarin|kemaren|yesterday)"
    r"|(?P<now>baru saja|barusan|just now))\b",
    FLAGS,
)
VAGUE = re.compile(
    r"\b(?:beberapa|several|a few|\d+|se|satu|an?)\s*"
    r"(?:detik|menit|jam|hari|minggu|pekan|bulan|tahun|weeks?|months?|years?)"
    r"\s+(?:(?:yang|yg)\s+)?(?:lalu|silam|ago)\b",
    FLAGS,
)
