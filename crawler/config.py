"""Settings: flags, then NIANBAO_* variables, then nianbao.toml, then defaults."""

from __future__ import annotations

from pathlib import Path
from typing import Any, Literal

from pydantic import Field, SecretStr
from pydantic_settings import (
    BaseSettings,
    PydanticBaseSettingsSource,
    SettingsConfigDict,
    TomlConfigSettingsSource,
)

TOML = "nianbao.toml"


class Settings(BaseSettings):
    """Everything that an installation may set. Secrets stay masked wherever the object is printed."""

    model_config = SettingsConfigDict(env_prefix="NIANBAO_", toml_file=TOML, extra="forbid")

    database_url: SecretStr = Field(
        default=SecretStr("sqlite:///var/nianbao.db"), description="any SQLAlchemy URL (SQLite, PostgreSQL)"
    )
    archive_url: str = Field(default="var/archive", description="folder that keeps the original bytes")
    log_folder: Path = Field(default=Path("var/log"), description="one log file per crawl")
    provinces: Path | None = Field(
        default=None, description="folder of province files; default: the built-in ones"
    )
    lang: Literal["zh", "en"] = Field(default="zh", description="language of messages: zh or en")
    contact: str = Field(default="", description="address or page that the user agent names")
    clean_visits: int = Field(
        default=3, ge=1, le=30, description="clean visits before a report counts as missing"
    )
    crawl_timeout: int = Field(
        default=6 * 3600, ge=1, description="seconds that one province's crawl may take"
    )
    nightly_at: str = Field(
        default="02:00", pattern=r"^([01]\d|2[0-3]):[0-5]\d$", description="start of the night"
    )
    smtp_url: SecretStr | None = Field(default=None, description="smtp+starttls://user:secret@host:587")
    mail_from: str = Field(default="", description="sender of the digest")
    digest_to: tuple[str, ...] = Field(
        default=(), description="readers that the nightly run sends the digest to"
    )

    @classmethod
    def settings_customise_sources(
        cls,
        settings_cls: type[BaseSettings],
        init_settings: PydanticBaseSettingsSource,
        env_settings: PydanticBaseSettingsSource,
        dotenv_settings: PydanticBaseSettingsSource,
        file_secret_settings: PydanticBaseSettingsSource,
    ) -> tuple[PydanticBaseSettingsSource, ...]:
        """Flags outrank the environment, the environment outranks the file."""
        return init_settings, env_settings, TomlConfigSettingsSource(settings_cls)


def load(**flags: Any) -> Settings:
    """Settings in force; `flags` that are None were not given. Raises pydantic.ValidationError."""
    return Settings(**{name: value for name, value in flags.items() if value is not None})
