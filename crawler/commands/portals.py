"""`nianbao portals`: the register, one portal of it, and a new one."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path
from typing import Any, Protocol

from crawler.clock import local
from crawler.commands.problems import CallError
from crawler.commands.roster import replace_file
from crawler.config import Settings
from crawler.console import Column, Screen
from crawler.database import opened_to_look
from crawler.export.exact_json import dumps
from crawler.portals import Portal, Province, built_in, parse_province, read_provinces
from crawler.portals.editing import with_portal_added
from crawler.portals.writing import portal_yaml, province_yaml
from crawler.report.deadlines import FIRST_YEAR_OF_REVISED_REGULATION, KIND_NAMES
from storage.queries import Queries
from storage.records import VisitRecord

_LAST_VISITS = 5


class Probed(Protocol):
    """What looking at a home page has told of its portal."""

    @property
    def home(self) -> str: ...
    @property
    def hosts(self) -> tuple[str, ...]:
        """The home's own first."""

    @property
    def private(self) -> bool: ...
    @property
    def family(self) -> str | None: ...
    @property
    def columns(self) -> tuple[str, ...]: ...


def show_all(screen: Screen, settings: Settings, form: str, *, province: str | None = None) -> None:
    """The portals of the register. Raises CallError, ProvinceError."""
    known = read_provinces(settings.provinces)
    if province is not None:
        known = {province: _province(known, province)}
    rows = [(one, portal) for one in known.values() for portal in one.portals]
    if form == "json":
        screen.raw(dumps([_portal_object(one, portal) for one, portal in rows]))
        return
    pick = screen.pick
    if rows:
        screen.table(
            (
                Column(pick("省份", "province")),
                Column(pick("网站", "portal"), style="bold"),
                Column(pick("名称", "name"), wrap=True),
                Column(pick("系统", "family")),
                Column(pick("单位", "bodies"), align="right"),
                Column(pick("栏目", "columns"), align="right"),
                Column(pick("核实", "verified")),
            ),
            [
                (
                    one.province,
                    portal.id,
                    portal.name,
                    portal.family or "-",
                    str(len(portal.organs)),
                    str(len(portal.columns)),
                    "-" if portal.verified is None else portal.verified.isoformat(),
                )
                for one, portal in rows
            ],
        )
    bodies = sum(len(portal.organs) for _, portal in rows)
    looked_at = sum(portal.verified is not None for _, portal in rows)
    screen.say(
        f"网站 {len(rows)} 个，单位 {bodies} 个；核实过的网站 {looked_at} 个",
        f"{len(rows)} portals, {bodies} bodies; {looked_at} portals verified",
    )


def show(screen: Screen, settings: Settings, portal_id: str, form: str) -> None:
    """Everything that is known of one portal, its last visits included. Raises CallError, ProvinceError."""
    known = read_provinces(settings.provinces)
    found = next(((one, portal) for one in known.values() if (portal := one.portal(portal_id))), None)
    if found is None:
        near = ", ".join(_alike(portal_id, known.values())) or "-"
        raise CallError(
            f"没有这个网站：{portal_id}（相近的有：{near}；nianbao portals list 列出全部）",
            f"no such portal: {portal_id} (near it: {near}; nianbao portals list shows all)",
        )
    province, portal = found
    visits = _visits(settings, province, portal)
    if form == "json":
        whole = _portal_object(province, portal) | {
            "organs": [organ.model_dump(mode="json") for organ in portal.organs],
            "visits": [_visit_object(visit, screen.lang) for visit in visits],
        }
        screen.raw(dumps(whole))
        return
    for name, value in _facts(screen, province, portal):
        screen.line(f"{name}{screen.pick('：', ': ')}{value}")
    _show_bodies(screen, portal)
    _show_visits(screen, visits)


def add(
    screen: Screen,
    settings: Settings,
    found: Probed,
    *,
    province: str | None = None,
    portal_id: str | None = None,
    name: str | None = None,
) -> None:
    """Write the portal that was found into the file of a province; without a province, on stdout.

    Nothing that stands is written over. Raises CallError, ProvinceError.
    """
    known = read_provinces(settings.provinces)
    for one in known.values():
        for portal in one.portals:
            shared = [host for host in found.hosts if host in portal.hosts]
            if shared or portal.id == portal_id:
                what = shared[0] if shared else portal.id
                raise CallError(
                    f"{what} 已登记：{one.province} 的 {portal.id}",
                    f"{what} is registered already: {portal.id} of {one.province}",
                )
    portal = _new_portal(found, portal_id, name)
    if province is None:
        screen.raw(portal_yaml(portal))
        return
    folder = settings.provinces or built_in()
    path = folder / f"{province}.yml"
    if province in known:
        replace_file(path, with_portal_added(path, path.read_bytes(), portal))
    else:
        replace_file(path, _new_file(path, province, portal))
    screen.say(f"已写入 {path}：{portal.id}", f"written to {path}: {portal.id}")


def _new_portal(found: Probed, portal_id: str | None, name: str | None) -> Portal:
    host = found.hosts[0] if found.hosts else ""
    slug = portal_id or re.sub(r"[^a-z0-9]+", "-", host.removeprefix("www.")).strip("-")[:64].strip("-")
    try:
        return Portal(
            id=slug,
            name=name or host,
            home=found.home,
            private=found.private,
            hosts=found.hosts,
            family=found.family,
            columns=found.columns,
        )
    except ValueError as error:
        problem = " ".join(str(error).split())[:200]
        raise CallError(f"写不成网站：{problem}", f"no portal: {problem}") from None


