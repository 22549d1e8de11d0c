"""Zips from outside: nothing is written out by its own name, every byte is counted as it comes."""

import re
import stat
import struct
import unicodedata
import zipfile
from dataclasses import dataclass
from typing import BinaryIO

from adapters.images import MOST_BYTES, Unusable

MOST_MEMBERS = 3000
MOST_LEVELS = 5
MOST_TOTAL = 300 * 1024 * 1024
MOST_RATIO = 100  # pictures are packed already; what shrinks a hundredfold is none
SMALL = 1024 * 1024  # below this a ratio says nothing
DIRECTORY = 2 * 1024 * 1024  # bytes of the list of contents, read whole before anything is known
END, END_SIZE, LOCATOR_SIZE = b"PK\x05\x06", 22, 20
BESIDE = re.compile(r"(^|/)(__MACOSX(/|$)|\.DS_Store$|Thumbs\.db$|desktop\.ini$|\._[^/]*$)", re.I)
PACKED = re.compile(r"\.(zip|rar|7z|tar|gz|tgz|bz2|xz|z\d\d|00\d)$", re.I)
AGAIN = "请用电脑自带的“压缩为 ZIP 文件”重新打包后再上传。"
OTHERS = {
    b"Rar!": f"这是 RAR 压缩包，只是名称改成了 .zip。请先解压，{AGAIN}",
    b"7z\xbc\xaf": f"这是 7z 压缩包，只是名称改成了 .zip。请先解压，{AGAIN}",
    b"PK\x07\x08": f"这是分卷压缩包的一部分，不能接收。请合并为一个压缩包，{AGAIN}",
}
BROKEN = f"压缩包无法打开，可能没有传完或已损坏，{AGAIN}"


@dataclass(frozen=True)
class Member:
    """One file of a zip: its place in the list, its path as text, its size as declared."""

    index: int
    name: str
    size: int


def is_zip(start: bytes) -> bool:
    """Whether a file that begins so is an archive, or calls for a sentence about archives."""
    return start[:4] in {b"PK\x03\x04", b"PK\x05\x06", *OTHERS}


class Bundle:
    """A zip whose list of contents was found harmless. Raises Unusable for any other."""

    def __init__(self, file: BinaryIO):
        _look_at_ends(file)
        try:
            self._zip = zipfile.ZipFile(file)
        except Exception:  # whatever a broken list makes of its reader
            raise Unusable(BROKEN) from None
        infos = self._zip.infolist()
        self._infos = {n: one for n, one in enumerate(infos) if not BESIDE.search(_name(one))}
        _look_over(list(self._infos.values()))
        _look_apart(infos, self._zip.start_dir)
        self._left = MOST_TOTAL
        self.members = [
            Member(n, _name(one), one.file_size)
            for n, one in self._infos.items()
            if not one.is_dir() and not _name(one).endswith("/")
        ]

    def read(self, index: int) -> bytes:
        """The bytes of a member, no more than it may have. Raises Unusable when they do not add up."""
        most = min(MOST_BYTES, self._left)
        try:
            with self._zip.open(self._infos[index]) as member:
                data = member.read(most + 1)
        except Exception:  # torn, or not what the list says
            raise Unusable("文件在压缩包中已损坏，请单独上传这一张。") from None
        self._left -= len(data)
        if len(data) > most:
            raise Unusable("图片超过 10 MB，请压缩后再上传。")
        return data


