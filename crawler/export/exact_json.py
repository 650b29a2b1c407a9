"""JSON with exact decimals."""

from __future__ import annotations

import json
import re
from decimal import Decimal
from secrets import token_hex
from typing import Any


def dumps(value: Any) -> str:
    """`value` as indented JSON, Chinese as it is; decimals become numbers with every digit they have.

    The standard library can only write a Decimal as a float, which may print another number.
    """
    mark = token_hex(16)  # no report can know it, so no text of a report is taken for a number

    def default(given: object) -> str:
        if isinstance(given, Decimal) and given.is_finite():
            return f"{mark}{given:f}"
        raise TypeError(f"not JSON: {type(given).__name__}")

    text = json.dumps(value, ensure_ascii=False, indent=1, default=default)
    return re.sub(rf'"{mark}(-?[0-9.]+)"', r"\1", text).encode("utf-8", "backslashreplace").decode()
