"""Pages that say that there is no page; and pages that only speak of such."""

from __future__ import annotations

import pytest
from scrapy.http import HtmlResponse, Response, TextResponse, XmlResponse

from spiders.refusals import gone, problem_of

SOFT_404 = "page does not exist (answered with HTTP 200)"
MAINTENANCE = "the site is down for maintenance"
WITHIN_CHINA = "open to visitors from within China only"
CAPTCHA = "asks for a captcha"
LOGIN = "asks for a login"


def answer(body: str, status: int = 200, url: str = "http://www.qs.example/a.html") -> HtmlResponse:
    return HtmlResponse(url, status=status, body=body.encode(), encoding="utf-8")


def says(response: Response) -> str | None:
    problem = problem_of(response)
    return None if problem is None else problem.en


@pytest.mark.parametrize(
    ("body", "label"),
    [
        ("<html><title>404</title><body><p>抱歉</p></body></html>", SOFT_404),
        ("<title>404 Not Found</title><center><h1>404 Not Found</h1></center><hr>nginx", SOFT_404),
        ("<p>您访问的页面不存在</p>", SOFT_404),
        ("<p>您要查看的信息不存在或已删除！</p>", SOFT_404),
        ("<p>对不起，您所访问的页面已被删除</p><a href='/'>返回首页</a>", SOFT_404),
        ("<p>找不到该页面</p>", SOFT_404),
        ("<p>无法找到您请求的网页</p>", SOFT_404),
        ("<title>页面不存在</title><img src='/404.png'>", SOFT_404),
        ("<script>alert('该文章不存在！');history.back();</script>", SOFT_404),
        ("<script>layer.msg('文件不存在')</script>", SOFT_404),
        ("<title>错误 404</title><script src='/a.js'></script>", SOFT_404),
        ("<title>网站维护中</title><img src='/wh.png'>", MAINTENANCE),
        ("<p>系统正在升级维护中，请稍后访问</p>", MAINTENANCE),
        ("<p>因机房检修，网站暂停访问，敬请谅解</p>", MAINTENANCE),
        ("<p>本网站仅限境内访问</p>", WITHIN_CHINA),
        ("<p>您所在的地区无法访问本网站</p>", WITHIN_CHINA),
        ("<p>境外IP禁止访问</p>", WITHIN_CHINA),
        ("<title>安全验证</title><div id='c'></div><script src='/c.js'></script>", CAPTCHA),
        ("<p>请输入验证码后继续访问</p><img src='/code.jpg'>", CAPTCHA),
        ("<p>请拖动滑块完成拼图</p>", CAPTCHA),
        ("<title>用户登录</title><form><input type='password'></form>", LOGIN),
        ("<script>alert('登录超时，请重新登录');location='/login'</script>", LOGIN),
        ("<datastore></datastore>", "an empty list in place of a page"),
        ("<datastore><recordset></recordset></datastore>", "an empty list in place of a page"),
        ("<html><head><title></title></head><body></body></html>", "a page without content"),
        (
            "<html><head><title>某县政府</title></head><body> <div></div></body></html>",
            "a page without content",
        ),
        ("", "empty answer"),
        (" \r\n ", "empty answer"),
    ],
)
def test_shells(body: str, label: str) -> None:
    problem = problem_of(answer(body))
    assert problem is not None
    assert problem.en == label
    assert problem.zh
    assert problem.zh != label


FRAME = "".join(f"<a href='/{n}'>栏目{n}</a>" for n in range(12))
TEXT = "全年共收到政府信息公开申请十二件，均已按时答复。" * 15


@pytest.mark.parametrize(
    "body",
    [
        f"<title>404路公交线路调整公告</title><p>{TEXT}</p>",
        f"<p>{TEXT}部分链接失效，访问的页面已删除的，已整改。</p>",
        f"<p>{TEXT}网站维护中发现的问题已处理，系统升级期间暂停服务两日。</p>",
        f"<p>{TEXT}请输入验证码。用户登录。本网站仅限境内访问。</p>",
        f"{FRAME}<p>网站维护中</p>",
        f"{FRAME}<form>用户登录 请输入验证码<input type='password'></form>",
        "<iframe src='/list.html'></iframe>",
        "<html><body><embed src='/a.pdf'></body></html>",
        "<html><body><img src='/a.png'></body></html>",
        "<html><body><div id='app'></div><script src='/app.js'></script></body></html>",
        "<script>location.replace('./nb/')</script>",
        "<meta http-equiv='refresh' content='0;url=./'>",
        '{"code":404,"msg":"页面不存在"}',
        '[{"title":"网站维护中"}]',
        "<ul><li><a href='/1.html'>2023年政府信息公开工作年度报告</a></li></ul>",
        "<p>详见附件</p><a href='/a.docx'>附件</a>",
        "<p>本单位2023年无政府信息公开申请。</p>",
        "<p>2023年政府网站建设情况</p>",
    ],
)
def test_pages(body: str) -> None:
    assert problem_of(answer(body)) is None


def test_data_is_for_the_system_that_asked_for_it() -> None:
    url = "http://www.qs.example/module/web/jpage/dataproxy.jsp?page=9"
    assert problem_of(answer("<datastore></datastore>", url=url)) is None
    xml = XmlResponse(url, body=b"<datastore><recordset></recordset></datastore>", encoding="utf-8")
    assert problem_of(xml) is None
    assert problem_of(TextResponse(url, body=b"<html><body></body></html>", encoding="utf-8")) is None


def test_files_are_no_pages() -> None:
    assert problem_of(Response("http://www.qs.example/a.doc", body="页面不存在".encode())) is None


@pytest.mark.parametrize(
    ("status", "body", "expected"),
    [
        (404, "<p>页面不存在</p>", True),
        (410, "", True),
        (404, "<p>您的请求带有不合法参数，已被网站管理员设置拦截！</p>", False),
        (403, "", False),
        (200, "<p>页面不存在</p>", False),
    ],
)
def test_gone_is_what_the_server_itself_says(status: int, body: str, expected: bool) -> None:
    assert gone(answer(body, status)) is expected


@pytest.mark.parametrize(
    "nasty", ["<title", "<datastore>", "找不到", "alert('", "<meta ", "请您先", "<a><a>", "网站正在"]
)
def test_nasty_text_takes_no_time(nasty: str) -> None:
    problem_of(answer(nasty * (59_000 // len(nasty.encode()))))
    problem_of(answer("<datastore>" + "<a>" * 15_000))
