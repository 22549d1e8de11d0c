"""Zips from outside: security.md 2C through the adapter, byte by byte."""

import io
import struct
import zipfile

import pytest

from adapters import zips
from adapters.images import Unusable


def packed(*members, comment=b"", **more):
    """A zip of (name or ZipInfo, bytes)."""
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED, **more) as made:
        for name, data in members:
            made.writestr(name, data)
        made.comment = comment
    return out


def names(file):
    file.seek(0)
    return [one.name for one in zips.Bundle(file).members]


def refused(file):
    file.seek(0)
    with pytest.raises(Unusable) as caught:
        zips.Bundle(file)
    return str(caught.value)


def raw_names(*raw: bytes):
    """A zip as an older program writes it: names in bytes of its own, no flag."""
    stand_in = [bytes([65 + n]) * len(name) for n, name in enumerate(raw)]
    data = packed(*((name.decode(), b"x") for name in stand_in)).getvalue()
    for name, written in zip(stand_in, raw, strict=True):
        data = data.replace(name, written)
    return io.BytesIO(data)


def patched(file, mark: bytes, offset: int, value: bytes):
    """Every record that begins with the mark says something else at the offset."""
    data, at = bytearray(file.getvalue()), -1
    while (at := data.find(mark, at + 1)) >= 0:
        data[at + offset : at + offset + len(value)] = value
    return io.BytesIO(bytes(data))


LOCAL, CENTRAL, END = b"PK\x03\x04", b"PK\x01\x02", b"PK\x05\x06"


def test_files_are_read_with_their_paths_and_what_systems_leave_beside_is_passed_over():
    """C09."""
    file = packed(
        ("甲班/张三实名.jpg", b"one"),
        ("__MACOSX/甲班/._张三实名.jpg", b"-"),
        ("甲班/.DS_Store", b"-"),
        ("甲班/Thumbs.db", b"-"),
        ("李四.png", b"two"),
    )
    file.seek(0)

    bundle = zips.Bundle(file)

    found = {one.name: bundle.read(one.index) for one in bundle.members}
    assert found == {"甲班/张三实名.jpg": b"one", "李四.png": b"two"}


@pytest.mark.parametrize("encoding", ["gbk", "utf-8"])
def test_names_of_older_programs_are_read_in_either_encoding(encoding):
    assert names(raw_names("联通张三.jpg".encode(encoding))) == ["联通张三.jpg"]


def test_a_name_written_with_backslashes_is_a_path():
    assert names(raw_names("甲班\\张三.jpg".encode("gbk"))) == ["甲班/张三.jpg"]


@pytest.mark.parametrize(
    "name",
    ["../../evil.jpg", "/abs.jpg", "C:\\x.jpg", "..\\..\\x.jpg", "\\\\srv\\x.jpg", "a/../b.jpg"],
)
def test_a_path_that_leads_away_refuses_the_whole(name):
    """C01."""
    assert "路径不正常" in refused(raw_names(name.encode()))


def test_a_link_refuses_the_whole():
    """C02."""
    link = zipfile.ZipInfo("a.jpg")
    link.external_attr = 0o120777 << 16

    assert "快捷方式" in refused(packed((link, b"/etc/passwd")))


def test_what_shrinks_too_well_is_refused_as_declared():
    """C03."""
    assert "不正常的文件" in refused(packed(("a.jpg", bytes(5 * 1024 * 1024))))


def test_what_says_less_than_it_holds_is_refused_when_counted():
    """C03."""
    file = packed(("a.jpg", bytes(12 * 1024 * 1024)))
    small = struct.pack("<L", 1000)
    file = patched(patched(file, LOCAL, 22, small), CENTRAL, 24, small)
    file.seek(0)
    bundle = zips.Bundle(file)

    with pytest.raises(Unusable, match="已损坏"):
        bundle.read(0)


