"""One word for each way in which a request can end without an answer."""

from __future__ import annotations

from scrapy import exceptions

from archive_api.errors import UnreadableError

_REASONS: tuple[tuple[type[Exception], str], ...] = (
    (exceptions.CannotResolveHostError, "dns"),
    (exceptions.DownloadConnectionRefusedError, "connection_refused"),
    (exceptions.DownloadTimeoutError, "timeout"),
    (exceptions.DownloadCancelledError, "too_large"),  # Scrapy cancels a download for no other reason
    (exceptions.ResponseDataLossError, "cut_off"),
    (exceptions.UnsupportedURLSchemeError, "scheme"),
    (exceptions.NotSupported, "scheme"),
    (exceptions.DownloadFailedError, "connection"),
    (OSError, "connection"),
)


def failure_reason(error: BaseException) -> str:
    """`dns`, `connection_refused`, `timeout`, `too_large`, `cut_off`, `tls`, `connection`, `scheme`, `browser`.

    An UnreadableError gives its own reason; what is not known is an `error`.
    """
    if isinstance(error, UnreadableError):
        return error.reason
    if type(error).__module__.startswith("playwright"):
        return "browser"
    chain = [error, *_causes(error)]
    if any("SSL" in type(cause).__name__ or "OpenSSL" in type(cause).__module__ for cause in chain):
        return "tls"
    for known, reason in _REASONS:
        if isinstance(error, known):
            return reason
    return "error"


def _causes(error: BaseException) -> list[BaseException]:
    """What an error was caused by, with what Twisted keeps inside it as `reasons`."""
    found: list[BaseException] = []
    queue = [error]
    while queue:
        current = queue.pop()
        inner = [current.__cause__, *(getattr(reason, "value", None) for reason in getattr(current, "reasons", ()))]
        fresh = [cause for cause in inner if isinstance(cause, BaseException) and cause not in found]
        found += fresh
        queue += fresh
    return found
