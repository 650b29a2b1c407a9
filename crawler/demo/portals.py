"""The two sample portals by their ids, built from the province's data."""

from __future__ import annotations

from crawler.demo.province import LINXI, PORTALS, QINGSHAN, edited, reports
from crawler.demo.sites.linxi import HanwebSite
from crawler.demo.sites.qingshan import TrsSite
from crawler.demo.web import Site


def sample_sites(*, after_edits: bool = False) -> dict[str, Site]:
    """Both portals, all of their reports on show; as they are at first, or after the edits."""
    plans = {plan.id: edited(plan) if after_edits else plan for plan in PORTALS}
    return {
        QINGSHAN: TrsSite(reports(plans[QINGSHAN])),
        LINXI: HanwebSite(reports(plans[LINXI])),
    }
