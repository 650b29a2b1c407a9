"""What both databases can hold. Records are made so before they are compared or written.

PostgreSQL refuses a NUL in text, no database takes half a surrogate pair, JSON knows neither decimals nor
infinity. SQLite would take some of these: then the same page would be one thing here and another there.
"""

from __future__ import annotations

import dataclasses
import math
import re
from collections.abc import Mapping
from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any, TypeVar

_UNSTORABLE = re.compile("[\x00\ud800-\udfff]")
_REPLACEMENT = "\ufffd"
_DIGITS = 300
"""A decimal with more digits than this before or after the point is kept as its text."""

_PLAIN = frozenset({int, bool, type(None)})
"""Looked at first, by their exact type: a report has hundreds of cells."""

MAX_URL_BYTES = 2083
MAX_NAME_BYTES = 512
"""Bounds of what stands in a key: an entry of PostgreSQL's index holds 2704 bytes."""

_FIELD_NAMES: dict[type[Any], tuple[str, ...]] = {}
"""Told once for each class: `dataclasses.fields` goes over all of them each time."""

R = TypeVar("R")


class UnstorableKey(ValueError):
    """A text is too long to be a key; carries one line."""


def storable(record: R) -> R:
    """`record`, a dataclass, with every text, number and moment in it fit for both databases.

    A character that cannot be stored becomes U+FFFD. A decimal becomes the number that prints the same, or
    its text where there is none; infinity and NaN become their text. A moment becomes UTC; a naive one raises
    ValueError, for nobody knows its zone.
    """
    changes = {}
    for name in field_names(type(record)):
        value = getattr(record, name)
        fit = _fit(value)
        if fit is not value:
            changes[name] = fit
    return dataclasses.replace(record, **changes) if changes else record  # type: ignore[type-var]


def field_names(kind: type[Any]) -> tuple[str, ...]:
    """The names of a dataclass's fields."""
    names = _FIELD_NAMES.get(kind)
    if names is None:
        names = _FIELD_NAMES[kind] = tuple(field.name for field in dataclasses.fields(kind))
    return names


def check_key(text: str, what: str, limit: int) -> None:
    """Raise UnstorableKey where `text` has more than `limit` bytes of UTF-8."""
    if len(text.encode(errors="replace")) > limit:
        raise UnstorableKey(f"{what} is longer than {limit} bytes: {text[:60]}…")


def _fit(value: Any) -> Any:
    """`value` of a field: a text, number, moment, record, tuple of those, or a mapping that becomes JSON."""
    if type(value) in _PLAIN:
        return value
    if isinstance(value, str):
        return _text(value)
    if isinstance(value, Mapping):
        return value if _is_plain(value) else _json(value)
    if isinstance(value, float | Decimal):
        return _number(value)
    if isinstance(value, datetime):
        if value.tzinfo is None:
            raise ValueError(f"a stored moment needs a time zone: {value.isoformat()}")
        return value.astimezone(UTC)
    if dataclasses.is_dataclass(value):
        return storable(value)
    return tuple(_fit(item) for item in value) if isinstance(value, tuple) else value


def _is_plain(value: Mapping[Any, Any]) -> bool:
    """Whether `value` comes back from JSON as it is, so that it need not be written anew: most do."""
    if type(value) is not dict:
        return False
    for key, item in value.items():
        if type(key) is not str or not (key.isprintable() or _text(key) is key):
            return False
        kind = type(item)
        if kind is dict:
            if not _is_plain(item):
                return False
        elif kind is str:
            if not item.isprintable() and _text(item) is not item:
                return False
        elif kind not in _PLAIN:
            return False
    return True


def _json(value: Any) -> Any:
    """`value` as it will come back from JSON."""
    kind = type(value)
    if kind is str:
        return _text(value)
    if kind in _PLAIN:
        return value
    if kind is dict or isinstance(value, Mapping):
        return {_text(str(key)): _json(item) for key, item in value.items()}
    if isinstance(value, list | tuple):
        return [_json(item) for item in value]
    if isinstance(value, date):
        return value.isoformat()
    return _fit(value)


def _text(value: str) -> str:
    if value.isprintable():  # neither a NUL nor half a surrogate pair is; quicker to tell than by a pattern
        return value
    return _UNSTORABLE.sub(_REPLACEMENT, value) if _UNSTORABLE.search(value) else value


def _number(value: float | Decimal) -> int | float | str:
    if isinstance(value, float):
        return value if math.isfinite(value) else str(value)
    if not value.is_finite() or abs(value.adjusted()) > _DIGITS:
        return str(value)
    whole = int(value)
    if value == whole:
        return whole
    nearest = float(value)
    return nearest if Decimal(repr(nearest)) == value else str(value)
