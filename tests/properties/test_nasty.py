"""Files made to harm: each is read or refused, within the limits of time and memory, and fetches nothing."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Callable, Iterator
from contextlib import suppress
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread
from urllib.error import HTTPError
from urllib.request import urlopen

import pytest

from bench.fuzz.child import Child
from bench.writers import docx, ofd, sheet
from crawler.demo.printing import plain
from crawler.demo.writer import compose
from crawler.extract import extract
from crawler.extract.document import Grid, Unreadable
from crawler.report.model import Kind

REPORT = plain(compose("柘泉县民政局", Kind.DEPARTMENT, 2023, seed=1))
DEEP = 10_000
LAUGHS = (
    '<!DOCTYPE x [<!ENTITY a "笑笑笑笑笑笑笑笑笑笑">'
    + "".join(
        f'<!ENTITY {name} "{f"&{before};" * 10}">'
        for before, name in zip("abcdefgh", "bcdefghi", strict=True)
    )
    + "]>"
)


def package(parts: dict[str, bytes]) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, part in parts.items():
            archive.writestr(name, part)
    return out.getvalue()


def parts_of(content: bytes) -> dict[str, bytes]:
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        return {name: archive.read(name) for name in archive.namelist()}


def nested_tables() -> bytes:
    return ("<table><tr><td>" * DEEP + "1" + "</td></tr></table>" * DEEP).encode()


def nested_blocks() -> bytes:
    return ("<div><p><span>" * DEEP + "总体情况").encode()


def endless_rowspan() -> bytes:
    rows = '<tr><td rowspan="1000000000">行政许可</td><td colspan="1000000000">1</td></tr>' * 50
    return f"<table>{rows}</table>".encode()


def many_wide_rows() -> bytes:
    return ("<table>" + '<tr><td colspan="1000" rowspan="60000">1</td></tr>' * 20_000).encode()


def rows_without_end() -> bytes:
    return b"<table>" + b"<tr><td>1</td><td>2</td></tr>" * 400_000


def entity_in_html() -> bytes:
    return f"{LAUGHS}<html><body><p>&i;&i;&i;</p></body></html>".encode()


def bomb(written: bytes, part: str) -> bytes:
    """The part begins as it should and goes on with 400 MB of blanks."""
    parts = parts_of(written)
    head, closing, tail = parts.pop(part).rpartition(b"</")
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED, compresslevel=1) as archive:
        for name, content in parts.items():
            archive.writestr(name, content)
        with archive.open(part, "w") as grown:
            grown.write(head)
            for _ in range(400):
                grown.write(b" " * 1_000_000)
            grown.write(closing + tail)
    return out.getvalue()


def nested_part(written: bytes, part: str, opened: bytes) -> bytes:
    parts = parts_of(written)
    head, mark, _ = parts[part].partition(opened)
    assert mark
    parts[part] = head + opened * DEEP
    return package(parts)


def laughing(written: bytes, part: str) -> bytes:
    """Entities that stand for a billion characters, declared and used in a part."""
    parts = parts_of(written)
    head, declaration, body = parts[part].partition(b"?>")
    begun = body.replace("情况".encode(), b"&i;").replace(b"<t>", b"<t>&i;")
    parts[part] = head + declaration + LAUGHS.encode() + begun
    return package(parts)


def pdf(pages: int) -> bytes:
    """A PDF of `pages` pages, each with one line of text."""
    kids = " ".join(f"{at + 4} 0 R" for at in range(pages))
    text = b"BT /F1 12 Tf 72 720 Td (1 2 3) Tj ET"
    objects = [
        b"<< /Type /Catalog /Pages 2 0 R >>",
        f"<< /Type /Pages /Count {pages} /Kids [{kids}] >>".encode(),
        b"<< /Length %d >>\nstream\n%s\nendstream" % (len(text), text),
    ]
    font = "<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica >>"
    page = (
        "<< /Type /Page /Parent 2 0 R /MediaBox [0 0 595 842] /Contents 3 0 R "
        f"/Resources << /Font << /F1 {font} >> >> >>"
    ).encode()
    objects += [page] * pages
    out = bytearray(b"%PDF-1.4\n")
    places = []
    for number, content in enumerate(objects, 1):
        places.append(len(out))
        out += b"%d 0 obj\n%s\nendobj\n" % (number, content)
    table = b"".join(b"%010d 00000 n \n" % place for place in places)
    size = len(objects) + 1
    start = len(out)
    out += b"xref\n0 %d\n0000000000 65535 f \n%s" % (size, table)
    out += b"trailer\n<< /Size %d /Root 1 0 R >>\nstartxref\n%d\n%%%%EOF\n" % (size, start)
    return bytes(out)


def pages_in_a_circle() -> bytes:
    """A page tree that holds itself."""
    return pdf(3).replace(b"/Kids [4 0 R 5 0 R", b"/Kids [2 0 R 2 0 R")


def own_copy() -> bytes:
    """Archives in archives, each with ten copies of the one inside."""
    inner = package({"report.txt": "政府信息公开工作年度报告".encode() * 1000})
    for _ in range(6):
        inner = package({f"{at}.zip": inner for at in range(10)})
    return inner


OFD_CONTENT = "Doc_0/Pages/Page_0/Content.xml"

NASTY: dict[str, tuple[str, Callable[[], bytes]]] = {
    "tables nested 10,000 deep": ("a.html", nested_tables),
    "blocks nested 10,000 deep": ("a.html", nested_blocks),
    "rowspan of a billion": ("a.html", endless_rowspan),
    "a grid of billions of places": ("a.html", many_wide_rows),
    "12 MB of rows": ("a.html", rows_without_end),
    "entities in html": ("a.html", entity_in_html),
    "a line of 10 MB": ("a.txt", lambda: b"1\t" * 5_000_000),
    "pipes without end": ("a.txt", lambda: b"|" * 3_000_000),
    "zip bomb docx": ("a.docx", lambda: bomb(docx.write(REPORT), "word/document.xml")),
    "zip bomb xlsx": ("a.xlsx", lambda: bomb(sheet.write(REPORT), "xl/worksheets/sheet1.xml")),
    "zip bomb ofd": ("a.ofd", lambda: bomb(ofd.write(REPORT), OFD_CONTENT)),
    "entities in docx": ("a.docx", lambda: laughing(docx.write(REPORT), "word/document.xml")),
    "entities in xlsx": ("a.xlsx", lambda: laughing(sheet.write(REPORT), "xl/sharedStrings.xml")),
    "entities in ofd": ("a.ofd", lambda: laughing(ofd.write(REPORT), OFD_CONTENT)),
    "tables nested in docx": (
        "a.docx",
        lambda: nested_part(docx.write(REPORT), "word/document.xml", b"<w:tbl>"),
    ),
    "10,000 pages of pdf": ("a.pdf", lambda: pdf(10_000)),
    "pages in a circle": ("a.pdf", pages_in_a_circle),
    "archives of archives": ("a.zip", own_copy),
}


@pytest.fixture(scope="module")
def child() -> Iterator[Child]:
    with Child() as running:
        yield running


@pytest.mark.parametrize("name", NASTY)
def test_is_read_or_refused_within_the_limits(name: str, child: Child) -> None:
    file, make = NASTY[name]
    assert child.read(make(), file).failure == ""


def test_the_limits_are_felt(child: Child) -> None:
    """What answers for the tests above: a failure in the child is told, and the next file is read again."""
    assert "AttributeError" in child.read(None, "a.html").failure  # type: ignore[arg-type]
    assert child.read(b"<p>1</p>", "a.html").failure == ""


def test_a_wide_table_is_not_drawn_beyond_its_columns() -> None:
    grids = [block for block in extract(endless_rowspan()).blocks if isinstance(block, Grid)]
    assert sum(len(row) for grid in grids for row in grid.rows) < 100_000


def test_entities_are_not_expanded() -> None:
    for written, part in (
        (docx.write(REPORT), "word/document.xml"),
        (sheet.write(REPORT), "xl/sharedStrings.xml"),
        (ofd.write(REPORT), OFD_CONTENT),
    ):
        try:
            document = extract(laughing(written, part))
        except Unreadable:
            continue
        assert "笑" not in repr(document)


# --- what is asked for outside


class _Loopback(ThreadingHTTPServer):
    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), _Handler)
        self.asked: list[str] = []


class _Handler(BaseHTTPRequestHandler):
    def do_GET(self) -> None:
        assert isinstance(self.server, _Loopback)
        self.server.asked.append(self.path)
        self.send_response(404)
        self.end_headers()

    do_HEAD = do_POST = do_GET  # noqa: N815 - names of the base class

    def log_message(self, format: str, *args: object) -> None:
        """Nothing."""


@pytest.fixture
def loopback() -> Iterator[_Loopback]:
    server = _Loopback()
    thread = Thread(target=server.serve_forever, daemon=True)
    thread.start()
    yield server
    server.shutdown()
    server.server_close()


def with_outer_declaration(written: bytes, address: str) -> dict[str, bytes]:
    """Every XML part names a document type of the server, an entity of it, and a style sheet."""
    outer = (
        f'<!DOCTYPE x SYSTEM "{address}/x.dtd" [<!ENTITY % p SYSTEM "{address}/p.ent"> %p; '
        f'<!ENTITY e SYSTEM "{address}/e.txt">]>'
    )
    parts = parts_of(written)
    for name, part in parts.items():
        head, declaration, body = part.partition(b"?>")
        if declaration and name.endswith((".xml", ".rels")):
            style = f'<?xml-stylesheet href="{address}/s.xsl" type="text/xsl"?>'
            parts[name] = head + declaration + (style + outer).encode() + body
    return parts


def outer_docx(address: str) -> bytes:
    """A picture, a template and a sub-document that stand on the server."""
    parts = parts_of(docx.write(REPORT))
    mode = 'TargetMode="External"'
    kinds = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
    outer = "".join(
        f'<Relationship Id="rIdOuter{at}" Type="{kinds}/{kind}" Target="{address}/{kind}" {mode}/>'
        for at, kind in enumerate(("image", "attachedTemplate", "subDocument", "frame", "oleObject"))
    )
    relations = "word/_rels/document.xml.rels"
    parts[relations] = parts[relations].replace(b"</Relationships>", f"{outer}</Relationships>".encode())
    picture = '<w:p><w:subDoc r:id="rIdOuter2"/><w:r><w:t>INCLUDEPICTURE</w:t></w:r></w:p></w:body>'
    document = "word/document.xml"
    parts[document] = parts[document].replace(b"</w:body>", picture.encode())
    return package(parts)


def outer_xlsx(address: str) -> bytes:
    return package(with_outer_declaration(sheet.write(REPORT), address))


def outer_ofd(address: str) -> bytes:
    """Pages, resources and fonts that stand on the server."""
    parts = parts_of(ofd.write(REPORT))
    for name, part in parts.items():
        if name.endswith("Document.xml"):
            parts[name] = part.replace(b'BaseLoc="', f'BaseLoc="{address}/'.encode())
    return package(parts)


def outer_html(address: str) -> bytes:
    return (
        f'<html><head><link rel="stylesheet" href="{address}/a.css"><script src="{address}/a.js"></script>'
        f'</head><body><img src="{address}/a.png"><iframe src="{address}/a.html"></iframe>'
        f'<object data="{address}/a.pdf"></object><p>总体情况</p></body></html>'
    ).encode()


OUTER: dict[str, Callable[[str], bytes]] = {
    "docx relations": outer_docx,
    "docx declarations": lambda address: package(with_outer_declaration(docx.write(REPORT), address)),
    "xlsx declarations": outer_xlsx,
    "ofd places": outer_ofd,
    "ofd declarations": lambda address: package(with_outer_declaration(ofd.write(REPORT), address)),
    "html": outer_html,
}


@pytest.mark.parametrize("name", OUTER)
def test_nothing_is_fetched(name: str, loopback: _Loopback) -> None:
    address = f"http://127.0.0.1:{loopback.server_port}"
    content = OUTER[name](address)
    assert address.encode() in content or any(address.encode() in part for part in parts_of(content).values())
    with suppress(Unreadable):
        extract(content)
    assert loopback.asked == []


def test_the_loopback_server_sees_who_asks(loopback: _Loopback) -> None:
    """What answers for the tests above."""
    with pytest.raises(HTTPError):
        urlopen(f"http://127.0.0.1:{loopback.server_port}/x.dtd")
    assert loopback.asked == ["/x.dtd"]
