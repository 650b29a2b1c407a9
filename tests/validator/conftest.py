"""What the tests of rules build reports with."""

from __future__ import annotations

from typing import Any

import pytest

from crawler.rulebook import policy
from crawler.rulebook.examples import changed, sound_report
from crawler.validator import Context


class Builder:
    """Sound reports, changed ones, and what is known around them."""

    sound = staticmethod(sound_report)
    changed = staticmethod(changed)

    @staticmethod
    def context(**known: Any) -> Context:
        """A context with the project's own policy."""
        return Context(policy(), **known)


@pytest.fixture(scope="session")
def build() -> type[Builder]:
    """Builds sound reports and changed ones."""
    return Builder
