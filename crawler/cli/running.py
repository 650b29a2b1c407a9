"""From arguments to an exit code."""

from __future__ import annotations

import os
import sys
from collections.abc import Sequence

import typer
from typer.exceptions import TyperException

from crawler.cli.bilingual import localise
from crawler.cli.program import app
from crawler.cli.session import INTERRUPTED, OK, WRONG, Session
from crawler.cli.wrong_calls import wrong_call
from crawler.config import ConfigurationError, load
from crawler.console import Screen


def main(arguments: Sequence[str] | None = None) -> int:
    """Run one call; returns the exit code. Never raises, never prints a traceback for a wrong call."""
    given = list(sys.argv[1:] if arguments is None else arguments)
    for stream in (sys.stdout, sys.stderr):
        reconfigure = getattr(stream, "reconfigure", None)
        if reconfigure is not None:
            # answers are Chinese whatever the locale says; a file name that is no UTF-8 is still told
            reconfigure(encoding="utf-8", errors="backslashreplace")
    flags = {"lang": _flag(given, "--lang")}
    screen = Screen(lang=_language(flags["lang"]))
    try:
        code = _invoke(given, Session(screen, flags))
        sys.stdout.flush()
    except KeyboardInterrupt:
        screen.say("已中断", "interrupted")
        return INTERRUPTED
    except BrokenPipeError:
        # the reader of the answer has gone; what is buffered must not complain at exit
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return 141
    return code


def _invoke(arguments: list[str], session: Session) -> int:
    from crawler.commands.problems import CallError, one_line

    command = typer.main.get_command(app)
    localise(command, session.screen.lang)
    try:
        with command.make_context("nianbao", arguments, obj=session) as context:
            command.invoke(context)
    except typer.Exit as end:
        return end.exit_code
    except typer.Abort:
        raise KeyboardInterrupt from None
    except TyperException as error:
        wrong = wrong_call(error, session.screen.lang)
        session.screen.say(wrong, wrong)
        return WRONG
    except CallError as problem:
        session.screen.say(f"nianbao: {problem.zh}", f"nianbao: {problem.en}")
        return WRONG
    except ConfigurationError as error:
        session.screen.say(f"nianbao: 设置有误：{error.zh}", f"nianbao: wrong setting: {error.en}")
        return WRONG
    except Exception as error:
        known = one_line(error)
        if known is None:
            raise
        session.screen.say(f"nianbao: {known.zh}", f"nianbao: {known.en}")
        return WRONG
    return OK


def _flag(arguments: Sequence[str], name: str) -> str | None:
    """Value of a global option that stands before the command."""
    for position, argument in enumerate(arguments):
        if argument == name and position + 1 < len(arguments):
            return arguments[position + 1]
        if argument.startswith(f"{name}="):
            return argument.partition("=")[2]
        if not argument.startswith("-"):
            return None
    return None


def _language(flag: str | None) -> str:
    """Language of this call. Settings that cannot be read are told later, by the command that needs them."""
    if flag in ("zh", "en"):
        return flag
    try:
        return load().lang
    except ConfigurationError:
        return "zh"
