"""What a file's own bytes prove: that nobody can open it, with whatever program.

Asked only of files that could not be read. That we cannot read a file proves nothing by itself; only what is
told here may be held against its publisher.
"""

from __future__ import annotations

from crawler.extract import compound
from crawler.extract.document import Unreadable

_PDF = b"%PDF-"
_PDF_END = b"%%EOF"
_PDF_ENCRYPTED = b"/Encrypt"
_ZIP = b"PK\x03\x04"
_ZIP_DIRECTORY = b"PK\x05\x06"
_ZIP_FLAGS = 6  # offset of the flags in the header of the first file
_ZIP_ENCRYPTED = 1
_JPEG, _JPEG_END = b"\xff\xd8\xff", b"\xff\xd9"
_PNG, _PNG_END = b"\x89PNG\r\n", b"IEND"


def proven_defect(content: bytes) -> Unreadable | None:
    """Why nobody can open `content`: it is empty, locked by a password, or its end is missing."""
    if not content.strip(b" \t\r\n\f\0"):
        return Unreadable("文件是空的", "the file is empty")
    if content.startswith(_PDF):
        if _PDF_ENCRYPTED in content:
            return _locked()
        return None if _PDF_END in content else _cut()
    if content.startswith(_ZIP):
        if len(content) > _ZIP_FLAGS and content[_ZIP_FLAGS] & _ZIP_ENCRYPTED:
            return _locked()
        return None if _ZIP_DIRECTORY in content else _cut()
    if content.startswith(compound.MAGIC):
        try:
            return _locked() if "EncryptedPackage" in compound.top_names(content) else None
        except Unreadable as damage:
            return damage
    for head, end in ((_JPEG, _JPEG_END), (_PNG, _PNG_END)):
        if content.startswith(head) and end not in content:
            return _cut()
    return None


def _locked() -> Unreadable:
    return Unreadable("文件已加密，需要密码", "the file is encrypted, it needs a password")


def _cut() -> Unreadable:
    return Unreadable("文件不完整，结尾缺失", "the file is cut short, its end is missing")
