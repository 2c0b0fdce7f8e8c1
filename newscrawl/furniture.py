"""What Indonesian newsrooms call the boxes around an article: class names and box headings, as data."""

from __future__ import annotations

import re
from functools import lru_cache
from typing import Literal

__all__ = ["Furniture", "is_body_name", "label_of", "name_of"]

Furniture = Literal[
    "ads",
    "banner",
    "byline",
    "caption",
    "comments",
    "copyright",
    "date",
    "dots",
    "headline",
    "hidden",
    "junk",
    "links",
    "nav",
    "pager",
    "promo",
    "related",
    "share",
    "tags",
    "tools",
]

# Order matters: the first that matches names the box. A word is matched as a part between `-`, `_`, digits
# and capitals (baca-juga, bacaJuga, baca_juga2) or, for the long unmistakable ones, anywhere.
_NAMES: tuple[tuple[Furniture, str, str], ...] = (
    (
        "related",
        r"bacajuga|bacapula|bacaselanjutnya|beritaterkait|artikelterkait|terkait|beritalain|artikellain|lainnya|related"
        r"|recommend|rekomendasi|terpopuler|terkini|terbaru|trending|popular|populer|simakjuga|lihatjuga|readtoo|readalso"
        r"|alsoread|morenews|moreread|taboola|outbrain|recirculation|mostread|pilihaneditor|editorpick|beritapilihan"
        r"|indeksberita|latestnews|nextarticle|nextread|readmore|youmaylike|youmightlike|labelfokus|hottopic|multibrand",
        r"terkaits|sidebar|side|aside|widget|rail|baca|trends?|populars?|latest|more",
    ),
    (
        "comments",
        r"comment|komentar|disqus|tanggapan|disclam|disclaimer",
        r"balas|reply|replies",
    ),
    (
        "ads",
        r"adsbygoogle|advert|iklan|sponsor|gptad|adslot|dfpad|adunit|advetorial|inarticlead|flyingcarpet|parallax",
        r"ads?|adv|gpt|dfp|revive|banner|banners|bnr|leaderboard|skyscraper",
    ),
    (
        "share",
        r"sosmed|sosial|socialmedia|addthis|sharethis|sharing|shareaholic|bagikan",
        r"share|shares|social|whatsapp|sosmedia",
    ),
    (
        "promo",
        r"newsletter|langganan|subscri|berlangganan|followus|ikutikami|googlenews|extchannel|paywall|appdownload"
        r"|downloadapp|registerbox|loginbox|gtwsub",
        r"promo|cta|follow|popup|modal|signup|donation|donasi|rating|rate|poll|polling|quiz|kuis|survey|survei",
    ),
    (
        "tags",
        r"tagging|tagcloud|posttag|tagartikel|artikeltag|kategoritag|tagterkait|taglist|topikterkait|tagdetail|tagbox",
        r"tags?|topik|topics?|keywords?|label",
    ),
    (
        "pager",
        r"pagination|pagenavi|pagenumber|halaman(?!depan)|pagingfootnote|pagenation|itemindex|pagebreak",
        r"paging|pager|pages|halaman|next|prev|previous",
    ),
    (
        "nav",
        r"breadcrumb|breadcome|breadchumb|sitemap|navbar|navigasi|megamenu|menubar|skiplink|submenu",
        r"nav|menu|menus|navigation|header|topbar|footer|foot|kanal|subkanal",
    ),
    (
        "tools",
        r"fontsize|ukuranfont|fontresize|zoomfont|ukuranhuruf|fontsizebt|texttospeech|audioplayer|bookmark|toolbar|printbtn",
        r"tools?|print|cetak|zoom|btn|button",
    ),
    (
        "caption",
        r"caption|imginfo|imageinfo|imgcopyright|photocredit|fotodesc|keteranganfoto|ketfoto|imgdetail|gambarket|photodesc"
        r"|imagedescription|itemdescription|deskripsifoto|captfoto",
        r"figcaption|ucan|capt|foto|photo|photos|picture|pic|gambar|img|image|images|gallery|galeri|credit|deffoto|media",
    ),
    (
        "byline",
        r"byline|penulis|reporter|pewarta|wartawan|jurnalis|editorname|redaktur|namaredaksi|infoauthor|authorbox|authorname"
        r"|reporterbox|readcredit|creditarticle|dateandauthor|datereporter|authordate|namerep|timredaksi",
        r"author|authors|editor|editors|writer|redaksi|credits|red|oleh|kontributor|contributors?",
    ),
    (
        "date",
        r"datetime|tanggal|publishdate|datepublish|createdat|posttime|publishedat|waktutayang|articledate|detaildate|readtime",
        r"date|dates|time|tgl|waktu|published|publish|kcmdate",
    ),
    ("copyright", r"copyright|hakcipta|infored", r"copy"),
)
_PATTERNS = tuple(
    (name, re.compile(anywhere), re.compile(rf"(?<![a-z])(?:{words})(?![a-z])") if words else None)
    for name, anywhere, words in _NAMES
)
_CAMEL = re.compile(r"(?<=[a-z])(?=[A-Z])")
_JOINTS = re.compile(r"[-_\d]+")

