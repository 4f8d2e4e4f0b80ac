"""Documents written: from observations to versions.

The versions of a document are a function of its captures, in whatever order and however often they are saved: sorted by
time, each run of equal texts (`Document.body_hash`) is one version. Numbers are given in the order of arrival and stay,
so that a citation of a version stays good; the current version is the one observed last, which need not have the
highest number. What is saved again, or observed again, changes nothing but `first_seen` and `last_seen`: only an
earlier `first_seen` takes a `seq`, for documents are found by it.

A version's content is that of the capture that brought it. An equal text whose other fields were read differently is no
new version and does not replace it: only `reread` makes a version of it. A different text from the same capture, or
from equal bytes, is the extractor's doing, whoever saves it.
"""

from dataclasses import replace

from sqlalchemy import Connection

from archive_api.document import Attachment, Document, State, TextStatus, document_id
from archive_api.errors import DamagedError, NotFoundError
from archive_api.store import observations, states, versions
from archive_api.store.observations import Neighbour, Seen
from archive_api.store.records import decode, encode
from archive_api.store.rows import By, Saved
from archive_api.store.versions import Change, Head, Text


def save(connection: Connection, capture_id: int, source: str, document: Document, by: By) -> Saved:
    """What the capture says of its document, written once."""
    seen = observations.seen(connection, capture_id)
    key = document_id(document.url)
    if seen.version is not None and seen.document != key:
        raise DamagedError(
            f"capture {capture_id} was saved as document {seen.document}, it cannot be {document.url} ({key}) too",
        )
    head = versions.find_head(connection, key)
    if head is None:
        text = Text(body_hash=document.body_hash(), by="publisher", capture=seen.id, content=encode(document))
        return versions.begin(connection, document.url, source, seen, text)
    if seen.version is not None:
        return _read_again(connection, head, seen, document)
    saved = _observe(connection, head, seen, document, by)
    if seen.moment.fetched_at > head.last_seen and states.state_of(connection, key) is State.GONE:
        return replace(saved, seq=states.put(connection, key, State.RESTORED))
    return saved


def reread(connection: Connection, capture_id: int, document: Document) -> Saved:
    """What a newer extractor reads in a capture that was saved before; what the older one read stays, as a version.

    Another text is a new version from this capture on. So is an equal text with other fields, if the version was read
    from this very capture. Evidence, and the extractor's name, are no part of what is compared. What was fetched for an
    attachment stays with it. NotFoundError where the capture was never saved as this document.
    """
    seen = observations.seen(connection, capture_id)
    key = document_id(document.url)
    head = versions.find_head(connection, key)
    if head is None or seen.version is None or seen.document != key:
        raise NotFoundError(f"capture {capture_id} was never saved as {document.url}: save it first")
    old = versions.read_version(connection, key, seen.version)
    if old.body_hash != document.body_hash():
        return _read_again(connection, head, seen, document)
    known = decode(old.content)
    read = _carry(document, known)
    if old.capture != seen.id or said(read) == said(known):
        return Saved(id=key, version=seen.version, seq=head.seq, change="unchanged")
    number, seq = head.versions + 1, versions.next_seq(connection)
    text = Text(body_hash=old.body_hash, by="extractor", capture=seen.id, content=encode(read))
    versions.add(connection, key, number, seq, text)
    observations.move_all(connection, key, seen.version, number)
    return _conclude(connection, head, number, {number: seq}, edited=head.edited)


def said(document: Document) -> Document:
    """The document without how it was read: what two readings are compared by."""
    return replace(document, extractor="", evidence={})


def _observe(connection: Connection, head: Head, seen: Seen, document: Document, by: By) -> Saved:
    earlier, later = _neighbours(connection, head, seen)
    body_hash = document.body_hash()
    versions.stretch(connection, head, seen.moment.fetched_at)
    for side in (earlier, later):
        if side is not None and side.body_hash == body_hash:
            observations.observe(connection, seen.id, head.id, side.version)
            seq = _first_seen(connection, head) if seen.moment.fetched_at < head.first_seen else head.seq
            return Saved(id=head.id, version=side.version, seq=seq, change="unchanged")
    if any(side.payload == seen.payload for side in (earlier, later) if side is not None):
        by = "extractor"  # equal bytes: the publisher changed nothing
    content = _content(connection, head, document, earlier or later)
    text = Text(body_hash=body_hash, by=by, capture=seen.id, content=content)
    return _add(connection, head, seen, text, (earlier, later))


