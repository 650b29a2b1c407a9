"""Places for archives in tests: a folder, and a bucket of a real S3 server that the session starts."""

from __future__ import annotations

import gzip
import os
import socket
import subprocess
import sys
import time
import urllib.request
from collections.abc import Iterator
from itertools import count
from pathlib import Path
from typing import Protocol

import boto3
import pytest

from storage.archive import Archive
from tests.databases import end_with_parent

VARIABLES = {
    "AWS_ACCESS_KEY_ID": "tests",
    "AWS_SECRET_ACCESS_KEY": "a-secret-of-tests",
    "AWS_REGION": "us-east-1",
    "AWS_EC2_METADATA_DISABLED": "true",
    "AWS_CONFIG_FILE": "/nowhere/config",
    "AWS_SHARED_CREDENTIALS_FILE": "/nowhere/credentials",
}


class S3Server:
    """moto in a process of its own, on loopback."""

    def __init__(self) -> None:
        with socket.socket() as free:
            free.bind(("127.0.0.1", 0))
            self.endpoint = f"http://127.0.0.1:{free.getsockname()[1]}"
            port = str(free.getsockname()[1])
        self._process = subprocess.Popen(
            [sys.executable, "-m", "moto.server", "-H", "127.0.0.1", "-p", port],
            stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, preexec_fn=end_with_parent,
            env={**os.environ, **VARIABLES},
        )  # fmt: skip
        self._numbers = count(1)
        for attempt in range(600):
            try:
                with urllib.request.urlopen(f"{self.endpoint}/moto-api/data.json", timeout=30):
                    break
            except OSError:
                if self._process.poll() is not None or attempt == 599:
                    self.stop()
                    raise
                time.sleep(0.1)
        self.client = boto3.client(
            "s3",
            endpoint_url=self.endpoint,
            aws_access_key_id=VARIABLES["AWS_ACCESS_KEY_ID"],
            aws_secret_access_key=VARIABLES["AWS_SECRET_ACCESS_KEY"],
            region_name=VARIABLES["AWS_REGION"],
        )

    def bucket(self) -> str:
        """A new one; its name."""
        name = f"bucket-{next(self._numbers)}"
        self.client.create_bucket(Bucket=name)
        return name

    def stop(self) -> None:
        self._process.kill()
        self._process.wait()


class Place(Protocol):
    """Where an archive of a test is, and what a test may do to its files behind its back."""

    address: str

    def packed(self, sha256: str) -> bytes: ...
    def plant(self, name: str, content: bytes) -> None: ...


class FolderPlace:
    def __init__(self, folder: Path) -> None:
        self.address = str(folder)
        self._folder = folder

    def packed(self, sha256: str) -> bytes:
        """The file under a hash."""
        return (self._folder / name_of(sha256)).read_bytes()

    def plant(self, name: str, content: bytes) -> None:
        """A file that no archive has written."""
        path = self._folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content)


class BucketPlace:
    def __init__(self, server: S3Server) -> None:
        self._client, self.bucket = server.client, server.bucket()
        self.address = f"s3://{self.bucket}/nianbao/archive"

    def packed(self, sha256: str) -> bytes:
        """The file under a hash."""
        key = f"nianbao/archive/{name_of(sha256)}"
        return bytes(self._client.get_object(Bucket=self.bucket, Key=key)["Body"].read())

    def plant(self, name: str, content: bytes) -> None:
        """A file that no archive has written."""
        self._client.put_object(Bucket=self.bucket, Key=f"nianbao/archive/{name}", Body=content)


def name_of(sha256: str) -> str:
    return f"{sha256[:2]}/{sha256[2:4]}/{sha256}.gz"


def packed(content: bytes) -> bytes:
    return gzip.compress(content, mtime=0)


@pytest.fixture(scope="session")
def s3_server() -> Iterator[S3Server]:
    server = S3Server()
    yield server
    server.stop()


@pytest.fixture
def s3(s3_server: S3Server, monkeypatch: pytest.MonkeyPatch) -> S3Server:
    """The server, and the variables by which it is found."""
    for name, value in {**VARIABLES, "AWS_ENDPOINT_URL": s3_server.endpoint}.items():
        monkeypatch.setenv(name, value)
    return s3_server


@pytest.fixture(params=["folder", "s3"])
def place(request: pytest.FixtureRequest, tmp_path: Path) -> Place:
    if request.param == "folder":
        return FolderPlace(tmp_path / "archive")
    return BucketPlace(request.getfixturevalue("s3"))


@pytest.fixture
def archive(place: Place) -> Archive:
    return Archive(place.address)
