"""Pictures of text -> text, by tesseract: many pictures a process, a bounded number of processes at once."""

from __future__ import annotations

import csv
import math
import os
import shutil
import subprocess
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from functools import lru_cache
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import NamedTuple

from crawler.convert.child import TooLong, run
from crawler.extract.document import Unreadable
from crawler.extract.outside import Recognised, Script, Snippet

MAX_SNIPPETS = 50_000
"""Most pictures of one call: a hundred pages of dense tables."""
MAX_BYTES = 500_000_000
"""Most bytes of the pictures of one call."""

_LANGUAGES = ("chi_sim", "eng")
_ARGUMENTS = {
    Script.FIGURES: ("-l", "eng", "--psm", "7", "-c", "tessedit_char_whitelist=0123456789.,+-"),
    Script.LINE: ("-l", "chi_sim", "--psm", "7"),
    Script.RAW_LINE: ("-l", "chi_sim", "--psm", "13"),
    Script.PAGE: ("-l", "chi_sim", "--psm", "4"),
}
_BATCH = {Script.FIGURES: 200, Script.LINE: 80, Script.RAW_LINE: 80, Script.PAGE: 4}
_SECONDS_TO_START = 30
_SECONDS_EACH = {Script.FIGURES: 1.0, Script.LINE: 5.0, Script.RAW_LINE: 5.0, Script.PAGE: 60.0}
_MAX_OUTPUT = 20_000_000  # bytes of one batch
_MEMORY = 2_000_000_000  # bytes of address space
_KEPT = ("PATH", "HOME", "LD_LIBRARY_PATH", "TESSDATA_PREFIX")
_LIST_TIMEOUT = 20
_PAGE_LEVEL, _WORD_LEVEL = "1", "5"


class _Batch(NamedTuple):
    script: Script
    pngs: tuple[bytes, ...]


def installed() -> bool:
    """Whether pictures of Chinese text can be recognised here."""
    return _program() is not None


def recognise(snippets: Sequence[Snippet]) -> list[Recognised]:
    """The text of each snippet, in the same order; equal snippets are recognised once.

    Raises Unreadable where tesseract or its Chinese data is not installed, fails, or takes too long.
    """
    if not snippets:
        return []
    if len(snippets) > MAX_SNIPPETS or sum(len(snippet.png) for snippet in snippets) > MAX_BYTES:
        raise Unreadable("图片过多，无法全部识别", "too many pictures to recognise")
    program = _program()
    if program is None:
        raise Unreadable(
            "识别图片中的文字需要安装 tesseract-ocr 和 tesseract-ocr-chi-sim",
            "text in pictures needs tesseract: install tesseract-ocr and tesseract-ocr-chi-sim",
        )
    batches = _batches(snippets)
    found: dict[Snippet, Recognised] = {}
    with ThreadPoolExecutor(max_workers=os.cpu_count() or 1) as pool:
        for batch, texts in zip(batches, pool.map(lambda batch: _run(program, batch), batches), strict=True):
            found.update(
                (Snippet(png, batch.script), text) for png, text in zip(batch.pngs, texts, strict=True)
            )
    return [found[snippet] for snippet in snippets]


def _program() -> str | None:
    """The program, where it has the data of the languages that it is asked for."""
    program = shutil.which("tesseract")
    return program if program is not None and set(_LANGUAGES) <= _languages(program) else None


def _batches(snippets: Sequence[Snippet]) -> list[_Batch]:
    """Batches of nearly equal size, as many of a script as keep every processor busy."""
    batches: list[_Batch] = []
    for script in Script:
        pngs = tuple(dict.fromkeys(snippet.png for snippet in snippets if snippet.script is script))
        if not pngs:
            continue
        count = max(math.ceil(len(pngs) / _BATCH[script]), min(os.cpu_count() or 1, len(pngs) // 8))
        size = math.ceil(len(pngs) / max(1, count))
        batches.extend(_Batch(script, pngs[at : at + size]) for at in range(0, len(pngs), size))
    return batches


@lru_cache(maxsize=1)
def _languages(program: str) -> frozenset[str]:
    try:
        done = subprocess.run(
            [program, "--list-langs"],
            stdin=subprocess.DEVNULL,
            capture_output=True,
            timeout=_LIST_TIMEOUT,
            check=False,
        )
    except (OSError, subprocess.TimeoutExpired) as error:
        raise _failed() from error
    return frozenset(done.stdout.decode("utf-8", "replace").split())


def _run(program: str, batch: _Batch) -> list[Recognised]:
    with TemporaryDirectory(prefix="nianbao-ocr-") as folder:
        root = Path(folder)
        names = []
        for at, png in enumerate(batch.pngs):
            path = root / f"{at}.png"
            path.write_bytes(png)
            names.append(str(path))
        listing = root / "list.txt"
        listing.write_text("\n".join(names), encoding="utf-8")
        _wait(
            [program, str(listing), str(root / "out"), *_ARGUMENTS[batch.script], "tsv"],
            _SECONDS_TO_START + _SECONDS_EACH[batch.script] * len(names),
            folder,
        )
        output = root / "out.tsv"
        if not output.is_file() or output.stat().st_size > _MAX_OUTPUT:
            raise _failed()
        return _read(output.read_text(encoding="utf-8", errors="replace"), len(names))


def _wait(arguments: Sequence[str], seconds: float, folder: str) -> None:
    environment = {
        **{name: os.environ[name] for name in _KEPT if name in os.environ},
        "OMP_THREAD_LIMIT": "1",  # more threads make it slower
        "TMPDIR": folder,
    }
    try:
        failed = run(
            arguments, seconds=seconds, memory=_MEMORY, file_bytes=_MAX_OUTPUT, environment=environment
        )
    except TooLong as error:
        raise Unreadable("识别图片超时", "recognising the picture took too long") from error
    except OSError as error:
        raise _failed() from error
    if failed:
        raise _failed()


def _failed() -> Unreadable:
    return Unreadable("文字识别程序 tesseract 出错", "tesseract failed")


def _read(table: str, count: int) -> list[Recognised]:
    """The texts of `count` pages in tesseract's table of pages, lines and words."""
    pages: list[dict[tuple[str, ...], list[str]]] = []
    worst: list[float] = []
    for row in csv.reader(table.splitlines(), delimiter="\t", quoting=csv.QUOTE_NONE):
        if row[0] == _PAGE_LEVEL:
            pages.append({})
            worst.append(1.0)
        elif row[0] == _WORD_LEVEL and len(row) > 11 and pages and row[11].strip():
            pages[-1].setdefault(tuple(row[2:5]), []).append(row[11].strip())
            worst[-1] = min(worst[-1], max(0.0, float(row[10]) / 100))
    if len(pages) != count:
        raise _failed()
    return [
        Recognised("\n".join(map(_joined, lines.values())), confidence if lines else 0.0)
        for lines, confidence in zip(pages, worst, strict=True)
    ]


def _joined(words: Sequence[str]) -> str:
    """The words of a line; Chinese stands without spaces, though tesseract puts some."""
    line = words[0]
    for word in words[1:]:
        line += word if _is_wide(line[-1]) or _is_wide(word[0]) else f" {word}"
    return line


def _is_wide(character: str) -> bool:
    return character >= "\u2e80" or character in "“”‘’—…"