def _look_at_ends(file: BinaryIO) -> None:
    """Neither another sort of archive nor a list too long to be read. The file is at its start."""
    start = file.read(4)
    if start in OTHERS:
        raise Unusable(OTHERS[start])
    size = file.seek(0, 2)
    if size > MOST_TOTAL:
        raise Unusable("压缩包超过 300 MB，请分成几个压缩包上传。")
    file.seek(max(0, size - END_SIZE - 65535 - LOCATOR_SIZE))
    tail = file.read()
    file.seek(0)
    at = len(tail) - END_SIZE
    if at < 0 or tail[at : at + 4] != END or tail[-2:] != b"\0\0":
        at = tail.rfind(END)
    if at < 0 or at + END_SIZE > len(tail):
        raise Unusable(BROKEN)
    disk, first, here, count, length, _ = struct.unpack("<4H2L", tail[at + 4 : at + 20])
    if disk or first or here != count:
        raise Unusable(OTHERS[b"PK\x07\x08"])
    longer = tail[max(0, at - LOCATOR_SIZE) : at].startswith(b"PK\x06\x07")
    if count > 2 * MOST_MEMBERS or length > DIRECTORY:
        raise Unusable(_too_many())
    if longer:
        raise Unusable(f"压缩包的格式不常用，不能接收，{AGAIN}")


def _too_many() -> str:
    return f"压缩包内超过 {MOST_MEMBERS} 个文件，请分成几个压缩包上传。"


def _look_over(infos: list[zipfile.ZipInfo]) -> None:
    """What is declared is within measure, and nothing is hidden, linked or locked."""
    if len(infos) > MOST_MEMBERS:
        raise Unusable(_too_many())
    for one in infos:
        name = _name(one)
        if one.flag_bits & 0x2041 or one.compress_type == 99:
            raise Unusable(f"压缩包设有密码，不能接收。请去掉密码，{AGAIN}")
        if _leads_away(name):
            raise Unusable(f"压缩包内有文件的路径不正常（{name[:60]}），不能接收，{AGAIN}")
        if name.strip("/").count("/") > MOST_LEVELS:
            raise Unusable(f"压缩包内文件夹超过 {MOST_LEVELS} 层，请减少层数，{AGAIN}")
        if stat.S_IFMT(one.external_attr >> 16) not in {0, stat.S_IFREG, stat.S_IFDIR}:
            raise Unusable(f"压缩包内有快捷方式（{name[:60]}），不能接收。请放入图片本身，{AGAIN}")
        if PACKED.search(name):
            raise Unusable(f"压缩包内还有压缩包（{name[:60]}）。请先全部解压，{AGAIN}")
        if one.compress_type not in {zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED}:
            raise Unusable(f"压缩包的压缩方式不常用，不能接收，{AGAIN}")
        if one.file_size > SMALL and one.file_size > MOST_RATIO * one.compress_size:
            raise Unusable(f"压缩包内有不正常的文件（{name[:60]}），不能接收，{AGAIN}")
    if sum(one.file_size for one in infos) > MOST_TOTAL:
        raise Unusable("压缩包解压后超过 300 MB，请分成几个压缩包上传。")


def _look_apart(infos: list[zipfile.ZipInfo], end: int) -> None:
    """No two members share bytes, and none reaches into the list of contents."""
    placed = sorted(infos, key=lambda one: one.header_offset)
    ends = [one.header_offset for one in placed[1:]] + [end]
    for one, following in zip(placed, ends, strict=True):
        head = 30 + len(one.orig_filename.encode("utf-8" if one.flag_bits & 0x800 else "cp437"))
        if one.header_offset < 0 or one.header_offset + head + one.compress_size > following:
            raise Unusable(BROKEN)


def _leads_away(name: str) -> bool:
    parts = name.split("/")
    return (
        name.startswith("/") or ".." in parts or "\0" in name or bool(re.match("[A-Za-z]:", name))
    )


def _name(info: zipfile.ZipInfo) -> str:
    """The path as its packer meant it: older programs write it in the encoding of their machine."""
    name = info.orig_filename
    if not info.flag_bits & 0x800:
        raw = name.encode("cp437")
        for encoding in ("utf-8", "gb18030"):
            try:
                name = raw.decode(encoding)
                break
            except UnicodeDecodeError:
                continue
    return unicodedata.normalize("NFC", name).replace("\\", "/")
