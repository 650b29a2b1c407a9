"""Why a crawl was ended before its time, as the process that started it tells the crawl: the run should say
more than what was left outstanding.
"""

from __future__ import annotations

import json
import os
from pathlib import Path

from crawler.report.model import Bilingual

PROGRESS = "NIANBAO_PROGRESS"
"""The variable that names the file in which a crawl tells how far it is; the reason stands beside it."""
_MOST = 4096


def tell(progress: Path, why: Bilingual) -> None:
    """Leave word for the crawl that tells its progress there. Raises OSError."""
    beside(progress).write_text(json.dumps([why.zh, why.en]), encoding="utf-8")


def told() -> Bilingual | None:
    """Why this crawl was ended; None where nobody ended it, or nothing of it can be read."""
    progress = os.environ.get(PROGRESS)
    if not progress:
        return None
    try:
        with beside(Path(progress)).open("rb") as file:
            zh, en = json.loads(file.read(_MOST))
    except (OSError, ValueError, TypeError):
        return None
    return Bilingual(str(zh), str(en))


def beside(progress: Path) -> Path:
    """Where the word is left."""
    return progress.with_suffix(".ended")
