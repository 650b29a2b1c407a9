"""The archive keeps bytes, whole or not at all."""

from __future__ import annotations

import gzip
import hashlib
import os
import socket
import threading
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from storage.archive import Archive, ArchiveDamaged, ArchiveMissing, ArchiveUnusable
from tests.archives import VARIABLES, BucketPlace, Place, S3Server, name_of, packed

HELLO = "2cf24dba5fb0a30e26e83b2ac5b9e29e1b161e5c1fa7425e73043362938b9824"  # sha256 of "hello"


def test_bytes_stand_under_their_hash_in_two_levels_of_folders(archive: Archive, place: Place) -> None:
    assert archive.put(b"hello") == HELLO
    file = place.packed(HELLO)
    assert gzip.decompress(file) == b"hello"
    assert file[4:8] == b"\0\0\0\0"  # no time in it: the same bytes make the same file
    assert archive.get(HELLO) == b"hello"
    assert archive.shown == place.address


def test_a_folder_is_made_where_it_is_named(tmp_path: Path) -> None:
    Archive(tmp_path / "var" / "archive").put(b"hello")
    assert (tmp_path / "var/archive/2c/f2" / f"{HELLO}.gz").is_file()


@given(content=st.binary(max_size=3000))
def test_what_is_put_is_what_is_got(content: bytes, tmp_path_factory: pytest.TempPathFactory) -> None:
    archive = Archive(tmp_path_factory.getbasetemp() / "round-trip")
    sha256 = archive.put(content)
    assert sha256 == hashlib.sha256(content).hexdigest()
    assert archive.get(sha256) == content
    assert archive.has(sha256)


@pytest.mark.parametrize(
    "content", [b"", b"\0" * 200_000, bytes(range(256)) * 40], ids=["none", "zeros", "all"]
)
def test_any_bytes_come_back(archive: Archive, content: bytes) -> None:
    sha256 = archive.put(content)
    assert archive.get(sha256) == content
    assert [held.sha256 for held in archive.held()] == [sha256]


def test_the_same_bytes_again_leave_the_file_alone(tmp_path: Path) -> None:
    archive = Archive(tmp_path)
    archive.put(b"hello")
    file = tmp_path / name_of(HELLO)
    before = file.stat()
    assert archive.put(b"hello") == HELLO
    after = file.stat()
    assert (after.st_ino, after.st_mtime_ns) == (before.st_ino, before.st_mtime_ns)


def test_what_is_whole_is_never_written_again(archive: Archive, place: Place) -> None:
    otherwise = gzip.compress(b"hello", compresslevel=1, mtime=7)  # as another version may have packed it
    place.plant(name_of(HELLO), otherwise)
    assert archive.put(b"hello") == HELLO
    assert place.packed(HELLO) == otherwise
    assert archive.get(HELLO) == b"hello"


def test_what_was_never_put_is_missing(archive: Archive) -> None:
    assert not archive.has(HELLO)
    with pytest.raises(ArchiveMissing, match=HELLO):
        archive.get(HELLO)
    assert list(archive.held()) == []


@pytest.mark.parametrize(
    "name",
    ["", "2cf2", HELLO.upper(), "../../../../etc/passwd", HELLO + "\n", "x" * 64],
    ids=["empty", "short", "upper", "path", "line", "no digits"],
)
def test_only_a_hash_becomes_a_path(archive: Archive, name: str) -> None:
    with pytest.raises(ValueError, match="not a sha256"):
        archive.get(name)


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
def test_damage_is_noticed_on_reading_and_mended_by_the_bytes(
    archive: Archive, place: Place, damage: Callable[[bytes], bytes]
) -> None:
    archive.put(b"hello")
    place.plant(name_of(HELLO), damage(place.packed(HELLO)))
    with pytest.raises(ArchiveDamaged, match=HELLO) as damaged:
        archive.get(HELLO)
    assert "\n" not in str(damaged.value)
    assert archive.put(b"hello") == HELLO
    assert archive.get(HELLO) == b"hello"


def test_what_is_set_aside_is_still_found_and_comes_back(archive: Archive) -> None:
    archive.put(b"hello")
    archive.set_aside(HELLO)
    assert [(held.sha256, held.aside) for held in archive.held()] == [(HELLO, True)]
    assert archive.has(HELLO)
    assert archive.get(HELLO) == b"hello"
    archive.set_aside(HELLO)  # a second time, by somebody else: nothing happens
    assert archive.get(HELLO) == b"hello"
    archive.restore(HELLO)
    assert [(held.sha256, held.aside) for held in archive.held()] == [(HELLO, False)]
    archive.restore(HELLO)
    archive.discard(HELLO)
    assert archive.get(HELLO) == b"hello"


def test_what_is_put_again_stands_beside_what_was_set_aside(archive: Archive) -> None:
    archive.put(b"hello")
    archive.set_aside(HELLO)
    archive.put(b"hello")
    assert sorted(held.aside for held in archive.held()) == [False, True]
    archive.discard(HELLO)
    assert archive.get(HELLO) == b"hello"
    archive.set_aside(HELLO)
    archive.discard(HELLO)
    with pytest.raises(ArchiveMissing):
        archive.get(HELLO)


