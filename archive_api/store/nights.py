"""What nights need of the store: lists, hosts, rechecks, and what became of documents."""

from collections.abc import Iterator, Sequence
from datetime import datetime

from archive_api.document import State, document_id
from archive_api.store import captures, conditions, hosts, listpages, lists, rechecks, records, runs, states
from archive_api.store.database import Database
from archive_api.store.rows import Absence, CaptureRow, Condition, HostRow, ListPage, ListRow, Move, Recheck, RunRow


class NightStore:
    """The part of `Store` that is about nights; each method is a transaction of its own, as there."""

    _database: Database

    def last_answer(self, url: str) -> CaptureRow | None:
        """The newest capture of an address that has a payload and was read; a 304 has the payload it speaks of."""
        with self._database.read() as connection:
            return captures.last_answer(connection, url)

    def unfetched_rows(self, source: str, limit: int) -> list[ListRow]:
        """Rows that no fetch was finished for, and that were not left alone on purpose; the newest dates first."""
        with self._database.read() as connection:
            return lists.unfetched(connection, source, limit)

    def list_pages(self, source: str) -> list[ListPage]:
        """Every page of a source that is known to be a list, and what it held."""
        with self._database.read() as connection:
            return listpages.every(connection, source)

    def save_list_page(self, page: ListPage) -> None:
        """Writes what a list page held; what it held before is replaced."""
        with self._database.write() as connection:
            listpages.put(connection, page)

    def last_crawl(self, source: str, plans: Sequence[str]) -> RunRow | None:
        """The newest crawl of a source by one of these plans that was ended as it should; None where there is none."""
        with self._database.read() as connection:
            return runs.last_of_plan(connection, source, plans)

    def note_absence(self, absence: Absence) -> None:
        """Writes that a document was not shown on a night; one of a kind a run."""
        with self._database.write() as connection:
            states.note(connection, absence)

    def absences(self, document: str) -> list[Absence]:
        """The nights on which a document (by id) was not shown, by time."""
        with self._database.read() as connection:
            return states.of(connection, document)

    def missed(self, source: str) -> dict[str, list[Absence]]:
        """The documents of a source that were not shown since they were seen last: their absences since, by time."""
        with self._database.read() as connection:
            return states.present(connection, source)

    def sound_runs(self, numbers: set[int]) -> set[int]:
        """Those of the ended runs in which the host answered with pages."""
        with self._database.read() as connection:
            return states.sound_runs(connection, numbers)

    def live_documents(self, source: str) -> int:
        """How many documents of a source its publisher shows, as far as is known."""
        with self._database.read() as connection:
            return states.live(connection, source)

    def state(self, document: str) -> State | None:
        """The state of a document (by id); None where there is none by that id."""
        with self._database.read() as connection:
            return states.state_of(connection, document)

    def documents_in(self, source: str, state: State) -> list[str]:
        """The documents (ids) of a source that are in a state."""
        with self._database.read() as connection:
            return states.in_state(connection, source, state)

    def drop_list_pages(self, source: str, before: str) -> None:
        """Forgets the list pages that were not seen since a moment."""
        with self._database.write() as connection:
            listpages.drop(connection, source, before)

    def put_state(self, document: str, state: State) -> int:
        """Writes a document's state under a new `seq`, which is returned; NotFoundError where there is no document."""
        with self._database.write() as connection:
            return states.put(connection, document, state)

    def move(self, document: str, url: str, now: str) -> None:
        """Writes a further address of a document (by id): its captures are the document's from now on."""
        with self._database.write() as connection:
            states.move(connection, Move(url=url, document=document, at=now))

    def moves(self, document: str) -> list[Move]:
        """The further addresses of a document (by id), by time."""
        with self._database.read() as connection:
            return states.moves_of(connection, document)

    def document_at(self, url: str) -> str | None:
        """The id of the document that an address is a further one of; None for a document's first address."""
        with self._database.read() as connection:
            return records.moved_to(connection, document_id(url))

    def vanish_rows(self, source: str, urls: Sequence[str], now: str) -> None:
        """Writes that the lists of a source do not show these addresses any more."""
        with self._database.write() as connection:
            lists.vanish(connection, source, urls, now)

    def rows_not_seen_since(self, source: str, moment: str) -> list[str]:
        """Addresses that no list of a source has shown since a moment, and that are not known to have vanished."""
        with self._database.read() as connection:
            return lists.not_seen_since(connection, source, moment)

    def row_vanished(self, source: str, url: str) -> str | None:
        """Since when the lists of a source do not show an address; None where they do, or never did."""
        with self._database.read() as connection:
            return lists.vanished_at(connection, source, url)

    def twins(self, source: str, row: ListRow) -> list[str]:
        """Other addresses that a list of the source gave the same title and date."""
        with self._database.read() as connection:
            return lists.twins(connection, source, row)

    def recheck(self, document: str) -> Recheck | None:
        """When a document (by id) is looked at again; None for one that is not, such as an imported file."""
        with self._database.read() as connection:
            return rechecks.one(connection, document)

    def plan_recheck(self, check: Recheck) -> None:
        """Writes when a document is looked at again."""
        with self._database.write() as connection:
            rechecks.put(connection, check)

    def recheck_by(self, document: str, due_at: str) -> None:
        """Looks at a document (by id) by that time at the latest; a no-op for one that is not looked at again."""
        with self._database.write() as connection:
            rechecks.bring_forward(connection, document, due_at)

    def due_rechecks(self, source: str, now: str, limit: int) -> list[Recheck]:
        """The documents of a source that are to be looked at again by now, the shortest intervals first."""
        with self._database.read() as connection:
            return rechecks.due(connection, source, now, limit)

    def host(self, name: str) -> HostRow:
        """What is known of a host."""
        with self._database.read() as connection:
            return hosts.one(connection, name)

    def hosts(self) -> list[HostRow]:
        """All hosts of which something is known, by name."""
        with self._database.read() as connection:
            return hosts.every(connection)

    def distrust(self, host: str, reason: str, now: str) -> None:
        """Writes why a host's validators are not asked by any more."""
        with self._database.write() as connection:
            hosts.put(connection, host, {"distrusted": reason, "distrusted_at": now})

    def put_error_page(self, host: str, says: str, now: str) -> None:
        """Writes what a host answers to an address that cannot exist; nothing, where it answers as it should."""
        with self._database.write() as connection:
            hosts.put(connection, host, {"error_page": says, "error_page_at": now})

    def clock(self) -> datetime:
        """The present time, the same for every machine that shares this store: what leases go by."""
        return self._database.clock()

    def hold_hosts(self, names: Sequence[str], *, owner: str, now: str, until: str) -> HostRow | None:
        """None: the owner holds these hosts until then. Otherwise one that another holds, and nothing has changed."""
        with self._database.write() as connection:
            return hosts.hold(connection, names, owner, now, until)

    def release_hosts(self, owner: str) -> None:
        """Gives back all hosts that the owner holds."""
        with self._database.write() as connection:
            hosts.release(connection, owner)

    def held_hosts(self, now: str) -> dict[str, str]:
        """Who holds which host."""
        with self._database.read() as connection:
            return hosts.held(connection, now)

    def note_asked(self, host: str, night: str, asked: int) -> None:
        """Writes how often a host was asked in a night."""
        with self._database.write() as connection:
            hosts.put(connection, host, {"night": night, "asked": asked})

    def captures_of_runs(self, runs_: Sequence[int]) -> Iterator[CaptureRow]:
        """The captures of some runs, by time."""
        after = 0
        while True:
            with self._database.read() as connection:
                page = captures.of_runs(connection, runs_, after)
            if not page:
                return
            yield from page
            after = page[-1].id

    def left_over(self, source: str, limit: int) -> list[str]:
        """Addresses that a night had no room for, or whose fetch failed not too often; none fetched since."""
        with self._database.read() as connection:
            return lists.left_over(connection, source, limit)

    def full_crawl_began(self, source: str, run: int) -> int:
        """The first run of the full crawl that a run belongs to: one that was cut off goes on over several."""
        with self._database.read() as connection:
            return runs.began(connection, source, run)

    def unfinished_crawls(self, source: str) -> list[int]:
        """The full crawls of a source, by run, that did not come to their end, since the last one that did."""
        with self._database.read() as connection:
            return runs.unfinished(connection, source)

    def conditions(self) -> list[Condition]:
        """How each source is, by name."""
        with self._database.read() as connection:
            return conditions.every(connection)

    def condition(self, source: str) -> Condition | None:
        """How a source is; None for one that no crawl was judged of."""
        with self._database.read() as connection:
            return conditions.one(connection, source)

    def put_condition(self, found: Condition) -> None:
        """Writes how a source is; since when stays where the state does."""
        with self._database.write() as connection:
            conditions.put(connection, found)

    def note_told(self, source: str, state: str) -> None:
        """Writes that people were told of a source's state."""
        with self._database.write() as connection:
            conditions.tell(connection, source, state)

    def row_dates(self, source: str) -> list[str]:
        """The dates of a source's list rows, oldest first."""
        with self._database.read() as connection:
            return conditions.dates(connection, source)
