"""Counting values in tantivy: exact, or refused."""

from __future__ import annotations

from typing import Any

import tantivy

from archive_api.errors import UserError
from archive_api.index.base import Counts

MOST_VALUES = 65_000
"""Buckets that tantivy makes for one question."""


def counted(searcher: tantivy.Searcher, query: tantivy.Query, fields: tuple[str, ...]) -> Counts:
    """How many documents have each value of the field, or each pair of values of two fields.

    Every value of every segment is asked for, so nothing is estimated. A UserError where there are more values than
    MOST_VALUES.
    """
    asked: dict[str, Any] = {}
    for field in reversed(fields):
        asked = {"values": {"terms": {"field": field, "size": MOST_VALUES}, **({"aggs": asked} if asked else {})}}
    try:
        answer: dict[str, Any] = searcher.aggregate(query, asked)
    except ValueError as error:
        if "bucket limit" not in str(error):
            raise
        raise _too_many() from error
    counts = dict(_walked(answer["values"], len(fields)))
    # a numeric value comes as a float where there are many
    return {tuple(_whole(value) for value in values): count for values, count in counts.items()}


def _walked(answer: dict[str, Any], depth: int) -> list[tuple[tuple[str | float, ...], int]]:
    if answer["sum_other_doc_count"] or answer["doc_count_error_upper_bound"]:
        raise _too_many()
    found: list[tuple[tuple[str | float, ...], int]] = []
    for bucket in answer["buckets"]:
        if depth == 1:
            found.append(((bucket["key"],), bucket["doc_count"]))
        else:
            inner = _walked(bucket["values"], depth - 1)
            found += [((bucket["key"], *values), count) for values, count in inner]
    return found


def _whole(value: str | float) -> str | int:
    return value if isinstance(value, str) else int(value)


def _too_many() -> UserError:
    return UserError(
        f"there are more than {MOST_VALUES} values to count: narrow the query / 分项超过 {MOST_VALUES} 个，请缩小范围"
    )
