"""`nianbao doctor`: what this installation has, where its settings come from, what is broken."""

from __future__ import annotations

import importlib.metadata
import importlib.util
import platform
import sys
from collections.abc import Mapping
from typing import Any
from urllib.parse import urlsplit, urlunsplit

from pydantic import SecretStr

from crawler import __version__, clock
from crawler.commands.nightly import chosen_for_the_night
from crawler.commands.problems import CallError
from crawler.config import (
    ConfigurationError,
    Settings,
    load,
    origins,
    origins_within,
    unknown_variables,
)
from crawler.console import SEVERITY_STYLE, Column, Screen
from crawler.convert import chromium, office, tesseract
from crawler.database import opened_to_look
from crawler.footprint import machine_megabytes
from crawler.operator import alarms
from crawler.portals import Province, ProvinceError, read_provinces
from crawler.rulebook import RuleBookError, policy
from storage.archive import Archive, ArchiveUnusable
from storage.engine import DatabaseUnusable, SchemaState, open_engine, schema_state

_PACKAGES = ("scrapy", "sqlalchemy", "alembic", "apscheduler", "selectolax", "pydantic")
MASK = "***"


def run(screen: Screen, flags: Mapping[str, Any]) -> int:
    """Print the state of the installation; 1 where something that is needed is broken."""
    pick = screen.pick
    versions = " ".join(f"{name} {importlib.metadata.version(name)}" for name in _PACKAGES)
    healthy = _told(screen, "Python", platform.python_version(), sys.version_info[:2] >= (3, 11))
    _told(screen, "nianbao", f"{__version__} · {versions}", True)
    try:
        settings = load(**flags)
    except ConfigurationError as error:
        _told(screen, pick("设置", "settings"), error.pick(screen.lang), False)
        return 1
    healthy &= _database(screen, settings)
    healthy &= _archive(screen, settings)
    healthy &= _provinces(screen, settings)
    healthy &= _policy(screen, settings)
    if not settings.contact.strip():
        screen.say(
            "未设置 contact：网站不知道该找谁，请填写电子邮箱或网址",
            "no contact is set: portals cannot tell whom to write to; give an address of mail or of a page",
        )
    _memory(screen, settings)
    _links(screen, settings)
    _alarms(screen, settings)
    _settings(screen, settings, flags)
    for name in unknown_variables():
        screen.say(f"{name}：没有这个设置，不起作用", f"{name}: no such setting, it has no effect")
    _optional(screen)
    return 0 if healthy else 1


def _told(screen: Screen, name: str, state: str, good: bool) -> bool:
    mark = screen.pick("正常", "ok") if good else screen.pick("故障", "broken")
    colon = screen.pick("：", ": ")
    screen.line(f"{mark}  {name}{colon}{state}", "" if good else SEVERITY_STYLE["error"])
    return good


def _database(screen: Screen, settings: Settings) -> bool:
    name = screen.pick("数据库", "database")
    try:
        engine = open_engine(settings.database_url.get_secret_value())
        try:
            state = schema_state(engine)
        finally:
            engine.dispose()
    except DatabaseUnusable as error:
        return _told(screen, name, str(error), False)
    words = {
        SchemaState.FRESH: ("空的，首次使用时建表", "empty, tables are made at first use"),
        SchemaState.CURRENT: ("可用，表结构最新", "usable, tables up to date"),
        SchemaState.OLDER: ("表结构较旧，请运行 nianbao db upgrade", "older tables, run nianbao db upgrade"),
        SchemaState.NEWER: ("由更新的 nianbao 写成", "written by a newer nianbao"),
    }
    good = state in (SchemaState.FRESH, SchemaState.CURRENT)
    return _told(screen, name, f"{_masked_url(str(engine.url))} · {screen.pick(*words[state])}", good)


