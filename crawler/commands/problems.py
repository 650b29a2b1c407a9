"""Errors that a person can do something about, each as one line; anything else is a defect of ours."""

from __future__ import annotations

from crawler.report.model import Bilingual, BilingualError


class CallError(BilingualError):
    """The call cannot be answered. One line in both languages, told on stderr; exit 2."""


def one_line(error: Exception) -> Bilingual | None:
    """The line for `error`, None where it is not one that is expected. Secrets are in none of them."""
    from crawler.digest.mail import MailError
    from crawler.portals import ProvinceError
    from crawler.rulebook import RuleBookError
    from storage.archive import ArchiveUnusable
    from storage.backup import BackupFailed
    from storage.engine import DatabaseUnusable

    text = " ".join(str(error).split())
    if isinstance(error, DatabaseUnusable):
        return Bilingual(f"数据库不可用：{text}", f"database: {text}")
    if isinstance(error, BackupFailed):
        return Bilingual(f"没有备份：{error.zh}", f"no copy was made: {error.en}")
    if isinstance(error, ArchiveUnusable):
        return Bilingual(f"原件库不可用：{text}", f"archive: {text}")
    if isinstance(error, ProvinceError):
        return Bilingual(f"省份文件有误：{text}", f"province file: {text}")
    if isinstance(error, RuleBookError):
        return Bilingual(f"设置有误：{error.zh}", f"wrong setting: {error.en}")
    if isinstance(error, MailError):
        return Bilingual(f"邮件没有发出：{error.zh}", f"nothing was sent: {error.en}")
    if isinstance(error, PermissionError | FileNotFoundError | NotADirectoryError | IsADirectoryError):
        reason = f"{error.filename}: {error.strerror}"
        return Bilingual(f"文件不可用：{reason}", f"file: {reason}")
    return None
