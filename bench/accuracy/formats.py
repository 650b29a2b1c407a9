"""The formats that can be generated: for each, its writer and how many of its files the bench reads."""

from __future__ import annotations

import importlib
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from types import MappingProxyType

from bench.writers import office
from crawler.demo.printing import Line, Printed, Role
from crawler.demo.sheets import Sheet


@dataclass(frozen=True, slots=True)
class Written:
    """How the files of one format come about.

    `writer` names a module of bench.writers. Where `saved_as` is given, LibreOffice opens its file, named
    with suffix `source`, and saves it in that format. `suffix` is that of the file which is read.
    """

    writer: str
    suffix: str
    source: str = ""
    saved_as: str = ""
    grid: bool = True  # tables must be full grids
    places: bool = True  # what stands in one column is known to
    recognised: bool = False  # read by character recognition: slow, with floors of its own
    seeds: int = 1  # files of each layout and form in the sample
    every: int = 1  # of so many layouts the sample takes one


FORMATS: Mapping[str, Written] = MappingProxyType(
    {
        "html": Written("html", "html", grid=False, seeds=4),
        "text": Written("text", "txt", grid=False, places=False, seeds=4),
        "docx": Written("docx", "docx"),
        "docx (LibreOffice)": Written("docx", "docx", "docx", "docx", every=4),
        "doc": Written("docx", "doc", "docx", "doc", every=4),
        "wps": Written("docx", "wps", "docx", "doc", every=7),
        "pdf": Written("pdf", "pdf"),
        "pdf (LibreOffice)": Written("docx", "pdf", "docx", "pdf", every=2),
        "xlsx": Written("sheet", "xlsx"),
        "xls": Written("sheet", "xls", "xlsx", "xls", every=2),
        "et": Written("sheet", "et", "xlsx", "xls", every=7),
        "ofd": Written("ofd", "ofd"),
        "zip": Written("archive", "zip", every=2),
        "scan": Written("scan", "pdf", recognised=True, every=28),
    }
)
"""Every format, by the name that the table prints."""


def writer(name: str) -> Callable[..., bytes]:
    """`write` of a module of bench.writers."""
    found: Callable[..., bytes] = importlib.import_module(f"bench.writers.{name}").write
    return found


def write_all(written: Written, papers: Sequence[tuple[Printed, int]]) -> list[bytes]:
    """The file of each paper, (what is printed, seed), in their order."""
    write = writer(written.writer)
    files = [write(printed, seed=seed) for printed, seed in papers]
    if not written.saved_as:
        return files
    return office.convert(
        [(f"{at}.{written.source}", file) for at, file in enumerate(files)], written.saved_as
    )


def shortened(printed: Printed) -> Printed:
    """`printed` with one short line of text a section: few pages, for formats that take seconds a page."""
    blocks: list[Line | Sheet] = []
    for block in printed.blocks:
        if isinstance(block, Line) and block.role is Role.TEXT:
            if isinstance(blocks[-1], Line) and blocks[-1].role is Role.TEXT:
                continue
            block = block._replace(text=block.text[:60])
        blocks.append(block)
    return replace(printed, blocks=tuple(blocks))
