"""Scrapy's settings: the constants stand here, where `scrapy.cfg` finds them; `scrapy_settings` adds the archive's own.

What is polite, and what is recorded, is decided by middlewares of ours; Scrapy's counterparts are switched off.
"""

from __future__ import annotations

from importlib.metadata import version

from scrapy.settings import BaseSettings
from scrapy.settings import Settings as ScrapySettings

from archive_api.settings import Settings
from crawler.browser import set_browser
from crawler.politeness import POLITE_FLOOR

BOT_NAME = "LeagueArchive"
SPIDER_MODULES = ["spiders.site"]
NEWSPIDER_MODULE = "spiders"

TWISTED_REACTOR = "twisted.internet.asyncioreactor.AsyncioSelectorReactor"
# Both run Python code that comes over a local socket; the first is on by default since Scrapy 2.19.
REMOTE_CONTROL_ENABLED = False
TELNETCONSOLE_ENABLED = False

DEFAULT_REQUEST_HEADERS = {
    "Accept": "text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8",
    "Accept-Language": "zh-CN,zh;q=0.9,en;q=0.5",
}
CONCURRENT_ITEMS = 1  # pages go no way but the capture: Scrapy would make 100 idle workers for each response
CONCURRENT_REQUESTS = 16
CONCURRENT_REQUESTS_PER_DOMAIN = 1
DOWNLOAD_DELAY = POLITE_FLOOR
DOWNLOAD_DELAY_JITTER = 0  # Scrapy's goes both ways, below the floor too
AUTOTHROTTLE_ENABLED = False  # crawler.politeness throttles: each host has a floor of its own
ROBOTSTXT_OBEY = False  # crawler.robots obeys: Scrapy's lets the second of two waiting requests through

DOWNLOAD_TIMEOUT = 60
DOWNLOAD_WARNSIZE = 0
DOWNLOAD_HANDLERS = {"http": "crawler.tls.DownloadHandler", "https": "crawler.tls.DownloadHandler"}
RETRY_TIMES = 2
# What may pass. A wall (403, 412, 521 …) does not, and asking again would be pushing at it.
RETRY_HTTP_CODES = [408, 429, 500, 502, 503, 504, 522, 524]
RETRY_GIVE_UP_LOG_LEVEL = "INFO"
REDIRECT_MAX_TIMES = 8
METAREFRESH_ENABLED = False  # the spider follows it as a link, once, and only inside the site
HTTPERROR_ALLOW_ALL = True  # error pages are captured, and have outcomes of their own

DOWNLOADER_MIDDLEWARES = {
    "scrapy.downloadermiddlewares.offsite.OffsiteMiddleware": None,
    "crawler.wanted.WantedMiddleware": 50,
    "crawler.robots.RobotsMiddleware": 100,
    "crawler.conditional.ConditionalMiddleware": 870,
    "crawler.politeness.Politeness": 880,
    "crawler.capture.CaptureMiddleware": 890,  # nearest to the network: the body as it came, redirects, robots.txt
}
EXTENSIONS = {"crawler.progress.Progress": 0}
SPIDER_MIDDLEWARES = {
    "scrapy.spidermiddlewares.depth.DepthMiddleware": None,
    "scrapy.spidermiddlewares.urllength.UrlLengthMiddleware": None,
}
# First come, first served among requests of one priority: breadth, as the spider means it.
SCHEDULER_MEMORY_QUEUE = "scrapy.squeues.FifoMemoryQueue"
LOG_LEVEL = "INFO"
LOG_VERSIONS: list[str] = []


def user_agent(contact: str) -> str:
    """Who asks, and where to complain."""
    name = f"LeagueArchive/{version('league-archive')}"
    return f"{name} (+{contact})" if contact else name


def scrapy_settings(settings: Settings, *, delay: float | None = None) -> ScrapySettings:
    """The constants above, with what the archive's settings say of contact, pace and sizes."""
    result = ScrapySettings()
    result.setmodule("crawler.settings", priority="project")
    apply_settings(result, settings, delay=delay)
    return result


def apply_settings(result: BaseSettings, settings: Settings, *, delay: float | None = None) -> None:
    """Sets what depends on the archive's settings; `delay`, in seconds, goes before theirs."""
    result.set("USER_AGENT", user_agent(settings.contact), priority="project")
    result.set("LEAGUE_DELAY", settings.delay if delay is None else delay, priority="project")
    result.set("DOWNLOAD_MAXSIZE", settings.page_bytes, priority="project")
    set_browser(result, settings)
