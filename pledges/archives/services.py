"""An archive is asked for with a purpose, made by a worker, and kept for a day."""

import hashlib
import secrets
from datetime import timedelta
from pathlib import Path

from django.db import IntegrityError, transaction
from django.utils import timezone

from accounts import jobs
from accounts.audit import record
from accounts.models import Job, StoredFile, Unit
from accounts.models.files import stored_name
from accounts.moves import Refused
from accounts.scope import covers
from accounts.services.files import safe
from pledges.archives.queries import rounds_of
from pledges.archives.writing import write
from pledges.models import Archive
from rounds.models import Round

KIND = "pledge.archive"
KEPT = timedelta(hours=24)


def ask_archive(round_: Round, unit: Unit, *, purpose: str, actor) -> Archive:
    """The archive of a unit's part of a round is being made: a new one, or the one under way."""
    return _asked(unit, purpose, actor, round=round_)


def ask_year(unit: Unit, year: str, *, purpose: str, actor) -> Archive:
    """The archive of all that a unit signed for a year is being made: new, or the one under way."""
    return _asked(unit, purpose, actor, round=None, year=year)


@transaction.atomic
def _asked(unit: Unit, purpose: str, actor, **of) -> Archive:
    if not purpose.strip():
        raise Refused("请填写用途，例如“学院存档”“上级检查”。")
    there = Archive.objects.filter(unit=unit, requested_by=actor, made_at__isnull=True, **of)
    archive = there.first()
    if archive is None:
        shape = {"unit": unit, "unit_path": unit.path, "requested_by": actor, **of}
        try:
            with transaction.atomic():
                archive = Archive.objects.create(purpose=purpose.strip()[:200], **shape)
                record(actor, "ask_archive", archive, note=archive.purpose)
        except IntegrityError:
            archive = there.get()
    jobs.start(KIND, key_of(archive), actor=actor, archive=archive.pk)
    return archive


def key_of(archive: Archive) -> str:
    """The key of the archive's job."""
    return f"{KIND}:{archive.pk}"


@jobs.handles(KIND)
def make_archive(job: Job) -> str:
    """The archive is whole and ready for a day. Killed anywhere, it is done from where it was."""
    archive = Archive.objects.select_related("round", "unit", "requested_by").get(
        pk=job.params["archive"]
    )
    if archive.made_at:
        return "归档文件已生成。"
    if not covers(archive.requested_by, "archive.make", archive.unit_path):
        raise Refused("您已没有该单位的归档权限。")
    stored = StoredFile(uuid=archive.uuid, kind="archive", content_type="application/zip")
    stored.file.name = stored_name(stored, "")
    place = Path(stored.file.path)
    place.parent.mkdir(parents=True, exist_ok=True)
    for left in place.parent.glob(f"{place.name}.*"):  # by a worker that died
        left.unlink(missing_ok=True)
    part = place.with_name(f"{place.name}.{secrets.token_hex(4)}")
    try:
        count = write(archive, rounds_of(archive), part, job)
        part.replace(place)
    finally:
        part.unlink(missing_ok=True)
    return _ready(archive, stored, place, count)


def _ready(archive: Archive, stored: StoredFile, place: Path, count: int) -> str:
    now = timezone.now()
    with place.open("rb") as whole:
        stored.sha256 = hashlib.file_digest(whole, "sha256").hexdigest()
    stored.size, stored.uploaded_by = place.stat().st_size, archive.requested_by
    stored.name = f"{safe(archive.unit.name)}_{safe(archive.title)}.zip"[-100:]
    with transaction.atomic():
        mine = Archive.objects.filter(pk=archive.pk, made_at__isnull=True).update(
            made_at=now, until=now + KEPT, documents=count
        )
        if mine:
            stored.save(force_insert=True)
            Archive.objects.filter(pk=archive.pk).update(file=stored)
    return f"归档文件已生成，共 {count} 份，请在 24 小时内下载。"


def expire_archives() -> int:
    """Archives whose day is over are gone from the disk, their rows stay; how many."""
    over = Archive.objects.filter(file__isnull=False, until__lt=timezone.now())
    gone = list(over.select_related("file"))
    for archive in gone:
        stored = archive.file
        if stored is None:
            continue
        with transaction.atomic():
            Archive.objects.filter(pk=archive.pk).update(file=None)
            StoredFile.objects.filter(pk=stored.pk).delete()
        stored.file.delete(save=False)
    return len(gone)
