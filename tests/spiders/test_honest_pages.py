"""Small honest pages, with the script of a protection or with the words of shells: none is labelled."""

from __future__ import annotations

import pytest
from scrapy.http import HtmlResponse

from spiders.refusals import problem_of

RUISHU = "<script>$_ts=window['$_ts'];if(!$_ts)$_ts={};$_ts.nsd=74310;</script><script src='/a.js'></script>"
ALIYUN = "<script>var arg1='0A1B';function set(n,v){document.cookie=n+'='+v}set('acw_sc__v2',x)</script>"
YUNAQ = "<script src='https://static.yunaq.com/a.js'></script>"
ROWS = "".join(
    f"<li><a href='/{n}.html'>某局{n}年政府信息公开工作年度报告</a><span>{n + 1}-01-20</span></li>"
    for n in range(2020, 2023)
)

PAGES = [
    (RUISHU, "某县水务局", f"<ul>{ROWS}</ul>"),
    (RUISHU, "某县水务局", "<ul><li><a href='/1.html'>某局2023年政府信息公开工作年度报告</a></li></ul>"),
    (RUISHU, "某县水务局", "<div>当前位置：首页 &gt; 政府信息公开年报</div><p>暂无数据</p>"),
    (
        RUISHU,
        "某县水务局",
        "<h1>某镇2019年政府信息公开工作年度报告</h1><p>本镇2019年未收到申请。</p><p>特此报告。</p>",
    ),
    (
        RUISHU,
        "某县水务局",
        "<h1>某局2022年政府信息公开年度报告</h1><a href='/P0.pdf'>某局2022年政府信息公开年度报告.pdf</a>",
    ),
    (RUISHU, "某县水务局", "<embed src='/P0.pdf'>"),
    (RUISHU, "某县水务局", "<iframe src='/list.html'></iframe>"),
    (RUISHU, "某县水务局", "<div id='app'></div><script src='/js/app.js'></script>"),
    (RUISHU, "某县水务局", "<script>location.href='./nb/'</script>"),
    (RUISHU, "某县水务局", "<frameset><frame src='a.html'></frameset>"),
    (ALIYUN, "某县水务局", "<h1>某局2021年年报</h1><p>详见附件。</p><a href='/a.doc'>附件</a>"),
    (ALIYUN, "某县水务局", f"<ul>{ROWS}</ul>"),
    (YUNAQ, "某县水务局", f"<ul>{ROWS}</ul>"),
    (
        "",
        "某县水务局",
        f"<ul>{ROWS}</ul><script>window.__CF$cv$params={{}};a.src='/cdn-cgi/challenge-platform/scripts/jsd/main.js'</script>",
    ),
    (
        "",
        "某县水务局",
        "<p>暂无内容</p><script>a.src='/cdn-cgi/challenge-platform/scripts/jsd/main.js'</script>",
    ),
    ("", "某县水务局", f"<ul>{ROWS}</ul><script>var c='HWWAFSESID';hwwafsesid</script>"),
    ("", "某县水务局", "<p>附件：<a href='/a.pdf'>下载</a></p><!-- yunjiasu-nginx -->"),
    ("", "某县水务局", "<ul class='list'></ul><p>暂无数据</p>"),
    ("", "某县水务局", "<div>暂无相关信息</div><a href='/'>首页</a>"),
    ("", "某县水务局", "<div>该栏目暂无内容</div>"),
    ("", "某县水务局", "<a href='/login'>登录</a><p>某镇2018年政府信息公开年度报告</p><p>无申请。</p>"),
    ("", "某县水务局", "<div class='top'>用户登录 | 注册</div><h1>某镇2018年年报</h1><p>本年度无申请。</p>"),
    (
        "",
        "某县水务局",
        "<h1>关于政务服务网用户登录方式调整的公告</h1><p>自3月1日起请使用统一身份认证登录。</p><p>特此公告。</p>",
    ),
    ("", "某县水务局", f"<form>用户登录</form><ul>{ROWS}</ul>"),
    ("", "某县水务局", f"<form><input name='q'>请输入验证码<img src='/code.jpg'></form><ul>{ROWS}</ul>"),
    ("", "某县水务局", "<h1>年报</h1><p>本年度收到申请0件。</p><form>我要评论 请输入验证码 <input></form>"),
    (
        "",
        "关于网站维护的公告",
        "<h1>关于网站维护的公告</h1><p>因机房检修，本网站将于3月1日暂停服务2小时。</p>",
    ),
    (
        "",
        "某县水务局",
        "<h1>某局2013年政府信息公开年报</h1><p>全年公开信息3条，网站建设中投入人力2名，无申请。</p>",
    ),
    ("", "某县水务局", "<h1>某局2016年年报</h1><p>主动公开信息404条。</p>"),
    ("", "404条线路信息公开年报", "<p>公开404条</p>"),
    ("", "某县水务局", "<h1>某局2017年年报</h1><p>本年度清理已失效文件12件，删除信息3条。</p>"),
    ("", "某县水务局", "<h1>规范性文件清理结果</h1><p>下列文件已失效：无。</p>"),
    ("", "某县水务局", "<h1>某局2020年年报</h1><p>信息不存在答复2件。</p>"),
    (
        "",
        "某县水务局",
        "<h1>某局2015年政府信息公开年度报告</h1><p>全年受理申请3件，其中同意公开1件，信息不存在2件。</p>",
    ),
    ("", "某县水务局", "<h1>某镇2012年年报</h1><p>依申请公开0件，政府信息不存在的0件。</p>"),
    ("", "某县水务局", "<h1>公告</h1><p>本次招聘仅限境内户籍。</p>"),
    ("", "某县水务局", "<h1>某局2022年年报</h1><p>网站云防护拦截攻击300次。</p>"),
    ("", "某县水务局", "<p>本年度部署Web应用防火墙，全年拦截攻击1200次。</p>"),
    ("", "某县水务局", "<h1>某局2019年年报</h1><p>申请人需通过身份验证后提交申请，本年0件。</p>"),
    ("", "某县水务局", "<h1>依申请公开指南</h1><p>请登录网站填写申请表。</p>"),
    ("", "某县水务局", "<h1>某局2020年年报</h1><p>疫情期间暂停服务窗口，本年0件。</p>"),
    ("", "某县水务局", "<h1>某局2014年年报</h1><p>完成网站升级，公开信息12条，无申请。</p>"),
    (
        "",
        "某县水务局",
        f"<script>function s(){{if(!q)alert('请输入关键词');alert('请输入验证码')}}</script><ul>{ROWS}</ul>",
    ),
    (
        "",
        "某县水务局",
        "<script>function f(){alert('请先登录')}</script><h1>某镇2017年年报</h1><p>无申请。</p>",
    ),
    (
        "",
        "某县水务局",
        "<script>function f(){alert('文件不存在')}</script><h1>某镇2017年年报</h1><a href='/a.doc'>附件</a>",
    ),
    ("", "某县水务局", "<script>function f(){if(!x){alert('找不到文件')}}</script><embed src='/P02.pdf'>"),
    ("", "用户登录", f"<ul>{ROWS}</ul>"),
    ("", "404 年报", "<h1>某局2018年年报</h1><p>本年公开12条。</p>"),
    ("", "某县水务局", "<h1>某镇2014年政府信息公开年报</h1><img src='/a.jpg'>"),
    ("<meta http-equiv='refresh' content='0;url=/nb/'>", "首页", ""),
]


