"""Settings: flags, then NIANBAO_* variables, then nianbao.toml, then defaults."""

from __future__ import annotations

import json
import os
import re
import tomllib
from collections.abc import Mapping
from pathlib import Path
from typing import Annotated, Any, Literal

from pydantic import Field, SecretStr, ValidationError, field_validator
from pydantic_settings import (
    BaseSettings,
    NoDecode,
    PydanticBaseSettingsSource,
    SettingsConfigDict,
    SettingsError,
    TomlConfigSettingsSource,
)

TOML = "nianbao.toml"
PREFIX = "NIANBAO_"
FOR_CHILDREN = frozenset({"NIANBAO_NOW", "NIANBAO_PROGRESS", "NIANBAO_RUN_KIND", "NIANBAO_NO_SKIPS"})
"""Variables under the prefix that are no settings of a person: a clock, a progress file, a test switch."""


class ConfigurationError(Exception):
    """The settings cannot be used. One line, without any value; str() is the English one."""

    def __init__(self, zh: str, en: str) -> None:
        super().__init__(en)
        self.zh, self.en = zh, en

    def pick(self, lang: str) -> str:
        """The line in `lang` ("zh" or "en")."""
        return self.en if lang == "en" else self.zh


def what_is_wrong(problem: Mapping[str, Any]) -> tuple[str, str]:
    """What pydantic found wrong with a value, in Chinese and English; `problem` is one of its `errors()`."""
    kind, context, en = problem["type"], problem.get("ctx", {}), problem["msg"]
    if kind == "extra_forbidden":
        return "没有这一项", "there is no such entry"
    if kind in ("enum", "literal_error"):
        return f"只能是 {str(context['expected']).replace(' or ', ' 或 ')}", en
    if kind == "greater_than_equal":
        return f"不能小于 {context['ge']}", en
    if kind == "less_than_equal":
        return f"不能大于 {context['le']}", en
    if kind == "value_error":
        en = str(context.get("error", en))
        return en, en
    words = (word for start, word in _WRONG.items() if kind.startswith(start))
    return next(words, "值不合要求"), en


_WRONG = {
    "bool": "应写成 true 或 false",
    "int": "应为整数",
    "float": "应为数字",
    "finite": "应为有限的数",
    "dict": "应为一张表",
    "mapping": "应为一张表",
    "model": "应为一张表",
    "list": "应为列表",
    "tuple": "应为列表",
    "frozen_set": "应为列表",
    "string_type": "应为加引号的文字",
    "string_pattern": "格式不对",
    "date": "应为日期，如 2027-03-31",
    "missing": "缺少这一项",
}
"""By the beginning of the kind of an error."""


class Settings(BaseSettings):
    """Everything that an installation may set. Secrets stay masked wherever the object is printed."""

    model_config = SettingsConfigDict(env_prefix=PREFIX, toml_file=TOML, extra="forbid")

    database_url: SecretStr = Field(
        default=SecretStr("sqlite:///var/nianbao.db"), description="any SQLAlchemy URL (SQLite, PostgreSQL)"
    )
    archive_url: str = Field(
        default="var/archive", description="keeps the original bytes: a folder, or s3://BUCKET/PREFIX"
    )
    log_folder: Path = Field(default=Path("var/log"), description="one log file per crawl")
    provinces: Path | None = Field(
        default=None, description="folder of province files; default: the built-in ones"
    )
    lang: Literal["zh", "en"] = Field(default="zh", description="language of messages: zh or en")
    contact: str = Field(default="", description="address or page that the user agent names")
    clean_visits: int = Field(
        default=3, ge=1, le=30, description="clean visits before a report counts as missing"
    )
    revisit_days: int = Field(
        default=14, ge=0, le=365, description="days until a published report is looked at again, on average"
    )
    whole_days: int = Field(
        default=7, ge=0, le=90, description="days until a portal's lists are walked to their ends again"
    )
    crawl_timeout: int = Field(
        default=6 * 3600, ge=1, description="seconds that one province's crawl may take"
    )
    crawl_memory: int = Field(
        default=2048, ge=256, description="megabytes that one province's crawl may take, browser included"
    )
    crawls_at_once: int = Field(
        default=1, ge=1, le=32, description="provinces that the night crawls at the same time"
    )
    log_days: int = Field(default=90, ge=1, description="days until the log of a crawl is removed")
    nightly_at: str = Field(
        default="02:00",
        pattern=r"^([01]\d|2[0-3]):[0-5]\d$",
        description="start of the night, for provinces whose file names no hours",
    )
    nightly_provinces: Annotated[tuple[str, ...], NoDecode] = Field(
        default=(),
        description="provinces of the night, separated by commas; default: all of one's own folder of "
        "province files, of the built-in ones none but the sample",
    )
    digest_at: str = Field(
        default="07:30", pattern=r"^([01]\d|2[0-3]):[0-5]\d$", description="when the digests are sent"
    )
    smtp_url: SecretStr | None = Field(default=None, description="smtp+starttls://user:secret@host:587")
    mail_from: str = Field(default="", description="sender of the digest")
    digest_to: Annotated[tuple[str, ...], NoDecode] = Field(
        default=(), description="readers that the nightly run sends the digest to, separated by commas"
    )
    operator_to: Annotated[tuple[str, ...], NoDecode] = Field(
        default=(), description="who is told when the program itself needs looking after"
    )
    public_url: str = Field(
        default="",
        pattern=r"^(https?://[^\s/?#@]+(/[^\s?#]*)?)?$",
        description="address of `nianbao serve` as readers reach it; without one mails carry no links to it",
    )
    link_secret: SecretStr | None = Field(
        default=None, description="signs the links in mails: at least 32 characters, by chance"
    )
    rules: dict[str, dict[str, Any]] = Field(
        default_factory=dict, description="what is changed in the table of rules: [rules.<id>]"
    )
    deadlines: dict[str, str] = Field(
        default_factory=dict, description='local due dates: [deadlines] township = "03-31"'
    )

    @field_validator("link_secret")
    @classmethod
    def _long(cls, given: SecretStr | None) -> SecretStr | None:
        if given is not None and len(given.get_secret_value()) < _LEAST_SECRET:
            raise ValueError(f"shorter than {_LEAST_SECRET} characters")
        return given

    @field_validator("digest_to", "nightly_provinces", "operator_to", mode="before")
    @classmethod
    def _split(cls, given: object) -> object:
        """An environment variable holds one line; the TOML file may hold a list."""
        if isinstance(given, str):
            return tuple(entry.strip() for entry in given.split(",") if entry.strip())
        return given

    @classmethod
    def settings_customise_sources(
        cls,
        settings_cls: type[BaseSettings],
        init_settings: PydanticBaseSettingsSource,
        env_settings: PydanticBaseSettingsSource,
        dotenv_settings: PydanticBaseSettingsSource,  # noqa: ARG003 - pydantic passes it by name
        file_secret_settings: PydanticBaseSettingsSource,  # noqa: ARG003
    ) -> tuple[PydanticBaseSettingsSource, ...]:
        """Flags outrank the environment, the environment outranks the file."""
        return init_settings, env_settings, TomlConfigSettingsSource(settings_cls)


