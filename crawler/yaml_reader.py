"""Checked values out of a YAML file that people write: every error names the file, the key and what was expected."""

from __future__ import annotations

import difflib
import math
import re
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import TypeVar

import yaml

from archive_api.errors import SourceError

_T = TypeVar("_T")


def load_mapping(path: Path) -> Mapping[object, object]:
    """The mapping that a YAML file holds; a SourceError where it cannot be read, or holds something else."""
    try:
        data = yaml.load(path.read_text("utf-8"), Loader=OneKeyLoader)  # noqa: S506 - a SafeLoader
    except OSError as error:
        message = f"{path}: cannot be read ({error.strerror})"
        raise SourceError(message) from error
    except UnicodeDecodeError as error:
        message = f"{path}: is not UTF-8 (byte {error.start})"
        raise SourceError(message) from error
    except yaml.YAMLError as error:
        message = f"{path}: is not YAML: {' '.join(str(error).split())}"
        raise SourceError(message) from error
    if not isinstance(data, Mapping):
        message = f"{path}: must be a mapping of keys to values, got {_named(data)}"
        raise SourceError(message)
    return data


class OneKeyLoader(yaml.SafeLoader):
    """YAML that refuses a key given twice: PyYAML keeps the last one without a word."""

    def construct_mapping(self, node: yaml.MappingNode, deep: bool = False) -> dict[object, object]:  # noqa: FBT001, FBT002 - PyYAML's signature
        """The mapping; a ConstructorError names the key and the line."""
        keys = [self.construct_object(key, deep=True) for key, _ in node.value]
        for position, key in enumerate(keys):
            if key in keys[:position]:
                raise yaml.constructor.ConstructorError(None, None, f"{key!r} is given twice", node.start_mark)
        return super().construct_mapping(node, deep=deep)


class Reader:
    """Takes checked values out of one mapping; each method's error names the file, the key and what was expected."""

    def __init__(self, where: str, data: object, shape: type, prefix: str = "") -> None:
        self.where, self.prefix = where, prefix
        if not isinstance(data, Mapping):
            raise self.error(prefix.rstrip("."), f"must be a mapping, got {_named(data)}")
        self.data: Mapping[object, object] = data
        known = list(shape.__dataclass_fields__)  # type: ignore[attr-defined]
        for key in data:
            if key in known:
                continue
            near = difflib.get_close_matches(str(key), known, n=1)
            hint = f"; did you mean '{prefix}{near[0]}'?" if near else f"; known keys: {', '.join(known)}"
            raise self.error(f"{prefix}{key}", f"is no key of a source{hint}")

    def error(self, key: str, problem: str) -> SourceError:
        """The error for a key, named with what it stands in."""
        return SourceError(f"{self.where}: '{key}' {problem}")

    def bad(self, key: str, expected: str) -> SourceError:
        """The error for a key whose value is not what was expected."""
        return self.error(self.prefix + key, f"must be {expected}, got {_named(self.data.get(key))}")

    def text(self, key: str) -> str:
        """A text, stripped; an error where it is missing or empty."""
        value = self.data.get(key)
        if not isinstance(value, str) or not value.strip():
            if key not in self.data:
                raise self.error(self.prefix + key, "is missing")
            raise self.bad(key, "a text (in quotes, where it is a number)")
        return value.strip()

    def optional(self, key: str) -> str | None:
        """A text, or None where there is none."""
        return None if self.data.get(key) is None else self.text(key)

    def matching(self, key: str, pattern: re.Pattern[str], expected: str) -> str:
        """A text that the whole of a pattern matches."""
        value = self.text(key)
        if not pattern.fullmatch(value):
            raise self.bad(key, expected)
        return value

    def checked(self, key: str, check: Callable[[str], str | None]) -> str | None:
        """A text, or None where there is none; `check` gives what is wrong with it."""
        value = self.optional(key)
        problem = check(value) if value is not None else None
        if problem:
            raise self.error(self.prefix + key, f"{problem}, got {value!r}")
        return value

    def texts(
        self, key: str, check: Callable[[str], str | None] | None = None, *, required: bool = False
    ) -> tuple[str, ...]:
        """A list of texts, stripped, each of them checked; empty where there is none."""
        values = self.data.get(key, [])
        if not isinstance(values, list | tuple):
            raise self.bad(key, "a list")
        if required and not values:
            raise self.error(self.prefix + key, "is missing: a crawl needs an address to start from")
        for value in values:
            if not isinstance(value, str) or not value.strip():
                raise self.error(self.prefix + key, f"must hold texts, got {_named(value)}")
            problem = check(value) if check else None
            if problem:
                raise self.error(self.prefix + key, f"{problem}, got {value!r}")
        return tuple(value.strip() for value in values)

    def one_of(self, key: str, values: tuple[_T, ...], default: _T) -> _T:
        """One of the values, or the default where there is none."""
        value = self.data.get(key)
        if value is None:
            return default
        for known in values:
            if value == known:
                return known
        raise self.bad(key, f"one of {', '.join(str(v) for v in values)}")

    def flag(self, key: str, *, default: bool) -> bool:
        """True or false, or the default where there is none."""
        value = self.data.get(key, default)
        if not isinstance(value, bool):
            raise self.bad(key, "true or false")
        return value

    def whole(self, key: str, *, least: int) -> int | None:
        """A whole number, or None where there is none."""
        value = self.data.get(key)
        if value is None:
            return None
        if not isinstance(value, int) or isinstance(value, bool) or value < least:
            raise self.bad(key, f"a whole number of at least {least}")
        return value

    def number(self, key: str, *, least: float) -> float | None:
        """A finite number, or None where there is none."""
        value = self.data.get(key)
        if value is None:
            return None
        if not isinstance(value, int | float) or isinstance(value, bool) or not least <= value < math.inf:
            raise self.bad(key, f"a number of at least {least:g}")
        return float(value)

    def inner(self, key: str, shape: type) -> Reader:
        """A reader of the mapping under a key; an empty one where there is none."""
        return Reader(self.where, self.data.get(key, {}), shape, f"{self.prefix}{key}.")


def _named(value: object) -> str:
    return "nothing" if value is None else repr(value)
