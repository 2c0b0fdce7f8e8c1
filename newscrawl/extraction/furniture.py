"""What Indonesian newsrooms call the boxes around an article: class names and box headings, as data."""

from __future__ import annotations

import re
from functools import lru_cache
from typing import Literal, NamedTuple, cast

__all__ = ["Furniture", "is_body_name", "is_sitewide", "label_of", "name_of", "points_on"]

Furniture = Literal[
    "ads",
    "byline",
    "caption",
    "comments",
    "copyright",
    "date",
    "hidden",
    "junk",
    "nav",
    "pager",
    "promo",
    "related",
    "share",
    "tags",
    "tools",
]


class _Names(NamedTuple):
    """Class names of a box: `anywhere` in a name without its joints, `words` between joints and digits."""

    furniture: Furniture
    anywhere: str
    words: str = ""


# The first that matches names the box: baca-juga, bacaJuga and baca_juga2 are all `bacajuga`.
_NAMES = (
    _Names("tags", "relatedtag relatedtopic tagterkait topikterkait terkaittag"),
    _Names(
        "related",
        """bacajuga bacapula bacaselanjutnya beritaterkait artikelterkait terkait beritalain artikellain
        lainnya related recommend rekomendasi terpopuler terkini terbaru trending popular populer
        simakjuga lihatjuga readtoo readalso alsoread morenews moreread taboola outbrain recirculation
        mostread pilihaneditor editorpick beritapilihan indeksberita latestnews nextarticle nextread
        readmore youmaylike youmightlike labelfokus hottopic linksisip beritasisip sisipan""",
        "sidebar side aside widget rail baca rec recs trend trends populars latest more",
    ),
    _Names(
        "comments",
        "comment komentar disqus tanggapan disclam disclaimer",
        "balas reply replies komen",
    ),
    _Names(
        "ads",
        """adsbygoogle advert iklan sponsor gptad adslot dfpad adunit advetorial inarticlead flyingcarpet
        parallax noncontent""",
        "ad ads adv gpt dfp revive banner banners bnr leaderboard skyscraper",
    ),
    _Names(
        "share",
        "sosmed sosial socialmedia addthis sharethis sharing shareaholic bagikan",
        "share shares social whatsapp sosmedia",
    ),
    _Names(
        "promo",
        """newsletter langganan subscri berlangganan followus ikutikami googlenews extchannel paywall
        appdownload downloadapp registerbox loginbox""",
        """promo cta follow popup modal signup donation donasi rating rate poll polling quiz kuis survey
        survei""",
    ),
    _Names(
        "tags",
        """tagging tagcloud posttag tagartikel artikeltag kategoritag taglist
        tagdetail tagbox""",
        "tag tags topik topic topics keyword keywords label",
    ),
    _Names(
        "pager",
        "pagination pagenavi pagenumber halaman pagingfootnote pagenation itemindex pagebreak pagelinks",
        "paging(?!-(?:content|konten|body|text|item)) pager pages next prev previous",
    ),
    _Names(
        "nav",
        "breadcrumb breadcome breadchumb sitemap navbar navigasi megamenu menubar skiplink submenu",
        "nav menu menus navigation header topbar footer foot kanal subkanal",
    ),
    _Names(
        "tools",
        """fontsize ukuranfont fontresize zoomfont ukuranhuruf texttospeech audioplayer bookmark toolbar
        printbtn postviews""",
        "tool tools print cetak zoom btn button",
    ),
    _Names(
        "caption",
        """caption imginfo imageinfo imgcopyright photocredit fotodesc keteranganfoto ketfoto imgdetail
        photodesc imagedescription itemdescription deskripsifoto captfoto deffoto""",
        """figcaption keterangan capt foto photo photos picture pic gambar img image images gallery galeri
        credit""",
    ),
    _Names(
        "byline",
        """byline penulis reporter pewarta wartawan jurnalis journalist editorname redaktur namaredaksi
        infoauthor authorbox authorname readcredit creditarticle dateandauthor authordate
        namerep timredaksi penyunting""",
        "author authors editor editors writer redaksi credits oleh kontributor contributor contributors",
    ),
    _Names(
        "date",
        """datetime tanggal publishdate datepublish createdat posttime publishedat waktutayang articledate
        detaildate readtime""",
        "date dates time tgl waktu published publish",
    ),
    _Names(
        "copyright",
        "copyright hakcipta inforedaksi",
    ),
)

_BODY_NAMES = """articlebody artikelbody articlecontent contentarticle artikelcontent detailtext textdetail
    detailbody bodydetail bodycontent detailcontent contentdetail readcontent postcontent
    entrycontent storybody storycontent newscontent kontenberita isiberita isiartikel beritaisi
    bodyparagraph txtdetail contentnews singlecontent tubuhberita articletext textarticle
    artikeltext detailnews newsdetail bodytext newstext txtarticle resizabletext contentbody
    paragraf divread readtext readright detaildesc descdetail"""

_BUILDERS = re.compile(r"\belementor-widget[\w-]*")  # a page builder's name for any box
_CAMEL = re.compile(r"(?<=[a-z])(?=[A-Z])")
_JOINTS = re.compile(r"[-_\d]+")


def _any_of(words: str) -> str:
    return "|".join(words.split())


_PATTERNS = tuple(
    (
        names.furniture,
        re.compile(_any_of(names.anywhere)),
        re.compile(rf"(?<![a-z])(?:{_any_of(names.words)})(?![a-z])") if names.words else None,
    )
    for names in _NAMES
)
_BODY = re.compile(_any_of(_BODY_NAMES))


