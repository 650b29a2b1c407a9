"""What a test waits for, with a bound."""

from __future__ import annotations

import time
from collections.abc import Callable


def wait_until(true: Callable[[], bool], seconds: int = 30) -> None:
    """Return once it is true. Raises AssertionError when so many seconds are over."""
    for _ in range(seconds * 20):
        if true():
            return
        time.sleep(0.05)
    raise AssertionError("it never came")
