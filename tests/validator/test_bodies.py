"""Names that mean one body, and names that do not."""

from __future__ import annotations

import pytest

from crawler.validator.bodies import named_among, same_body


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("云溪县水务局", "云溪县水务局"),
        ("云溪县水务局", "县水务局"),
        ("水务局", "云溪县水务局"),
        ("云溪县卫健委", "云溪县卫生健康委员会"),
        ("县发改局", "云溪县发展和改革局"),
        ("云溪县市场监管局", "云溪县市场监督管理局"),
        ("云溪县人民政府", "云溪县政府"),
        ("云溪县人民政府", "云溪县人民政府办公室"),
        ("云溪县政府办", "云溪县人民政府办公室"),
        ("青石街道", "青石街道办事处"),
        ("云溪县 水务局", "云溪县水务局"),
    ],
)
def test_two_names_of_one_body(one: str, other: str) -> None:
    assert same_body(one, other)
    assert same_body(other, one)
    assert named_among(one, ["松涛镇人民政府", other])


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("云溪县水务局", "云溪县财政局"),
        ("云溪县水务局", "松涛县水务局"),
        ("云溪县卫健委", "云溪县发改委"),
        ("云溪县卫健委", "云溪县卫健局"),
        ("云溪县人社局", "云溪县卫生健康委员会"),
        ("云溪县水务局", "云溪县人民政府"),
    ],
)
def test_two_bodies(one: str, other: str) -> None:
    assert not same_body(one, other)
    assert not named_among(one, [other])
    assert not named_among(one, [])
