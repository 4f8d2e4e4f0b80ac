"""WARC files: append an exchange, read one back by its address.

One folder holds every capture of an archive, in `league-<UTC time>-<pid>-<serial>.warc.gz` files. A file is never
changed once it has its name, and nothing is ever deleted; the one that a process is writing has `.open` after its name.
"""

from archive_api.captures.exchange import Capture, Exchange, KnownPayload, as_uri, header_text, machine_time
from archive_api.captures.folder import CaptureStore
from archive_api.captures.recovery import Recovery

__all__ = ["Capture", "CaptureStore", "Exchange", "KnownPayload", "Recovery", "as_uri", "header_text", "machine_time"]
