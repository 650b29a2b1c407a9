"""Sample portal 4, asked directly: units that are fetched as HTML inside JSON."""

from __future__ import annotations

import json
import re
from html import unescape
from typing import Any

import pytest

from crawler.demo.sites.jpaas import BUILDER, COLUMN, RECIPE, SECTION, JpaasSite


@pytest.fixture(scope="module")
def site() -> JpaasSite:
    return JpaasSite(RECIPE.reports())


def parameters(site: JpaasSite, path: str) -> dict[str, str]:
    page = site.respond(path, {}, {}).body.decode()
    (told,) = re.findall(r'unitbuild\.js[^>]*queryData="([^"]+)"', page)
    return dict(re.findall(r"'(\w+)':'([^']*)'", unescape(told)))


def built(site: JpaasSite, **query: str) -> dict[str, Any]:
    answer: dict[str, Any] = json.loads(site.respond(BUILDER, query, {}).body)
    return answer


def shown(html: str) -> list[str]:
    return re.findall(r'<li class="clearfix"><a href="([^"]+)"', html)


def test_the_way_to_the_column_is_a_menu_that_only_the_interface_gives(site: JpaasSite) -> None:
    assert f'href="{SECTION}"' in site.respond("/", {}, {}).body.decode()
    section = site.respond(SECTION, {}, {}).body.decode()
    assert COLUMN not in section
    menu = built(site, **parameters(site, SECTION))["data"]["html"]
    assert f'<a href="{COLUMN}">政府信息公开年报</a>' in menu


def test_the_column_shows_no_row_before_its_unit_is_built(site: JpaasSite) -> None:
    assert "art_" not in site.respond(COLUMN, {}, {}).body.decode()
    query = parameters(site, COLUMN)
    assert query["parseType"] == "bulidstatic"
    html = built(site, **query)["data"]["html"]
    assert len(shown(html)) == 15
    assert 'rows="15" count="43"' in html


def test_only_param_json_pages(site: JpaasSite) -> None:
    query = parameters(site, COLUMN)
    first = built(site, **query)
    assert built(site, **query, pageNo="2", pageSize="15") == first
    pages = [
        shown(built(site, **query, paramJson=json.dumps({"pageNo": n, "pageSize": 15}))["data"]["html"])
        for n in range(1, 5)
    ]
    assert [len(page) for page in pages] == [15, 15, 13, 0]
    assert set(site.reports) < {path for page in pages for path in page}
    assert len(site.reports) == 10 * 4


def test_addresses_of_two_generations(site: JpaasSite) -> None:
    old = [path for path in site.reports if re.fullmatch(r"/art/20\d\d/\d+/\d+/art_\d+_\d+\.html", path)]
    new = [
        path for path in site.reports if re.fullmatch(r"/col/col\d+/art/20\d\d/art_[0-9a-f]{32}\.html", path)
    ]
    assert len(old) + len(new) == 40 and len(old) == len(new) == 20
    page = site.respond(new[0], {}, {}).body.decode()
    assert site.reports[new[0]].spec.title in page and "一、总体情况" in page


@pytest.mark.parametrize("wrong", [{"parseType": "buildstatic"}, {"webId": "1"}, {"tplSetId": ""}])
def test_other_parameters_get_an_error_in_good_json(site: JpaasSite, wrong: dict[str, str]) -> None:
    answer = built(site, **{**parameters(site, COLUMN), **wrong})
    assert answer["success"] is False and answer["data"] is None


@pytest.mark.parametrize("told", ["{", "7", "[]", '{"pageNo":"x"}', '{"pageNo":-3}'])
def test_nonsense_in_param_json_gives_the_first_page(site: JpaasSite, told: str) -> None:
    query = parameters(site, COLUMN)
    assert shown(built(site, **query, paramJson=told)["data"]["html"]) == shown(
        built(site, **query)["data"]["html"]
    )
