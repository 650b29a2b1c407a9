"""Taking the text of an element at once gives what entering it gives, whatever the element holds."""

import importlib
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from crawler.extract.html import extract_html

walk = importlib.import_module("crawler.extract.html.walk")

FRAGMENTS = (
    "甲",
    "1",
    "0",
    " ",
    "\n  ",
    "&nbsp;",
    "<p>2</p>",
    "<p class=MsoNormal><span lang=EN-US>3<o:p></o:p></span></p>",
    "<p><span>4</span><br>5</p>",
    "<p> 6</p>\n",
    "<span>7</span>",
    "<b>8</b>",
    "<br>",
    "<sup>9</sup>",
    "<del>10</del>",
    "<!-- 11 -->",
    "<p><!-- 12 --></p>",
    "<p style='display:none'>13</p>",
    "<span hidden>14</span>",
    "<p><span style='display: none'>15</span>16</p>",
    "<a href=/17.pdf>17</a>",
    "<img src=18.png>",
    "<div>19</div>",
    "<table><tr><td>20</td></tr></table>",
    "<st1:chsdate>21</st1:chsdate>",
    "<script>22</script>",
    "<select><option>23</option></select>",
    "<p>",
    "</p>",
    "<td>",
    "<tr>",
    "<td colspan=2>",
    "<td rowspan=2 hidden>",
    "</td>",
    "<a href=/24.html>",
    "</a>",
    "<math><td>25</td></math>",
)


class Everything:
    """Holds whatever is asked for."""

    def __contains__(self, item: object) -> bool:
        return True


def entered(html: str, monkeypatch: pytest.MonkeyPatch):
    """The page as read where every element is entered."""
    with monkeypatch.context() as patch:
        patch.setattr(walk, "structured", lambda nodes: (Everything(), {}))
        return extract_html(html)


@settings(max_examples=300, deadline=None)
@given(cells=st.lists(st.lists(st.sampled_from(FRAGMENTS), max_size=4), min_size=1, max_size=6))
def test_cells(cells):
    html = (
        "<table><tr>" + "".join(f"<td>{''.join(cell)}</td>" for cell in cells) + "</tr></table><p>一、甲</p>"
    )
    with pytest.MonkeyPatch.context() as monkeypatch:
        assert extract_html(html) == entered(html, monkeypatch)


@settings(max_examples=150, deadline=None)
@given(lines=st.lists(st.sampled_from(FRAGMENTS), max_size=12))
def test_lines(lines):
    html = f"<div><p>一、甲</p>{''.join(lines)}<p>二、乙</p></div>"
    with pytest.MonkeyPatch.context() as monkeypatch:
        assert extract_html(html) == entered(html, monkeypatch)


PAGES = sorted((Path(__file__).parents[1] / "reports").glob("*.html"))


@pytest.mark.parametrize("path", [pytest.param(path, id=path.stem) for path in PAGES])
def test_whole_pages(path, monkeypatch):
    html = path.read_bytes().decode("utf-8", "replace")
    assert extract_html(html) == entered(html, monkeypatch)
