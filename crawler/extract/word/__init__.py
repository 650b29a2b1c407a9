"""DOCX -> Document, in one pass over its main part; older formats by way of it."""

from __future__ import annotations

import posixpath
from collections.abc import Mapping
from dataclasses import replace
from typing import NamedTuple

from lxml import etree

from crawler.extract import compound
from crawler.extract.document import Document, Format, Paragraph, Picture, Unreadable
from crawler.extract.outside import Outside
from crawler.extract.package import Package
from crawler.extract.word.binary import rows_run_together
from crawler.extract.word.formatting import names_styles, without_formatting, without_table_styles
from crawler.extract.word.names import (
    ALT_CHUNK,
    BODY,
    DELETED,
    NUM_PR,
    P_STYLE,
    PPR,
    RPR,
    STRICT,
    VAL,
    VANISH,
    P,
    w,
)
from crawler.extract.word.numbering import Numbering
from crawler.extract.word.reading import Reader
from crawler.extract.word.styles import PLAIN, Numbered, Style, is_on, numbered, styles
from crawler.extract.word.visible import drop_unseen
from crawler.extract.xml import parse_xml

MAX_PART_BYTES = 12_000_000
"""Inflated size of a part; the main part of a report with a hundred pages has about 3 MB."""
MAX_TEXT_BYTES = 4_000_000
"""What is left of the main part without formatting."""

__all__ = ["extract_doc", "extract_docx"]


def extract_docx(content: bytes) -> Document:
    """Read one file. Headers, footers, notes and comments are no part of the text; pictures are not read.

    Raises Unreadable where the package or its main part is damaged, encrypted or too large.
    """
    package = Package(content)
    main = _main_part(package)
    relations = _relations(package, main)
    text = _part(package, main)
    known = _styles(package, relations) if names_styles(text) else {}
    text = without_formatting(text, known)
    if len(text) > MAX_TEXT_BYTES:
        raise _too_large()
    root = parse_xml(text)
    if root.tag != w("document"):
        raise Unreadable("文件损坏：不是文字文档", "the file is damaged: it is no text document")
    body = root.find(BODY)
    if body is None:
        raise Unreadable("文件损坏：没有正文", "the file is damaged: it has no body")
    drop_unseen(body, known)
    labels = _labels(package, relations, body, known)
    reader = Reader(labels, {key: relation.target for key, relation in relations.items()})
    blocks = reader.read(body)
    if not blocks:
        if next(body.iter(ALT_CHUNK), None) is not None:
            raise Unreadable("正文以其他格式嵌入文件，暂不能读取", "its text is embedded in another format")
        raise Unreadable("文档里没有文字", "the document holds no text")
    return Document(Format.DOCX, blocks, meta=_meta(package), notes=tuple(reader.notes))


def extract_doc(content: bytes, source: Format, outside: Outside | None) -> Document:
    """Read one file of an older format, `source`, by way of DOCX.

    The conversion may lose a table and run its cells together; a picture, unread, then stands for each of
    its lines. Raises Unreadable where no program converts, and where it or the reading fails.
    """
    if outside is None:
        raise Unreadable("读取旧版文字文档需要 LibreOffice", "old text documents need LibreOffice")
    run_together = rows_run_together(content) if content.startswith(compound.MAGIC) else frozenset()
    document = extract_docx(outside.to_docx(content, source))
    blocks = tuple(
        _LOST if isinstance(block, Paragraph) and "".join(block.text.split()) in run_together else block
        for block in document.blocks
    )
    lost = sum(block is _LOST for block in blocks)
    notes = (f"{lost} lines of tables lost their cells in conversion and are not read",) if lost else ()
    return replace(document, format=source, blocks=blocks, notes=(*document.notes, *notes))


_LOST = Picture("", "a table that was lost in conversion")


# --- parts of the package --------------------------------------------------------------------------------

_MAIN_PARTS = ("word/document.xml", "word/document2.xml")
_RELATION = "{http://schemas.openxmlformats.org/package/2006/relationships}Relationship"
_TITLE = "{http://purl.org/dc/elements/1.1/}title"
_CORE = "docProps/core.xml"
_MAX_RELATIONS = 20_000
_LONGEST_TITLE = 500


class _Relation(NamedTuple):
    kind: str  # the last word of its type: styles, numbering, image
    target: str  # a name within the package, or an address outside


def _part(package: Package, name: str) -> bytes:
    content = package.read(name)
    if len(content) > MAX_PART_BYTES:
        raise _too_large()
    if b"purl.oclc.org/ooxml" in content[:8192]:
        for strict, usual in STRICT:
            content = content.replace(strict, usual)
    return content


