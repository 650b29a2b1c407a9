"""Where settings come from, and that secrets do not leave them."""

from __future__ import annotations

from pathlib import Path

import pytest

from crawler import config
from crawler.config import ConfigurationError


def test_flags_outrank_the_environment_and_that_the_file(monkeypatch: pytest.MonkeyPatch) -> None:
    Path("nianbao.toml").write_text('lang = "en"\nclean_visits = 5\ncontact = "file"\n', encoding="utf-8")
    monkeypatch.setenv("NIANBAO_CLEAN_VISITS", "7")
    monkeypatch.setenv("NIANBAO_CONTACT", "environment")
    settings = config.load(contact="flag", lang=None)
    assert (settings.lang, settings.clean_visits, settings.contact) == ("en", 7, "flag")
    found = config.origins({"contact": "flag", "lang": None})
    assert found["lang"] == "toml"
    assert found["clean_visits"] == "env"
    assert found["contact"] == "flag"
    assert found["nightly_at"] == "default"


def test_without_anything_the_defaults_hold() -> None:
    settings = config.load()
    assert settings.database_url.get_secret_value() == "sqlite:///var/nianbao.db"
    assert (settings.archive_url, settings.lang, settings.clean_visits) == ("var/archive", "zh", 3)
    assert set(config.origins({}).values()) == {"default"}


@pytest.mark.parametrize(
    ("given", "readers"),
    [
        ("a@x.example", ("a@x.example",)),
        ("a@x.example, b@y.example,", ("a@x.example", "b@y.example")),
        ("", ()),
    ],
)
def test_readers_stand_on_one_line(
    monkeypatch: pytest.MonkeyPatch, given: str, readers: tuple[str, ...]
) -> None:
    monkeypatch.setenv("NIANBAO_DIGEST_TO", given)
    assert config.load().digest_to == readers


def test_readers_may_be_a_list_in_the_file() -> None:
    Path("nianbao.toml").write_text('digest_to = ["a@x.example", "b@y.example"]\n', encoding="utf-8")
    assert config.load().digest_to == ("a@x.example", "b@y.example")


@pytest.mark.parametrize(
    ("content", "said"),
    [
        ("lnag = 'en'\n", "lnag: there is no such entry"),
        ("lang = 'fr'\n", "lang: Input should be 'zh' or 'en'"),
        ("lang = \n", "nianbao.toml: Invalid value (at line 1, column 8)"),
        ("nightly_at = '26:00'\n", "nightly_at: String should match pattern"),
    ],
)
def test_a_wrong_file_is_one_line(content: str, said: str) -> None:
    Path("nianbao.toml").write_text(content, encoding="utf-8")
    with pytest.raises(ConfigurationError) as caught:
        config.load()
    assert str(caught.value).startswith(said)
    assert "\n" not in str(caught.value)


@pytest.mark.parametrize(
    ("content", "said"),
    [
        ("lnag = 'en'\n", "lnag：没有这一项"),
        ("lang = 'fr'\n", "lang：只能是 'zh' 或 'en'"),
        ("clean_visits = 0\n", "clean_visits：不能小于 1"),
        ("clean_visits = 31\n", "clean_visits：不能大于 30"),
        ("clean_visits = 'x'\n", "clean_visits：应为整数"),
        ("nightly_at = '26:00'\n", "nightly_at：格式不对"),
        ("contact = 3\n", "contact：应为加引号的文字"),
        ("rules = 'off'\n", "rules：应为一张表"),
    ],
)
def test_a_wrong_file_is_told_in_chinese(content: str, said: str) -> None:
    Path("nianbao.toml").write_text(content, encoding="utf-8")
    with pytest.raises(ConfigurationError) as caught:
        config.load()
    assert caught.value.zh == said


@pytest.mark.parametrize("given", ["", '{"filing-late":', "9" * 5000])
def test_a_variable_that_is_no_json_is_named(monkeypatch: pytest.MonkeyPatch, given: str) -> None:
    monkeypatch.setenv("NIANBAO_RULES", given)
    with pytest.raises(ConfigurationError) as caught:
        config.load()
    assert caught.value.zh == "NIANBAO_RULES：不是可读的 JSON"
    assert str(caught.value) == "NIANBAO_RULES: no JSON that can be read"


def test_settings_without_a_bottom_are_one_line(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("NIANBAO_RULES", "[" * 50_000)
    with pytest.raises(ConfigurationError, match=r"^(settings are nested|NIANBAO_RULES: no JSON)"):
        config.load()


def test_a_file_that_is_no_text_is_one_line() -> None:
    Path("nianbao.toml").write_bytes(b"\xff\xfe\x00")
    with pytest.raises(ConfigurationError, match=r"^nianbao\.toml: UnicodeDecodeError$"):
        config.load()


def test_no_error_shows_a_value(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("NIANBAO_CLEAN_VISITS", "s3cret")
    with pytest.raises(ConfigurationError) as caught:
        config.load()
    assert "s3cret" not in str(caught.value)


def test_printing_settings_shows_no_secret(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("NIANBAO_SMTP_URL", "smtp://reader:s3cret@127.0.0.1:25")
    monkeypatch.setenv("NIANBAO_DATABASE_URL", "postgresql://reader:s3cret@127.0.0.1/nianbao")
    assert "s3cret" not in f"{config.load()!r} {config.load()}"


def test_a_child_sees_the_settings_of_its_parent_but_not_the_mail(monkeypatch: pytest.MonkeyPatch) -> None:
    Path("nianbao.toml").write_text("clean_visits = 4\n", encoding="utf-8")
    monkeypatch.setenv("NIANBAO_SMTP_URL", "smtp://reader:s3cret@127.0.0.1:25")
    monkeypatch.setenv("PATH_LIKE", "kept")
    environment = config.child_environment(config.load(lang="en"))
    assert environment["NIANBAO_CLEAN_VISITS"] == "4"
    assert environment["NIANBAO_LANG"] == "en"
    assert environment["NIANBAO_DATABASE_URL"] == "sqlite:///var/nianbao.db"
    assert environment["PATH_LIKE"] == "kept"
    assert "s3cret" not in " ".join(environment.values())
    assert "NIANBAO_PROVINCES" not in environment


def test_a_misspelled_variable_is_found(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("NIANBAO_DATABSE_URL", "x")
    monkeypatch.setenv("NIANBAO_NOW", "2024-04-08")
    monkeypatch.setenv("NIANBAO_LANG", "en")
    assert config.unknown_variables() == ("NIANBAO_DATABSE_URL",)
