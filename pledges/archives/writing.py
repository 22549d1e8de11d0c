"""The zip itself: round by round, a folder for each class, an index of each sort."""

import tempfile
import zipfile
from pathlib import Path

from django.utils import timezone

from accounts.models import Job
from pledges.archives import listed, pairs, people
from pledges.archives.binder import Binder
from pledges.models import Archive
from rounds.models import Round


def write(archive: Archive, rounds: list[Round], part: Path, job: Job | None) -> int:
    """The zip is written to a file of its own; how many documents it holds."""
    with tempfile.TemporaryDirectory() as folder, zipfile.ZipFile(part, "w") as whole:
        binder = Binder(whole, folder, job)
        work = []
        for round_ in rounds:
            sort = pairs if hasattr(round_, "charter") else people
            ids = sort.ids_of(archive, round_)
            binder.total += len(ids)
            work.append((sort, round_, ids))
            sort.index(binder)
        for (sort, round_, ids), top in zip(work, _folders(archive, rounds), strict=True):
            sort.bind(binder, archive, round_, ids, top)
        others = sum(listed.bind(binder, archive, round_) for round_ in rounds)
        count = binder.close() - others
        whole.writestr("说明.txt", _about(archive, rounds, count, others))
    return count


def _folders(archive: Archive, rounds: list[Round]) -> list[list[str]]:
    """The folder of each round: none for an archive of one round."""
    if archive.round_id:
        return [[] for _ in rounds]
    titles = [round_.title for round_ in rounds]
    return [
        [round_.title if titles.count(round_.title) == 1 else f"{round_.title}_{round_.pk}"]
        for round_ in rounds
    ]


def _about(archive: Archive, rounds: list[Round], count: int, others: int) -> str:
    more = f"另有外部导入 {others} 人，无本系统签署记录，见“{listed.INDEX}”。\r\n" if others else ""
    asked = "、".join(round_.title for round_ in rounds)
    return (
        f"任务：{asked}\r\n单位：{archive.unit.name}\r\n份数：{count}\r\n"
        f"申请人：{archive.requested_by.name}\r\n用途：{archive.purpose}\r\n"
        f"生成时间：{timezone.localtime():%Y-%m-%d %H:%M:%S}\r\n{more}\r\n"
        "每份文件的 SHA-256 应与目录所列的文件校验码相同；不同即表示文件已被改动。\r\n"
        "内部资料，含个人信息，请妥善保管，不得张贴、转发。\r\n"
    )
