"""A SQLite file as a dying disk leaves it."""

from __future__ import annotations

from pathlib import Path

from sqlalchemy import Engine, text

from storage.engine import writing

_PAGE = 4096


def damaged(engine: Engine, file: Path) -> None:
    """Fill the database with documents, and overwrite pages in the middle of its file."""
    with writing(engine) as session:
        for number in range(3000):
            session.execute(
                text("INSERT INTO documents VALUES (:it, 1, 'text/html', '2024-02-01 18:00:00.000000')"),
                {"it": f"{number:064x}"},
            )
    engine.dispose()
    content = bytearray(file.read_bytes())
    middle = len(content) // 2 // _PAGE * _PAGE
    content[middle : middle + 3 * _PAGE] = b"\xa5" * (3 * _PAGE)
    file.write_bytes(content)
