"""Of each table the columns in the order in which bench.storage.million gives its rows.

What is not named has its default.
"""

from __future__ import annotations

_READING = (
    "organ", "year", "title", "url", "portal", "province", "sha256", "seen", "published", "published_from",
    "signed", "form", "tables", "sections", "cells", "rules", "rules_version", "first_seen", "signature",
)  # fmt: skip
COLUMNS: dict[str, tuple[str, ...]] = {
    "portals": ("id", "province", "name", "home"),
    "organs": ("name", "province", "portal", "kind", "code", "aliases", "since", "until", "successor"),
    "runs": ("id", "kind", "province", "started", "ended", "verdict", "detail"),
    "visits": (
        "run", "portal", "started", "ended", "clean", "reason_zh", "reason_en", "years", "lists", "requests",
        "reports", "whole", "detail",
    ),
    "lists": ("portal", "url", "family", "trail", "clicks", "seen", "walked", "rows", "entries"),
    "documents": ("sha256", "size", "content_type", "first_seen"),
    "pages": (
        "url", "portal", "sha256", "seen", "etag", "last_modified", "content_type", "listed_title",
        "listed_date", "organ", "year", "rules_version", "judged_by", "problem", "parts", "first_seen",
        "gone_on", "gone_as",
    ),
    "reports": (*_READING, "compared_by"),
    "duplicates": (*_READING, "findings"),
    "versions": (
        "id", "organ", "year", "url", "sha256", "first_seen", "rules_version", "digest", "content",
    ),
    "waivers": (
        "id", "rule", "organ", "year", "where", "critical", "reason", "author", "created", "expires",
        "withdrawn", "lapsed",
    ),
    "findings": (
        "fingerprint", "organ", "year", "rule", "severity", "verdict", "fault", "where", "message_zh",
        "message_en", "basis_zh", "basis_en", "province", "portal", "url", "archived", "cells", "expected",
        "found", "quote", "group", "stated_by", "status", "first_seen", "last_seen", "waiver",
        "decided_before", "judged_by", "run",
    ),
    "changes": ("id", "run", "at", "kind", "fingerprint", "finding", "cause", "waiver"),
    "obligations": (
        "organ", "year", "organ_kind", "province", "due", "status", "published", "first_seen", "days_late",
        "url", "visits", "reason_zh", "reason_en",
    ),
    "subscriptions": (
        "id", "address", "origin", "lang", "provinces", "organs", "rules", "severity", "rhythm", "workbook",
        "created", "told_until",
    ),
    "mails": (
        "id", "subscription", "address", "edition", "key", "message_id", "subject", "composed", "told_until",
        "state", "attempts", "unsettled", "due", "ended", "answer",
    ),
}  # fmt: skip
