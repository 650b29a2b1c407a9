"""XML parts of packages -> element trees: no entities, no DTD, nothing fetched, depth and text bounded."""

from __future__ import annotations

from lxml import etree

from crawler.extract.document import Unreadable


def parse_xml(content: bytes) -> etree._Element:
    """The root element, without comments and processing instructions.

    Raises Unreadable where `content` is not well formed, nested deeper than 256 elements, holds a text of
    more than 10 MB, or declares a document type, which no office program writes.
    """
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
