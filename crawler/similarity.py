"""How much two texts have in common."""

from __future__ import annotations

from typing import Final

_RUN: Final = 4
_SHORT: Final = 120
"""Below this, one changed character is a large share of the text: only an equal text is the same one."""


def alike(one: str, other: str) -> float:
    """Jaccard similarity of the texts' runs of four characters, white space apart; 0 or 1 for short texts."""
    first, second = "".join(one.split()), "".join(other.split())
    if first == second:
        return 1.0
    if min(len(first), len(second)) < _SHORT:
        return 0.0
    left, right = _runs(first), _runs(second)
    return len(left & right) / len(left | right)


def _runs(text: str) -> set[str]:
    return {text[start : start + _RUN] for start in range(len(text) - _RUN + 1)}