def load(**flags: Any) -> Settings:
    """Settings in force; `flags` that are None were not given. Raises ConfigurationError."""
    try:
        return Settings(**{name: value for name, value in flags.items() if value is not None})
    except ValidationError as error:
        # pydantic's own text repeats the values, and a value may be a secret
        problems = [
            (".".join(str(part) for part in item["loc"]) or TOML, *what_is_wrong(item))
            for item in error.errors(include_input=False, include_url=False)
        ]
        raise ConfigurationError(
            "；".join(f"{name}：{zh}" for name, zh, _ in problems),
            "; ".join(f"{name}: {en}" for name, _, en in problems),
        ) from None
    except RecursionError:
        raise ConfigurationError("设置嵌套过深", "settings are nested too deeply") from None
    except SettingsError as error:
        named = re.search(r'field "(\w+)"', str(error))
        name = f"{PREFIX}{named[1].upper()}" if named else f"{PREFIX}*"
        raise ConfigurationError(f"{name}：不是可读的 JSON", f"{name}: no JSON that can be read") from None
    except tomllib.TOMLDecodeError as error:
        raise ConfigurationError(f"{TOML}：写法有误（{error}）", f"{TOML}: {error}") from None
    except (OSError, UnicodeDecodeError) as error:
        raise ConfigurationError(
            f"{TOML}：读不了（{type(error).__name__}）", f"{TOML}: {type(error).__name__}"
        ) from None


def origins(flags: Mapping[str, Any]) -> dict[str, Literal["flag", "env", "toml", "default"]]:
    """Where each setting's value comes from, by the same order of precedence as `load`."""
    in_environment = {name.upper() for name in os.environ}
    try:
        in_file = set(tomllib.loads(Path(TOML).read_text(encoding="utf-8")))
    except (OSError, ValueError):
        in_file = set()
    found: dict[str, Literal["flag", "env", "toml", "default"]] = {}
    for name in Settings.model_fields:
        if flags.get(name) is not None:
            found[name] = "flag"
        elif f"{PREFIX}{name.upper()}" in in_environment:
            found[name] = "env"
        elif name in in_file:
            found[name] = "toml"
        else:
            found[name] = "default"
    return found


def origins_within(name: str, settings: Settings) -> dict[str, Literal["env", "toml"]]:
    """Where each entry of a setting that is a table comes from; the environment outranks the file."""
    try:
        in_environment = json.loads(os.environ.get(f"{PREFIX}{name.upper()}", "{}"))
    except (ValueError, RecursionError):
        in_environment = {}
    return {entry: "env" if entry in in_environment else "toml" for entry in getattr(settings, name)}


def unknown_variables() -> tuple[str, ...]:
    """NIANBAO_* variables that name no setting: most likely misspelled, and silently without effect."""
    known = {f"{PREFIX}{name.upper()}" for name in Settings.model_fields} | FOR_CHILDREN
    return tuple(sorted(name for name in os.environ if name.startswith(PREFIX) and name not in known))


def child_environment(settings: Settings) -> dict[str, str]:
    """Environment for a crawl: every setting as a variable, mail settings left out, the rest inherited.

    A child then sees the same settings as its parent, wherever the parent had them from.
    """
    environment = {name: value for name, value in os.environ.items() if name.upper() not in _MAIL}
    for name, value in settings:
        variable = f"{PREFIX}{name.upper()}"
        if variable in _MAIL or value is None:
            continue
        environment[variable] = _as_variable(value)
    return environment


def _as_variable(value: object) -> str:
    if isinstance(value, SecretStr):
        return value.get_secret_value()
    if isinstance(value, dict):
        return json.dumps(value, ensure_ascii=False, default=str)  # TOML knows dates, JSON does not
    if isinstance(value, tuple):
        return ",".join(value)
    return str(value)


_LEAST_SECRET = 32
_MAIL = frozenset(
    f"{PREFIX}{name}" for name in ("SMTP_URL", "MAIL_FROM", "DIGEST_TO", "OPERATOR_TO", "LINK_SECRET")
)