def _first_seen(connection: Connection, head: Head) -> int:
    """The `seq` under which the document is found by an earlier first sight."""
    seq, current = versions.next_seq(connection), head.current.version
    versions.advance(connection, replace(head, seq=seq), current=current)
    versions.log(connection, Change(seq=seq, document=head.id, version=current, current=current, what="first_seen"))
    return seq


def _neighbours(connection: Connection, head: Head, seen: Seen) -> tuple[Neighbour | None, Neighbour | None]:
    if seen.moment.fetched_at > head.last_seen:
        return head.current, None
    return (
        observations.before(connection, head.id, seen.moment),
        observations.after(connection, head.id, seen.moment),
    )


def _add(
    connection: Connection,
    head: Head,
    seen: Seen,
    text: Text,
    sides: tuple[Neighbour | None, Neighbour | None],
) -> Saved:
    number = head.versions + 1
    seq = versions.next_seq(connection)
    versions.add(connection, head.id, number, seq, text)
    observations.observe(connection, seen.id, head.id, number)
    made = {number: seq}
    earlier, later = sides
    if earlier is not None and later is not None and earlier.version == later.version:
        made[number + 1] = _split(connection, head, earlier, number + 1, seen)
    return _conclude(connection, head, number, made, edited=head.edited or text.by == "publisher")


def _split(connection: Connection, head: Head, broken: Neighbour, number: int, seen: Seen) -> int:
    """Another text was seen in the middle of a run: what comes on its other side is a version of its own."""
    seq = versions.next_seq(connection)
    old = versions.read_version(connection, head.id, broken.version)
    capture = observations.split(connection, head.id, broken, number, at=seen.moment)
    versions.add(connection, head.id, number, seq, replace(old, by="publisher", capture=capture))
    return seq


def _read_again(connection: Connection, head: Head, seen: Seen, document: Document) -> Saved:
    """Another reading of a capture that was saved before: it counts for the rest of the run that it stands in."""
    assert seen.version is not None
    body_hash = document.body_hash()
    old = versions.read_version(connection, head.id, seen.version)
    if old.body_hash == body_hash:
        return Saved(id=head.id, version=seen.version, seq=head.seq, change="unchanged")
    earlier = observations.before(connection, head.id, seen.moment)
    later = observations.after(connection, head.id, seen.moment, but=seen.version)
    same = next((side for side in (earlier, later) if side is not None and side.body_hash == body_hash), None)
    number = same.version if same is not None else head.versions + 1
    seq = versions.next_seq(connection)
    if same is None:
        content = encode(_carry(document, decode(old.content)))
        text = Text(body_hash=body_hash, by="extractor", capture=seen.id, content=content)
        versions.add(connection, head.id, number, seq, text)
    observations.move_later(connection, head.id, seen.version, number, since=seen.moment)
    return _conclude(connection, head, number, {number: seq}, edited=head.edited)


def _conclude(connection: Connection, head: Head, number: int, made: dict[int, int], *, edited: bool) -> Saved:
    """The head and the log after new versions: `made` gives the `seq` of each."""
    current = observations.newest(connection, head.id)
    count = max(head.versions, *made)
    last = max(made.values())
    versions.advance(connection, replace(head, seq=last, versions=count, edited=edited), current=current)
    for version, seq in made.items():
        change = Change(seq=seq, document=head.id, version=version, current=current, what="version")
        versions.log(connection, change)
    return Saved(id=head.id, version=number, seq=last, change="version")


def _content(connection: Connection, head: Head, document: Document, known: Neighbour | None) -> str:
    if known is None or not document.attachments:
        return encode(document)
    old = versions.read_version(connection, head.id, known.version)
    return encode(_carry(document, decode(old.content)))


def _carry(document: Document, known: Document) -> Document:
    """The document with what is known of attachments at the same addresses."""
    fetched = {one.url: one for one in known.attachments if one.capture is not None}
    return replace(document, attachments=tuple(_carried(one, fetched.get(one.url)) for one in document.attachments))


def _carried(attachment: Attachment, known: Attachment | None) -> Attachment:
    if known is None or attachment.capture is not None or attachment.text_status is not TextStatus.NOT_READ:
        return attachment
    return replace(known, name=attachment.name)
