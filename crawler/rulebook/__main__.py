"""Writes the pages of all rules into a folder: python -m crawler.rulebook docs/rules"""

from __future__ import annotations

import argparse
from collections.abc import Sequence
from pathlib import Path

from crawler.rulebook.pages import write


def main(arguments: Sequence[str] | None = None) -> None:
    """Write the pages into the folder that the one argument names."""
    parser = argparse.ArgumentParser(prog="python -m crawler.rulebook", description=__doc__)
    parser.add_argument("folder", type=Path)
    write(parser.parse_args(arguments).folder)


if __name__ == "__main__":
    main()
