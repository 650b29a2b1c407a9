"""Help in two languages: written side by side at each option, one of them picked before anybody reads it.

Commands are declared when modules are loaded, the language is known when a call is made.
"""

from __future__ import annotations

import re
from typing import Any

from typer.core import TyperCommand, TyperGroup

from crawler.cli.session import Session

_BOTH = "\x1f"

# what typer itself writes into a help page
_HEADINGS = {
    "Usage:": "用法：",
    "Arguments:": "参数：",
    "Options:": "选项：",
    "Commands:": "命令：",
    "Show this message and exit.": "显示本说明。",
    "[required]": "[必填]",
}


def both(zh: str, en: str) -> str:
    """A help text in both languages; `localise` picks one before anybody reads it."""
    return f"{zh}{_BOTH}{en}"


def localise(command: Any, lang: str) -> None:
    """Leave the texts of one language in a command, its options and its sub-commands."""

    def pick(text: str | None) -> str | None:
        if text is None or _BOTH not in text:
            return text
        zh, _, en = text.partition(_BOTH)
        return en if lang == "en" else zh

    command.help = pick(command.help)
    command.short_help = pick(command.short_help)
    for parameter in command.params:
        if hasattr(parameter, "help"):
            parameter.help = pick(parameter.help)
    for child in getattr(command, "commands", {}).values():
        localise(child, lang)


class Command(TyperCommand):
    """A command with its help page in the language of the call."""

    def get_help(self, ctx: Any) -> str:
        page = super().get_help(ctx)
        return _chinese(page) if _lang_of(ctx) == "zh" else page


class Group(TyperGroup):
    """A group of commands with its help page in the language of the call."""

    def get_help(self, ctx: Any) -> str:
        page = super().get_help(ctx)
        return _chinese(page) if _lang_of(ctx) == "zh" else page


def _chinese(page: str) -> str:
    return re.sub("|".join(map(re.escape, _HEADINGS)), lambda match: _HEADINGS[match[0]], page)


def _lang_of(ctx: Any) -> str:
    session = ctx.find_root().obj
    return session.screen.lang if isinstance(session, Session) else "zh"
