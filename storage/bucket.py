"""Files in a bucket of S3, or of a server that speaks as S3 does. Needs the extra `s3`.

Who may write, and where the server is, say AWS's own variables (AWS_ACCESS_KEY_ID, AWS_SECRET_ACCESS_KEY,
AWS_SESSION_TOKEN, AWS_REGION, AWS_ENDPOINT_URL) or the role of the machine; none of it passes through here.
"""

from __future__ import annotations

import errno
import re
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from typing import Any

from storage.stores import ArchiveUnusable, Stored

_ADDRESS = re.compile(r"s3://([a-z0-9][a-z0-9.-]{1,61}[a-z0-9])((?:/[\w.!'()*-]+)*)/?", re.ASCII)
_URL = re.compile(r"\"?https?://\S+")
"""In the driver's messages; a person may have written a password into the address of the server."""
_TRIAL = ".writable"
"""Written to prove that one may; always the same, so that nothing piles up where nothing may be removed."""
_CONNECT_SECONDS, _READ_SECONDS, _ATTEMPTS = 10, 60, 4
_LISTED = 1000
"""Files that one answer names at most."""
_CREDENTIALS = "set AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY"


class Bucket:
    """See storage.stores.Store. A file is one PUT, so it is there whole or not at all."""

    def __init__(self, address: str) -> None:
        """Look into the bucket. Raises ArchiveUnusable."""
        match = _ADDRESS.fullmatch(address)
        if match is None or {".", ".."} & set(
            match[2].split("/")
        ):  # not repeated: somebody may have written a secret into it
            raise ArchiveUnusable("the archive's address must be s3://BUCKET or s3://BUCKET/PREFIX")
        self._bucket, prefix = match[1], match[2].strip("/")
        self._prefix = f"{prefix}/" if prefix else ""
        self._failures, self._fs = _connected()
        with self._reaching("look into"):
            self._fs.call_s3("list_objects_v2", Bucket=self._bucket, Prefix=self._prefix, MaxKeys=1)

    @property
    def shown(self) -> str:
        """Its address."""
        return f"s3://{self._bucket}/{self._prefix}".removesuffix("/")

    def read(self, name: str) -> bytes:
        """The file. Raises FileNotFoundError, ArchiveUnusable."""
        with self._reaching("read"):
            try:
                content: bytes = self._fs.cat_file(self._path(name))
            except FileNotFoundError as error:
                if _code(error) == "NoSuchBucket":
                    raise OSError(errno.ENOENT, "there is no such bucket") from error
                content = b""
            else:
                return content
        raise FileNotFoundError(name)

    def has(self, name: str) -> bool:
        """Whether there is such a file. Raises ArchiveUnusable."""
        with self._reaching("look into"):
            answer = self._fs.call_s3(
                "list_objects_v2", Bucket=self._bucket, Prefix=self._prefix + name, MaxKeys=1
            )
        return any(found["Key"] == self._prefix + name for found in answer.get("Contents", ()))

    def create(self, name: str, content: bytes) -> bool:
        """Write a file; False where there is one already. Raises ArchiveUnusable.

        The server itself is asked to write only what is not there. One that does not know the condition is
        looked at first; one that ignores it writes the same content once more.
        """
        with self._reaching("write to"):
            try:
                self._fs.pipe_file(self._path(name), content, mode="create")
            except OSError as error:
                code = _code(error)
                if isinstance(error, FileExistsError) or code in ("PreconditionFailed", "412"):
                    return False
                # somebody writes it at this very moment, or the server does not know the condition
                if code not in ("ConditionalRequestConflict", "NotImplemented"):
                    raise
                if self.has(name):
                    return False
                self.write(name, content)
        return True

    def write(self, name: str, content: bytes) -> None:
        """Write a file in place of any that is there. Raises ArchiveUnusable."""
        with self._reaching("write to"):
            self._fs.pipe_file(self._path(name), content)

    def remove(self, name: str) -> None:
        """Take a file away. Raises ArchiveUnusable."""
        with self._reaching("write to"):
            self._fs.call_s3("delete_object", Bucket=self._bucket, Key=self._prefix + name)

    def files(self) -> Iterator[Stored]:
        """Every file, a thousand at a time. Raises ArchiveUnusable."""
        more: dict[str, str] = {}
        while True:
            with self._reaching("look into"):
                answer = self._fs.call_s3(
                    "list_objects_v2", Bucket=self._bucket, Prefix=self._prefix, MaxKeys=_LISTED, **more
                )
            for found in answer.get("Contents", ()):
                written: datetime = found["LastModified"]
                yield Stored(
                    found["Key"].removeprefix(self._prefix), int(found["Size"]), written.astimezone(UTC)
                )
            if not answer.get("IsTruncated"):
                return
            more = {"ContinuationToken": answer["NextContinuationToken"]}

    def unfinished(self) -> Iterator[Stored]:
        """None: a PUT that broke off leaves nothing."""
        return iter(())

    def try_writing(self) -> None:
        """Write a file. Raises ArchiveUnusable."""
        self.write(_TRIAL, b"nianbao\n")

    def _path(self, name: str) -> str:
        return f"{self._bucket}/{self._prefix}{name}"

    @contextmanager
    def _reaching(self, what: str) -> Iterator[None]:
        try:
            yield
        except ArchiveUnusable:
            raise
        except self._failures as error:
            raise ArchiveUnusable(f"cannot {what} the archive {self.shown}: {_reason(error)}") from None


def _connected() -> tuple[tuple[type[Exception], ...], Any]:
    """What may go wrong, and the file system. Raises ArchiveUnusable."""
    try:
        import s3fs
        from botocore.exceptions import BotoCoreError, ClientError
    except ModuleNotFoundError:
        raise ArchiveUnusable("an archive on S3 needs more packages: pip install 'nianbao[s3]'") from None
    failures = (OSError, BotoCoreError, ClientError, ValueError)
    try:
        limits = {
            "connect_timeout": _CONNECT_SECONDS,
            "read_timeout": _READ_SECONDS,
            "retries": {"total_max_attempts": _ATTEMPTS, "mode": "standard"},
        }
        fs = s3fs.S3FileSystem(
            anon=False, use_listings_cache=False, config_kwargs=limits, skip_instance_cache=True
        )
    except failures as error:
        raise ArchiveUnusable(f"S3 cannot be used: {_reason(error)}") from None
    fs.retries = 1  # the driver below does that, and knows better what is worth it
    return failures, fs


def _code(error: BaseException) -> str:
    """What S3 calls the failure."""
    response = getattr(error, "response", None) or getattr(error.__cause__, "response", None) or {}
    return str(response.get("Error", {}).get("Code", ""))


def _reason(error: BaseException) -> str:
    """One line about a failure; what the server says is cut, and may be anything."""
    code = _code(error)
    if type(error).__name__ in ("NoCredentialsError", "PartialCredentialsError"):
        return f"no credentials: {_CREDENTIALS}"
    if code == "NoSuchBucket":
        return "there is no such bucket"
    if code in ("AccessDenied", "403", "Forbidden"):
        return "no right to do so"
    if code in ("InvalidAccessKeyId", "SignatureDoesNotMatch", "ExpiredToken", "InvalidToken"):
        return f"the credentials are not accepted ({code})"
    told = _URL.sub("the server", "".join(c if c.isprintable() else " " for c in str(error)))
    return " ".join(told.split())[:200] or type(error).__name__
