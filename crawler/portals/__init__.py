"""The register: provinces, their portals, and the bodies that publish on them.

The values stand in `values`; province files are read strictly (`reading`).
"""

from crawler.portals.reading import ProvinceError, built_in, parse_province, read_province, read_provinces
from crawler.portals.values import (
    Organ,
    Portal,
    Province,
    Window,
    Years,
    folded,
    host_of,
    is_private,
)

__all__ = [
    "Organ",
    "Portal",
    "Province",
    "ProvinceError",
    "Window",
    "Years",
    "built_in",
    "folded",
    "host_of",
    "is_private",
    "parse_province",
    "read_province",
    "read_provinces",
]
