"""Who crawls a host: one crawl at a time, over all processes and machines that share a store."""

from __future__ import annotations

import os
import socket
import threading
from collections.abc import Iterable
from datetime import timedelta
from itertools import count

from archive_api.errors import ArchiveError, BusyError
from archive_api.store import HostRow, Store
from crawler.machine import written
from crawler.politeness import is_loopback
from crawler.runs import is_alive

BEAT = 20.0
"""Seconds after which a lease is prolonged."""
LEASE = timedelta(seconds=120)
"""How long a lease lasts without a beat: then whoever held it is dead, and others may take it."""

_serial = count()


def owner_name() -> str:
    """A name that nobody else has: machine, process, and a number in it."""
    return f"{socket.gethostname()}:{os.getpid()}:{next(_serial)}"


def _is_dead(owner: str) -> bool:
    """Whether an owner is a process of this machine that is gone: nobody has to wait for its lease to end."""
    machine, pid, _ = owner.rsplit(":", 2)
    return machine == socket.gethostname() and not is_alive(int(pid))


def slots_of(hosts: Iterable[str]) -> tuple[str, ...]:
    """What a crawl of these hosts (`name` or `name:port`) holds: the hosts and the addresses they resolve to.

    Sites that lie on one server (站群) so share its slot, whatever their names. A host that cannot be resolved has only
    its name, and the crawl will say what is wrong with it.
    """
    names = sorted(set(hosts))
    addresses = {f"ip:{address}" for name in names for address in _addresses(name.partition(":")[0])}
    return (*names, *sorted(addresses))


def _addresses(host: str) -> set[str]:
    if is_loopback(host):
        return set()  # every service of this machine has it
    try:
        found = socket.getaddrinfo(host, None, type=socket.SOCK_STREAM)
    except OSError:
        return set()
    return {str(entry[4][0]) for entry in found}


class Hold:
    """The hosts that one crawl holds; a thread prolongs the lease until it is given back.

    BusyError where another crawl holds one of them. `is_lost`: the store gave them to another, since no beat came
    through in time (a suspended machine, a store that could not be reached); nothing more may be asked of them.
    """

    def __init__(self, store: Store, names: Iterable[str], *, beat: float = BEAT) -> None:
        self._store, self._names, self._beat = store, tuple(names), beat
        self.owner = owner_name()
        self.is_lost = False
        self._done = threading.Event()
        busy = self._take()
        if busy is not None:
            raise BusyError(busy)
        self._thread = threading.Thread(target=self._prolong, name="hold", daemon=True)
        self._thread.start()

    def release(self) -> None:
        """Gives the hosts back. An ArchiveError of the store is let be: the lease ends by itself."""
        self._done.set()
        self._thread.join()
        try:
            self._store.release_hosts(self.owner)
        except ArchiveError:
            return

    def _take(self) -> str | None:
        other = self._ask()
        while other is not None and other.lease_owner is not None and _is_dead(other.lease_owner):
            self._store.release_hosts(other.lease_owner)
            other = self._ask()
        if other is None:
            return None
        return f"{other.name} is being crawled by {other.lease_owner}, whose lease ends at {other.lease_until}"

    def _ask(self) -> HostRow | None:
        now = self._store.clock()
        return self._store.hold_hosts(self._names, owner=self.owner, now=written(now), until=written(now + LEASE))

    def _prolong(self) -> None:
        while not self._done.wait(self._beat):
            try:
                self.is_lost = self._take() is not None
            except ArchiveError:
                continue  # the next beat may come through; if none does, another crawl may take over
            if self.is_lost:
                return
