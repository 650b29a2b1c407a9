"""Alarms in words: what each is called, and what those who hear it can do about it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from crawler.alarms.alarm import Alarm, Blame, Code
from crawler.report.model import Bilingual

TITLES: Mapping[Code, Bilingual] = {
    Code.NOT_VISITED: Bilingual("未被访问", "not visited"),
    Code.UNREACHABLE: Bilingual("连续失访", "cannot be reached"),
    Code.BLOCKED: Bilingual("被拦截", "blocked"),
    Code.COLUMN_GONE: Bilingual("读不到年报栏目", "column gone or unreadable"),
    Code.NONE_LISTED: Bilingual("一份报告也没列出", "no reports listed"),
    Code.FEWER_LISTED: Bilingual("列出的报告骤减", "far fewer reports listed"),
    Code.NO_CLEAN_VISIT: Bilingual("长期没有完整访问", "no clean visit for days"),
    Code.REQUESTS_EXPLODED: Bilingual("请求数激增", "requests exploded"),
    Code.PROVINCE_SILENT: Bilingual("所有网站失访", "all portals silent"),
    Code.NIGHT_MISSED: Bilingual("该抓未抓", "night missed"),
    Code.RUN_BROKEN: Bilingual("抓取中断", "crawl broke off"),
    Code.RUN_LOST: Bilingual("抓取没有下文", "crawl never ended"),
    Code.CELLS_UNREAD: Bilingual("解析异常：读不出的格子激增", "parser drift: unread cells"),
    Code.PAGES_UNRECOGNISED: Bilingual("解析异常：认不出的网页激增", "parser drift: unrecognised pages"),
    Code.NOT_ASSESSABLE: Bilingual("无法判断的单位激增", "bodies that cannot be judged"),
    Code.MISREADINGS: Bilingual("疑似误读激增", "suspected misreadings"),
    Code.SCHEDULER_GONE: Bilingual("夜间调度已停", "scheduler gone"),
    Code.MAIL_REFUSED: Bilingual("邮件被拒", "mail refused"),
    Code.MAIL_WAITING: Bilingual("邮件发不出去", "mail stuck"),
}
"""A few words for each."""

_READER = Bilingual(
    "用 nianbao findings --province 省名 看是哪些报告，打开一两份与原件对照；"
    "程序更新后运行 nianbao recheck。不要据此联系单位。",
    "see which reports with nianbao findings --province NAME and hold one or two against their "
    "originals; after an update run nianbao recheck. Confront no office with it.",
)
ADVICE: Mapping[Code, Bilingual] = {
    Code.NOT_VISITED: Bilingual(
        "看 nianbao runs show 编号 和该次日志，为何没有发出请求；再试一次："
        "nianbao crawl 省名 --portal 网站。",
        "look at nianbao runs show ID and the run's log for why no request was sent; then try "
        "nianbao crawl PROVINCE --portal PORTAL.",
    ),
    Code.UNREACHABLE: Bilingual(
        "用浏览器打开首页：打不开，是网站的问题，等它恢复；打得开，运行 nianbao portals probe 首页网址。",
        "open the home page in a browser: if it fails, wait for the site; if it opens, run "
        "nianbao portals probe URL.",
    ),
    Code.BLOCKED: Bilingual(
        "网站的防护拦住了访问，程序不会绕过；可请网站管理方放行（设 contact 便于对方联系），"
        "其间不判断该网站各单位。",
        "the site's protection keeps us out, and it is left alone; ask its operators to let us in (set "
        "contact so that they can answer). Until then its bodies are not judged.",
    ),
    Code.COLUMN_GONE: Bilingual(
        "用浏览器看年报栏目还在不在：在，运行 nianbao portals probe 首页网址，必要时在省份文件里"
        "写明栏目网址；不在，是网站撤了栏目。",
        "look for the column in a browser: if it is there, run nianbao portals probe URL and, where "
        "needed, name its address in the province file; if it is not, the site has taken it down.",
    ),
    Code.NONE_LISTED: Bilingual(
        "打开列表页：有报告，是程序认不出改版后的列表；没有，是网站撤下了报告。",
        "open the list: if it shows reports, this program no longer reads the rebuilt list; if it shows "
        "none, the site has taken them down.",
    ),
    Code.FEWER_LISTED: Bilingual(
        "打开列表页数一数，翻到末页：网站拆分或归档了旧年度，还是程序没有翻页。",
        "open the list and count to its last page: the site may have split or archived old years, or "
        "this program no longer turns its pages.",
    ),
    Code.NO_CLEAN_VISIT: Bilingual(
        "原因见 nianbao runs show 编号；访问不完整期间，不会有单位被判为未发布。",
        "see the reason in nianbao runs show ID; until a visit is clean nobody is held to be missing.",
    ),
    Code.REQUESTS_EXPLODED: Bilingual(
        "看该次日志里反复请求的网址；多半是改版后的翻页或重复链接。请求过多会打扰网站，可先停用该网站。",
        "look in the log for addresses that are asked for again and again, most likely paging or doubled "
        "links after a rebuild. So many requests disturb the site: consider leaving it out for now.",
    ),
    Code.PROVINCE_SILENT: Bilingual(
        "先查本机网络、域名解析和代理；其他省正常，再看该省日志。",
        "check this machine's network, name resolution and proxy first; where other provinces are well, "
        "look at the province's log.",
    ),
    Code.NIGHT_MISSED: Bilingual(
        "看 nianbao nightly 是否在运行（nianbao doctor、systemctl status），补抓："
        "nianbao nightly --once --province 省名。",
        "see whether nianbao nightly runs (nianbao doctor, systemctl status); catch up with "
        "nianbao nightly --once --province NAME.",
    ),
    Code.RUN_BROKEN: Bilingual(
        "按所述原因处理（数据库、原件库、磁盘空间），再运行 nianbao doctor；已写入的不会丢，"
        "下次从中断处续抓。",
        "mend what is named (database, archive, disk space) and run nianbao doctor; what was written "
        "stays, and the next crawl goes on from there.",
    ),
    Code.RUN_LOST: Bilingual(
        "进程被杀或断电：看该次日志末尾和系统日志（内存不足？），必要时调 crawl_memory、crawl_timeout。",
        "the process was killed or the machine went down: see the end of the run's log and the system's "
        "(out of memory?); raise crawl_memory or crawl_timeout where needed.",
    ),
    Code.CELLS_UNREAD: _READER,
    Code.PAGES_UNRECOGNISED: _READER,
    Code.NOT_ASSESSABLE: Bilingual(
        "用 nianbao obligations --status not_assessable 看原因；多半是读不出的附件或失访的网站。",
        "see why with nianbao obligations --status not_assessable; mostly attachments that cannot be "
        "read, or portals that cannot be visited.",
    ),
    Code.MISREADINGS: _READER,
    Code.SCHEDULER_GONE: Bilingual(
        "重新启动 nianbao nightly（systemctl restart nianbao-nightly），看它为何退出。",
        "start nianbao nightly again (systemctl restart nianbao-nightly) and see why it ended.",
    ),
    Code.MAIL_REFUSED: Bilingual(
        "核对收件地址；地址作废的用 nianbao unsubscribe 地址 停掉；明细见 nianbao outbox。",
        "check the address; end the subscription of a dead one with nianbao unsubscribe; see nianbao outbox.",
    ),
    Code.MAIL_WAITING: Bilingual(
        "核对 smtp_url 和邮件服务器；邮件都在库里，恢复后自动发出。",
        "check smtp_url and the mail server; the mails are kept and leave by themselves once it answers.",
    ),
}
"""What to do about each."""

BLAMES: Mapping[Blame, Bilingual] = {
    Blame.SOURCE: Bilingual("原因多半在网站", "most likely the site's doing"),
    Blame.OURS: Bilingual("原因多半在本程序或本机", "most likely this program's or this machine's doing"),
    Blame.EITHER: Bilingual(
        "网站改动或程序失灵都有可能", "either the site has changed or this program fails"
    ),
}
"""Where the cause lies, in words."""


def plain(alarm: Alarm) -> dict[str, Any]:
    """The alarm as JSON tells it."""
    advice = ADVICE[alarm.code]
    return {
        "code": alarm.code.value,
        "province": alarm.province or None,
        "portal": alarm.portal or None,
        "since": alarm.since.isoformat(),
        "blame": alarm.blame.value,
        "message": {"zh": alarm.message.zh, "en": alarm.message.en},
        "advice": {"zh": advice.zh, "en": advice.en},
        "figures": dict(alarm.figures),
    }
