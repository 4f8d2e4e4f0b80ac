"""Old TLS: a site that speaks nothing newer than TLS 1.0, or has a weak key, is asked through Python's own ssl."""

from __future__ import annotations

import ssl

from scrapy import Request
from scrapy.core.downloader.handlers._aiohttp import AiohttpDownloadHandler
from scrapy.core.downloader.handlers.base import BaseDownloadHandler
from scrapy.core.downloader.handlers.http11 import HTTP11DownloadHandler
from scrapy.crawler import Crawler
from scrapy.http import Response

from crawler.browser import SHELL, BrowserHandler

# OP_LEGACY_SERVER_CONNECT of OpenSSL, which Python names from 3.12 on: servers without secure renegotiation.
_LEGACY_SERVER_CONNECT = 0x4


class DownloadHandler(BaseDownloadHandler):
    """Scrapy's own handler, the legacy one where a request's meta says `tls: legacy`, and the browser for a shell.

    Scrapy's goes through cryptography, whose OpenSSL 4 has no TLS 1.0 or 1.1 at all; Python's ssl has, with the
    system's OpenSSL 3 at security level 0.
    """

    lazy = False

    def __init__(self, crawler: Crawler) -> None:
        super().__init__(crawler)
        self._modern = HTTP11DownloadHandler(crawler)
        self._legacy: LegacyHandler | None = None
        self._browser: BrowserHandler | None = None

    async def download_request(self, request: Request) -> Response:
        """The response, or one of Scrapy's download errors."""
        if SHELL in request.meta:
            self._browser = self._browser or BrowserHandler(self.crawler)
            return await self._browser.download_request(request)
        if request.meta.get("tls") != "legacy":
            return await self._modern.download_request(request)
        if self._legacy is None:
            self._legacy = LegacyHandler(self.crawler)
        return await self._legacy.download_request(request)

    async def close(self) -> None:
        """Closes the connections, and the browser."""
        await self._modern.close()
        for other in (self._legacy, self._browser):
            if other is not None:
                await other.close()


class LegacyHandler(AiohttpDownloadHandler):
    """Scrapy's aiohttp handler with a context that takes anything back to TLS 1.0."""

    experimental = False  # Scrapy warns of it at each start; a source asks for it by name

    def __init__(self, crawler: Crawler) -> None:
        super().__init__(crawler)
        self._ssl_context = legacy_context()


def legacy_context() -> ssl.SSLContext:
    """A client's context: every protocol and cipher that the system's OpenSSL has, certificates unchecked.

    Certificates are recorded with each capture, and checked by neither handler: expired and self-signed ones are
    common on these sites, and what they protect is public.
    """
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    context.check_hostname = False
    context.verify_mode = ssl.CERT_NONE
    context.minimum_version = ssl.TLSVersion.MINIMUM_SUPPORTED
    context.set_ciphers("ALL:@SECLEVEL=0")
    context.options |= _LEGACY_SERVER_CONNECT
    return context
