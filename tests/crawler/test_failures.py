import pytest
from OpenSSL import SSL
from scrapy import exceptions
from twisted.python.failure import Failure
from twisted.web.client import ResponseNeverReceived

from crawler.failures import failure_reason


@pytest.mark.parametrize(
    ("error", "reason"),
    [
        (exceptions.CannotResolveHostError("x.example"), "dns"),
        (exceptions.DownloadConnectionRefusedError(), "connection_refused"),
        (exceptions.DownloadTimeoutError(), "timeout"),
        (exceptions.DownloadCancelledError(), "too_large"),
        (exceptions.ResponseDataLossError(), "cut_off"),
        (exceptions.UnsupportedURLSchemeError(), "scheme"),
        (exceptions.DownloadFailedError(), "connection"),
        (ConnectionResetError(), "connection"),
        (RuntimeError("what?"), "error"),
    ],
)
def test_each_way_to_fail_has_its_word(error: Exception, reason: str) -> None:
    assert failure_reason(error) == reason


def test_a_failed_tls_handshake_is_told_from_other_failures_however_deep_it_lies() -> None:
    handshake = Failure(SSL.Error([("SSL routines", "", "dh key too small")]))  # type: ignore[no-untyped-call]
    inner = ResponseNeverReceived([handshake])  # type: ignore[no-untyped-call]
    outer = exceptions.DownloadFailedError("failed")
    outer.__cause__ = inner
    assert failure_reason(outer) == "tls"


def test_causes_that_go_round_in_a_circle_are_followed_once() -> None:
    one, two = exceptions.DownloadFailedError(), OSError()
    one.__cause__, two.__cause__ = two, one
    assert failure_reason(one) == "connection"
