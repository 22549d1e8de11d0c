"""A zip of a drop is worked by a job, picture by picture, each exactly once; then it goes."""

import io
from pathlib import Path

from django.db import transaction

from accounts import jobs
from accounts.audit import record
from accounts.models import Job, StoredFile, User
from accounts.moves import Refused
from accounts.services.files import keep_from
from adapters import zips
from adapters.images import MOST_BYTES, Image, Unusable
from selfcheck.models import Drop, DropFile
from selfcheck.tools.services.placing import hold_class
from selfcheck.tools.services.receiving import (
    Outcome,
    files_of,
    namer_of,
    opened,
    room_for,
    settle_file,
    shown,
)

KIND = "drop.unpack"
PICTURES = ".jpg", ".jpeg", ".png", ".webp", ".heic", ".heif"
STEP = 10  # how often a job says how far it is


def open_zip(drop: Drop, sent, *, key: str, name: str, actor: User) -> DropFile:
    """The zip is kept, what its names say is known, and a job takes it apart.

    Raises Refused for a zip that is not taken; nothing of it is kept.
    """
    try:
        members = zips.Bundle(sent).members
    except Unusable as unusable:
        raise Refused(str(unusable)) from None
    if not members:
        raise Refused("压缩包内没有图片。")
    sent.seek(0)
    with transaction.atomic():
        hold_class(drop)
        if there := files_of(drop).filter(key=key).first():
            return there
        room_for(drop, len(members), sum(one.size for one in members))
        kept = keep_from("drop", sent, name=name, content_type="application/zip", actor=actor)
        row = DropFile.objects.create(
            drop=drop, key=key, name=shown(name), outcome=Outcome.OPENED, bundle=kept
        )
        DropFile.objects.bulk_create(_planned(row, members))
        record(actor, "send_zip", drop, counts=len(members))
        begin(row, actor=actor)
    return row


def begin(row: DropFile, *, actor: User) -> Job:
    """A job takes the zip apart, from where the last one stood."""
    return jobs.start(KIND, f"drop:{row.pk}", actor=actor, row=row.pk)


def _planned(row: DropFile, members: list[zips.Member]) -> list[DropFile]:
    namer, found = namer_of(row.drop), []
    for one in members:
        guess, why = namer.read(one.name), ""
        if not one.name.lower().endswith(PICTURES):
            why = "不是图片。请使用 JPG、PNG、WebP 或 HEIC 格式的截图。"
        elif one.size > MOST_BYTES:
            why = "图片超过 10 MB，请压缩后再上传。"
        made = DropFile(
            drop=row.drop, inside=row, key=f"{row.pk}.{one.index}", name=shown(one.name),
            size=one.size, person_id=guess.person, item_id=guess.item, by=guess.by,
            outcome=Outcome.REFUSED if why else Outcome.WAITING, why=why or guess.doubt,
        )  # fmt: skip
        found.append(made)
    return found


@jobs.handles(KIND)
def unpack(job: Job) -> str:
    """Every picture of the zip that waited has been looked at; the zip is gone."""
    row = DropFile.objects.select_related("bundle").get(pk=job.params["row"])
    members = DropFile.objects.filter(inside=row)
    actor = job.requested_by
    if row.bundle and actor:
        with Path(row.bundle.file.path).open("rb") as file:
            bundle, total = zips.Bundle(file), members.count()
            waiting = list(members.filter(outcome=Outcome.WAITING).values_list("pk", "key"))
            done = total - len(waiting)
            for number, (pk, key) in enumerate(waiting):
                if number % STEP == 0:
                    jobs.progress(job, done + number, total)
                if not members.filter(pk=pk, outcome=Outcome.WAITING).exists():
                    continue  # taken off, or all of it taken back
                _work(pk, *_read(bundle, int(key.rpartition(".")[2])), actor=actor)
            jobs.progress(job, total, total)
    forget(row.pk)
    refused = members.filter(outcome=Outcome.REFUSED).count()
    return f"已处理 {members.count()} 个文件" + (f"，{refused} 个未能接收" if refused else "")


def _read(bundle: zips.Bundle, index: int) -> tuple[Image | None, str]:
    try:
        return opened(io.BytesIO(bundle.read(index)))
    except Unusable as unusable:
        return None, str(unusable)


def _work(pk: int, image: Image | None, why: str, *, actor: User) -> None:
    """The file is placed, unless somebody was quicker or took it off meanwhile."""
    with transaction.atomic():
        row = DropFile.objects.select_related("drop__assignment").get(pk=pk)
        try:
            hold_class(row.drop)
        except Refused as refusal:
            image, why = None, str(refusal)
        rows = DropFile.objects.select_for_update(of=["self"]).filter(outcome=Outcome.WAITING)
        rows = rows.select_related("drop__assignment__unit", "person", "item__round__unit")
        if held := rows.filter(pk=pk).first():
            settle_file(held, image, why, actor=actor)


def forget(row_id: int) -> None:
    """The zip is gone; its pictures, each looked at, remain."""
    kept = StoredFile.objects.filter(pk__in=DropFile.objects.filter(pk=row_id).values("bundle"))
    stored = kept.first()
    DropFile.objects.filter(pk=row_id).update(bundle=None)
    if stored:
        stored.delete()
        Path(stored.file.path).unlink(missing_ok=True)
