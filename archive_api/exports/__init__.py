"""Exports: a document set in a folder of its own, with a manifest that lets it be cited, checked and made again.

The data file is a function of the query and the archive's `seq`: the same two give the same bytes.
"""

from archive_api.exports.job import export
from archive_api.exports.manifest import Manifest
from archive_api.exports.selection import Selection, Shelf, select
from archive_api.exports.writers import Format, Writer, writer

__all__ = ["Format", "Manifest", "Selection", "Shelf", "Writer", "export", "select", "writer"]
