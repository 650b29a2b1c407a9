"""The command line: options, help texts, exit codes. What a command does stands in crawler/commands.

Exit codes: 0 done · 1 done, and what was looked for is bad · 2 the call or an input was wrong · 130 Ctrl-C.

A module declares one command or a few that belong together, each with its help in two languages instead of a
docstring. What a command needs is imported when it runs, so that `nianbao --help` does not wait for it.
program.py puts them in their order, running.py makes one call of the program.
"""

from __future__ import annotations

from crawler.cli.program import app
from crawler.cli.running import main

__all__ = ["app", "main"]
