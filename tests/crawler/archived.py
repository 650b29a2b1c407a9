"""An installation whose archive is full, and what stands on record was read by an earlier version: of every
report one finding was not found, and one that there is not was. Bodies are invented.
"""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from collections.abc import Iterable
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from pathlib import Path

from crawler import config, looking_back
from crawler.clock import CHINA
from crawler.items import PageItem
from crawler.portals import Province, read_provinces
from crawler.recording import organ_records, page_seen, portal_records, read
from crawler.rulebook import policy
from crawler.validator.finding import fingerprint
from storage.archive import Archive
from storage.engine import open_engine, upgrade
from storage.ledger import Ledger
from storage.queries import Queries
from storage.records import PageRecord, PageSeen, RunRecord, VisitRecord

REPORT = Path(__file__).parent.parent / "reports" / "late.html"
BODY = "水务"
SIGNS = "春夏秋冬风花雪月山川湖海松竹梅兰"
SEEN = datetime(2024, 5, 1, 2, tzinfo=CHINA)
HOME = "http://www.yunxi.example/"

YAML = """province: yunling
name: 云岭省
years: {{first: 2022}}
portals:
  - id: yunxi
    name: 云溪县人民政府
    home: "{home}"
    hosts: [www.yunxi.example]
    organs:
{organs}"""


@dataclass
class Archived:
    """Its database, archive and province file; `bodies` have one report each, of 2023, at `url(number)`."""

    folder: Path
    database: str
    bodies: int = 12
    run: int = field(default=0)

    def __post_init__(self) -> None:
        (self.folder / "provinces").mkdir(parents=True)
        organs = "".join(
            f"      - {{name: {self.body(number)}, kind: department}}\n" for number in range(self.bodies)
        )
        (self.folder / "provinces" / "yunling.yml").write_text(YAML.format(home=HOME, organs=organs))
        self.engine = open_engine(self.database)
        upgrade(self.engine)
        self.ledger, self.queries = Ledger(self.engine), Queries(self.engine)
        self.archive = Archive(self.folder / "archive")
        self.ledger.register(portal_records(self.province), organ_records(self.province))
        self.run = self.ledger.begin_run(RunRecord(None, "nightly", "yunling", SEEN))
        self.record(self._earlier(self.page(number)) for number in range(self.bodies))
        later = SEEN + timedelta(minutes=5)
        visit = VisitRecord(
            self.run, "yunxi", SEEN, later, True, "", "", None, (HOME,), 9, self.bodies, whole=True
        )
        self.ledger.record_visit(visit)
        self.ledger.end_run(self.run, later, "clean", {})

    @property
    def settings(self) -> config.Settings:
        """The installation's own, whatever the process has."""
        return config.Settings(
            database_url=self.database,
            archive_url=str(self.folder / "archive"),
            provinces=self.folder / "provinces",
            clean_visits=1,
        )

    @property
    def province(self) -> Province:
        return read_provinces(self.folder / "provinces")["yunling"]

    def body(self, number: int) -> str:
        return f"云溪县{SIGNS[number // len(SIGNS)]}{SIGNS[number % len(SIGNS)]}局"

    def url(self, number: int) -> str:
        return f"{HOME}{number:04}.html"

    def on_record(self, number: int) -> PageRecord:
        return self.queries.pages("yunxi")[self.url(number)]

    def page(self, number: int, *, body: bytes | None = None, seen: datetime = SEEN) -> PageSeen:
        """The page as today's reader sees it; its bytes are archived."""
        if body is None:
            body = REPORT.read_bytes().replace(f"云溪县{BODY}局".encode(), self.body(number).encode())
        item = PageItem(
            url=self.url(number), portal="yunxi", province="yunling", body=body, status=200, etag=None,
            last_modified=None, content_type="text/html", fetched=seen, listed_title="", listed_date=None,
        )  # fmt: skip
        in_force = policy({}, seen.date(), {})
        reading = read(item, self.province, in_force)
        by = looking_back.judged_by(in_force, self.province)
        return page_seen(item, self.archive.put(body), (), reading, by)

    def record(self, entries: Iterable[PageSeen]) -> None:
        self.ledger.record(self.run, list(entries))

    def original(self, number: int) -> Path:
        """The file in the archive that holds a page."""
        sha256 = self.on_record(number).sha256
        return self.folder / "archive" / sha256[:2] / sha256[2:4] / f"{sha256}.gz"

    def start(self, *options: str) -> subprocess.Popen[bytes]:
        """A re-check in a child process and a group of its own."""
        environment = {
            name: value for name, value in os.environ.items() if not name.startswith(("NIANBAO_", "SCRAPY_"))
        }
        environment |= {
            "NIANBAO_DATABASE_URL": self.database,
            "NIANBAO_ARCHIVE_URL": str(self.folder / "archive"),
            "NIANBAO_PROVINCES": str(self.folder / "provinces"),
            "NIANBAO_CLEAN_VISITS": "1",
            "NIANBAO_NOW": "2024-05-20T09:00:00",
            "NIANBAO_LANG": "en",
        }
        return subprocess.Popen(
            [sys.executable, "-m", "crawler", "recheck", *options],
            env=environment,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            start_new_session=True,
        )

    def _earlier(self, entry: PageSeen) -> PageSeen:
        """As an earlier version, judging otherwise, had read the page."""
        assert entry.report is not None
        _, *found = entry.findings
        invented = replace(
            found[0],
            fingerprint=fingerprint(
                entry.report.organ, entry.report.year, found[0].rule, "applications.invented"
            ),
            where="applications.invented",
        )
        return replace(
            entry,
            page=replace(entry.page, judged_by="earlier"),
            findings=(*found, invented),
        )


def kill(child: subprocess.Popen[bytes]) -> None:
    """SIGKILL to the process alone: what it started has to end by itself."""
    child.send_signal(signal.SIGKILL)
    child.communicate(timeout=60)
