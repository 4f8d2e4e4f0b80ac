"""Other extractors, asked for the same three fields as ours: text, title, date of publication.

Each is asked as its own documentation does it, for a Chinese page without an address. They are installed only in the
environment of `make bench-extraction`.
"""

from __future__ import annotations

import logging
import warnings
from collections.abc import Callable, Mapping
from dataclasses import dataclass

from lxml import html as lxml_html

_LETTERS_OF_A_DAY = len("2000-01-01")


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer:
    """What an extractor says of a page; None for a field that it did not find, or does not look for."""

    text: str | None = None
    title: str | None = None
    date: str | None = None


Peer = Callable[[str], Answer]


def peers() -> Mapping[str, Peer]:
    """Every peer by its name, ready to be timed: imported, and told to be silent."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # newspaper4k warns that it could summarise English if it had nltk
        made = {
            "trafilatura": _trafilatura(),
            "gne": _gne(),
            "readability": _readability(),
            "newspaper4k": _newspaper(),
            "htmldate": _htmldate(),
        }
    for name in ("trafilatura", "readability", "newspaper", "htmldate", "gne"):
        logging.getLogger(name).setLevel(logging.CRITICAL)
    return made


def trafilatura_text() -> Peer:
    """Trafilatura for the text alone, its fastest way that the speed is compared with."""
    import trafilatura  # noqa: PLC0415  # half a second

    return lambda page: Answer(text=trafilatura.extract(page))


def _trafilatura() -> Peer:
    import trafilatura  # noqa: PLC0415
    from trafilatura.settings import Document  # noqa: PLC0415

    def ask(page: str) -> Answer:
        found = trafilatura.bare_extraction(page, with_metadata=True)
        if not isinstance(found, Document):
            return Answer()
        return Answer(text=found.text, title=found.title, date=found.date)

    return ask


def _gne() -> Peer:
    from gne import GeneralNewsExtractor  # noqa: PLC0415

    extractor = GeneralNewsExtractor()

    def ask(page: str) -> Answer:
        found = extractor.extract(page)
        return Answer(text=found["content"], title=found["title"], date=found["publish_time"][:_LETTERS_OF_A_DAY])

    return ask


def _readability() -> Peer:
    from readability import Document  # noqa: PLC0415

    def ask(page: str) -> Answer:
        found = Document(page)
        return Answer(
            text="".join(map(str, lxml_html.fromstring(found.summary()).itertext())), title=found.short_title()
        )

    return ask


def _newspaper() -> Peer:
    import newspaper  # noqa: PLC0415

    def ask(page: str) -> Answer:
        found = newspaper.Article("", language="zh", fetch_images=False)
        found.download(input_html=page)
        found.parse()
        day = found.publish_date.strftime("%Y-%m-%d") if found.publish_date else None
        return Answer(text=found.text, title=found.title, date=day)

    return ask


def _htmldate() -> Peer:
    from htmldate import find_date  # noqa: PLC0415

    return lambda page: Answer(date=find_date(page, original_date=True))
