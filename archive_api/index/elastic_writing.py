"""Writing into an Elasticsearch index: bulk requests that are small, repeated with patience, and read item by item.

A document's version is its seq: writing it again changes nothing, and an older one never replaces a newer one.
"""

from __future__ import annotations

import json
import logging
import time
from collections.abc import Iterable, Iterator, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass
from typing import cast

from elastic_transport import TlsError
from elasticsearch import ApiError, ConflictError, Elasticsearch, NotFoundError, TransportError

from archive_api.document import Record
from archive_api.errors import BusyError, StorageError
from archive_api.index.elastic_entries import CURSOR, document_entry, entry_id, write_alias
from archive_api.index.elastic_errors import full, is_blocked, reason

BULK_DOCUMENTS = 500
BULK_BYTES = 8 * 1024 * 1024
"""A request ends with the document that brings it above this; the server takes 100 MB. One too large is halved."""

FIRST_PAUSE, LONGEST_PAUSE = 0.25, 10.0
"""Seconds."""

_FIRST_ERROR, _MISSING, _OVERTAKEN = 400, 404, 409
_NO_ANSWER = 599
_TOO_LARGE = 413
_PASSING = {429, 502, 503, 504, _NO_ANSWER}
"""Too many requests at once, or nodes or shards that are away for the moment."""

_log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Operation:
    """One document on its way: its id, and the two lines of a bulk request."""

    id: str
    lines: tuple[bytes, bytes]
    is_current: bool = True


@dataclass(frozen=True, slots=True)
class _Item:
    """What the cluster says of one document."""

    status: int
    why: str

    @property
    def passes(self) -> bool:
        """Whether it may be taken later."""
        return self.status in _PASSING or is_blocked(self.why)

    @property
    def refused(self) -> bool:
        """Whether it will never be taken, for another reason than that a newer one is there."""
        return self.status >= _FIRST_ERROR and self.status != _OVERTAKEN and not self.passes


class Writer:
    """Writes into one index, as long as that is there; gives up what does not pass within `patience` seconds."""

    def __init__(self, client: Elasticsearch, index: str, *, shown: str, patience: float) -> None:
        self._client = client.options(max_retries=0)
        self._index = index
        self._shown = shown
        self._patience = patience

    def write(self, records: Iterable[Record], seq: int) -> int:
        """Replace these documents, then move the cursor; durable and visible on return. Returns how many.

        Documents that are there with a newer seq are left out. A StorageError where the cluster does not take a
        document: the others are written then, and the cursor stays. A BusyError where the index was removed meanwhile.
        """
        done = self._documents(records)
        try:
            shards = self._client.indices.refresh(index=self._index)["_shards"]
            if shards["failed"]:
                raise StorageError(f"index {self._shown}: {shards['failed']} shards could not be refreshed; try again")
            self._move_cursor(seq)
        except NotFoundError as error:
            raise self._removed() from error
        return done

    def _documents(self, records: Iterable[Record]) -> int:
        """One request is under way while the texts of the next are cut."""
        done = 0
        sent: Future[int] | None = None
        with ThreadPoolExecutor(1) as pool:
            for chunk in chunks(records):
                done += sent.result() if sent else 0
                sent = pool.submit(self._send, chunk)
            return done + (sent.result() if sent else 0)

    def _move_cursor(self, seq: int) -> None:
        try:
            self._client.options(max_retries=3).index(
                index=write_alias(self._index),
                id=CURSOR,
                document={"cursor": seq},
                version=seq,
                version_type="external_gte",
                require_alias=True,
            )
        except ConflictError:
            _log.info("index %s: another writer is further than seq %d", self._shown, seq)

    def _send(self, operations: Sequence[Operation]) -> int:
        """How many were written; what is refused for the moment is sent again after a pause."""
        done, pause, deadline = 0, FIRST_PAUSE, time.monotonic() + self._patience
        refused: list[str] = []
        while True:
            outcomes = list(zip(operations, self._request(operations), strict=True))
            if any(item.status == _MISSING for _, item in outcomes):
                raise self._removed()
            done += sum(item.status < _FIRST_ERROR and one.is_current for one, item in outcomes)
            refused += [f"{operation.id}: {item.why}" for operation, item in outcomes if item.refused]
            operations = [operation for operation, item in outcomes if item.passes]
            if not operations:
                break
            why = next(item.why for _, item in outcomes if item.passes)
            if time.monotonic() + pause > deadline:
                raise self._given_up(why)
            _log.info("index %s: %d documents wait %.2f s: %s", self._shown, len(operations), pause, why)
            time.sleep(pause)
            pause = min(pause * 2, LONGEST_PAUSE)
        if refused:
            raise StorageError(f"index {self._shown}: {len(refused)} documents were refused, first {refused[0]}")
        return done

    def _request(self, operations: Sequence[Operation]) -> list[_Item]:
        """What the cluster says of each document; where it does not answer, that of all of them."""
        # lines that are JSON already are sent as they are; the client's types know of objects only
        lines = cast("list[dict[str, object]]", [line for operation in operations for line in operation.lines])
        try:
            answer = self._client.bulk(index=write_alias(self._index), operations=lines, require_alias=True)
        except TlsError:
            raise
        except TransportError as error:
            return [_Item(_NO_ANSWER, str(error.message))] * len(operations)
        except ApiError as error:
            if error.status_code == _TOO_LARGE and len(operations) > 1:
                half = len(operations) // 2
                return self._request(operations[:half]) + self._request(operations[half:])
            if error.status_code not in {*_PASSING, _TOO_LARGE}:
                raise
            return [_Item(error.status_code, reason(error))] * len(operations)
        return [_item(item["index"]) for item in answer["items"]]

    def _given_up(self, why: str) -> StorageError:
        if is_blocked(why):
            return full(self._shown, why)
        return StorageError(f"index {self._shown}: nothing was taken for {self._patience:.0f} s: {why}"[:500])

    def _removed(self) -> BusyError:
        return BusyError(f"index {self._shown}: another process built it anew or removed it meanwhile; run it again")


def chunks(records: Iterable[Record]) -> Iterator[list[Operation]]:
    """The records as requests of at most BULK_DOCUMENTS documents; one ends once it is above BULK_BYTES."""
    chunk: list[Operation] = []
    size = 0
    for record in records:
        chunk.append(_operation(record))
        size += sum(map(len, chunk[-1].lines))
        if len(chunk) == BULK_DOCUMENTS or size >= BULK_BYTES:
            yield chunk
            chunk, size = [], 0
    if chunk:
        yield chunk


def _operation(record: Record) -> Operation:
    key = entry_id(record)
    action = {"index": {"_id": key, "version": record.seq, "version_type": "external_gte"}}
    return Operation(key, (_json(action), _json(document_entry(record))), is_current=record.until is None)


def _json(data: object) -> bytes:
    return json.dumps(data, ensure_ascii=False, separators=(",", ":")).encode()


def _item(data: dict[str, object]) -> _Item:
    status, error = data.get("status"), data.get("error")
    assert isinstance(status, int), "an item has the status of an answer"
    if not isinstance(error, dict):
        return _Item(status, "")
    cause = error.get("caused_by")
    words = [error.get("type"), error.get("reason"), cause.get("reason") if isinstance(cause, dict) else None]
    return _Item(status, ": ".join(str(word) for word in words if word)[:300])