def test_what_is_longer_than_a_picture_may_be_is_not_read(monkeypatch):
    """C03."""
    monkeypatch.setattr(zips, "MOST_BYTES", 10)
    file = packed(("a.jpg", b"12345678901"), ("b.jpg", b"1234567890"))
    file.seek(0)
    bundle = zips.Bundle(file)

    with pytest.raises(Unusable, match="10 MB"):
        bundle.read(0)
    assert bundle.read(1) == b"1234567890"


def test_all_that_is_read_is_counted_together(monkeypatch):
    """C03."""
    file = packed(("a.jpg", b"12345678"), ("b.jpg", b"12345678"))
    file.seek(0)
    bundle = zips.Bundle(file)
    monkeypatch.setattr(bundle, "_left", 12)
    bundle.read(0)

    with pytest.raises(Unusable):
        bundle.read(1)


def test_members_that_share_bytes_are_refused():
    """C03."""
    file = packed(("a.jpg", b"x" * 50), ("b.jpg", b"y" * 50))
    file = patched(file, CENTRAL, 42, struct.pack("<L", 0))

    assert "无法打开" in refused(file)


def test_a_packed_file_inside_is_named_and_refused():
    """C03."""
    assert "还有压缩包（甲/张三.zip）" in refused(packed(("甲/张三.zip", b"PK")))


def test_declared_sizes_are_added_up(monkeypatch):
    """C03."""
    monkeypatch.setattr(zips, "MOST_TOTAL", 1000)

    assert "解压后超过 300 MB" in refused(packed(("a.jpg", b"x" * 600), ("b.jpg", b"x" * 600)))


@pytest.mark.parametrize("count", [3001, 65_535])
def test_more_files_than_a_class_can_have_are_refused(count):
    """C04."""
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as made:
        for number in range(count):
            made.writestr(f"{number}", b"")

    assert "超过 3000 个文件" in refused(out)


def test_folders_may_lie_five_deep():
    assert names(packed(("a/" * 5 + "x.jpg", b"1"))) == ["a/a/a/a/a/x.jpg"]


@pytest.mark.parametrize("levels", [6, 1000])
def test_folders_that_lie_deeper_refuse_the_whole(levels):
    """C04."""
    assert "超过 5 层" in refused(packed(("a/" * levels + "x.jpg", b"1")))


@pytest.mark.parametrize(
    ("file", "sentence"),
    [
        (patched(patched(packed(("a.jpg", b"x")), LOCAL, 6, b"\1"), CENTRAL, 8, b"\1"), "设有密码"),
        (patched(packed(("a.jpg", b"x")), CENTRAL, 10, b"\x63\0"), "设有密码"),
        (io.BytesIO(b"Rar!\x1a\x07\x01\x00" + bytes(60)), "RAR"),
        (io.BytesIO(b"7z\xbc\xaf\x27\x1c" + bytes(60)), "7z"),
        (io.BytesIO(b"PK\x07\x08PK\x03\x04" + bytes(60)), "分卷"),
        (patched(packed(("a.jpg", b"x")), END, 4, b"\1\0"), "分卷"),
        (io.BytesIO(packed(("a.jpg", b"x" * 90)).getvalue()[:-30]), "无法打开"),
        (io.BytesIO(b"PK\x03\x04"), "无法打开"),
        (io.BytesIO(b""), "无法打开"),
    ],
)
def test_what_cannot_be_opened_is_refused_with_advice(file, sentence):
    """C08."""
    told = refused(file)

    assert sentence in told
    assert "打包" in told


def test_a_long_comment_and_a_name_of_markup_are_text_alone():
    """C11."""
    file = packed(("<img onerror=x>.jpg", b"1"), comment=b"<b>" + b"x" * 65_000)

    assert names(file) == ["<img onerror=x>.jpg"]


def test_a_torn_member_is_refused_and_the_others_are_read():
    file = packed(("a.jpg", b"first" * 40), ("b.jpg", b"second"))
    data = file.getvalue()
    at = data.find(b"a.jpg") + 5
    torn = io.BytesIO(data[:at] + b"\xff" * 4 + data[at + 4 :])
    bundle = zips.Bundle(torn)

    with pytest.raises(Unusable, match="已损坏"):
        bundle.read(0)
    assert bundle.read(1) == b"second"
