"""Every exchange with the network becomes a capture, as it came, before anything else sees it."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Mapping
from functools import lru_cache
from http import HTTPStatus
from urllib.parse import urlsplit

from cryptography import x509
from scrapy import Request
from scrapy.crawler import Crawler
from scrapy.exceptions import NotConfigured
from scrapy.http import Headers, Response
from twisted.internet.ssl import Certificate
from w3lib.encoding import http_content_type_encoding

from archive_api.captures import Exchange, header_text
from crawler.browser import SHELL
from crawler.session import Session, session_of


class CaptureMiddleware:
    """Hands each response to the ingest, and puts what became of it into the request's meta as `ingested`.

    It stands nearest to the network, so that it sees bodies with their content encoding on, redirects, and robots.txt.
    Lost before it: the order of headers and the case of their names, the reason phrase, the chunks.
    """

    def __init__(self, crawler: Crawler, session: Session) -> None:
        self.crawler, self.session = crawler, session

    @classmethod
    def from_crawler(cls, crawler: Crawler) -> CaptureMiddleware:
        """The middleware of a crawl of ours; NotConfigured for other spiders, which archive nothing."""
        session = session_of(crawler)
        if session is None:
            raise NotConfigured
        return cls(crawler, session)

    def process_request(self, request: Request) -> None:
        """Forgets what the meta of an earlier hop or try says, and chooses the handler that the source asks for."""
        request.meta.pop("ingested", None)
        if self.session.source.tls == "legacy" and request.url.startswith("https:"):
            request.meta["tls"] = "legacy"

    def process_response(self, request: Request, response: Response) -> Response:
        """The response. An archive that cannot take it in ends the crawl: nothing is fetched that is not kept."""
        role = request.meta.get("role", "page")
        hints = request.meta.get("hints", self.session.hints)
        try:
            exchange = self._rendered(request, response) if SHELL in request.meta else self._exchange(request, response)
            request.meta["ingested"] = self.session.ingest.add(exchange, hints, role)
        except Exception as error:
            self.session.end_soon(self.crawler, error)
            raise
        self.session.counts["fetched"] += 1
        self.session.counts[f"asked.{_asked(request)}"] += 1
        return response

    def _exchange(self, request: Request, response: Response) -> Exchange:
        return Exchange(
            url=request.url,
            fetched_at=self.session.now(),
            status=response.status,
            headers=_pairs(response.headers),
            body=response.body,
            method=request.method,
            request_headers=(("Host", urlsplit(request.url).netloc), *_pairs(request.headers)),
            request_body=request.body,
            ip=None if response.ip_address is None else str(response.ip_address),
            protocol=response.protocol,
            metadata=self._metadata(request, response),
        )

    def _rendered(self, request: Request, response: Response) -> Exchange:
        """The DOM that a browser made of the page: no exchange, but a resource beside those that it was made from."""
        return Exchange(
            url=request.url,
            fetched_at=self.session.now(),
            status=HTTPStatus.OK,
            headers=(("Content-Type", "text/html; charset=utf-8"),),
            body=str(getattr(response, "text", "")).encode("utf-8", "replace"),
            metadata={
                "run": str(self.session.run),
                "source": self.session.source.name,
                "role": "page",
                "rendered_by": request.meta.get("browser", "chromium"),
            },
            imported=True,
        )

    def _metadata(self, request: Request, response: Response) -> Mapping[str, str]:
        data = {
            "run": str(self.session.run),
            "source": self.session.source.name,
            "role": request.meta.get("role", "page"),
            "asked": _asked(request),
        }
        content_type = header_text(response.headers.get("Content-Type") or b"")
        encoding = http_content_type_encoding(content_type)
        if encoding:
            data["declared_encoding"] = encoding
        if "part_of" in request.meta:
            data["part_of"] = request.meta["part_of"]
        if "attachment_of" in request.meta:
            data["attachment_of"] = " ".join(request.meta["attachment_of"])
            data["attachment_url"] = request.meta["attachment_url"]
        if request.url.startswith("https:"):
            data["tls"] = request.meta.get("tls", "default")
            data.update(_certificate(_der(response.certificate)))
        return data


def _asked(request: Request) -> str:
    """Why the request was made, in one word; the further hops of a redirect are asked for their first one's sake."""
    role: str = request.meta.get("role", "page")
    return "robots" if role == "robots" else str(request.meta.get("asked", role))


def _pairs(headers: Headers) -> tuple[tuple[str, str], ...]:
    return tuple((header_text(name), header_text(value)) for name, value in _repeated(headers))


def _repeated(headers: Headers) -> Iterable[tuple[bytes, bytes]]:
    return ((name, value) for name, values in headers.items() for value in values)


def _der(certificate: Certificate | bytes | None) -> bytes | None:
    """The certificate's bytes: Twisted wraps them, aiohttp does not."""
    return bytes(certificate.dump()) if isinstance(certificate, Certificate) else certificate


@lru_cache(maxsize=64)
def _certificate(der: bytes | None) -> Mapping[str, str]:
    """What is kept of a certificate, which nobody has verified: its digest, whose it is, and until when."""
    if der is None:
        return {}
    data = {"certificate_sha256": hashlib.sha256(der).hexdigest(), "certificate_verified": "no"}
    try:
        certificate = x509.load_der_x509_certificate(der)
        data["certificate_subject"] = certificate.subject.rfc4514_string()
        data["certificate_issuer"] = certificate.issuer.rfc4514_string()
        data["certificate_not_after"] = certificate.not_valid_after_utc.isoformat()
    except ValueError:
        data["certificate_error"] = "unreadable"
    return data
