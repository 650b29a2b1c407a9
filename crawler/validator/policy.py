"""What is policy rather than law: how grave a breach counts, thresholds, years from which a demand holds."""

from __future__ import annotations

from types import MappingProxyType

from crawler.report.model import Kind
from crawler.validator.finding import Severity

LATE_SEVERITY = MappingProxyType(
    {
        Kind.DEPARTMENT: Severity.ERROR,
        Kind.GOVERNMENT: Severity.ERROR,
        Kind.GOVERNMENT_OFFICE: Severity.ERROR,
        Kind.TOWNSHIP: Severity.WARNING,
        Kind.STREET: Severity.WARNING,
        Kind.ZONE: Severity.WARNING,
        Kind.AUTHORISED: Severity.WARNING,
    }
)
"""How grave late publication is; a step lower where no statute sets the day."""

LATE_SEVERITY_BEFORE_2019 = Severity.WARNING
"""For reports under the regulation of 2007, whatever the kind of body."""

LATE_SEVERITY_IN_GRACE = Severity.WARNING
"""Where the due day was no working day and the report came by the first working day after it."""

ASSESSMENT_KINDS = frozenset({Kind.GOVERNMENT, Kind.TOWNSHIP})
"""Bodies that are governments, whose reports also tell assessment, public review and accountability."""

ASPECTS_SEVERITY = MappingProxyType({"2019": Severity.INFO, "2021": Severity.WARNING})
"""The five aspects of the overview were only recommended before the notice of 2021."""

OVERVIEW_MINIMUM = 200
"""Chinese characters below which an overview counts as too short."""

PROBLEMS_MINIMUM = 50
"""Characters below which the section on problems counts as too thin to tell anything."""

PROBLEMS_THIN_SEVERITY = Severity.WARNING

FEE_STATEMENT_SEVERITY = Severity.WARNING
"""A warning as long as the wording of the demand in the notice has not been verified."""

READABLE_MINIMUM = 100
"""Chinese characters of prose below which a document counts as not really read."""

DAMAGED_TEXT_SHARE = 0.01
"""Share of replacement characters from which a text counts as not really read."""
