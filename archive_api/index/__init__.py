"""Finding documents: `open_index` is the way in, `base` has the words that it is spoken to in."""

from pathlib import Path

from archive_api.errors import SettingsError
from archive_api.index.base import SearchIndex
from archive_api.index.embedded import EmbeddedIndex

__all__ = ["open_index"]

_EMBEDDED = "tantivy://"


def open_index(url: str) -> SearchIndex:
    """The index at an address: `tantivy:///folder` (a relative folder has two slashes).

    A folder that is not there yet is made by the first write. A SettingsError where the address is no index's, where
    the folder holds something else, or where a newer version wrote it. A damaged index opens: its methods say so by a
    DamagedError, and `catch_up` builds it anew.
    """
    if not url.startswith(_EMBEDDED) or url == _EMBEDDED:
        raise SettingsError(f"index address {url!r} is not understood: expected tantivy:///folder")
    return EmbeddedIndex(Path(url.removeprefix(_EMBEDDED)))
