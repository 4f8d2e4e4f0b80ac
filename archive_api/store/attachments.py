"""What was read from attachments, written into the documents that list them."""

from dataclasses import replace

from sqlalchemy import Connection

from archive_api.document import Attachment, Document, TextStatus, document_id
from archive_api.errors import NotFoundError
from archive_api.store import observations, records, versions
from archive_api.store.records import decode, encode
from archive_api.store.rows import Saved
from archive_api.store.versions import Change, Head, Text

_READ = {TextStatus.OK, TextStatus.OCR}


def attach(connection: Connection, capture_id: int, document_url: str, attachment: Attachment) -> Saved:
    """Fills the attachment at that address in the newest version that lists it.

    Not fetched before, or fetched but not understood and now understood: filled in place. Equal bytes, or bytes older
    than those known: unchanged. Newer and other bytes: a new version, if the current one lists it.
    """
    seen = observations.seen(connection, capture_id)
    key = document_id(document_url)
    head = versions.find_head(connection, records.moved_to(connection, key) or key)
    if head is None:
        raise NotFoundError(f"no document {document_url} in the store to attach {attachment.url} to")
    version, document, known = _listed(connection, head, attachment.url)
    content = encode(_with(document, replace(attachment, capture=capture_id)))
    if known.capture is None:
        return versions.fill(connection, head, version, content, "attachment")
    old = observations.seen(connection, known.capture)
    if old.payload == seen.payload:
        if known.text_status in _READ or attachment.text_status not in _READ:
            return _unchanged(head, version)
        return versions.fill(connection, head, version, content, "attachment")
    if seen.moment < old.moment or version != head.current.version:
        return _unchanged(head, version)
    return _replace(connection, head, content)


def _listed(connection: Connection, head: Head, url: str) -> tuple[int, Document, Attachment]:
    others = (number for number in range(head.versions, 0, -1) if number != head.current.version)
    for number in (head.current.version, *others):
        document = decode(versions.read_version(connection, head.id, number).content)
        known = next((one for one in document.attachments if one.url == url), None)
        if known is not None:
            return number, document, known
    raise NotFoundError(f"document {head.id} lists no attachment {url}")


def _with(document: Document, attachment: Attachment) -> Document:
    """The document with the attachment in place of what it listed; the names stay the page's."""
    filled = tuple(
        replace(attachment, name=one.name, media_type=attachment.media_type or one.media_type)
        if one.url == attachment.url
        else one
        for one in document.attachments
    )
    return replace(document, attachments=filled)


def _replace(connection: Connection, head: Head, content: str) -> Saved:
    """A new version with other bytes: the page's last observation before them is the first of the new version."""
    number = head.versions + 1
    seq = versions.next_seq(connection)
    page = observations.last(connection, head.id, head.current.version)
    text = Text(body_hash=head.current.body_hash, by="publisher", capture=page, content=content)
    versions.add(connection, head.id, number, seq, text)
    observations.observe(connection, page, head.id, number)
    versions.advance(connection, replace(head, seq=seq, versions=number, edited=True), current=number)
    change = Change(seq=seq, document=head.id, version=number, current=number, what="attachment")
    versions.log(connection, change)
    return Saved(id=head.id, version=number, seq=seq, change="version")


def _unchanged(head: Head, version: int) -> Saved:
    return Saved(id=head.id, version=version, seq=head.seq, change="unchanged")
