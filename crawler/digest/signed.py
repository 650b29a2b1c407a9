"""Links in mails that act without a login: signed, of one purpose, and over after a time.

What a link is about stands in its token, readable to whoever has it, and therefore holds nothing personal: a
subscription by its number, never an address. The signature makes it a key: whoever holds the link may do what
it is for, to that one subscription and to nothing else.
"""

from __future__ import annotations

import hashlib
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Any

from itsdangerous import BadData, TimestampSigner, URLSafeTimedSerializer

from crawler.config import Settings

PATH = "/digest"
"""Where the pages behind links stand, below the public address."""
LONGEST = 4096
"""Characters of a token; what is longer is none of ours, and is not looked at."""
_BEFORE = "t"
"""A packed token begins with a dot, and many web servers give out nothing whose name does."""


class Purpose(StrEnum):
    """What a link is for. One that was signed for another purpose is forged."""

    ACT = "act"  # on the findings of one report
    LEAVE = "leave"  # be sent nothing more
    OPEN = "open"  # what still stands, what is muted


LASTS = {
    Purpose.ACT: timedelta(days=90),
    Purpose.OPEN: timedelta(days=90),
    Purpose.LEAVE: timedelta(days=3 * 366),  # whoever finds an old mail must still be able to leave
}
"""How long links are good for, from the moment of their mail."""


class LinkForged(Exception):
    """No link of this installation for this purpose: forged, cut, or signed with another secret."""


class LinkExpired(Exception):
    """A link of this installation, and too old."""


class Signer:
    """Makes and reads links under the address at which readers reach `nianbao serve`."""

    def __init__(self, secret: str, public_url: str) -> None:
        self._secret = secret
        self._base = public_url.rstrip("/") + PATH

    def link(self, purpose: str, subscription: int, *, moment: datetime, **what: Any) -> str:
        """The link for `purpose` in a mail of `moment`; `what` are plain values."""
        token = _BEFORE + self._serializer(purpose, moment).dumps({"s": subscription, **what})
        if len(token) > LONGEST:
            raise ValueError(f"a link of {len(token)} characters")
        return f"{self._base}/{Purpose(purpose)}/{token}"

    def read(self, token: str, purpose: str, now: datetime) -> dict[str, Any]:
        """What `token` was signed with, the subscription as `s`. Raises LinkForged and LinkExpired.

        One from the future is good: the clock that it was signed by may be ahead of this one.
        """
        if len(token) > LONGEST or not token.isascii() or not token.startswith(_BEFORE):
            raise LinkForged
        try:
            said, signed = self._serializer(purpose, now).loads(token[len(_BEFORE) :], return_timestamp=True)
        except BadData:
            raise LinkForged from None
        if not isinstance(said, dict) or type(said.get("s")) is not int:
            raise LinkForged
        if now - signed > LASTS[Purpose(purpose)]:
            raise LinkExpired
        return said

    def _serializer(self, purpose: str, moment: datetime) -> URLSafeTimedSerializer:
        return URLSafeTimedSerializer(
            self._secret,
            salt=f"nianbao.{Purpose(purpose)}",
            signer=_At,
            signer_kwargs={
                "moment": int(moment.timestamp()),
                "key_derivation": "hmac",
                "digest_method": hashlib.sha256,
            },
        )


class _At(TimestampSigner):
    """Signs as at a given moment: the demo and the tests play their nights on a clock of their own."""

    def __init__(self, *given: Any, moment: int, **named: Any) -> None:
        super().__init__(*given, **named)
        self._moment = moment

    def get_timestamp(self) -> int:
        return self._moment


def signer(settings: Settings) -> Signer | None:
    """The signer of this installation; None where it has no public address or no secret."""
    if not settings.public_url or settings.link_secret is None:
        return None
    return Signer(settings.link_secret.get_secret_value(), settings.public_url)
