"""Sample portals as sites without a network, one module each.

A module with a RECIPE is one of the portals on which finding reports is measured (`bench/discovery`); it is
found by being there.
"""

from __future__ import annotations

import importlib
import pkgutil

from crawler.demo.sites.recipe import Recipe


def recipes() -> tuple[Recipe, ...]:
    """The recipes of all modules here, by number."""
    modules = (
        importlib.import_module(f"{__name__}.{found.name}") for found in pkgutil.iter_modules(__path__)
    )
    found = [module.RECIPE for module in modules if hasattr(module, "RECIPE")]
    return tuple(sorted(found, key=lambda recipe: recipe.number))
