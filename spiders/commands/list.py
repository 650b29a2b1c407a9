"""`scrapy list`: Scrapy's own, with one clear line for a province file that cannot be used."""

from __future__ import annotations

import argparse
import sys

from scrapy.commands.list import Command as ListCommand
from scrapy.exceptions import UsageError


class Command(ListCommand):
    """Exit codes: 0 the provinces are listed; 2 a province file or the configuration is wrong."""

    def run(self, args: list[str], opts: argparse.Namespace) -> None:
        """List the provinces."""
        try:
            super().run(args, opts)
        except UsageError as error:  # Scrapy would print its usage before the line
            sys.stderr.write(f"scrapy list: {error}\n")
            self.exitcode = 2
