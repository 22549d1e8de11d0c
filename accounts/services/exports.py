"""Taking a list out: asked for with a purpose, written by a job, kept a day for one person."""

import hashlib
import tempfile
from array import array
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path
from zipfile import ZipFile

from django.db import transaction
from django.utils import timezone

from accounts import exports, jobs
from accounts.audit import record
from accounts.models import Export, Job, StoredFile
from accounts.moves import Refused
from accounts.paths import SCHOOL, cut
from accounts.scope import holds
from accounts.services.files import keep_from
from adapters import spreadsheets

KEPT = timedelta(hours=24)
AN_HOUR = 30  # exports of one person
STEP = 2000
ZIP = "application/zip"
XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


def may_ask(user, sees: bool) -> bool:
    """Whether the user may take out a list that they see."""
    return sees and holds(user, "export.make")


@transaction.atomic
def ask(
    source: str, params: dict, *, title: str, purpose: str, full: bool = False, actor
) -> Export:
    """A job writes the list; the same list asked for again while it runs is that one."""
    if not holds(actor, "export.make"):
        raise Refused("您的角色不能导出名单。")
    if full and not holds(actor, "person.unmask"):
        raise Refused("您的角色不能导出完整号码。")
    since = timezone.now() - timedelta(hours=1)
    if Export.objects.filter(owner=actor, created_at__gt=since).count() >= AN_HOUR:
        raise Refused(f"一小时内最多导出 {AN_HOUR} 次，请稍后再试。")
    made = Export.objects.create(
        owner=actor, source=source, params=params, title=title[:80], purpose=purpose, full=full
    )
    said = hashlib.sha256(repr((source, sorted(params.items()), full)).encode()).hexdigest()[:32]
    job = jobs.start("export", f"export:{actor.pk}:{said}", actor=actor, export=made.pk)
    if job.params["export"] != made.pk:
        made.delete()
        return Export.objects.get(pk=job.params["export"])
    Export.objects.filter(pk=made.pk).update(job=job)
    made.job = job
    return made


@jobs.handles("export")
def write(job: Job) -> str:
    """The list is a private file of its owner, and one row of the trail says so. Twice is once."""
    made = Export.objects.select_related("owner").get(pk=job.params["export"])
    if made.file_id:
        return _said(made)
    owner = made.owner
    if not holds(owner, "export.make") or (made.full and not holds(owner, "person.unmask")):
        raise Refused("您的角色已变动，不能导出这份名单。")
    found = exports.listed(made.source, owner, made.params, full=made.full)
    keys = array("q")
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder, "list.xlsx")
        made.rows = spreadsheets.stream(
            path, title=found.title, line=headline(made), headers=found.headers,
            rows=_told(found, keys, job), widths=found.widths, subject=f"任务号 {made.pk}",
        )  # fmt: skip
        made.digest = digest_of(keys)
        name, kind = f"{found.title}.xlsx", XLSX
        if found.beside:
            path, name, kind = _bundled(path, found.beside), f"{found.title}.zip", ZIP
        with transaction.atomic():
            with path.open("rb") as handle:
                made.file = keep_from("export", handle, name=name, content_type=kind, actor=owner)
            made.expires_at = timezone.now() + KEPT
            made.save(update_fields=["file", "rows", "digest", "expires_at"])
            record(
                owner, "export", made, path=found.path or cut(owner.unit_path, SCHOOL), note=made.purpose, rows=made.rows,
                digest=made.digest, full=made.full, filter=made.params.get("query", "")[:300],
            )  # fmt: skip
    return _said(made)


def _bundled(path: Path, beside: Callable[[ZipFile], None]) -> Path:
    """The list as 目录.xlsx in a zip, with what belongs to it."""
    whole = path.with_name("whole.zip")
    with ZipFile(whole, "w") as bundle:
        beside(bundle)
        bundle.write(path, "目录.xlsx")
    return whole


def headline(made: Export) -> str:
    """Who took the list, when and for what; it stands above every sheet."""
    at = timezone.localtime(made.created_at)
    who = f"{made.owner.name} {made.owner.number}".strip()
    return (
        f"导出人 {who}　时间 {at:%Y-%m-%d %H:%M}　任务号 {made.pk}　用途 {made.purpose}"
        "　内部使用，不得张贴、转发"
    )


def digest_of(keys) -> str:
    """The digest by which a found copy can be matched with the export it came from."""
    lines = "\n".join(str(key) for key in sorted(keys))
    return hashlib.sha256(lines.encode()).hexdigest()


def _told(found: exports.Listed, keys: array, job: Job):
    """The rows, their keys kept, the progress told."""
    for key, row in found.rows:
        keys.append(key)
        if len(keys) % STEP == 0:
            jobs.progress(job, len(keys), max(found.count, len(keys)))
        yield row


def _said(made: Export) -> str:
    return f"已生成，共 {made.rows:,} 条。请在 24 小时内下载，到期自动删除。"


def purge() -> int:
    """Files whose day is over are gone, the record of the export stays; how many."""
    over = Export.objects.filter(file__isnull=False, expires_at__lt=timezone.now())
    gone = list(over.values_list("pk", "file"))
    for pk, file_id in gone:
        with transaction.atomic():
            Export.objects.filter(pk=pk).update(file=None)
            stored = StoredFile.objects.get(pk=file_id)
            stored.delete()
        stored.file.delete(save=False)
    return len(gone)
