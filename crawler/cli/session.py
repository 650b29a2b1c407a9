"""One call of the program: its screen and settings, the languages it may speak, how it may end."""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import StrEnum
from functools import cached_property
from typing import Any

from crawler.config import Settings, load
from crawler.console import Screen

OK, WRONG, INTERRUPTED = 0, 2, 130


@dataclass
class Session:
    """One call: its screen, and its settings once they are needed."""

    screen: Screen
    flags: dict[str, Any] = field(default_factory=dict)

    @cached_property
    def settings(self) -> Settings:
        """Settings in force. Raises ConfigurationError."""
        return load(**self.flags)


class Lang(StrEnum):
    """Languages of messages."""

    ZH = "zh"
    EN = "en"
