"""What people read of a rule: why it is there, examples that fail and pass, how to repair it.

One file a family, read strictly. Norm, title and basis are the rule's own labels; severity and years are the
table's. The examples are changes of a sound report (crawler.rulebook.examples), so that they can be run.
"""

from __future__ import annotations

from collections.abc import Mapping
from enum import StrEnum
from functools import lru_cache
from importlib.resources import files
from types import MappingProxyType
from typing import Any, Self

import yaml
from pydantic import BaseModel, ConfigDict, Field, model_validator

from crawler.report.model import Bilingual


class Source(StrEnum):
    """What kind of knowledge a rule rests on; only the first two are quoted as law."""

    REGULATION = "regulation"
    NOTICE = "notice"  # of the General Office of the State Council, the form it prescribes included
    LOCAL = "local"  # a local document that was read; the card names the place
    SEEN = "seen"  # seen in published reports
    PRACTICE = "practice"  # general knowledge and logic


class _Strict(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class Text(_Strict):
    """A text in both languages."""

    zh: str = Field(min_length=2)
    en: str = Field(min_length=2)

    @property
    def both(self) -> Bilingual:
        """The text as a value of the reports' own kind."""
        return Bilingual(self.zh, self.en)


class Example(Text):
    """What a report shows, in words, and the change of a sound report that shows it.

    `change` is None where no single report can show it: absences, and rules that are only planned.
    """

    change: dict[str, Any] | None


class Card(_Strict):
    """What people read of one rule besides its labels.

    `place` is the region that a local document holds for, and names no office; only those rest on one.
    `scope` says whom the text holds for, where it does not hold for all to whom the rule is applied.
    `cases` and `limits` say in words what the cases are that the table grades apart, and its thresholds, by
    their names there.
    """

    source: Source
    place: Text | None = None
    scope: Text | None = None
    cases: dict[str, Text] = Field(default_factory=dict)
    limits: dict[str, Text] = Field(default_factory=dict)
    formula: str | Text = ""  # over cell keys and known facts; in both languages where these do not suffice
    why: Text
    fails: Example
    passes: Example
    repair: Text
    false_alarms: Text

    @model_validator(mode="after")
    def _local_names_its_place(self) -> Self:
        if (self.source is Source.LOCAL) is not (self.place is not None):
            raise ValueError("a card names a place if and only if its source is local")
        return self


@lru_cache(maxsize=1)
def cards() -> Mapping[str, Card]:
    """All cards by rule id."""
    found: dict[str, Card] = {}
    for file in sorted(files(__package__).iterdir(), key=lambda file: file.name):
        if file.name.endswith(".yml"):
            entries = yaml.safe_load(file.read_text("utf-8")) or {}
            found |= {rule: Card.model_validate(entry) for rule, entry in entries.items()}
    return MappingProxyType(found)