def _archive(screen: Screen, settings: Settings) -> bool:
    name = screen.pick("原件库", "archive")
    try:
        archive = Archive(settings.archive_url)
        archive.try_writing()
    except ArchiveUnusable as error:
        return _told(screen, name, str(error), False)
    return _told(screen, name, f"{archive.shown} · {screen.pick('可写', 'writable')}", True)


def _provinces(screen: Screen, settings: Settings) -> bool:
    name = screen.pick("省份", "provinces")
    try:
        provinces = read_provinces(settings.provinces)
    except ProvinceError as error:
        return _told(screen, name, str(error), False)
    portals = sum(len(province.portals) for province in provinces.values())
    bodies = sum(len(portal.organs) for province in provinces.values() for portal in province.portals)
    said = screen.pick(
        f"{len(provinces)} 个，网站 {portals}，单位 {bodies}（{', '.join(provinces)}）",
        f"{len(provinces)}, {portals} portals, {bodies} bodies ({', '.join(provinces)})",
    )
    return _told(
        screen, name, said if provinces else screen.pick("一个也没有", "none"), bool(provinces)
    ) and (_night(screen, settings, provinces))


def _night(screen: Screen, settings: Settings, provinces: dict[str, Province]) -> bool:
    """Which of them `nianbao nightly` visits."""
    name = screen.pick("每夜", "the night")
    try:
        chosen = chosen_for_the_night(settings, provinces)
    except CallError as error:
        return _told(screen, name, error.pick(screen.lang), False)
    return _told(screen, name, ", ".join(chosen), True)


def _memory(screen: Screen, settings: Settings) -> None:
    """Whether crawls side by side may take more than there is; they seldom take as much as they may."""
    at_once, each = settings.crawls_at_once, settings.crawl_memory
    there = machine_megabytes()
    if at_once > 1 and at_once * each > there:
        screen.say(
            f"每夜同时抓取 {at_once} 省，共可占用 {at_once * each} MB，本机内存 {there} MB："
            "请调低 crawls_at_once 或 crawl_memory",
            f"the night crawls {at_once} provinces at once, which may take {at_once * each} MB, and this "
            f"machine has {there}: lower crawls_at_once or crawl_memory",
        )


def _policy(screen: Screen, settings: Settings) -> bool:
    """Which rules and due dates the settings change, and which of the two places says so."""
    pick = screen.pick
    name = pick("规则", "rules")
    try:
        rulings = policy(settings.rules, days=settings.deadlines).rulings
    except RuleBookError as error:
        return _told(screen, name, error.pick(screen.lang), False)
    changed = ", ".join(
        f"{rule} ({pick('停用', 'off') if rulings[rule].off else pick('已改', 'changed')}, {origin})"
        for rule, origin in sorted(origins_within("rules", settings).items())
    )
    days = ", ".join(
        f"{kind} {settings.deadlines[kind]} ({origin})"
        for kind, origin in sorted(origins_within("deadlines", settings).items())
    )
    said = changed or pick("没有改动", "none changed")
    if days:
        said += pick(f" · 当地期限 {days}", f" · local due dates {days}")
    return _told(screen, name, f"{len(rulings)} · {said}", True)


def _alarms(screen: Screen, settings: Settings) -> None:
    """How much of what is on record is alarming; that is no fault of the installation as such."""
    try:
        engine = opened_to_look(settings)
    except DatabaseUnusable:
        return  # told above
    if engine is None:
        return
    try:
        found = alarms(engine, settings, clock.now())
    finally:
        engine.dispose()
    if found:
        screen.say(
            f"{len(found)} 项警报：nianbao runs --alarms", f"alarms: {len(found)}, see nianbao runs --alarms"
        )
        if not settings.operator_to:
            screen.say(
                "未设置 operator_to：警报不会发邮件", "operator_to is not set: alarms are told by no mail"
            )