_BODY = re.compile(
    r"articlebody|artikelbody|articlecontent|contentarticle|artikelcontent|detailtext|textdetail|detailbody|bodydetail|bodycontent"
    r"|detailcontent|contentdetail|readcontent|postcontent|entrycontent|storybody|storycontent|newscontent|kontenberita"
    r"|isiberita|isiartikel|beritaisi|bodyparagraph|txtdetail|readpagecontent|contentnews|singlecontent|tubuhberita|articletext"
    r"|textarticle|artikeltext|detailnews|newsdetail|bodytext|newstext|txtarticle|dtlnews|resizabletext|contentbody|paragraf"
    r"|divread|readtext|readright|detailin(?![a-z])|detaildesc|descdetail"
)


@lru_cache(maxsize=4096)
def name_of(names: str) -> Furniture | None:
    """Return what a box is, going by its class and id, or `None`.

    >>> name_of("box-baca-juga mt2"), name_of("sosmed-detail"), name_of("read__content")
    ('related', 'share', None)
    """
    parts = _JOINTS.sub("-", _CAMEL.sub("-", names)).lower()
    joined = parts.replace("-", "")
    for name, anywhere, words in _PATTERNS:
        if anywhere.search(joined) or (words is not None and words.search(parts)):
            return name
    return None


@lru_cache(maxsize=4096)
def is_body_name(names: str) -> bool:
    """Tell whether class and id say that the box holds an article's text.

    >>> is_body_name("detail__body-text itp_bodycontent"), is_body_name("container")
    (True, False)
    """
    return _BODY.search(_JOINTS.sub("", names).lower()) is not None


# The heading of a list of other articles, of the comments, of the tags: the whole line.
_LABELS: tuple[tuple[Furniture, re.Pattern[str]], ...] = (
    (
        "related",
        re.compile(
            r"(?:baca|simak|lihat|tonton)(?: (?:juga|pula|lagi|selanjutnya|berita lainnya|artikel lainnya))"
            r"|(?:kumpulan |daftar )?(?:berita|artikel|konten|video|foto|foto video|topik|news|tulisan|kabar)"
            r"(?: (?:foto|video|dan|&|edisi|eksklusif|menarik))*"
            r" (?:terkait|lainn+ya|lain|terpopuler|populer|terkini|terbaru|pilihan|rekomendasi|utama|hangat|sebelumnya"
            r"|selanjutnya|serupa|menarik)(?: .{0,20})?"
            r"|terkait|ter[kp]opuler|terpopuler|terkini|terbaru|populer|rekomendasi(?: (?:untuk anda|untukmu|berita|artikel))?"
            r"|pilihan (?:untukmu|untuk anda|editor|redaksi)|trending(?: .{0,12})?|headline(?: hari ini)?|most (?:read|popular)"
            r"|related(?: (?:news|articles?|stories|posts?))?|popular(?: (?:news|posts?))?|latest(?: news)?|more news"
            r"|other (?:news|articles|stories)|recommended(?: .{0,12})?|you may (?:also )?like|berita|foto terkait|index"
            r"|jangan lewatkan|anda mungkin suka|mungkin anda suka|lainnya(?: .{0,16})?|read also|also read|sorotan",
        ),
    ),
    (
        "comments",
        re.compile(
            r"(?:\d+ )?(?:komentar|comments?)(?: (?:pembaca|anda|\(\d+\)))?|tulis komentar|berikan komentar(?: anda)?"
            r"|leave a (?:reply|comment)"
        ),
    ),
    ("tags", re.compile(r"tags?|topik(?: terkait)?|tag terkait|topics?|kata kunci|keywords?")),
    (
        "share",
        re.compile(
            r"share|bagikan(?: (?:artikel|berita))?(?: ini)?|follow(?: us)?|ikuti kami(?: di)?|share this.{0,20}"
        ),
    ),
)
_TRIM = re.compile(r"^[\W_]+|[\W_]+$")


def label_of(line: str) -> Furniture | None:
    """Return what box a line heads when it is nothing but a box heading, or `None`.

    >>> label_of("Berita Terkait :"), label_of("Baca juga"), label_of("Berita itu tidak benar.")
    ('related', 'related', None)
    """
    if len(line) > 48:
        return None
    bare = _TRIM.sub("", line).casefold()
    for name, pattern in _LABELS:
        if pattern.fullmatch(bare):
            return name
    return None
