"""The pause between two requests to one host."""

from __future__ import annotations

import pytest

from crawler.throttle import MAX_DELAY, next_delay


@pytest.mark.parametrize(
    ("delay", "latency", "least", "well", "expected"),
    [
        (1.0, 0.2, 1.0, True, 1.0),  # never below the portal's own
        (1.0, 5.0, 1.0, True, 5.0),  # up at once
        (5.0, 1.0, 1.0, True, 3.0),  # down by halves
        (5.0, 0.0, 1.0, False, 5.0),  # an error hurries nobody
        (5.0, 8.0, 1.0, False, 8.0),
        (0.0, 0.0, 0.0, True, 0.0),
        (1.0, 500.0, 1.0, True, MAX_DELAY),
        (1.0, 1.0, 120.0, True, 120.0),
    ],
)
def test_next_delay(delay: float, latency: float, least: float, well: bool, expected: float) -> None:
    assert next_delay(delay, latency, least, well=well) == expected
