"""What is wrong with a call, in one line, in the language of the call."""

from __future__ import annotations

import re

from typer.exceptions import TyperException

from crawler.console import clean

# what typer says, and the same in Chinese; the first that fits is taken
_WRONG_CALLS = (
    (r"No such command '?(.*?)'?(?:\. Did you mean (.*)\?)?", "没有这个命令：{0}"),
    (r"No such option: ?(\S+)(?:.*)", "没有这个选项：{0}"),
    (r"Missing argument '?(.*?)'?", "缺少参数 {0}"),
    (r"Missing option '?(.*?)'?", "缺少选项 {0}"),
    (r"Missing command", "缺少命令"),
    (r"Invalid value for '?(.*?)'?: Input should be a valid integer.*", "{0} 的值不对：应为整数"),
    (r"Invalid value for '?(.*?)'?: Input should be (?:greater|less).*", "{0} 的值不在范围内"),
    (r"Invalid value for '?(.*?)'?: (?:Value error, )?(.*) is not one of (.*)", "{0} 不能是 {1}，只能是 {2}"),
    (
        r"Invalid value for '?(.*?)'?: (.*) is not a day written YYYY-MM-DD",
        "{0} 应写成 YYYY-MM-DD，不能是 {1}",
    ),
    (
        r"Invalid value for '?(.*?)'?: (.*) is not a code of 6, 9 or 12 digits",
        "{0} 应为6、9或12位的行政区划代码，不能是 {1}",
    ),
    (r"Invalid value for '?(.*?)'?: (?:Value error, )?(.*)", "{0} 的值不对：{1}"),
    (r"Option '?(.*?)'? requires an argument", "选项 {0} 后面要有值"),
    (r"Got unexpected extra argument(?:s|\(s\))? \((.*)\)", "多余的参数：{0}"),
)


def wrong_call(error: TyperException, lang: str) -> str:
    """One line: what is wrong with the call, and where its options are explained."""
    context = getattr(error, "ctx", None)
    path = context.command_path if context is not None else "nianbao"
    said = clean(error.format_message()).rstrip(".。").replace("Value error, ", "")
    if lang == "en":
        return f"nianbao: {said}; see {path} --help"
    for pattern, text in _WRONG_CALLS:
        match = re.fullmatch(pattern, said)
        if match:
            said = text.format(*match.groups())
            break
    return f"nianbao: {said}；用法见 {path} --help"
