"""The whole flow in order, a heading for each step, with safe defaults.

Each value can be overridden on the command line with `-s NAME=VALUE`, each `NEWSCRAWL_…` by the environment.
"""

import os
import sys

from newscrawl.commands import commands_module
from newscrawl.items import FIELDS

BOT_NAME = "newscrawl"
SPIDER_MODULES = ["newscrawl.spiders"]
COMMANDS_MODULE = commands_module(sys.argv[1:])

# Where everything goes: warc/, jsonl/, state/ and runs.jsonl in this folder
DATA_DIR = os.environ.get("NEWSCRAWL_DATA", "data")

# 1. Discover: the state remembers what was seen, so Scrapy's own filter and queue files are not used
DUPEFILTER_CLASS = "scrapy.dupefilters.BaseDupeFilter"
REVISIT_DAYS = [1, 7]  # an article is asked for again this long after its first fetch

# 2. Fetch: robots.txt, at least a second between requests to a site, back off when told to
NEWSCRAWL_CONTACT = os.environ.get("NEWSCRAWL_CONTACT")  # URL or e-mail of the operator, in the User-Agent
CONNECT_TO = os.environ.get("NEWSCRAWL_CONNECT_TO", "")  # as curl's --connect-to: HOST:PORT:HOST:PORT,…
POLITE_MIN_DELAY = 1.0  # seconds between requests to a site, all its hosts together
CRAWL_DELAY_MAX = 60  # seconds; a larger Crawl-delay is cut to this, with a warning
AUTOTHROTTLE_ENABLED = True  # slows down with the site, never below the delays above
AUTOTHROTTLE_START_DELAY = 1.0
DOWNLOAD_DELAY_JITTER = 0.1  # adds to a delay, never takes from it
CONCURRENT_REQUESTS_PER_DOMAIN = 1
BACKOFF_TIMES = 5  # tries after a 429 or 503, after Retry-After or else longer each time
BACKOFF_LIMIT = 10  # requests given up in a row after their tries, then the crawl ends
BACKOFF_SECONDS = 5.0
BACKOFF_MAX = 300.0
RETRY_AFTER_MAX = 600  # seconds; the crawl ends when a site asks for more
RETRY_HTTP_CODES = [500, 502, 504, 522, 524, 408]
BLOCKED_LIMIT = 5  # block pages in a row, then the crawl ends
ROBOTS_RETRY_SECONDS = [5, 30, 120]  # robots.txt out of reach: asked again after these, then the crawl ends
DOWNLOAD_TIMEOUT = 60  # seconds for a whole exchange: a slow drip ends too
DOWNLOAD_MAXSIZE = 50 * 1024 * 1024  # bytes, also after decompression
DOWNLOAD_WARNSIZE = 0
REDIRECT_MAX_TIMES = 5
URLLENGTH_LIMIT = 0  # the scope refuses long URLs, and counts them
DOWNLOAD_VERIFY_CERTIFICATES = True
COOKIES_ENABLED = False
REFERER_ENABLED = False
TELNETCONSOLE_ENABLED = False
REMOTE_CONTROL_ENABLED = False
ROBOTSTXT_OBEY = True
DOWNLOADER = "newscrawl.fetch.politeness.PoliteDownloader"
DOWNLOAD_HANDLERS = dict.fromkeys(("http", "https"), "newscrawl.fetch.handler.Handler")
DOWNLOADER_MIDDLEWARES = {
    "newscrawl.fetch.scope.Scope": 50,
    "newscrawl.fetch.robots.RobotsTxt": 100,
    "newscrawl.fetch.backoff.Backoff": 560,
    "newscrawl.fetch.blocks.Blocks": 570,
    "newscrawl.fetch.limits.Compression": 590,
    "newscrawl.fetch.scope.Redirects": 600,
    "newscrawl.fetch.conditional.Conditional": 650,
    # Ours stand in for these
    "scrapy.downloadermiddlewares.offsite.OffsiteMiddleware": None,
    "scrapy.downloadermiddlewares.robotstxt.RobotsTxtMiddleware": None,
    "scrapy.downloadermiddlewares.httpcompression.HttpCompressionMiddleware": None,
    "scrapy.downloadermiddlewares.redirect.RedirectMiddleware": None,
    "scrapy.downloadermiddlewares.redirect.MetaRefreshMiddleware": None,
}

# 3. Record: every exchange into WARC before anything is derived from it
ADDONS = {"newscrawl.warc.Addon": 500}
WARC_DIR = f"{DATA_DIR}/warc/%(spider)s"
WARC_PAYLOADS = "newscrawl.captures.StateCaptures"
WARC_OPERATOR = NEWSCRAWL_CONTACT
WARC_SYNC_SECONDS = SYNC_SECONDS = 1.0  # what a power cut may cost; a kill costs nothing
WARC_SYNC_COUNT = 100  # exchanges; 1 syncs each of them before its page is used

ARCHIVE_ASSETS = "none"  # images, or all (style and scripts too): what replayed pages show besides words

# 4. Extract: in processes of their own, so that fetching goes on
EXTRACT_WORKERS = max(1, (os.cpu_count() or 2) - 1)  # 0: in the crawl's own process
EXTRACT_SECONDS = 30  # for one page; then its worker is killed

# 5. Clean, normalise, validate, write
ITEM_PIPELINES = {
    "pipelines.promo.PromoStage": 100,
    "pipelines.dates.DatesStage": 200,
    "pipelines.authors.AuthorsStage": 300,
    "pipelines.sources.SourcesStage": 400,
    "pipelines.validate.ValidateStage": 500,
    "pipelines.versions.VersionsStage": 600,
    "pipelines.jsonl.JsonlStage": 700,
}
CONCURRENT_ITEMS = 1  # a page gives one article, and Scrapy starts this many tasks for each page
FEED_EXPORT_FIELDS = list(FIELDS)  # for whoever adds -O out.csv
FEED_EXPORT_ENCODING = "utf-8"

# Telling the operator: plain lines in a log, one live line on a terminal
EXTENSIONS = {"newscrawl.progress.Progress": 500, "scrapy.extensions.logstats.LogStats": None}
LOG_LEVEL = "INFO"
LOG_FORMAT = "%(asctime)s %(levelname)s %(name)s: %(message)s"
LOG_VERSIONS: list[str] = []
LOG_FORMATTER = "newscrawl.progress.QuietFormatter"
STATS_DUMP = False
