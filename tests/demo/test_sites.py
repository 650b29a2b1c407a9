"""What the two portals answer, asked directly, without a network."""

from __future__ import annotations

import re
import xml.etree.ElementTree as ElementTree
from urllib.parse import parse_qsl, urljoin, urlsplit

import pytest

from crawler.demo.province import PORTALS, SampleReport, reports
from crawler.demo.sites.linxi import COLUMN as HANWEB_COLUMN
from crawler.demo.sites.linxi import DATA_PROXY, HanwebSite
from crawler.demo.sites.qingshan import COLUMN as TRS_COLUMN
from crawler.demo.sites.qingshan import TrsSite
from crawler.demo.web import Response

UNIT = {"columnid": "101", "unitid": "3301"}


@pytest.fixture(scope="module")
def qingshan() -> tuple[TrsSite, tuple[SampleReport, ...]]:
    owed = reports(PORTALS[0])
    return TrsSite(owed), owed


@pytest.fixture(scope="module")
def linxi() -> tuple[HanwebSite, tuple[SampleReport, ...]]:
    owed = reports(PORTALS[1])
    return HanwebSite(owed), owed


def get(site: TrsSite | HanwebSite, address: str, **headers: str) -> Response:
    parts = urlsplit(address)
    named = {name.replace("_", "-"): value for name, value in headers.items()}
    return site.respond(parts.path, dict(parse_qsl(parts.query)), named)


def links(page: str) -> dict[str, str]:
    return {text: href for href, text in re.findall(r'<a href="([^"]+)"[^>]*>([^<]+)</a>', page)}


class TestTrs:
    def test_the_way_from_the_home_page_to_the_list(self, qingshan: tuple[TrsSite, object]) -> None:
        site, _ = qingshan
        home = get(site, "/").body.decode()
        assert links(home)["政府信息公开年报"].startswith("http://mirror.qingshan.invalid/")
        section = get(site, urljoin("/", links(home)["政府信息公开"])).body.decode()
        column = urljoin("/zwgk/zfxxgk/", links(section)["政府信息公开年报"])
        assert column == "/zwgk/zfxxgknb/"
        shell = get(site, column)
        assert len(shell.body) < 180
        assert b"location.replace('./bmnb/')" in shell.body
        assert get(site, "/zwgk/zfxxgknb").header("Location") == "/zwgk/zfxxgknb/"

    def test_three_list_pages_show_every_published_report_and_five_other_rows(
        self, qingshan: tuple[TrsSite, tuple[SampleReport, ...]]
    ) -> None:
        site, owed = qingshan
        shown: list[str] = []
        for name in ("index.html", "index_1.html", "index_2.html"):
            page = get(site, TRS_COLUMN + name).body.decode()
            assert "countPage = 3" in page
            assert not re.search(r"<a [^>]*index_\d", page)
            shown += re.findall(r'<li><a href="\./\d{6}/t\d{8}_\d+\.html"[^>]*>([^<]+)</a>', page)
        titles = {report.spec.title for report in owed}
        assert len(shown) == 23
        assert titles <= set(shown)
        assert set(shown) - titles == {
            "关于做好2023年度政府信息公开工作年度报告编制和发布工作的通知",
            "一图读懂青杉市人民政府2023年政府信息公开工作年度报告",
            "青杉市召开政府信息公开工作年度报告编制培训会",
            "云岭省人民政府2023年政府信息公开工作年度报告",
            "青杉市水务局2023年法治政府建设年度报告",
        }
        assert get(site, TRS_COLUMN).body == get(site, TRS_COLUMN + "index.html").body

    @pytest.mark.parametrize("name", ["index_3.html", "index_9.html"])
    def test_after_the_last_page_a_refresh_leads_back(
        self, qingshan: tuple[TrsSite, object], name: str
    ) -> None:
        answer = get(qingshan[0], TRS_COLUMN + name)
        assert answer.status == 200
        assert b'http-equiv="refresh" content="0;url=./"' in answer.body

    def test_an_article_states_its_date_and_other_dates_stand_around_it(
        self, qingshan: tuple[TrsSite, tuple[SampleReport, ...]]
    ) -> None:
        site, owed = qingshan
        late = next(report.spec for report in owed if "late" in report.spec.defects)
        path = next(path for path, article in site.articles.items() if article.title == late.title)
        assert path.startswith("/zwgk/zfxxgknb/bmnb/202402/t20240227_")
        page = get(site, path).body.decode()
        assert '<meta name="PubDate" content="2024-02-27 10:20">' in page
        assert "发布日期：2024-02-27" in page
        assert page.count('class="TRS_Editor"') == 2
        assert page.index("2019年12月3日") < page.index("一、总体情况") < page.index("2016年5月20日")

    def test_articles_are_answered_with_304_where_nothing_changed(
        self, qingshan: tuple[TrsSite, object]
    ) -> None:
        site = qingshan[0]
        path = next(iter(site.articles))
        first = get(site, path)
        tag, moment = first.header("ETag"), first.header("Last-Modified")
        assert tag and moment
        again = get(site, path, if_none_match=tag)
        assert (again.status, again.body) == (304, b"")
        assert get(site, path, if_modified_since=moment).status == 304
        assert get(site, path, if_none_match='"other"').status == 200
        assert get(site, path, if_none_match='"other"', if_modified_since=moment).status == 200

    def test_robots_allow_and_unknown_pages_are_404(self, qingshan: tuple[TrsSite, object]) -> None:
        rules = get(qingshan[0], "/robots.txt")
        assert (rules.status, rules.body) == (200, b"User-agent: *\nDisallow: /search/\nAllow: /\n")
        assert get(qingshan[0], "/zwgk/nothing.html").status == 404