@pytest.mark.parametrize(("head", "title", "body"), PAGES)
def test_honest_pages(head: str, title: str, body: str) -> None:
    page = f"<html><head><title>{title}</title>{head}</head><body>{body}</body></html>"
    url = "http://www.qs.example/art/1.html"
    assert problem_of(HtmlResponse(url, body=page.encode(), encoding="utf-8")) is None


@pytest.mark.parametrize(
    ("title", "body", "label"),
    [
        ("某局2023年年度报告", "<p>您访问的页面不存在</p>", "page does not exist (answered with HTTP 200)"),
        (
            "",
            "<a href='/nb/'>政府信息公开年报</a><p>政府信息公开年报</p><p>该信息不存在或已删除</p>",
            "page does not exist (answered with HTTP 200)",
        ),
        (
            "",
            "<a href='/nb/'>政府信息公开年报</a><p>网站维护中，请稍后访问</p>",
            "the site is down for maintenance",
        ),
        ("", "<iframe src='/ad.html'></iframe><p>系统维护中</p>", "the site is down for maintenance"),
        ("", "<p>本网站只限境内用户访问</p>", "open to visitors from within China only"),
        ("", f"{RUISHU}<body></body>", "blocked: 瑞数 200"),
        ("", f"{ALIYUN}<div id='nc'>访问验证 请按住滑块，拖动到最右边</div>", "blocked: 阿里云WAF 200"),
        ("Just a moment...", "<div></div><script>_cf_chl_opt={}</script>", "blocked: Cloudflare 200"),
        ("", "<p>您的请求疑似攻击行为，已被云防护拦截</p>", "blocked: 云防护 200"),
    ],
)
def test_shells_that_look_like_them(title: str, body: str, label: str) -> None:
    page = f"<html><head><title>{title}</title></head>{body}</html>"
    problem = problem_of(
        HtmlResponse("http://www.qs.example/art/1.html", body=page.encode(), encoding="utf-8")
    )
    assert problem is not None
    assert problem.en == label
