"""A report as it is printed, before any file format: lines of text and tables, in reading order.

A layout changes how the same report is printed; a writer of a file format makes bytes of what is printed.
"""

from crawler.demo.printing.layouts import LAYOUTS, Layout, plain
from crawler.demo.printing.model import Line, Printed, Role

__all__ = ["LAYOUTS", "Layout", "Line", "Printed", "Role", "plain"]
