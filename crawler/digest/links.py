"""The links of one mail to one reader."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from crawler.digest.signed import Purpose, Signer

MOST_NAMED = 24
"""Findings of one report that a link names; the page shows all that stand, and marks these."""
NAMED_BY = 8
"""Characters of a fingerprint that tell the findings of one report apart."""


@dataclass(frozen=True, slots=True)
class Links:
    """What the links in one mail lead to; all None without a signer.

    `mail_key` is the mail's (storage.records.MailRecord), which may name its reader: of it links hold a hash.
    """

    signer: Signer | None
    subscription: int
    mail_key: str
    moment: datetime

    def act(self, organ: str, year: int, fingerprints: Iterable[str] = ()) -> str | None:
        """Where the reader acknowledges or mutes what is told of one report."""
        named = sorted({fingerprint[:NAMED_BY] for fingerprint in fingerprints})[:MOST_NAMED]
        return self._link(Purpose.ACT, o=organ, y=year, f=named)

    def leave(self) -> str | None:
        """Where the reader ends this subscription; also what List-Unsubscribe names."""
        return self._link(Purpose.LEAVE)

    def open(self) -> str | None:
        """Where the reader sees what still stands, and what they have muted."""
        return self._link(Purpose.OPEN)

    def _link(self, purpose: Purpose, **what: object) -> str | None:
        if self.signer is None:
            return None
        mail = hashlib.sha256(self.mail_key.encode()).hexdigest()[:12]
        return self.signer.link(purpose, self.subscription, moment=self.moment, m=mail, **what)