def _new_file(path: Path, province: str, portal: Portal) -> bytes:
    """A file for a province that has none: its name is known where it is one of the built-in ones."""
    built = read_provinces().get(province)
    try:
        text = province_yaml(
            province, province if built is None else built.name, FIRST_YEAR_OF_REVISED_REGULATION, (portal,)
        )
    except ValueError as error:
        problem = " ".join(str(error).split())[:200]
        raise CallError(f"写不成省份文件：{problem}", f"no province file: {problem}") from None
    if path.exists():
        raise CallError(f"文件已存在：{path}", f"the file exists: {path}")
    parse_province(path, text.encode())
    return text.encode()


def _province(known: dict[str, Province], name: str) -> Province:
    if name not in known:
        have = ", ".join(sorted(known)) or "-"
        raise CallError(f"没有这个省：{name}（有：{have}）", f"no such province: {name} (there are: {have})")
    return known[name]


def _alike(portal_id: str, provinces: Iterable[Province]) -> Sequence[str]:
    from difflib import get_close_matches

    ids = [portal.id for province in provinces for portal in province.portals]
    return get_close_matches(portal_id[:100], ids, n=3)


def _portal_object(province: Province, portal: Portal) -> dict[str, Any]:
    """A portal as the flat object of the JSON answer."""
    fields = portal.model_dump(mode="json", exclude={"organs"})
    return {"province": province.province, **fields, "bodies": len(portal.organs)}


def _facts(screen: Screen, province: Province, portal: Portal) -> Iterator[tuple[str, str]]:
    pick = screen.pick
    yield pick("网站", "portal"), f"{portal.id} · {portal.name}"
    yield pick("省份", "province"), f"{province.province} · {province.name}"
    yield pick("首页", "home"), portal.home
    yield pick("主机", "hosts"), ", ".join(portal.hosts)
    yield pick("系统", "family"), portal.family or pick("由网页识别", "told by its pages")
    yield pick("栏目", "columns"), ", ".join(portal.columns) or pick("由首页查找", "found from the home page")
    yield pick("请求间隔", "delay"), f"{portal.delay:g} s"
    if province.window is not None:
        start, end = (f"{at:%H:%M}" for at in (province.window.start, province.window.end))
        yield pick("访问时段", "visited between"), f"{start}–{end}"
    if portal.expected is not None or portal.expected_most is not None:
        least, most = portal.expected or "", portal.expected_most or ""
        yield pick("应有报告", "reports expected"), f"{least}–{most}"
    for name, reason in (
        (pick("旧式 TLS", "old TLS"), portal.legacy_tls),
        (pick("浏览器", "browser"), portal.browser),
    ):
        if reason:
            yield name, reason
    if portal.private:
        yield pick("内网", "private"), pick("是", "yes")
    verified = portal.verified.isoformat() if portal.verified else pick("没有", "never")
    yield pick("核实", "verified"), verified


def _show_bodies(screen: Screen, portal: Portal) -> None:
    if not portal.organs:
        return
    pick = screen.pick
    screen.line()
    screen.table(
        (
            Column(pick("单位", "body"), style="bold", wrap=True),
            Column(pick("类别", "kind")),
            Column(pick("代码", "code")),
            Column(pick("年度", "years")),
            Column(pick("别名与曾用名", "aliases and former names"), wrap=True),
            Column(pick("不纳入", "excluded"), wrap=True),
        ),
        [
            (
                organ.name,
                KIND_NAMES[organ.kind].pick(screen.lang),
                organ.code or "-",
                f"{organ.since or ''}–{organ.until or ''}" if organ.since or organ.until else "-",
                "、".join((*organ.aliases, *(f"{old.name}（至{old.until}）" for old in organ.former))) or "-",
                "；".join(one.reason for one in organ.excluded) or "-",
            )
            for organ in portal.organs
        ],
    )


def _show_visits(screen: Screen, visits: Sequence[VisitRecord]) -> None:
    pick = screen.pick
    screen.line()
    if not visits:
        screen.line(pick("还没有访问过", "not visited yet"))
        return
    screen.table(
        (
            Column(pick("访问", "visit")),
            Column(pick("结论", "verdict")),
            Column(pick("报告", "reports"), align="right"),
            Column(pick("请求", "requests"), align="right"),
            Column(pick("原因", "reason"), wrap=True),
        ),
        [
            (
                f"{local(visit.started):%Y-%m-%d %H:%M}",
                pick("完整", "clean") if visit.clean else pick("不完整", "not clean"),
                str(visit.reports),
                str(visit.requests),
                pick(visit.reason_zh, visit.reason_en) or "-",
            )
            for visit in visits
        ],
    )


def _visit_object(visit: VisitRecord, lang: str) -> dict[str, Any]:
    return {
        "started": local(visit.started).isoformat(),
        "ended": local(visit.ended).isoformat(),
        "clean": visit.clean,
        "reason": (visit.reason_en if lang == "en" else visit.reason_zh) or None,
        "reports": visit.reports,
        "requests": visit.requests,
    }


def _visits(settings: Settings, province: Province, portal: Portal) -> list[VisitRecord]:
    """The last visits, newest first; none where the database has no tables yet: looking makes none."""
    engine = opened_to_look(settings)
    if engine is None:
        return []
    try:
        visits = Queries(engine).visits(portal=portal.id, province=province.province)
        return sorted(visits, key=lambda visit: visit.started, reverse=True)[:_LAST_VISITS]
    finally:
        engine.dispose()
