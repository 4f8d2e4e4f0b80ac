"""Reading what was fetched: pages in this process, files of every other kind in a child process with limits."""

from __future__ import annotations

from crawler.readers.apart import Apart, Limits

__all__ = ["Apart", "Limits"]
