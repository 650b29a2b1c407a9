"""XML parts of packages -> element trees: no entities, no DTD, nothing fetched, depth and text bounded."""

from __future__ import annotations

from lxml import etree

from crawler.extract.document import Unreadable

MAX_XML_BYTES = 8 * 1024 * 1024
"""A tree takes up to thirty times the bytes of its source."""


def parse_xml(content: bytes) -> etree._Element:
    """The root element, without comments and processing instructions.

    Raises Unreadable where `content` has more than MAX_XML_BYTES, is not well formed, is nested deeper than
    256 elements, or declares a document type, which no office program writes.
    """
    if len(content) > MAX_XML_BYTES:
        raise Unreadable(
            f"文件内的 XML 超过 {MAX_XML_BYTES >> 20} MB", f"XML of more than {MAX_XML_BYTES >> 20} MB inside"
        )
    parser = etree.XMLParser(
        resolve_entities=False,
        no_network=True,
        huge_tree=False,
        load_dtd=False,
        remove_comments=True,
        remove_pis=True,
    )
    try:
        root = etree.fromstring(content, parser)
    except (etree.XMLSyntaxError, ValueError):
        raise Unreadable("文件损坏：XML 有误", "the file is damaged: its XML is not well formed") from None
    information = root.getroottree().docinfo
    if information.internalDTD is not None or information.externalDTD is not None:
        raise Unreadable(
            "文件含有文档类型声明，拒绝读取", "the file declares a document type; it is not read"
        )
    return root


def local(element: etree._Element) -> str:
    """The element's name without its namespace; strict and transitional files have different ones."""
    return str(element.tag).rpartition("}")[2]


def child(element: etree._Element, name: str) -> etree._Element | None:
    """The first child of this local name."""
    return next((found for found in element if local(found) == name), None)
