"""Addresses that stand as plain text in the scripts of a page. Nothing is evaluated: what a script would put
together is not known here, and not guessed.
"""

from __future__ import annotations

import re

_MAX_HANDLER = 2_000
_MAX_SCRIPT = 50_000
_MAX_JUMPS, _MAX_FUNCTIONS = 20, 40

_PLAIN = r"(?P<quote>\\?[\"'`])(?P<address>[^\"'`<>\s\\]{1,1000})(?P=quote)"
_ADDRESS = re.compile(
    r"(?:https?://|\.{0,2}/(?!/)|\?)\S*|[\w%./-]{1,300}(?:\.(?:s?html?|jsp|aspx?|php|do|action|pdf|docx?)|/)(?:[?#]\S*)?",
    re.I,
)
_ARGUMENT = re.compile(rf"{_PLAIN}\s{{0,5}}(?P<after>.?)")
_NO_LINK = re.compile(r"favou?r|homepage|sidebar|log(?:in|out)|print|share|copy", re.I)

_LOCATION = (
    r"(?<![\w.$])(?:(?:window|self|top|parent|document|this)\s{0,5}\.\s{0,5}){0,3}"
    r"(?:location(?:\s{0,5}\.\s{0,5}href)?|(?:window|self|top|document)\[\\?[\"']location\\?[\"']\])\s{0,20}"
)
_JUMP = re.compile(
    rf"{_LOCATION}(?:=(?!=)\s{{0,20}}|\.\s{{0,5}}(?:replace|assign)\s{{0,5}}\(\s{{0,20}})"
    rf"(?:{_PLAIN}|(?P<name>[A-Za-z_$][\w$]{{0,40}}))\s{{0,20}}(?P<after>.?)"
    r"|window\s{0,5}\.\s{0,5}(?:navigate\s{0,5}\(\s{0,5}|open\s{0,5}\(\s{0,5}(?=[^,()]{1,1000},\s{0,5}[\"']_(?:self|top|parent)))"
    r"(?P<quote2>[\"'])(?P<address2>[^\"'<>\s\\]{1,1000})(?P=quote2)"
)
_COMMENT = re.compile(r"/\*[^*]{0,5000}\*/|^[ \t]{0,100}//[^\n]{0,5000}$", re.M)
_OF_DEVICE = re.compile(
    r"userAgent|iPhone|iPad|Android|mobile|\bphone|screen\.|innerWidth|clientWidth|MSIE|appVersion", re.I
)
_BEFORE = 400
"""Characters before a jump in which its condition stands."""
_FUNCTION = re.compile(
    r"function\s{1,5}(?P<name>[\w$]{1,60})\s{0,5}\([^(){}]{0,200}\)\s{0,20}\{"
    r"|(?:click|change|submit|key(?:up|down|press)|\bon)\b[\s('\"\w,=]{0,40}function\s{0,5}\([^(){}]{0,100}\)\s{0,20}\{"
)


def opened_by(handler: str) -> str | None:
    """The address that a link's script opens: `window.open('…')`, `javascript:location.href='…'`,
    `goTo('/zwgk/')`; None where it is put together, or no address.
    """
    text = handler[:_MAX_HANDLER]
    if _NO_LINK.search(text):
        return None
    for found in _ARGUMENT.finditer(text):
        joined = found["after"] == "+" or text[: found.start()].rstrip().endswith("+")
        if not joined and _ADDRESS.fullmatch(found["address"]):
            return found["address"]
    return None


def may_jump(page: str) -> bool:
    """Whether any script of a page may send its reader on: without these words none does."""
    return "location" in page or "navigate" in page or "open" in page or "&#" in page


def jump_in(script: str, page: str = "") -> str | None:
    """Where a script sends the reader as soon as it runs; `page` is all that runs on the page.

    Jumps in functions that nothing names wait for a click, and jumps for phones are for others.
    """
    text = _COMMENT.sub(" ", script[:_MAX_SCRIPT])
    for number, found in enumerate(_JUMP.finditer(text)):
        if number >= _MAX_JUMPS:
            break
        address = found["address"] or found["address2"] or _value_of(found["name"], text)
        if not address or found["after"] in ("+", "(", ".", "["):
            continue
        if not _waits(text, found.start(), page or text) and not _for_devices(text, found.start()):
            return address
    return None


def _value_of(name: str | None, text: str) -> str | None:
    """The plain text that a variable holds."""
    if name is None:
        return None
    held = re.search(rf"(?<![\w.$]){re.escape(name)}\s{{0,5}}=\s{{0,5}}{_PLAIN}\s{{0,5}}(?:[;,\n}}]|$)", text)
    return None if held is None else held["address"]


def _for_devices(text: str, place: int) -> bool:
    """Whether a jump stands under a condition on the reader's device."""
    before = text[max(0, place - _BEFORE) : place]
    told = list(_OF_DEVICE.finditer(before))
    if not told:
        return False
    since = before[told[-1].end() :]
    if "else" in since:
        return False
    if "}" in since:
        return since.count("{") > since.count("}")
    return "{" in since or ";" not in since or "if" in since.rpartition(";")[2]


def _waits(text: str, place: int, page: str) -> bool:
    """Whether the place lies in a function that is not called at once."""
    for number, found in enumerate(_FUNCTION.finditer(text, 0, place)):
        if number >= _MAX_FUNCTIONS:
            break
        inside = 1 + text.count("{", found.end(), place) - text.count("}", found.end(), place) > 0
        if inside and (
            found["name"] is None
            or re.search(
                rf"(?<!function )(?<![\w$/.]){re.escape(found['name'])}(?![\w$])", page[:_MAX_SCRIPT]
            )
            is None
        ):
            return True
    return False