class TestHanweb:
    def rows(self, body: str) -> list[str]:
        return re.findall(r'<record><!\[CDATA\[\n<li><a href="[^"]+" title="([^"]+)"', body)

    def test_the_way_from_the_home_page_to_the_list(self, linxi: tuple[HanwebSite, object]) -> None:
        site = linxi[0]
        section = links(get(site, "/").body.decode("gbk"))["政府信息公开"]
        assert links(get(site, section).body.decode("gbk"))["政府信息公开年报"] == HANWEB_COLUMN

    def test_three_pages_show_every_published_report_and_three_other_rows(
        self, linxi: tuple[HanwebSite, tuple[SampleReport, ...]]
    ) -> None:
        site, owed = linxi
        column = get(site, HANWEB_COLUMN).body.decode("gbk")
        shown = self.rows(column.split('id="3302"')[0])
        assert len(shown) == 8
        for page in (2, 3):
            answer = site.respond(DATA_PROXY, {**UNIT, "page": str(page)}, {})
            assert answer.header("Content-Type") == "text/xml;charset=UTF-8"
            tree = ElementTree.fromstring(answer.body)
            assert (tree.findtext("totalrecord"), tree.findtext("totalpage")) == ("20", "3")
            assert len(tree.findall("recordset/record")) == (8 if page == 2 else 4)
            shown += self.rows(answer.body.decode())
        published = {report.spec.title for report in owed if not report.spec.withheld}
        assert len(shown) == len(set(shown)) == 20
        assert published <= set(shown)
        assert len(published) == 17
        assert "临溪县教育局2023年政府信息公开工作年度报告" not in shown

    def test_link_texts_are_cut_and_the_attribute_is_whole(self, linxi: tuple[HanwebSite, object]) -> None:
        column = get(linxi[0], HANWEB_COLUMN).body.decode("gbk")
        cut = re.search(r'title="临溪县雾禾镇人民政府2023年政府信息公开工作年度报告"[^>]*>([^<]+)<', column)
        assert cut is not None
        assert cut[1] == "临溪县雾禾镇人民政府2023年政府信息公开工..."

    @pytest.mark.parametrize(
        ("query", "first", "count"),
        [
            ({"startrecord": "1", "endrecord": "20", "perpage": "20"}, 0, 20),
            ({"startrecord": "9", "endrecord": "16"}, 8, 8),
            ({"startrecord": "17", "endrecord": "24"}, 16, 4),
            ({"startrecord": "1", "endrecord": "5000", "perpage": "5000"}, 0, 20),
            ({"startrecord": "21", "endrecord": "28"}, 20, 0),
            ({"page": "2", "perpage": "5"}, 5, 5),
            ({"page": "4"}, 20, 0),
            ({"page": "x", "perpage": "-1"}, 0, 8),
        ],
    )
    def test_dataproxy_honours_records_and_pages(
        self, linxi: tuple[HanwebSite, object], query: dict[str, str], first: int, count: int
    ) -> None:
        site = linxi[0]
        titles = [article.title for article in site.articles.values()]
        body = site.respond(DATA_PROXY, {**UNIT, **query}, {}).body.decode()
        assert self.rows(body) == titles[first : first + count]

    @pytest.mark.parametrize("wrong", [{}, {"columnid": "101"}, {"columnid": "101", "unitid": "3302"}])
    def test_dataproxy_gives_nothing_without_the_right_unit(
        self, linxi: tuple[HanwebSite, object], wrong: dict[str, str]
    ) -> None:
        answer = linxi[0].respond(DATA_PROXY, {**wrong, "page": "1"}, {})
        assert answer.status == 200
        assert answer.body == b"<datastore><recordset></recordset></datastore>"

    def test_perpage_above_a_hundred_is_cut(self) -> None:
        owed = reports(PORTALS[1])
        site = HanwebSite(owed * 7)  # 119 published and 3 other rows
        body = site.respond(DATA_PROXY, {**UNIT, "page": "1", "perpage": "200"}, {}).body.decode()
        assert len(self.rows(body)) == 100
        assert "<totalrecord>122</totalrecord><totalpage>2</totalpage>" in body
        every = {**UNIT, "startrecord": "1", "endrecord": "300"}
        assert len(self.rows(site.respond(DATA_PROXY, every, {}).body.decode())) == 100

    def test_an_article_is_gbk_without_saying_so_and_metadata_come_first(
        self, linxi: tuple[HanwebSite, tuple[SampleReport, ...]]
    ) -> None:
        site, owed = linxi
        spec = next(report.spec for report in owed if report.spec.organ == "临溪县自然资源局")
        path = next(path for path, article in site.articles.items() if article.title == spec.title)
        assert re.fullmatch(rf"/art/2022/1/{spec.published.day}/art_101_\d{{4}}\.html", path)
        answer = get(site, path)
        assert answer.header("Content-Type") == "text/html"
        assert answer.header("ETag") is answer.header("Last-Modified") is None
        assert b"charset" not in answer.body
        page = answer.body.decode("gbk")
        order = [
            "Maketime",
            "索引号",
            "发布日期",
            "ZJEG_RSS.content.begin",
            "一、总体情况",
            "ZJEG_RSS.content.end",
        ]
        assert [page.index(mark) for mark in order] == sorted(page.index(mark) for mark in order)
        assert f"发布日期：{spec.published:%Y-%m-%d}" in page

    def test_no_robots(self, linxi: tuple[HanwebSite, object]) -> None:
        assert get(linxi[0], "/robots.txt").status == 404
