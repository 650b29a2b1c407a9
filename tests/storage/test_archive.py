"""The archive keeps bytes, whole or not at all."""

from __future__ import annotations

import gzip
import hashlib
import os
import threading
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from storage.archive import Archive, ArchiveDamaged, ArchiveMissing, ArchiveUnusable

HELLO = "2cf24dba5fb0a30e26e83b2ac5b9e29e1b161e5c1fa7425e73043362938b9824"  # sha256 of "hello"


def _file(archive: Archive, sha256: str) -> Path:
    return archive.root / sha256[:2] / sha256[2:4] / f"{sha256}.gz"


def test_bytes_stand_under_their_hash_in_two_levels_of_folders(tmp_path: Path) -> None:
    archive = Archive(tmp_path / "var" / "archive")
    assert archive.put(b"hello") == HELLO
    file = tmp_path / "var/archive/2c/f2" / f"{HELLO}.gz"
    assert gzip.decompress(file.read_bytes()) == b"hello"
    assert file.read_bytes()[4:8] == b"\0\0\0\0"  # no time in it: the same bytes make the same file
    assert archive.get(HELLO) == b"hello"


@given(content=st.binary(max_size=3000))
def test_what_is_put_is_what_is_got(content: bytes, tmp_path_factory: pytest.TempPathFactory) -> None:
    archive = Archive(tmp_path_factory.getbasetemp() / "round-trip")
    sha256 = archive.put(content)
    assert sha256 == hashlib.sha256(content).hexdigest()
    assert archive.get(sha256) == content
    assert archive.has(sha256)


def test_the_same_bytes_again_leave_the_file_alone(tmp_path: Path) -> None:
    archive = Archive(tmp_path)
    archive.put(b"hello")
    before = _file(archive, HELLO).stat()
    assert archive.put(b"hello") == HELLO
    after = _file(archive, HELLO).stat()
    assert (after.st_ino, after.st_mtime_ns) == (before.st_ino, before.st_mtime_ns)


def test_what_was_never_put_is_missing(tmp_path: Path) -> None:
    archive = Archive(tmp_path)
    assert not archive.has(HELLO)
    with pytest.raises(ArchiveMissing, match=HELLO):
        archive.get(HELLO)


@pytest.mark.parametrize(
    "name", ["", "2cf2", HELLO.upper(), "../../../../etc/passwd", HELLO + "\n", "x" * 64]
)
def test_only_a_hash_becomes_a_path(tmp_path: Path, name: str) -> None:
    with pytest.raises(ValueError, match="not a sha256"):
        Archive(tmp_path).get(name)


@pytest.mark.parametrize(
    "damage",
    [
        lambda packed: b"",
        lambda packed: packed[:-9],
        lambda packed: packed[:12] + bytes([packed[12] ^ 1]) + packed[13:],
        lambda packed: gzip.compress(b"hullo", mtime=0),
        lambda packed: b"hello",
    ],
    ids=["empty", "cut", "flipped bit", "other bytes", "not packed"],
)
def test_damage_is_noticed_on_reading(tmp_path: Path, damage: object) -> None:
    archive = Archive(tmp_path)
    archive.put(b"hello")
    file = _file(archive, HELLO)
    file.write_bytes(damage(file.read_bytes()))  # type: ignore[operator]
    with pytest.raises(ArchiveDamaged, match=HELLO) as damaged:
        archive.get(HELLO)
    assert "\n" not in str(damaged.value)


def test_a_write_that_fails_leaves_nothing(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def full(descriptor: int) -> None:
        raise OSError(28, "No space left on device")

    archive = Archive(tmp_path)
    monkeypatch.setattr(os, "fsync", full)
    with pytest.raises(ArchiveUnusable, match="No space left on device"):
        archive.put(b"hello")
    assert not archive.has(HELLO)
    assert [file for file in tmp_path.rglob("*") if file.is_file()] == []
    monkeypatch.undo()
    archive.put(b"hello")
    assert archive.get(HELLO) == b"hello"


def test_bytes_and_folders_are_synced_before_put_returns(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    synced: list[str] = []
    fsync = os.fsync

    def noting(descriptor: int) -> None:
        synced.append(Path(f"/proc/self/fd/{descriptor}").readlink().name)
        fsync(descriptor)

    if not Path("/proc/self/fd").exists():
        return
    monkeypatch.setattr(os, "fsync", noting)
    archive = Archive(tmp_path / "archive")
    archive.put(b"hello")
    assert synced[0].endswith(".part")
    assert synced[1:] == ["f2", "2c", "archive"]
    synced.clear()
    archive.put(b"8")  # below the same folder of the root, of which nothing is new
    assert [name for name in synced if not name.endswith(".part")] == ["62", "2c"]


@pytest.mark.parametrize("place", ["a file", "below a file"])
def test_a_place_that_cannot_be_a_folder_fails_loudly(tmp_path: Path, place: str) -> None:
    file = tmp_path / "file"
    file.write_text("occupied")
    with pytest.raises(ArchiveUnusable, match=r"cannot use .* as the archive") as refused:
        Archive(file if place == "a file" else file / "archive")
    assert "\n" not in str(refused.value)
    assert file.read_text() == "occupied"


def test_an_address_is_no_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    with pytest.raises(ArchiveUnusable, match="must be a folder"):
        Archive("s3://bucket/archive")
    assert list(tmp_path.iterdir()) == []


def test_writers_at_the_same_moment_agree(tmp_path: Path) -> None:
    archive = Archive(tmp_path)
    contents = [bytes([number]) * 50_000 for number in range(8)]
    threads = [
        threading.Thread(target=lambda: [archive.put(content) for content in contents]) for _ in range(6)
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert [archive.get(hashlib.sha256(content).hexdigest()) for content in contents] == contents
    assert sum(file.is_file() for file in tmp_path.rglob("*")) == 8
