"""Finding documents: `open_index` is the way in, `base` has the words that it is spoken to in."""

from pathlib import Path

from archive_api.errors import SettingsError
from archive_api.index.base import SearchIndex
from archive_api.index.embedded import EmbeddedIndex

__all__ = ["open_index"]

_EMBEDDED = "tantivy://"
_CLUSTER = ("https://", "http://")


def open_index(url: str) -> SearchIndex:
    """The index at an address.

    `tantivy:///folder` (a relative folder has two slashes) is an embedded one: a folder that is not there yet is made
    by the first write; a SettingsError where it holds something else, or where a newer version wrote it. A damaged
    index opens: its methods say so by a DamagedError, and `catch_up` builds it anew.

    `https://user:secret@host:9200/name` is one in an Elasticsearch cluster (see `elastic_address`); nothing is asked of
    the cluster before its first use. No message repeats what is secret in an address.
    """
    if url.startswith(_CLUSTER):
        # only who has a cluster waits for its client to be loaded
        from archive_api.index.elastic import ElasticIndex  # noqa: PLC0415
        from archive_api.index.elastic_address import parse_address  # noqa: PLC0415

        return ElasticIndex(parse_address(url))
    if not url.startswith(_EMBEDDED) or url == _EMBEDDED:
        shown = url if "@" not in url else f"{url.partition(':')[0]}:…"
        raise SettingsError(
            f"index address {shown!r} is not understood: expected tantivy:///folder or https://user:secret@host:9200/name"
        )
    return EmbeddedIndex(Path(url.removeprefix(_EMBEDDED)))