def test_damage_that_was_set_aside_does_not_come_back(archive: Archive, place: Place) -> None:
    place.plant(name_of(HELLO), b"no gzip")
    archive.set_aside(HELLO)
    with pytest.raises(ArchiveDamaged):
        archive.restore(HELLO)
    assert [held.aside for held in archive.held()] == [True]


def test_what_is_kept_is_told_with_size_and_moment(archive: Archive, place: Place) -> None:
    before = datetime.now(UTC) - timedelta(seconds=5)
    contents = {hashlib.sha256(content).hexdigest(): content for content in (b"hello", b"8", b"")}
    for content in contents.values():
        archive.put(content)
    place.plant("README", b"not ours")
    place.plant(f"00/00/{HELLO}.gz", b"not where it belongs")
    held = sorted(archive.held())
    assert {one.sha256: one.size for one in held} == {
        sha256: len(packed(content)) for sha256, content in contents.items()
    }
    assert len(held) == 3
    assert all(before < one.since < datetime.now(UTC) + timedelta(seconds=5) for one in held)


def test_more_files_than_one_answer_lists_are_all_told(s3: S3Server, monkeypatch: pytest.MonkeyPatch) -> None:
    archive = Archive(BucketPlace(s3).address)
    monkeypatch.setattr("storage.bucket._LISTED", 2)
    kept = [archive.put(str(number).encode()) for number in range(5)]
    assert sorted(held.sha256 for held in archive.held()) == sorted(kept)


def test_a_killed_write_is_told_and_can_be_cleared_away(tmp_path: Path) -> None:
    archive = Archive(tmp_path)
    archive.put(b"hello")
    (tmp_path / "2c" / "f2" / ".abc.part").write_bytes(b"half")
    left = list(archive.unfinished())
    assert [(one.name, one.size) for one in left] == [("2c/f2/.abc.part", 4)]
    assert [held.sha256 for held in archive.held()] == [HELLO]
    archive.discard_unfinished(left[0])
    assert list(archive.unfinished()) == []


def test_writing_is_proved_without_leaving_bytes(archive: Archive) -> None:
    archive.try_writing()
    archive.try_writing()
    assert list(archive.held()) == []
    assert list(archive.unfinished()) == []


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


@pytest.mark.parametrize(
    "address",
    [
        "http://a.example/archive", "file:///var", "s3://", "s3://key:a-secret@bucket/x", "s3://bucket/../x",
        "s3://bucket//x", "s3://B/x", "s3://bucket/x?y=a-secret", "gs://bucket/x",
    ],
)  # fmt: skip
def test_an_address_that_is_no_place_is_refused_without_repeating_it(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, address: str
) -> None:
    monkeypatch.chdir(tmp_path)
    with pytest.raises(ArchiveUnusable, match="must be") as refused:
        Archive(address)
    assert "secret" not in str(refused.value)
    assert list(tmp_path.iterdir()) == []


def test_a_bucket_that_is_not_there_is_one_line(s3: S3Server) -> None:
    with pytest.raises(ArchiveUnusable) as refused:
        Archive("s3://nowhere-at-all/x")
    assert str(refused.value) == "cannot look into the archive s3://nowhere-at-all/x: there is no such bucket"


def test_a_bucket_that_has_gone_is_not_missing_bytes(s3: S3Server) -> None:
    place = BucketPlace(s3)
    archive = Archive(place.address)
    s3.client.delete_bucket(Bucket=place.bucket)
    for step in (lambda: archive.get(HELLO), lambda: archive.put(b"hello"), lambda: list(archive.held())):
        with pytest.raises(ArchiveUnusable, match="there is no such bucket"):
            step()


def test_without_credentials_it_says_which_to_set(s3: S3Server, monkeypatch: pytest.MonkeyPatch) -> None:
    address = BucketPlace(s3).address
    monkeypatch.delenv("AWS_ACCESS_KEY_ID")
    monkeypatch.delenv("AWS_SECRET_ACCESS_KEY")
    with pytest.raises(
        ArchiveUnusable, match="no credentials: set AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY"
    ):
        Archive(address)


def test_a_server_that_does_not_answer_is_one_line_without_secrets(monkeypatch: pytest.MonkeyPatch) -> None:
    with socket.socket() as closed:
        closed.bind(("127.0.0.1", 0))  # bound and not listening: refused at once
        endpoint = f"http://user:a-secret@127.0.0.1:{closed.getsockname()[1]}"
        for name, value in {**VARIABLES, "AWS_ENDPOINT_URL": endpoint}.items():
            monkeypatch.setenv(name, value)
        with pytest.raises(
            ArchiveUnusable, match=r"^cannot look into the archive s3://bucket-1/x: "
        ) as refused:
            Archive("s3://bucket-1/x")
    assert "secret" not in str(refused.value)
    assert "\n" not in str(refused.value)


def test_writers_at_the_same_moment_agree(archive: Archive) -> None:
    contents = [bytes([number]) * 50_000 for number in range(8)]
    problems: list[Exception] = []

    def write() -> None:
        try:
            for content in contents:
                archive.put(content)
        except Exception as error:
            problems.append(error)

    threads = [threading.Thread(target=write) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert problems == []
    assert [archive.get(hashlib.sha256(content).hexdigest()) for content in contents] == contents
    assert len(list(archive.held())) == 8
    assert list(archive.unfinished()) == []
