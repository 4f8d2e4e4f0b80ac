"""When a host's validators turn out to lie."""

import pytest

from archive_api.document import Address
from archive_api.store import CaptureRow
from crawler.conditional import _lie, _tags

AT = "2026-03-05T14:00:00.000000Z"
EARLY, LATE = "Sun, 01 Mar 2026 00:00:00 GMT", "Tue, 10 Mar 2026 00:00:00 GMT"


def last(status: int = 200, etag: str | None = None, last_modified: str | None = None) -> CaptureRow:
    return CaptureRow(
        id=1,
        address=Address(file="a.warc.gz", offset=0),
        end=9,
        url="http://tw.yunting.example/",
        status=status,
        fetched_at=AT,
        payload_sha256="0" * 64,
        media_type="text/html",
        run=1,
        source="yunting",
        outcome="list",
        reason=None,
        document=None,
        version=None,
        etag=etag,
        last_modified=last_modified,
    )


@pytest.mark.parametrize(
    ("before", "etag", "modified", "lie"),
    [
        (last(etag='"a"'), '"a"', None, "another body under the same ETag"),
        (last(etag='"a"'), '"b"', None, None),
        (last(etag='W/"a"'), 'W/"a"', None, None),
        (last(etag='"a"', last_modified=EARLY), '"b"', EARLY, None),
        (last(etag='"a-gzip"', last_modified=EARLY), '"a"', EARLY, "another body under the same Last-Modified"),
        (last(last_modified=EARLY), None, EARLY, "another body under the same Last-Modified"),
        (last(last_modified=EARLY), None, LATE, None),
        (last(304, last_modified=None), None, EARLY, "304 for a page that had changed before"),
        (last(304, last_modified=EARLY), None, LATE, None),
        (last(304), None, "yesterday", None),
        (last(), None, None, None),
    ],
)
def test_another_body_is_a_lie_where_the_host_claimed_that_it_is_the_same(
    before: CaptureRow, etag: str | None, modified: str | None, lie: str | None
) -> None:
    assert _lie(before, etag, modified) == lie


def test_a_tag_with_its_encoding_in_it_is_asked_by_without_it_too() -> None:
    assert _tags('"8397-1a-gzip"') == '"8397-1a-gzip", "8397-1a"'
    assert _tags('W/"8397"') == 'W/"8397"'
