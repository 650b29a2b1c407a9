"""The program, loaded once: a soak starts it hundreds of times, and loading takes longer than the work.

A server of its own process forks every command (multiprocessing's "forkserver", which loads this module
first). What is forked has run nothing yet: no settings are read, no database is opened, no event loop stands.
"""

from __future__ import annotations

import os
import runpy
import sys
from collections.abc import Mapping, Sequence
from pathlib import Path

import alembic.command
import scrapy.cmdline
import scrapy.crawler

import crawler.cli
import crawler.commands.crawl
import crawler.commands.digest
import crawler.demo.extension
import crawler.pipelines
import crawler.progress
import crawler.rendering
import crawler.resolving
import crawler.retrying
import crawler.robots
import crawler.wire
import spiders.loader
import spiders.portal

__all__ = ["run"]

_LOADED = (alembic.command, scrapy.cmdline, scrapy.crawler, crawler, spiders)


def run(command: Sequence[str], environment: Mapping[str, str], folder: Path, said: Path) -> None:
    """`python -m COMMAND` in `folder`, as the leader of its own group; what it says goes to `said`."""
    os.setsid()
    for name in [name for name in os.environ if name.startswith(("NIANBAO_", "SCRAPY_"))]:
        del os.environ[name]
    os.environ.update(environment)
    os.chdir(folder)
    output = os.open(said, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o644)
    for stream in (1, 2):
        os.dup2(output, stream)
    sys.stdout = os.fdopen(1, "w", buffering=1, encoding="utf-8")
    sys.stderr = os.fdopen(2, "w", buffering=1, encoding="utf-8")
    sys.argv = list(command)
    runpy.run_module(command[0], run_name="__main__", alter_sys=True)
