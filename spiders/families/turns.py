"""Where the pager of a page leads: links, choices of a select, calls in onclick, forms that are sent.

Nothing is run. A call is understood where one of its arguments is the address, or where the function that it
names stands in the page and puts the address together of texts and its arguments.
"""

from __future__ import annotations

import re
from itertools import islice
from typing import Any, NamedTuple
from urllib.parse import urlencode, urlsplit

from scrapy.http import TextResponse

from spiders.links import absolute, base_of

MAX_ELEMENTS = 5000
MAX_SCRIPT = 300_000
MAX_FIELDS = 200
MAX_BODY = 1_000_000

_NEXT = re.compile(r"(?:下一?页|后一?页|下一頁|下翻|next(?:page)?)[>›»→]*", re.I)
_LAST = re.compile(r"(?:尾页|末页|最后一?页|last)[>›»]*", re.I)
_MORE = re.compile(r"(?:点击)?(?:加载|显示|查看)更多(?:数据|内容|信息)?")
"""A button that adds rows to the page."""
_NUMBER = re.compile(r"[\[【(（第]?(\d{1,5})[\]】)）页]?")
_PAGER_TEXT = re.compile(
    r"(?:[\d\s\[\]【】()（）<>«»‹›|/.…·,，:：-]|上一?页|下一?页|前一?页|后一?页|首页|第一页|尾页|末页|最后一?页|共有?|第|"
    r"页次|页码|页|条记录|条|记录|每|总|数|当前|跳转|转到|前往|到|确定|go|prev(?:ious)?|next|first|last)*+",
    re.I,
)
_PAGER_LENGTH = 400
_PAGER_LEVELS = 4
_PAGER_PARTS = 100
_PAGER_LINES = 2
_CALL = re.compile(r"([a-zA-Z_$][\w$.]{0,60})\s{0,5}\(([^()]{0,500})\)")
_ARGUMENT = re.compile(r"\s*(?:\"([^\"]*)\"|'([^']*)'|([^,'\"]*))\s*(?:,|$)")
_PLAIN_JUMP = re.compile(
    r"location(?:\.href)?\s{0,5}(?:=|\.(?:assign|replace)\s{0,5}\()\s{0,5}([^;\n]{1,500})"
)
_ADDRESS = re.compile(
    r"(?:\.{0,2}/|\?)[^\s<>\"']{1,500}|[\w./-]{1,200}\.(?:s?html?|jhtml|jsp|aspx?|php|do|action)(?:\?[^\s<>\"']{0,500})?",
    re.I,
)
_TERM = re.compile(
    r"\s*(?:\"([^\"]*)\"|'([^']*)'|\(?\s*(?:parseInt\(\s*)?([a-zA-Z_$][\w$]*)\s*\)?(?:\s*([-+])\s*(\d{1,3})(?![\w\"']))?\s*\)?|(\d{1,6}))\s*(\+|$)"
)
_SET_FIELD = re.compile(
    r"(?:getElementById\(\s*[\"']([\w-]{1,60})[\"']\s*\)|\$\(\s*[\"']#([\w-]{1,60})[\"']\s*\)|\.([\w$]{1,60}))"
    r"\s*\.\s*(?:value\s*=\s*([\w$]{1,60})|val\(\s*([\w$]{1,60})\s*\))"
)


class Turn(NamedTuple):
    """The next page as the pager asks for it."""

    url: str
    body: bytes | None = None


class Pager(NamedTuple):
    """What the pager of a page gives. `leads_on` tells that it names a further page, `turn` is where that is
    if it could be made out; `drawn` that a script draws the pager.
    """

    turn: Turn | None
    leads_on: bool
    drawn: bool


def pager_of(response: TextResponse, page: int) -> Pager:
    """The pager of page number `page`."""
    return _Reading(response, page).pager()


