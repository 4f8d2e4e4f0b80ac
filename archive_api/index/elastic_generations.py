"""The indexes behind one alias: which is current, how a new one takes its place, when an old one goes."""

from __future__ import annotations

import contextlib
import time
from collections.abc import Iterator
from dataclasses import dataclass

from elasticsearch import BadRequestError, Elasticsearch, NotFoundError

from archive_api.errors import BusyError, DamagedError, SettingsError, StorageError
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

_AT_ONCE = 20
"""Processes that build or swap at the same moment."""

_PAUSES = (0.05, 0.1, 0.2, 0.4)
"""Seconds until the aliases are looked at again."""


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
        for pause in (*_PAUSES, None):
            try:
                found = self._client.get(index=self._address.name, id=CURSOR)
            except NotFoundError as error:
                if "_index" in error.body:
                    self._refuse_foreign(error.body["_index"])
                    raise self._damaged("has no cursor") from error
                if _missing_index(error) in {None, self._address.name}:
                    return None
                # the alias was followed to an index that a rebuild has removed meanwhile
            except BadRequestError as error:
                if "more than one ind" not in str(error):
                    raise
                if pause is None:
                    self._refuse_several()
                    raise self._damaged("stands for several indexes") from error
                # two that are built for the first time at the same moment: one of them goes at once
            else:
                self._refuse_foreign(found["_index"])
                return Current(found["_index"], int(found["_source"]["cursor"]))
            time.sleep(pause or 0)
        raise BusyError(f"index {self._address.shown} is rebuilt faster than it can be asked; try again")

    def create(self) -> str:
        """The name of a new, empty generation that nothing reads yet."""
        name, body = self._address.name, settings(self._address.shards)
        last = max((number for number, _ in self._all()), default=0)
        for number in range(last + 1, last + _AT_ONCE):
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
        """Make it the current one, in one step, in place of all that the alias stood for.

        A BusyError where it was removed meanwhile, or too many are swapped at once.
        """
        name = self._address.name
        for _ in range(_AT_ONCE):
            # the cluster looks once more, as it makes the step, whether each of these is still there to be replaced
            before = [{"remove": {"index": one, "alias": name, "must_exist": True}} for one in self._behind()]
            try:
                self._client.indices.update_aliases(actions=[*before, {"add": {"index": index, "alias": name}}])
            except NotFoundError as error:
                if _missing_index(error) == index:
                    break
            else:
                self._keep_newest()
                return
        raise BusyError(f"index {self._address.shown}: another process built it anew meanwhile; run it again")

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

    def _keep_newest(self) -> None:
        """Of several that were swapped in where none had been, the newest stays, whoever of them looks."""
        ours = [index for index in self._behind() if generation_of(index, self._address.name)]
        for index in sorted(ours)[:-1]:
            held = {"index": index, "alias": self._address.name, "must_exist": False}
            with contextlib.suppress(NotFoundError):
                self._client.indices.update_aliases(actions=[{"remove": held}])

    def _behind(self) -> list[str]:
        """The indexes that the alias stands for."""
        try:
            return [*self._client.indices.get_alias(name=self._address.name)]
        except NotFoundError:
            return []

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

    def _damaged(self, how: str) -> DamagedError:
        return DamagedError(f"index {self._address.shown} {how}: run league index --rebuild")

    def _refuse_several(self) -> None:
        """What was put behind our alias by hand goes with the next rebuild; where nothing there is ours, we go."""
        behind = {index: generation_of(index, self._address.name) for index in self._behind()}
        for index, found in behind.items():
            if found and found[0] > MAPPING:
                self._refuse_foreign(index)
        if behind and not any(behind.values()):
            self._refuse_foreign(next(iter(behind)))

    def _refuse_foreign(self, index: str) -> None:
        shown, found = self._address.shown, generation_of(index, self._address.name)
        if found is None:
            raise SettingsError(
                f"index {shown} is something else ({index}): point the alias back to this archive's index, "
                "or give this archive another name there"
            )
        number, rules, _ = found
        if number > MAPPING:
            raise SettingsError(
                f"index {shown} was written by a newer League Archive (mapping {number}, this one knows {MAPPING}): "
                "upgrade, or give this one another name"
            )
        if number < MAPPING or not is_current(rules):
            raise DamagedError(f"index {shown} was made by other rules ({index}): run league index --rebuild")


def _missing_index(error: NotFoundError) -> str | None:
    """The index that the cluster says is not there; None where it says something else."""
    told = error.body.get("error") if isinstance(error.body, dict) else None
    missing = told.get("index") if isinstance(told, dict) else None
    return str(missing) if missing else None
