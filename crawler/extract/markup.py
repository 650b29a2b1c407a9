"""XML parts of packages, parsed without entities, document types or anything from outside the part."""

from __future__ import annotations

from lxml import etree

from crawler.extract.document import Unreadable

MAX_XML_BYTES = 8 * 1024 * 1024
"""A tree takes up to thirty times the bytes of its source."""


def parse_xml(content: bytes) -> etree._Element:
    """The root element of one part.

    Raises Unreadable where it is no well-formed XML, has a DTD or is too large.
    """
    if len(content) > MAX_XML_BYTES:
        raise Unreadable(
            f"文件内的 XML 过大，上限 {MAX_XML_BYTES >> 20} MB",
            f"XML inside is too large, the limit is {MAX_XML_BYTES >> 20} MB",
        )
    parser = etree.XMLParser(
        resolve_entities=False,
        load_dtd=False,
        no_network=True,
        huge_tree=False,
        remove_comments=True,
        remove_pis=True,
    )
    try:
        root = etree.fromstring(content, parser)
    except (etree.XMLSyntaxError, ValueError):
        raise Unreadable("文件内的 XML 损坏", "XML inside is damaged") from None
    if root.getroottree().docinfo.internalDTD is not None:
        raise Unreadable("文件内的 XML 带有 DTD，不予读取", "XML inside has a DTD; it is not read")
    return root


def local(element: etree._Element) -> str:
    """The element's name without its namespace; strict and transitional files have different ones."""
    return str(element.tag).rpartition("}")[2]


def child(element: etree._Element, name: str) -> etree._Element | None:
    """The first child of this local name."""
    return next((found for found in element if local(found) == name), None)
