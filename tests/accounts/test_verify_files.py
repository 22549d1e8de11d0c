"""`verify files` (OVS-7): each stored file is there and unaltered, and each lying file is known."""

import os
from pathlib import Path

import pytest

from accounts.models import StoredFile
from accounts.services.files import keep
from tests.accounts.test_verify_audit import found, verify


@pytest.fixture
def stored(campus, monkeypatch, tmp_path):
    """Four files in a root of their own."""
    storage = StoredFile._meta.get_field("file").storage
    monkeypatch.setitem(vars(storage), "base_location", str(tmp_path))
    monkeypatch.setitem(vars(storage), "location", str(tmp_path))
    made = [
        keep("roster", f"甲{n}".encode(), name="名册.csv", content_type="text/csv", actor=None)
        for n in range(4)
    ]
    assert all((tmp_path / one.file.name).is_file() for one in made)
    return made


def lying(root: Path, name: str, age: int) -> None:
    path = root / name
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(b"x")
    then = path.stat().st_mtime - age
    os.utime(path, (then, then))


def test_whole_files_are_sound(stored):
    said, status = verify("files")

    assert (said["part"], said["sound"], status, said["checked"]) == ("files", True, 0, 4)


def test_altered_missing_and_unknown_files_are_found(stored, tmp_path):
    (tmp_path / stored[0].file.name).write_bytes(b"x")
    (tmp_path / stored[2].file.name).unlink()
    lying(tmp_path, "roster/00/left", age=7200)
    lying(tmp_path, "roster/00/being-written", age=60)

    said, status = verify("files")

    assert status == 1
    assert found(said) == {
        ("changed", str(stored[0].pk)),
        ("missing", str(stored[2].pk)),
        ("orphan", "roster/00/left"),
    }