def _links(screen: Screen, settings: Settings) -> None:
    """What keeps the links in mails from being there, or from working; nothing where no mail is sent."""
    if settings.smtp_url is None:
        return
    missing = [
        name
        for name, given in (("public_url", settings.public_url), ("link_secret", settings.link_secret))
        if not given
    ]
    if missing:
        names = ", ".join(missing)
        screen.say(
            f"未设置 {names}：邮件里没有知悉、静音和退订的链接，退订须由您运行 nianbao unsubscribe",
            f"{names} not set: mails carry no links to acknowledge, mute or unsubscribe; whoever wants to "
            "leave needs you to run nianbao unsubscribe",
        )
    elif not settings.public_url.startswith("https://"):
        screen.say(
            "public_url 不是 https：链接会以明文传送，邮箱也不提供一键退订",
            "public_url is not https: links travel in clear, and mailboxes offer no one-click unsubscribing",
        )


def _settings(screen: Screen, settings: Settings, flags: Mapping[str, Any]) -> None:
    come_from = origins(flags)
    screen.line()
    screen.table(
        (
            Column(screen.pick("设置", "setting"), style="bold"),
            Column(screen.pick("值", "value"), wrap=True),
            Column(screen.pick("来自", "from")),
        ),
        [(name, shown(name, value), come_from[name]) for name, value in settings],
    )


def shown(name: str, value: object) -> str:
    """A setting as it may be shown to anybody."""
    if value is None or value in ("", (), {}):
        return "-"
    if isinstance(value, dict):
        return ", ".join(sorted(value))
    if isinstance(value, SecretStr):
        # an address without a password tells the operator more than a mask, and nothing to anyone else
        return _masked_url(value.get_secret_value()) if name.endswith("_url") else MASK
    if isinstance(value, tuple):
        return ", ".join(str(item) for item in value)
    return _masked_url(value) if isinstance(value, str) and "://" in value else str(value)


def _masked_url(url: str) -> str:
    """`url` without user, password and query; a text that is no address becomes the mask alone."""
    try:
        parts = urlsplit(url)
        port = parts.port
    except ValueError:
        return MASK
    if not parts.scheme:
        return MASK
    host = (parts.hostname or "") + (f":{port}" if port else "")
    netloc = f"{MASK}@{host}" if "@" in parts.netloc else host
    shown = urlunsplit((parts.scheme, netloc, parts.path, MASK if parts.query else "", ""))
    # urlunsplit drops the empty host of sqlite:///file
    return shown if netloc or "://" in shown else shown.replace(":", "://", 1)


def _importable(name: str) -> bool:
    return importlib.util.find_spec(name) is not None


def _optional(screen: Screen) -> None:
    """Tools that are not needed, and what each of them would enable."""
    pick = screen.pick
    scans = pick("扫描件和图片中的报告（三者缺一不可）", "reports in scans and pictures (needs all three)")
    scripted = pick(
        "只有浏览器才能显示的网页（两者缺一不可）", "pages that only a browser can show (needs both)"
    )
    tools = (
        (
            "LibreOffice",
            office.installed(),
            pick("旧版文字文档 .doc .wps .rtf", "old text documents .doc .wps .rtf"),
        ),
        ("tesseract+chi_sim", tesseract.installed(), scans),
        ("numpy", _importable("numpy"), scans),
        ("Pillow", _importable("PIL"), scans),
        ("chromium", chromium.program() is not None, scripted),
        ("playwright", chromium.driver_installed(), scripted),
        ("s3fs", _importable("s3fs"), pick("原件库放在 S3 上", "an archive on S3")),
        ("psycopg", _importable("psycopg"), pick("使用 PostgreSQL 数据库", "a PostgreSQL database")),
    )
    screen.line()
    screen.table(
        (
            Column(pick("可选", "optional"), style="bold"),
            Column(pick("有无", "present")),
            Column(pick("用途", "enables"), wrap=True),
        ),
        [(name, pick("有", "yes") if there else pick("无", "no"), use) for name, there, use in tools],
    )
