"""The search form: what a reader typed, kept as it was typed, and what it means."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from urllib.parse import urlencode

from pydantic import ValidationError
from starlette.datastructures import QueryParams

from archive_api.asking import Asked
from archive_api.exports import Format
from archive_api.index.views import filter_of
from archive_api.labels import FILTERS, PARAMETERS, Label, value

_MANY = (*FILTERS, *(f"not_{name}" for name in FILTERS))
_CODES = tuple(
    f"{no}{name}" for no in ("", "not_") for name in ("period", "published", "written", "first_seen", "region")
)
_ONE = ("q", "match", "from", "to", "as_of", "sort", "cursor")
_BETWEEN = re.compile(r"[\s,，、;；]+")  # what separates several times or codes typed into one box


@dataclass(frozen=True, slots=True, kw_only=True)
class Complaint:
    """A box of the form that cannot be understood."""

    label: Label
    reason: Label


@dataclass(frozen=True, slots=True, kw_only=True)
class Chip:
    """One word of a filter that is set; `address` is the query string of the search without it."""

    name: str
    label: Label
    word: str
    shown: Label
    is_negative: bool
    address: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Form:
    """The boxes of the form. Parameters that are not of the form are no part of it, empty boxes ask for nothing."""

    values: dict[str, str]
    lists: dict[str, tuple[str, ...]]

    @classmethod
    def read(cls, params: QueryParams) -> Form:
        """The form in an address's query string."""
        values = {name: params.get(name, "").strip() for name in _ONE}
        lists = {name: tuple(v.strip() for v in params.getlist(name) if v.strip()) for name in _MANY}
        lists |= {name: _split(lists[name]) for name in _CODES}
        return cls(values=values, lists=lists)

    def asked(self) -> Asked | tuple[Complaint, ...]:
        """What is asked, or what of it cannot be understood."""
        try:
            return Asked.model_validate(self.given())
        except ValidationError as error:
            names = {str(part["loc"][0]) for part in error.errors()}
            return tuple(
                Complaint(label=PARAMETERS[name], reason=_REASONS[name.removeprefix("not_")])
                for name in PARAMETERS
                if name in names
            )

    def given(self, *without: str) -> dict[str, object]:
        """The boxes that hold anything."""
        given: dict[str, object] = {n: value for n, value in self.values.items() if value and n not in without}
        return given | {name: list(values) for name, values in self.lists.items() if values}

    @property
    def chips(self) -> tuple[Chip, ...]:
        """What narrows the search, one by one."""
        many = [(name, word) for name, words in self.lists.items() for word in words]
        one = [(name, self.values[name]) for name in ("from", "to", "as_of") if self.values[name]]
        return tuple(
            Chip(
                name=name,
                label=FILTERS[name.removeprefix("not_")] if name not in self.values else PARAMETERS[name],
                word=word,
                shown=value(name.removeprefix("not_"), word),
                is_negative=name.startswith("not_"),
                address=self.without(name, word),
            )
            for name, word in (*many, *one)
        )

    def without(self, name: str, word: str) -> str:
        """The query string of the same search without that filter's word."""
        left = [pair for pair in self._pairs("cursor") if pair != (name, word) and pair[1]]
        return _encoded(left) if left else "?q="

    def choosing(self, facet: str, word: str) -> str:
        """The query string of the search with that word as the only one of the facet's filter, or without it again."""
        name = filter_of(facet)
        own = {name, f"not_{name}"} | ({"from", "to"} if name == "published" else set())
        others = [pair for pair in self._pairs("cursor") if pair[0] not in own]
        chosen = [] if self.is_chosen(facet, word) else [(name, word)]
        return _encoded([*others, *chosen]) if any(pair[1] for pair in (*others, *chosen)) else "?q="

    def is_chosen(self, facet: str, word: str) -> bool:
        """Whether that word is the only one of the facet's filter."""
        name = filter_of(facet)
        return self.lists[name] == (word,) and not self.lists[f"not_{name}"]

    def leaving_out(self, facet: str, word: str) -> str:
        """The query string of the search without what has that word."""
        return _encoded([*self._pairs("cursor"), (f"not_{filter_of(facet)}", word)])

    def trend_address(self) -> str:
        """The query string of the trend of this search."""
        return _encoded(self._pairs("cursor", "sort"))

    def shown(self, name: str) -> str:
        """What stands in a text box."""
        return self.values[name] if name in self.values else ", ".join(self.lists[name])

    def address(self, cursor: str) -> str:
        """The query string of another page of the same search; the first one's without a cursor."""
        return _encoded([*self._pairs("cursor"), ("cursor", cursor)])

    def export_address(self, format_: Format) -> str:
        """The query string that gives everything this form finds, as a file."""
        return _encoded([*self._pairs("cursor", "sort"), ("format", format_)])

    def _pairs(self, *without: str) -> list[tuple[str, str]]:
        single = [(name, value) for name, value in self.values.items() if name not in without]
        return single + [(name, value) for name, values in self.lists.items() for value in values]


def _encoded(pairs: list[tuple[str, str]]) -> str:
    return "?" + urlencode([(name, word) for name, word in pairs if word])


_DAY = Label("应为 2016、2016-05、2016-05-04 或 2016..2019", "2016, 2016-05, 2016-05-04 or 2016..2019")
_MUCH = Label("太长或太多", "too long or too many")
_REASONS = {
    "q": Label("太长", "too long"),
    "match": Label("应为 exact 或 related", "exact or related"),
    "kind": Label("没有这种文种", "no such kind"),
    "period": Label("应为 2016、2016H1、2016Q3、2016-03 或 2016..2019", "2016, 2016H1, 2016Q3, 2016-03 or 2016..2019"),
    "published": _DAY,
    "written": _DAY,
    "first_seen": _DAY,
    "region": Label("应为 2、4 或 6 位代码，如 320000", "2, 4 or 6 digits, such as 320000"),
    "level": Label("没有这种层级", "no such level"),
    "issuer": _MUCH,
    "source": _MUCH,
    "state": Label("没有这种状态", "no such state"),
    "flag": _MUCH,
    "attachment": Label("应为 yes 或 no", "yes or no"),
    "from": Label("应为 2016、2016-05 或 2016-05-04", "2016, 2016-05 or 2016-05-04"),
    "to": Label("应为 2016、2016-05 或 2016-05-04", "2016, 2016-05 or 2016-05-04"),
    "as_of": Label("应为不小于 0 的整数", "a whole number, 0 or more"),
    "sort": Label("没有这种排序", "no such order"),
    "cursor": Label("页标有误，请从第一页开始", "damaged: start from the first page"),
    "limit": Label("应为 1 至 200", "1 to 200"),
}


def _split(values: Sequence[str]) -> tuple[str, ...]:
    return tuple(part for value in values for part in _BETWEEN.split(value) if part)
