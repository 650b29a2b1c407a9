"""What the prose of a report states in numbers, as read."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal
from enum import StrEnum
from typing import NamedTuple


class Subject(StrEnum):
    """What a statement of the prose counts, in the reported year."""

    RECEIVED = "received"  # requests newly received
    IN_HAND = "in_hand"  # requests received and carried in, together
    HANDLED = "handled"  # requests "handled", which may mean received, in hand or concluded
    CARRIED_IN = "carried_in"
    CONCLUDED = "concluded"
    GRANTED = "granted"
    PARTLY_GRANTED = "partly_granted"
    DENIED = "denied"
    UNAVAILABLE = "unavailable"
    UNPROCESSED = "unprocessed"
    OTHER_HANDLING = "other_handling"
    CARRIED_OUT = "carried_out"
    REVIEW = "review"
    LITIGATION = "litigation"
    DISPUTES = "disputes"  # reviews and litigation, together
    DOCUMENTS_ISSUED = "documents_issued"  # normative documents
    DOCUMENTS_REPEALED = "documents_repealed"
    DOCUMENTS_IN_FORCE = "documents_in_force"
    LICENCES = "licences"
    PENALTIES = "penalties"
    COERCION = "coercion"
    FEE_NOTICES = "fee_notices"  # notices to pay a fee for handling requests
    FEE_CHARGED = "fee_charged"  # CNY, the sum of the notices
    FEE_PAID = "fee_paid"  # CNY, really collected
    PUBLISHED = "published"  # pieces of information, by channel


@dataclass(frozen=True, slots=True)
class Claim:
    """A number that the prose states, or its denial (number None: 未收到, 无)."""

    subject: Subject
    number: int | Decimal | None
    quote: str  # the sentence as printed
    ambiguous: bool = False  # it can be read in more than one way
    channel: str = ""  # of PUBLISHED: where, as printed; empty for all together

    @property
    def denies(self) -> bool:
        """Whether it says that there was none."""
        return not self.number


class Part(NamedTuple):
    """One part of a total, as the sentence calls it."""

    label: str
    number: int
    outcome: Subject | None = None  # of the handling of requests, where it is one


@dataclass(frozen=True, slots=True)
class Breakdown:
    """A total that one sentence divides into parts.

    `whole` says that the parts are told to be all of it (分别为, 即, or a part called 其他); else some may
    not be named (其中).
    """

    subject: Subject
    total: int
    parts: tuple[Part, ...]
    quote: str
    whole: bool


class Rate(NamedTuple):
    """A rate in percent that cannot exceed 100."""

    name: str  # as printed: 办结率
    percent: Decimal
    quote: str
    concluded: bool  # it says what share of the requests was concluded, whether they were due or not


@dataclass(frozen=True, slots=True)
class Narrative:
    """All that the prose states in numbers, in its order."""

    claims: tuple[Claim, ...] = ()
    breakdowns: tuple[Breakdown, ...] = ()
    rates: tuple[Rate, ...] = ()

    def of(self, *subjects: Subject) -> tuple[Claim, ...]:
        """The claims about any of `subjects`."""
        return tuple(claim for claim in self.claims if claim.subject in subjects)