def _too_large() -> Unreadable:
    return Unreadable("文档内容过大，不予读取", "the text of the document is too large")


def _main_part(package: Package) -> str:
    for relation in _relations(package, "").values():
        if relation.kind == "officeDocument" and relation.target in package:
            return relation.target
    return next((name for name in _MAIN_PARTS if name in package), _MAIN_PARTS[0])


def _relations(package: Package, part: str) -> Mapping[str, _Relation]:
    """Relations of a part, of the package itself for "", by their ids; empty where there are none."""
    folder, _, name = part.rpartition("/")
    listed = f"{folder}/_rels/{name}.rels" if folder else f"_rels/{name}.rels"
    if listed not in package:
        return {}
    found: dict[str, _Relation] = {}
    for element in parse_xml(package.read(listed)).iterchildren(_RELATION):
        if len(found) >= _MAX_RELATIONS:
            break
        target = element.get("Target", "")[:_LONGEST_TITLE]
        if element.get("TargetMode") != "External":
            target = posixpath.normpath(posixpath.join("/", folder, target)).lstrip("/")
        found[element.get("Id", "")] = _Relation(element.get("Type", "").rpartition("/")[2], target)
    return found


def _related(package: Package, relations: Mapping[str, _Relation], kind: str) -> bytes | None:
    for relation in relations.values():
        if relation.kind == kind and relation.target in package:
            return _part(package, relation.target)
    return None


def _meta(package: Package) -> tuple[tuple[str, str], ...]:
    """The title that the file states; often one of an older report, so no more than a hint."""
    if _CORE not in package:
        return ()
    try:
        title = " ".join((parse_xml(package.read(_CORE)).findtext(_TITLE) or "").split())
    except Unreadable:  # says nothing of the text
        return ()
    return (("title", title[:_LONGEST_TITLE]),) if title else ()


# --- styles and lists ------------------------------------------------------------------------------------


def _styles(package: Package, relations: Mapping[str, _Relation]) -> Mapping[str, Style]:
    content = _related(package, relations, "styles")
    return {} if content is None else styles(parse_xml(without_table_styles(content)))


def _labels(
    package: Package, relations: Mapping[str, _Relation], body: etree._Element, known: Mapping[str, Style]
) -> Mapping[etree._Element, str]:
    """The numbers of the paragraphs that stand in lists."""
    members = _members(body, known)
    if not members:
        return {}
    content = _related(package, relations, "numbering")
    if content is None:
        return {}
    numbering = Numbering(parse_xml(content), known)
    return {
        paragraph: numbering.label(*members[paragraph]) for paragraph in body.iter(P) if paragraph in members
    }


def _members(
    body: etree._Element, known: Mapping[str, Style]
) -> dict[etree._Element, tuple[Numbered, str | None]]:
    """Paragraphs that stand in a list, with their place in it and their style."""
    members: dict[etree._Element, tuple[Numbered, str | None]] = {}
    if any(style.numbered is not None for style in known.values()):
        for element in body.iter(P_STYLE):
            style_id = element.get(VAL, "")
            member = known.get(style_id, PLAIN).numbered
            paragraph = _paragraph_of(element)
            if member is not None and paragraph is not None:
                members[paragraph] = (member, style_id)
    for element in body.iter(NUM_PR):
        paragraph = _paragraph_of(element)
        if paragraph is not None:
            own = numbered(element)
            inherited, of_style = members.get(paragraph, (Numbered(None, None), None))
            list_id = own.list_id if own.list_id is not None else inherited.list_id
            level = own.level if own.level is not None else inherited.level
            members[paragraph] = (Numbered(list_id, level), of_style)
    return {paragraph: member for paragraph, member in members.items() if not _is_gone(paragraph)}


def _paragraph_of(element: etree._Element) -> etree._Element | None:
    """The paragraph whose own property this is, not one that a tracked change keeps."""
    properties = element.getparent()
    if properties is None or properties.tag != PPR:
        return None
    paragraph = properties.getparent()
    return paragraph if paragraph is not None and paragraph.tag == P else None


def _is_gone(paragraph: etree._Element) -> bool:
    """Whether the paragraph and its mark are deleted or hidden: it is not counted."""
    mark = paragraph.find(f"{PPR}/{RPR}")
    if mark is None or not any(is_on(element) for element in mark.iterchildren(DELETED, VANISH)):
        return False
    return next(paragraph.iter(w("r")), None) is None
