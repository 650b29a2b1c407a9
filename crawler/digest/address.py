"""Addresses of readers."""

from __future__ import annotations

from email.errors import MessageError
from email.headerregistry import Address

LONGEST = 254
"""Octets of an address, by RFC 5321."""


def is_address(text: str) -> bool:
    """Whether `text` is one address of mail, and nothing beside it."""
    if len(text.encode("utf-8", "replace")) > LONGEST or not text.isprintable() or " " in text:
        return False
    try:
        found = Address(addr_spec=text)
    except (ValueError, IndexError, MessageError):
        return False
    labels = found.domain.split(".")
    return bool(found.username) and all(
        label and not label.startswith("-") and not label.endswith("-") and "_" not in label
        for label in labels
    )
