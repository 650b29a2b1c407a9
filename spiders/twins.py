"""Addresses of one document: the page for phones, the one for printing, the one of another tab.

Portals serve an article under several addresses, and lists mix them. Two documents must never become one, so
that only what is known to change nothing but the looks is left out of an address.
"""

from __future__ import annotations

import re
from functools import lru_cache
from urllib.parse import urlsplit

from spiders.links import MAX_URL

_DEFAULT_PORTS = {"http": 80, "https": 443}
_INDEX = re.compile(r"/(?:index|default)\.(?:s?html?|jhtml)$", re.I)
_TWIN_FILE = re.compile(
    r"(?P<name>(?:^|[/_-])(?:[a-z]{0,8}\d{4,}|[a-z]{0,3}\d{0,4}_\d{4,}|[0-9a-f-]{32,36}))_(?:wap|print)(?P<extension>\.s?html?)$",
    re.I,
)
_PRINT_PAGE = re.compile(r"(?P<folder>/[^/]*\d{4}[^/]*/)print\.s?html?$", re.I)
_DATE_FOLDER = re.compile(r"/(?:19|20)\d{2}(?:[-_]?[01]\d(?:[-_]?[0-3]\d)?)?/$")
_SESSION = re.compile(r";jsessionid=[0-9a-z.!-]{1,200}", re.I)
_ESCAPED = re.compile(r"%[0-9a-f]{2}", re.I)
_LOOKS = re.compile(r"(?:ddtab=[^&=]*|(?:is_?)?print=(?:1|true|yes|y)?|utm_\w{1,20}=[^&]*|spm=[\w.-]*)", re.I)
"""Parameters that change how a page looks, or tell where its reader came from."""
_ROUTE = re.compile(r"[!/]")
"""A fragment that begins so is the address of a page that a script draws."""


def canonical(url: str) -> str:
    """The address by which all twins of a document are one; for comparison, not for asking."""
    return url if len(url) > MAX_URL else _canonical(url)


@lru_cache(maxsize=1024)
def _canonical(url: str) -> str:
    # asked about several times in a row and remembered at several places, which share the text
    try:
        parts = urlsplit(url)
        port, host = parts.port, (parts.hostname or "")
    except ValueError:
        return url
    scheme = parts.scheme.lower()
    if scheme not in _DEFAULT_PORTS or not host or "@" in parts.netloc:
        return url
    if port is None or port == _DEFAULT_PORTS[scheme]:
        origin = f"http://{parts.netloc.rpartition(':')[0] if port else parts.netloc}".lower()
    else:
        origin = f"{scheme}://{parts.netloc}".lower()
    query = "&".join(part for part in parts.query.split("&") if part and not _LOOKS.fullmatch(part))
    path = _SESSION.sub("", _ESCAPED.sub(lambda found: found[0].upper(), parts.path)) or "/"
    path = _TWIN_FILE.sub(r"\g<name>\g<extension>", path)
    if not query:
        path = _INDEX.sub("/", path)
        printed = _PRINT_PAGE.search(path)
        if printed and not _DATE_FOLDER.search(printed["folder"]):
            path = path[: printed.end("folder")]
    route = f"#{parts.fragment}" if _ROUTE.match(parts.fragment) else ""
    return f"{origin}{path}{'?' if query else ''}{query}{route}"
