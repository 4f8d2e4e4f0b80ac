"""What a CMS family is: how its pages are recognised, and where they keep their body."""

from __future__ import annotations

import re
from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class Family:
    """Facts about one CMS.

    `signs` match somewhere in the source of its pages. `bodies` name the elements that hold a body, most specific
    first: `.class`, `#id` or `tag`, lower case; a trailing `*` stands for any ending.
    """

    name: str
    signs: re.Pattern[str] | None = None
    bodies: tuple[str, ...] = ()
