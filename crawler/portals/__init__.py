"""The register: provinces, their portals, and the bodies that publish on them.

The values stand in `values`; province files are read strictly (`reading`).
"""

from crawler.portals.reading import ProvinceError, read_province, read_provinces
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
    "folded",
    "host_of",
    "is_private",
    "read_province",
    "read_provinces",
]