class _Reading:
    def __init__(self, response: TextResponse, page: int) -> None:
        self._response, self._page, self._base = response, page, base_of(response)
        scripts = response.xpath("//script[not(@src)]/text()").getall()[:200]
        self._script = "\n".join(scripts)[:MAX_SCRIPT]
        self._pagers: dict[Any, bool] = {}

    def pager(self) -> Pager:
        leads_on = False
        numbered: Turn | None = None
        last = None
        root = self._response.selector.root
        for element in root.xpath("//a|//*[@onclick][not(self::a)]")[:MAX_ELEMENTS]:
            text = _text(element)
            if not text or len(text) > 12:
                continue
            number = _NUMBER.fullmatch(text)
            if _NEXT.fullmatch(text):
                if _disabled(element):
                    continue
                turn = self._turn(element)
                if turn is not None:
                    return Pager(turn, leads_on=True, drawn=False)
                leads_on |= not self._leads_nowhere(element)
            elif _LAST.fullmatch(text) and not _disabled(element):
                last = self._turn(element) or last
            elif (
                _MORE.fullmatch(text)
                and absolute(self._response, element.get("href") or "", self._base) is None
            ):
                leads_on = True
            elif number and int(number[1]) > self._page and self._in_pager(element):
                leads_on = True
                if int(number[1]) == self._page + 1 and numbered is None:
                    numbered = self._turn(element)
        turn = numbered or self._chosen()
        return Pager(turn, leads_on or turn is not None or last is not None, self._drawn())

    def _turn(self, element: Any) -> Turn | None:
        """Where an element of the pager leads; None where that is here, or cannot be made out."""
        href = (element.get("href") or "").strip()
        for target in (href, element.get("data-href") or "", element.get("data-url") or ""):
            url = absolute(self._response, target, self._base) if target else None
            if url is not None:
                return None if url == self._response.url else Turn(url)
        onclick = element.get("onclick") or ""
        code = href[len("javascript:") :] if href.lower().startswith("javascript:") else ""
        for text in (onclick[:2000], code[:2000]):
            turn = self._of_code(text)
            if turn is not None and (turn.body is not None or turn.url != self._response.url):
                return turn
        return None

    def _leads_nowhere(self, element: Any) -> bool:
        """Whether an element that is named as the next page is one by its looks alone."""
        href = (element.get("href") or "").strip()
        if absolute(self._response, href, self._base) is not None:
            return True  # here
        code = href.lower().removeprefix("javascript:").strip(" ;")
        idle = code in ("", "#", "void(0)", "void 0", "return false")
        return element.tag == "a" and idle and not element.get("onclick") and not _handled(element)

    def _chosen(self) -> Turn | None:
        """The address that a select of pages gives for the next one."""
        for option in self._response.xpath("//select/option[@value]")[:MAX_ELEMENTS]:
            number = _NUMBER.fullmatch(_text(option.root))
            value = option.root.get("value", "").strip()
            if number and int(number[1]) == self._page + 1 and _ADDRESS.fullmatch(value):
                url = absolute(self._response, value, self._base)
                if url is not None and url != self._response.url:
                    return Turn(url)
        return None

    def _drawn(self) -> bool:
        """Whether a box for a pager stands empty: a script fills it."""
        boxes = self._response.selector.root.xpath(
            "//*[self::div or self::span or self::ul or self::td or self::p or self::nav][@id or @class]"
        )
        return any(
            _BOX.search(f"{box.get('class') or ''} {box.get('id') or ''}"[:200])
            and not box.xpath("boolean(.//*[not(self::script)])")
            and not _text(box)
            for box in boxes[: 4 * MAX_ELEMENTS]
        )

    def _in_pager(self, element: Any) -> bool:
        """Whether the box around an element holds the words of a pager and nothing else."""
        parent = element.getparent()
        if parent is None:
            return False
        if parent not in self._pagers:
            self._pagers[parent] = _is_pager(parent)
        return self._pagers[parent]

    # scripts

    def _of_code(self, code: str) -> Turn | None:
        if not code.strip():
            return None
        jump = _PLAIN_JUMP.search(code)
        if jump:
            return self._at(_value(jump[1], {}, self._script))
        for name, listed in _CALL.findall(code)[:5]:
            arguments = _arguments(listed)
            if name.rpartition(".")[2] == "__doPostBack" and len(arguments) >= 2:
                return self._posted_back(arguments[0], arguments[1])
            for argument in arguments:
                if _ADDRESS.fullmatch(argument):
                    return self._at(argument)
            turn = self._of_function(name.rpartition(".")[2], arguments)
            if turn is not None:
                return turn
        return None

    def _of_function(self, name: str, arguments: list[str]) -> Turn | None:
        """What a function of the page does with a page's number: go to an address, or send a form."""
        escaped = re.escape(name)
        head = re.search(
            rf"(?:function\s+{escaped}\s*|\b{escaped}\s*[:=]\s*function\s*)\(([\w$,\s]{{0,200}})\)\s*\{{",
            self._script,
        )
        if head is None:
            return None
        body = self._script[head.end() : head.end() + 3000]
        body = re.split(r"\bfunction\s+[\w$]+\s*\(", body, maxsplit=1)[0]
        names = [part.strip() for part in head[1].split(",")]
        given = dict(zip(names, arguments, strict=False))
        urls = []
        for jump in list(_PLAIN_JUMP.finditer(body))[:10]:
            value = _value(jump[1], given, self._script)
            if value is not None and any(re.search(rf"\b{re.escape(p)}\b", jump[1]) for p in names if p):
                urls.append(value)
        if urls:
            return self._at(urls[-1])  # the first of several is the way to the first page
        if "submit(" not in body:
            return None
        for by_id, by_query, by_name, value, val in _SET_FIELD.findall(body)[:10]:
            number = given.get(value or val)
            if number is not None:
                return self._sent(by_id or by_query or by_name, number)
        return None

    def _at(self, address: str | None) -> Turn | None:
        url = absolute(self._response, address, self._base) if address else None
        return None if url is None else Turn(url)

    # forms

    def _posted_back(self, target: str, argument: str) -> Turn | None:
        forms = self._response.xpath("//form[.//input[@name='__VIEWSTATE']]")[:1]
        if not forms:
            return None
        fields = [(n, v) for n, v in _fields(forms[0].root) if n not in ("__EVENTTARGET", "__EVENTARGUMENT")]
        return self._send(
            forms[0].root, [("__EVENTTARGET", target), ("__EVENTARGUMENT", argument), *fields], posts=True
        )

    def _sent(self, field: str, number: str) -> Turn | None:
        for form in self._response.xpath("//form")[:20]:
            fields = _fields(form.root)
            inputs = form.root.xpath(".//input[@name]")[:MAX_FIELDS]
            named = next((i.get("name") for i in inputs if field in (i.get("name"), i.get("id"))), None)
            if named is not None:
                sent = [(n, number if n == named else v) for n, v in fields]
                return self._send(form.root, sent, posts=(form.root.get("method") or "").lower() == "post")
        return None

    def _send(self, form: Any, fields: list[tuple[str, str]], *, posts: bool) -> Turn | None:
        action = (form.get("action") or "").strip()
        url = absolute(self._response, action, self._base) if action else self._response.url
        if url is None:
            return None
        text = urlencode(fields, encoding=self._response.encoding, errors="replace")
        if len(text) > MAX_BODY:
            return None
        if posts:
            return Turn(url, text.encode())
        return Turn(urlsplit(url)._replace(query=text, fragment="").geturl())


