"""What both databases can hold."""

from __future__ import annotations

import json
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta, timezone
from decimal import Decimal
from types import MappingProxyType
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from storage.records import FindingStatus
from storage.storable import UnstorableKey, check_key, storable


@dataclass(frozen=True, slots=True)
class _Record:
    value: Any


def _stored(value: Any) -> Any:
    return storable(_Record(value)).value


@pytest.mark.parametrize(
    ("value", "stored"),
    [
        ("云溪县", "云溪县"),
        ("a\x00b\ud83d", "a\ufffdb\ufffd"),
        ("𠮷", "𠮷"),  # a character of its own, no half pair
        (Decimal("12"), 12),
        (Decimal("1E+3"), 1000),
        (Decimal("12.50"), 12.5),
        (Decimal("0.1"), 0.1),
        (Decimal("0.1000000000000000055511151231257827"), "0.1000000000000000055511151231257827"),
        (Decimal("1E+999999"), "1E+999999"),
        (Decimal("Infinity"), "Infinity"),
        (float("-inf"), "-inf"),
        (-0.5, -0.5),
        (None, None),
        (True, True),
        (date(2024, 1, 20), date(2024, 1, 20)),
        (("a\x00", Decimal("2")), ("a\ufffd", 2)),
        ({"k\x00": ("1", [Decimal("1.5")], date(2024, 1, 20))}, {"k\ufffd": ["1", [1.5], "2024-01-20"]}),
        ({"a": {"b": "一\u3000二\n三"}, "c": True}, {"a": {"b": "一\u3000二\n三"}, "c": True}),
        ({"a": {"b\x00": "一\u3000二"}, "c": "\ud83d"}, {"a": {"b\ufffd": "一\u3000二"}, "c": "\ufffd"}),
        ({"a": {"b": {1: Decimal("1.50")}}}, {"a": {"b": {"1": 1.5}}}),
        (MappingProxyType({2023: MappingProxyType({"a": None})}), {"2023": {"a": None}}),
    ],
)
def test_values(value: object, stored: object) -> None:
    result = _stored(value)
    assert result == stored
    assert type(result) is type(stored)


def test_a_status_stays_a_status() -> None:
    assert _stored(FindingStatus.FIXED) is FindingStatus.FIXED


def test_moments_become_utc() -> None:
    china = timezone(timedelta(hours=8))
    assert _stored(datetime(2024, 2, 2, 2, tzinfo=china)).isoformat() == "2024-02-01T18:00:00+00:00"
    with pytest.raises(ValueError, match="needs a time zone"):
        _stored((datetime(2024, 2, 2, tzinfo=UTC).replace(tzinfo=None),))


@given(
    st.recursive(
        st.none() | st.booleans() | st.integers() | st.floats() | st.text() | st.decimals(),
        lambda inner: st.lists(inner) | st.dictionaries(st.text(), inner),
        max_leaves=20,
    )
)
def test_json_comes_back_as_it_is_compared(value: Any) -> None:
    stored = _stored({"value": value})
    assert json.loads(json.dumps(stored, allow_nan=False)) == stored
    assert _stored(stored) == stored
    json.dumps(stored, ensure_ascii=False).encode()


@given(st.decimals(allow_nan=False, allow_infinity=False))
def test_a_decimal_is_never_another_number(value: Decimal) -> None:
    assert Decimal(str(_stored(value))) == value


def test_keys_have_a_bound_in_bytes() -> None:
    check_key("局" * 4, "a name", 12)
    with pytest.raises(UnstorableKey, match="a name is longer than 12 bytes: 局局局局x"):
        check_key("局局局局x", "a name", 12)
