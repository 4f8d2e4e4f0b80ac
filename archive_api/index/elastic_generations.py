"""The indexes behind one alias: which is current, how a new one takes its place, when an old one goes."""

from __future__ import annotations

import contextlib
from collections.abc import Iterator
from dataclasses import dataclass

from elasticsearch import BadRequestError, Elasticsearch, NotFoundError

from archive_api.errors import DamagedError, SettingsError, StorageError
from archive_api.index.elastic_address import Address
from archive_api.index.elastic_entries import (
    CURSOR,
    MAPPING,
    generation_of,
    index_name,
    is_current,
    mapping,
    settings,
    write_alias,
)

_CREATED_AT_ONCE = 20


@dataclass(frozen=True, slots=True)
class Current:
    """The index that answers, and the store's seq that it is at."""

    index: str
    seq: int


class Generations:
    """The indexes of one address. Errors are the client's own but for those named."""

    def __init__(self, client: Elasticsearch, address: Address) -> None:
        self._client = client
        self._address = address

    def current(self) -> Current | None:
        """The generation to read; None where nothing was indexed yet.

        A DamagedError where it has to be built anew; a SettingsError where the name is something else's, or a newer
        version's, and has to be left alone.
        """
        name, shown = self._address.name, self._address.shown
        try:
            found = self._client.get(index=name, id=CURSOR)
        except NotFoundError as error:
            if "_index" not in error.body:
                return None
            self._refuse_foreign(error.body["_index"])
            raise DamagedError(f"index {shown} has no cursor: run league index --rebuild") from error
        except BadRequestError as error:
            if "more than one ind" not in str(error):
                raise
            raise DamagedError(
                f"index {shown}: the alias stands for several indexes: run league index --rebuild"
            ) from error
        self._refuse_foreign(found["_index"])
        return Current(found["_index"], int(found["_source"]["cursor"]))

    def create(self) -> str:
        """The name of a new, empty generation that nothing reads yet."""
        name, body = self._address.name, settings(self._address.shards)
        last = max((number for number, _ in self._all()), default=0)
        for number in range(last + 1, last + _CREATED_AT_ONCE):
            index = index_name(name, number)
            try:
                self._client.indices.create(
                    index=index,
                    settings=body,
                    mappings=mapping(),
                    aliases={write_alias(index): {"is_write_index": True}},
                )
            except BadRequestError as error:
                if error.error != "resource_already_exists_exception":
                    raise
            else:
                return index
        raise StorageError(f"index {self._address.shown}: too many rebuilds at once")

    def swap(self, index: str) -> None:
        """Make it the current one, in one step."""
        name = self._address.name
        held = {"index": f"{name}-m*-g*", "alias": name, "must_exist": False}
        self._client.indices.update_aliases(actions=[{"remove": held}, {"add": {"index": index, "alias": name}}])

    def remove(self, index: str) -> None:
        """Delete it, if it is there."""
        with contextlib.suppress(NotFoundError):
            self._client.indices.delete(index=index)

    def remove_old(self, current: str) -> None:
        """Delete the generations before this one that nobody reads in."""
        found = generation_of(current, self._address.name)
        assert found, "the current index is a generation"
        for number, index in self._all():
            if number < found[2] and not self._is_read(index):
                self.remove(index)

    def _is_read(self, index: str) -> bool:
        try:
            stats = self._client.indices.stats(index=index, metric="search")
        except NotFoundError:
            return False
        return bool(stats["_all"]["total"]["search"]["open_contexts"])

    def _all(self) -> Iterator[tuple[int, str]]:
        for index in self._client.indices.get_alias(index=f"{self._address.name}-m*-g*"):
            if found := generation_of(index, self._address.name):
                yield found[2], index

    def _refuse_foreign(self, index: str) -> None:
        shown, found = self._address.shown, generation_of(index, self._address.name)
        if found is None:
            raise SettingsError(f"index {shown} is something else ({index}); give this archive another name there")
        number, rules, _ = found
        if number > MAPPING:
            raise SettingsError(
                f"index {shown} was written by a newer League Archive (mapping {number}, this one knows {MAPPING}): "
                "upgrade, or give this one another name"
            )
        if number < MAPPING or not is_current(rules):
            raise DamagedError(f"index {shown} was made by other rules ({index}): run league index --rebuild")