@lru_cache(maxsize=4096)
def name_of(names: str) -> Furniture | None:
    """Return what a box is, going by its class and id, or `None`.

    >>> name_of("box-baca-juga mt2"), name_of("sosmed-detail"), name_of("read__content")
    ('related', 'share', None)
    >>> name_of("paging-number"), name_of("paging-content")
    ('pager', None)
    """
    if "elementor" in names:
        names = _BUILDERS.sub(" ", names)
    parts = _JOINTS.sub("-", _CAMEL.sub("-", names)).lower()
    joined = parts.replace("-", "")
    for furniture, anywhere, words in _PATTERNS:
        if anywhere.search(joined) or (words is not None and words.search(parts)):
            return furniture
    return None


@lru_cache(maxsize=4096)
def is_body_name(names: str) -> bool:
    """Tell whether class and id say that the box holds an article's text.

    >>> is_body_name("detail__body-text itp_bodycontent"), is_body_name("container")
    (True, False)
    """
    return _BODY.search(_JOINTS.sub("", names).lower()) is not None


_LISTED = r"(?:berita|artikel|konten|video|foto|topik|news|tulisan|kabar)"
_BESIDE = r"(?:foto|video|dan|&|edisi|eksklusif|menarik)"
_WHICH = (
    r"(?:terkait|lainn+ya|lain|terpopuler|populer|terkini|terbaru|pilihan|rekomendasi|utama|hangat|sebelumnya|serupa"
    r"|selanjutnya|menarik)"
)
# The heading of a box, the whole line, case and punctuation at its ends aside.
_LABELS: tuple[tuple[Furniture, str], ...] = (
    ("tags", r"tags?|topik(?: terkait)?|tag terkait|topics?|kata kunci|keywords?"),
    (
        "related",
        r"(?:baca|simak|lihat|tonton|read) (?:juga|pula|lagi|selanjutnya|(?:berita|artikel) lainnya|also)",
    ),
    (
        "related",
        rf"(?:kumpulan |daftar )?{_LISTED}(?: {_BESIDE}){{0,3}} {_WHICH}(?: .{{0,20}})?",
    ),
    ("related", r"(?:artikel|berita)(?:-artikel|-berita)? (?:yang )?direkomendasikan"),
    ("related", r"terkait|terpopuler|terkini|terbaru|populer|sorotan|berita|index|jangan lewatkan"),
    (
        "related",
        r"rekomendasi(?: (?:untuk ?mu|untuk anda|berita|artikel))?|pilihan (?:untuk ?mu|untuk anda|editor)",
    ),
    ("related", r"(?:trending|recommended)(?: .{0,12})?|headline(?: hari ini)?|lainnya(?: .{0,16})?"),
    (
        "related",
        r"anda mungkin suka|mungkin anda suka|you may (?:also )?like|most (?:read|popular)|also read",
    ),
    (
        "related",
        r"related(?: (?:news|articles?|stories|posts?))?|popular(?: (?:news|posts?))?|latest(?: news)?",
    ),
    ("related", r"(?:other|more) (?:news|articles|stories)"),
    ("comments", r"(?:\d+ )?(?:komentar|comments?)(?: (?:pembaca|anda|\(\d+\)))?"),
    ("comments", r"leave a (?:reply|comment)(?: cancel reply)?"),
    (
        "comments",
        r"(?:tinggalkan|tulis(?:kan)?|beri(?:kan)?) (?:komentar|balasan)(?: anda)?(?: batalkan balasan)?",
    ),
    ("byline", r"informasi artikel|(?:tentang|profil) penulis|about the author"),
    (
        "share",
        r"share|bagikan(?: (?:artikel|berita))?(?: ini)?|follow(?: us)?|ikuti kami(?: di)?|share this.{0,20}",
    ),
)
_LABEL = re.compile(
    "|".join(f"(?P<{name}>{'|'.join(p for n, p in _LABELS if n == name)})" for name in dict(_LABELS))
)
_LABEL_SIZE = 48
_TRIM = re.compile(r"^[\W_]+|[\W_]+$")


def label_of(line: str) -> Furniture | None:
    """Return what box a line heads when it is nothing but a box heading, or `None`.

    >>> label_of("Berita Terkait :"), label_of("Baca juga"), label_of("Berita itu tidak benar.")
    ('related', 'related', None)
    """
    return _label_of(line) if len(line) <= _LABEL_SIZE else None


@lru_cache(maxsize=4096)  # the short lines of a site's pages are mostly the same
def _label_of(line: str) -> Furniture | None:
    match = _LABEL.fullmatch(_TRIM.sub("", line).casefold())
    return cast("Furniture | None", match.lastgroup) if match else None


_POINTS_ON = re.compile(
    r"terkait|related|baca|simak|juga|pula\b|also|serupa|sebelumnya|sisip|readmore|inline"
)
_SITEWIDE = re.compile(
    r"popul|trend|terkini|terbaru|terhangat|hangat|latest|rekomen|recommend|pilihan|lain|more|most|editor"
    r"|sorotan|lewatkan|headline|utama|index|indeks|mungkin|like|sidebar|widget|rail|taboola|outbrain|hot"
)


def points_on(words: str) -> bool:
    """Tell whether class names or a heading say that the article itself points at what follows.

    >>> points_on("box-baca-juga"), points_on("Berita Terkait"), points_on("TERPOPULER")
    (True, True, False)
    """
    return _POINTS_ON.search(words.casefold()) is not None


def is_sitewide(words: str) -> bool:
    """Tell whether class names or a heading call a list that stands beside any article.

    >>> is_sitewide("Rekomendasi untuk Anda"), is_sitewide("Baca juga berita lainnya")
    (True, False)
    """
    return not points_on(words) and _SITEWIDE.search(words.casefold()) is not None
