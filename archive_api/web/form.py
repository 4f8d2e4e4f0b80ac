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
from archive_api.labels import PARAMETERS, Label

_MANY = ("kind", "year", "region", "issuer", "source")
_ONE = ("q", "from", "to", "sort", "cursor")
_BETWEEN = re.compile(r"[\s,，、;；]+")  # what separates several years or codes typed into one box


@dataclass(frozen=True, slots=True, kw_only=True)
class Complaint:
    """A box of the form that cannot be understood."""

    label: Label
    reason: Label


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
        lists |= {name: _split(lists[name]) for name in ("year", "region")}
        return cls(values=values, lists=lists)

    def asked(self) -> Asked | tuple[Complaint, ...]:
        """What is asked, or what of it cannot be understood."""
        given: dict[str, object] = {name: value for name, value in self.values.items() if value}
        given |= {name: list(values) for name, values in self.lists.items() if values}
        try:
            return Asked.model_validate(given)
        except ValidationError as error:
            names = {str(part["loc"][0]) for part in error.errors()}
            return tuple(
                Complaint(label=PARAMETERS[name], reason=_REASONS[name]) for name in PARAMETERS if name in names
            )

    @property
    def is_filtered(self) -> bool:
        """Whether anything but the query itself narrows the search: the filters are then shown open."""
        return any(self.lists.values()) or bool(self.values["from"] or self.values["to"])

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
    return "?" + urlencode([(name, value) for name, value in pairs if value])


_REASONS = {
    "q": Label("太长", "too long"),
    "kind": Label("没有这种文种", "no such kind"),
    "year": Label("应为年份，如 2016", "years, such as 2016"),
    "region": Label("应为六位代码，如 320000", "six digits, such as 320000"),
    "issuer": Label("太长或太多", "too long or too many"),
    "source": Label("太长或太多", "too long or too many"),
    "from": Label("应为 2016、2016-05 或 2016-05-04", "2016, 2016-05 or 2016-05-04"),
    "to": Label("应为 2016、2016-05 或 2016-05-04", "2016, 2016-05 or 2016-05-04"),
    "sort": Label("没有这种排序", "no such order"),
    "cursor": Label("页标有误，请从第一页开始", "damaged: start from the first page"),
    "limit": Label("应为 1 至 200", "1 to 200"),
}


def _split(values: Sequence[str]) -> tuple[str, ...]:
    return tuple(part for value in values for part in _BETWEEN.split(value) if part)