_BOX = re.compile(
    r"(?:^|[\s_-])(?:page|pages|pager|paging|pagination|page-?(?:bar|box|div|list|nav|wrap|num|html)|fenye|m-page|laypage)"
    r"[\w]{0,3}(?:$|[\s_-])",
    re.I,
)


def _text(element: Any) -> str:
    parts = []
    for place, part in enumerate(element.itertext()):
        if place >= 20:
            break
        parts.append(part[:50])
    return (
        "".join("".join(parts).split()) or (element.get("title") or element.get("value") or "").strip()[:50]
    )


def _disabled(element: Any) -> bool:
    parent = element.getparent()
    names = f"{element.get('class') or ''} {'' if parent is None else parent.get('class') or ''}"[:300]
    return element.get("disabled") is not None or bool(re.search(r"\bdisabled?\b|disabled", names, re.I))


def _handled(element: Any) -> bool:
    """Whether a script may wait for clicks on it."""
    return any(name.startswith(("data-", "ng-", "v-", "@")) for name in element.attrib)


def _is_pager(box: Any) -> bool:
    at = box
    for _ in range(_PAGER_LEVELS):
        if at is None or len(at) >= _PAGER_PARTS:
            return False
        if at.tag == "tr" and len(at.getparent()) > _PAGER_LINES:
            return False  # a calendar
        text = " ".join(" ".join(islice(at.itertext(), 10 * _PAGER_PARTS)).split())
        if len(text) > _PAGER_LENGTH or not _PAGER_TEXT.fullmatch(text):
            return False
        if len(re.findall(r"\d+", text)) > 1 or _NEXT.search(text):
            return True
        at = at.getparent()
    return False


def _arguments(listed: str) -> list[str]:
    found = []
    for double, single, bare in _ARGUMENT.findall(listed)[:20]:
        found.append((double or single or bare).strip())
    return found


def _value(expression: str, given: dict[str, str], script: str) -> str | None:
    """The text that an expression of literals and names puts together; None where a part is not known."""
    expression = expression.strip().rstrip(";})").strip()
    at = 0
    parts: list[str] = []
    while at < len(expression) and len(parts) < 20:
        term = _TERM.match(expression, at)
        if term is None or term.end() == at:
            return None
        double, single, name, sign, shift, digits, _ = term.groups()
        if name is None:
            parts.append(next(part for part in (double, single, digits) if part is not None))
        else:
            value = given.get(name)
            if value is None:
                known = re.search(
                    rf"\bvar\s+{re.escape(name)}\s*=\s*[\"']?([^\"';\n]{{0,300}})[\"']?\s*;", script
                )
                value = known[1] if known else None
            if value is None:
                return None
            if shift is not None:
                if not re.fullmatch(r"\d{1,7}", value):
                    return None
                value = str(int(value) + (int(shift) if sign == "+" else -int(shift)))
            parts.append(value)
        at = term.end()
    return "".join(parts) or None


def _fields(form: Any) -> list[tuple[str, str]]:
    return [
        (field.get("name"), field.get("value") or "")
        for field in form.xpath(".//input[@name]")[:MAX_FIELDS]
        if (field.get("type") or "text").lower() in ("hidden", "text")
    ]
