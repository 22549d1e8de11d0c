"""A picture comes in: kept once, and known by whom it shows and which sending it came with."""

import uuid

from django.db import IntegrityError, transaction
from django.utils import timezone

from accounts.audit import record
from accounts.models import User
from accounts.moves import Refused
from accounts.services.files import keep
from adapters.images import Image
from rounds.models import Answer, Assignment, Evidence
from selfcheck.models import Drop, Shot
from selfcheck.tools.services import queueing

LIMIT = 6  # pictures in force for one answer


@transaction.atomic
def show(
    answer: Answer,
    image: Image,
    *,
    name: str,
    actor: User,
    upload: uuid.UUID,
    by: str = Shot.By.OWN,
    drop: Drop | None = None,
) -> Shot:
    """The picture shows the answer; the same one sent again is the one already there.

    The caller is in the round's gate and holds the person's part.
    """
    present = Evidence.objects.filter(answer=answer, voided_at=None)
    if same := present.filter(sha256=image.sha256).select_related("shot").first():
        return same.shot
    if present.count() >= LIMIT:
        raise Refused(f"每项最多 {LIMIT} 张图片，请先移除不需要的。")
    place = {"answer": answer, "unit_path": answer.unit_path}
    more = {"person_id": answer.person_id, "matched_by": by, "drop": drop, "upload": upload}
    try:
        return _kept(place, answer.round_id, image, name, actor, more)
    except IntegrityError:  # the same sending, twice at once
        return present.select_related("shot").get(sha256=image.sha256).shot


@transaction.atomic
def hold(drop: Drop, image: Image, *, name: str, actor: User, upload: uuid.UUID) -> Shot:
    """The picture belongs to the class's part until it is known whom it shows."""
    part: Assignment = drop.assignment
    present = Evidence.objects.filter(assignment=part, voided_at=None)
    if same := present.filter(sha256=image.sha256, shot__isnull=False).first():
        return same.shot
    place = {"assignment": part, "unit_path": part.unit_path}
    try:
        return _kept(place, part.round_id, image, name, actor, {"drop": drop, "upload": upload})
    except IntegrityError:
        return present.get(sha256=image.sha256).shot


@transaction.atomic
def _kept(place: dict, round_id: int, image: Image, name: str, actor: User, more: dict) -> Shot:
    stored = keep("evidence", image.bytes, name=name, content_type=image.content_type, actor=actor)
    evidence = Evidence.objects.create(file=stored, sha256=image.sha256, added_by=actor, **place)
    taken_at = timezone.make_aware(image.taken_at) if image.taken_at else None
    made = Shot.objects.create(
        evidence=evidence,
        round_id=round_id,
        unit_path=place["unit_path"],
        pixels=image.pixels,
        received=image.received,
        taken_at=taken_at,
        **more,
    )
    record(actor, "attach", evidence)
    transaction.on_commit(queueing.wake, robust=True)
    return made


@transaction.atomic
def remove(shot: Shot, *, actor: User) -> None:
    """The picture no longer shows anything; it stays on record."""
    present = Evidence.objects.filter(pk=shot.evidence_id, voided_at__isnull=True)
    if not present.update(voided_at=timezone.now()):
        raise Refused("此图片已被替换或移除，请刷新页面后再看。")
    record(actor, "detach", shot.evidence)
