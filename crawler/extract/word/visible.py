"""Takes out of a document part what its reader does not see, before anything is read."""

from __future__ import annotations

from collections.abc import Mapping

from lxml import etree

from crawler.extract.raised import set_apart
from crawler.extract.word.names import (
    ALTERNATE,
    BOX,
    CELL_DELETED,
    CHOICE,
    DELETED,
    DOUBLE_STRIKE,
    FALLBACK,
    FONTS,
    HIDDEN,
    MOVED_AWAY,
    P_STYLE,
    POSITION,
    PPR,
    R_STYLE,
    RPR,
    RUBY_TEXT,
    STRIKE,
    TC,
    TR,
    TRPR,
    VAL,
    VANISH,
    VERT_ALIGN,
    P,
    R,
    T,
    w,
)
from crawler.extract.word.styles import Style, integer, is_on, is_raised

_UNSEEN_RUN = (VANISH, STRIKE, DOUBLE_STRIKE)
_FONT_NAMES = tuple(map(w, ("ascii", "hAnsi")))
_SIGN_FONTS = ("wingdings", "webdings", "symbol", "marlett", "zapf dingbats")
_RAISED_BY = 6  # half points; text raised by less is only put straight in its line
UNKNOWN_SIGN = "\ufffd"


def drop_unseen(root: etree._Element, styles: Mapping[str, Style]) -> None:
    """Drop deleted, moved, hidden and struck-out text, readings over characters, and what says a thing twice.

    What authors strike out beside its correction would read as one number with it. Raised and lowered text is
    set apart by spaces, as a footnote mark is no digit of the number before it; the letters of fonts that
    hold signs instead become U+FFFD.
    """
    for element in list(root.iter(ALTERNATE)):
        _keep_one_alternative(element)
    for element in list(root.iter(DELETED, MOVED_AWAY, RUBY_TEXT, CELL_DELETED, HIDDEN)):
        _drop_change(element)
    runs = [element for element in root.iter(*_UNSEEN_RUN, VERT_ALIGN) if _run_of(element) is not None]
    shown = {_run_of(element) for element in runs if element.tag != VERT_ALIGN and not is_on(element)}
    for element in runs:
        run = _run_of(element)
        if element.tag == VERT_ALIGN:
            if is_raised(element):
                _set_apart(run)
        elif is_on(element):
            _remove(run)
    for element in root.iter(POSITION):
        run = _run_of(element)
        if integer(element, 0) >= _RAISED_BY and run is not None and _stands_beside_text(run):
            _set_apart(run)
    telling = {
        style_id: style
        for style_id, style in styles.items()
        if style.unseen or style.raised or style.contents
    }
    if telling:
        _apply_styles(root, telling, shown)
    _blank_signs(root)


def _remove(element: etree._Element | None) -> None:
    parent = element.getparent() if element is not None else None
    if element is not None and parent is not None:
        parent.remove(element)


def _run_of(element: etree._Element) -> etree._Element | None:
    """The run whose own property this is; what a tracked change keeps of older formatting is nobody's."""
    properties = element.getparent()
    if properties is None or properties.tag != RPR:
        return None
    run = properties.getparent()
    return run if run is not None and run.tag == R else None


def _keep_one_alternative(element: etree._Element) -> None:
    """A text box is written twice, for newer and for older programs."""
    choices = list(element.iterchildren(CHOICE))
    fallbacks = list(element.iterchildren(FALLBACK))
    kept = next((one for one in (*choices, *fallbacks) if next(one.iter(BOX, T), None) is not None), None)
    if kept is None:
        kept = next(iter((*choices, *fallbacks)), None)
    for other in (*choices, *fallbacks):
        if other is not kept:
            element.remove(other)


def _drop_change(element: etree._Element) -> None:
    parent = element.getparent()
    if parent is None:
        return
    if element.tag == HIDDEN or (element.tag == DELETED and parent.tag == TRPR):
        row = parent.getparent()
        if row is not None and row.tag == TR and is_on(element):
            _remove(row)
    elif element.tag == CELL_DELETED:
        cell = parent.getparent()
        if cell is not None and cell.tag == TC:
            _remove(cell)
    elif parent.tag != RPR:  # there it tells that the mark at the end of a paragraph was deleted
        parent.remove(element)


def _set_apart(run: etree._Element | None) -> None:
    if run is not None:
        for text in run.iterchildren(T):
            text.text = set_apart(text.text or "")


def _stands_beside_text(run: etree._Element) -> bool:
    """Whether other text of its line is not raised; otherwise the whole line is."""
    return any(
        any(text.text and not text.text.isspace() for text in other.iterchildren(T))
        and all(integer(position, 0) < _RAISED_BY for position in other.iter(POSITION))
        for other in (*run.itersiblings(R), *run.itersiblings(R, preceding=True))
    )


def _apply_styles(
    root: etree._Element, styles: Mapping[str, Style], shown: set[etree._Element | None]
) -> None:
    for element in list(root.iter(R_STYLE)):
        style = styles.get(element.get(VAL, ""))
        run = _run_of(element) if style is not None else None
        if style is None or run is None:
            continue
        if style.unseen and run not in shown:
            _remove(run)
        elif style.raised:
            _set_apart(run)
    for element in list(root.iter(P_STYLE)):
        style = styles.get(element.get(VAL, ""))
        properties = element.getparent() if style is not None else None
        if style is None or properties is None or properties.tag != PPR:
            continue
        paragraph = properties.getparent()
        if style.contents:
            _remove(paragraph)
        elif style.unseen and paragraph is not None:
            for run in list(paragraph.iter(R)):
                if run not in shown and next(run.iterancestors(P)) is paragraph:
                    _remove(run)


def _blank_signs(root: etree._Element) -> None:
    """A letter or digit in a font of signs prints a sign; which, only the font knows."""
    for fonts in root.iter(FONTS):
        if any(fonts.get(name, "").lower().startswith(_SIGN_FONTS) for name in _FONT_NAMES):
            run = _run_of(fonts)
            for text in run.iterchildren(T) if run is not None else ():
                text.text = "".join(
                    UNKNOWN_SIGN if " " < sign < "\u0100" or "\ue000" <= sign <= "\uf8ff" else sign
                    for sign in text.text or ""
                )
