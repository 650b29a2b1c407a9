"""How fast PDF with a text layer is read, against pdfplumber's tables; and what a long file costs in memory.

`python -m bench.speed.pdf` reads a file of 300 pages in a process of its own and prints the memory it took.
"""

from __future__ import annotations

import io
import resource
import subprocess
import sys
import time
from pathlib import Path
from tempfile import TemporaryDirectory

import pdfplumber
import pypdfium2

from bench.speed.harness import Contest, Contestant, Rival
from bench.writers import docx, office, pdf
from crawler.demo.printing import plain
from crawler.demo.writer import compose
from crawler.extract import extract
from crawler.report.model import Kind

ORGANS = ("云溪县水务局", "云溪县教育局", "青杉市民政局")
YEAR = 2023
PLUMBER_TARGET = 1.5
LONG = 300
"""Pages of the file whose memory is measured."""
MEMORY_TARGET = 200
"""Megabytes, the interpreter and pdfium with them."""


def contests() -> list[Contest]:
    """Two kinds of files: from LibreOffice, and from reportlab."""
    printed = [plain(compose(organ, Kind.DEPARTMENT, YEAR)) for organ in ORGANS]
    from_office = office.convert([("report.docx", docx.write(report)) for report in printed], "pdf")
    ours = Contestant("ours: bytes to Document", extract)
    rival = Rival(Contestant("pdfplumber: extract_tables", plumber_tables), PLUMBER_TARGET)
    return [
        Contest("PDF of LibreOffice", ours, (rival,), tuple(from_office)),
        Contest("PDF of reportlab", ours, (rival,), tuple(map(pdf.write, printed))),
    ]


def plumber_tables(content: bytes) -> object:
    """The tables alone, merged cells left empty; no text."""
    with pdfplumber.open(io.BytesIO(content)) as file:
        return [page.extract_tables() for page in file.pages]


def long_file(pages: int = LONG) -> bytes:
    """Reports one after the other until there are `pages` pages."""
    whole = pypdfium2.PdfDocument.new()
    parts = [
        pypdfium2.PdfDocument(pdf.write(plain(compose(organ, Kind.DEPARTMENT, YEAR)), seed=seed))
        for seed, organ in enumerate(ORGANS)
    ]
    while len(whole) < pages:
        for part in parts:
            whole.import_pages(part)
    while len(whole) > pages:
        whole.del_page(len(whole) - 1)
    out = io.BytesIO()
    whole.save(out)
    return out.getvalue()


def measure(path: Path) -> None:
    """Read the file at `path` and print seconds and megabytes."""
    content = path.read_bytes()
    started = time.perf_counter()
    document = extract(content)
    seconds = time.perf_counter() - started
    memory = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    print(f"{len(content) / 1024:.0f} KB, {len(document.blocks)} blocks: {seconds:.1f} s, {memory:.0f} MB")
    if memory > MEMORY_TARGET:
        raise SystemExit(f"more than {MEMORY_TARGET} MB")


def main() -> int:
    """Entry point; exit code 1 where the target is missed."""
    if len(sys.argv) > 1:
        measure(Path(sys.argv[1]))
        return 0
    with TemporaryDirectory() as folder:
        path = Path(folder) / "long.pdf"
        path.write_bytes(long_file())
        print(f"{LONG} pages, ", end="", flush=True)
        return subprocess.run([sys.executable, "-m", "bench.speed.pdf", str(path)], check=False).returncode


if __name__ == "__main__":
    raise SystemExit(main())
