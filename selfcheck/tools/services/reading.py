"""Pictures that wait are read by a worker of its own; what leaves no doubt is accepted.

Nothing is refused here. One upload is read at a time and settled in one transaction, so that a
worker killed in between leaves it waiting whole.
"""

import hashlib
import logging
import os
import time
import uuid
from collections.abc import Sequence
from datetime import timedelta

from django.conf import settings
from django.db import transaction
from django.utils import timezone

from accounts import jobs
from accounts.audit import keyed, record
from accounts.models import Job
from accounts.moves import Refused
from accounts.services.files import keep
from adapters import ocr
from adapters.pixels import Undecodable
from rounds import services as rounds
from rounds.models import Answer, Evidence, Round
from selfcheck import reading
from selfcheck.models import Shot
from selfcheck.tools.services import codes, matching, telling
from selfcheck.tools.services.queueing import KIND, QUEUE, waiting

LOWEST = 19
TURN = 20 * 60  # seconds after which the worker is given back; the timetable starts the next turn
log = logging.getLogger(__name__)
State = Shot.State


@jobs.handles(KIND, queue=QUEUE)
def read_waiting(job: Job) -> str:
    """What waits is read, upload by upload, the oldest first, for as long as a turn lasts."""
    os.setpriority(os.PRIO_PROCESS, 0, LOWEST)  # whoever waits for a page goes first
    done, until = 0, time.monotonic() + TURN
    while time.monotonic() < until:
        first = waiting().order_by("pk").values_list("upload", flat=True).first()
        if first is None:
            break
        done += read_upload(first)
        jobs.progress(job, done, done + waiting().count())
    return f"已识别 {done} 张图片。"


def read_upload(upload: uuid.UUID) -> int:
    """The pictures of one sending are read, and each answer they show is accepted or in doubt.

    Pictures of it that were read before count again beside the new ones; how many were new.
    """
    shots = list(
        Shot.objects.filter(upload=upload, evidence__voided_at=None)
        .select_related("evidence__file", "evidence__answer__item", "person", "round", "drop")
        .order_by("pk")
    )
    new = [shot for shot in shots if shot.state == State.QUEUED]
    works = ocr.engine_of(settings.OCR_ENGINE)
    if works.name == ocr.NONE or not works.works:
        Shot.objects.filter(pk__in=[shot.pk for shot in new]).update(
            state=State.UNREAD, read_at=timezone.now()
        )
        return len(new)
    for shot in new:
        _read(shot)
    with transaction.atomic():
        _settle(shots, new)
    return len(new)


def _read(shot: Shot) -> None:
    """The picture's reading is on the row, not yet saved; ID numbers on it are covered."""
    stored = shot.evidence.file
    try:
        with stored.file.open("rb") as handle:
            data = handle.read()
        lines = ocr.read(data, settings.OCR_ENGINE)
        found = reading.read_page(lines, data)
        covered = reading.blanked(data, lines)
    except (OSError, Undecodable):
        log.warning("picture %s cannot be read", shot.pk, exc_info=True)
        found, covered = reading.Reading(reading.UNKNOWN, 1.0, flaw="unreadable"), None
    shot.state, shot.read_at, shot.page = State.READ, timezone.now(), found.page
    shot.facts, shot.rest = telling.told(found)
    key = reading.identity_key(found)
    shot.identity = keyed(key) if key else ""
    shot.covered = covered if covered != data else None  # type: ignore[attr-defined]


def _settle(shots: list[Shot], new: list[Shot]) -> None:
    """What was read is kept, and the answers of the upload are judged by it."""
    for shot in new:
        if shot.covered:  # type: ignore[attr-defined]
            _cover(shot, shot.covered)  # type: ignore[attr-defined]
    fields = ["state", "read_at", "page", "facts", "rest", "identity"]
    Shot.objects.bulk_update(new, fields)
    sendings = {shot.upload for shot in shots}
    for shot in new:
        sendings.add(_owned(shot).upload)
    shown = Shot.objects.filter(
        upload__in=sendings, evidence__voided_at=None, evidence__answer__isnull=False
    )
    together: dict[Answer, list[Shot]] = {}
    for shot in shown.select_related("evidence__answer__item", "evidence__answer__round"):
        if answer := shot.evidence.answer:
            together.setdefault(answer, []).append(shot)
    for answer in sorted(together, key=lambda one: one.pk):
        beside = [one for given in together.values() for one in given]
        _judge(answer, [one for one in beside if one.person_id == answer.person_id])


def _owned(shot: Shot) -> Shot:
    """The picture with its owner, where what stands in it tells and the class still takes it."""
    try:
        with transaction.atomic():
            return matching.find_owner(shot)
    except Refused:
        return shot


def _cover(shot: Shot, data: bytes) -> None:
    """The covered picture takes the place of the one that came, which is gone for good."""
    old = shot.evidence.file
    made = keep("evidence", data, name=old.name, content_type=old.content_type, actor=None)
    Evidence.objects.filter(pk=shot.evidence_id).update(file=made)
    record(None, "cover", shot.evidence)
    old.delete()
    transaction.on_commit(lambda: old.file.delete(save=False))


def _judge(answer: Answer, shots: Sequence[Shot]) -> None:
    """The answer is accepted by rule, or its pictures bear the doubts for a person."""
    answer.refresh_from_db(fields=["state"])
    if answer.state != Answer.State.PENDING:
        return
    own = [shot for shot in shots if shot.evidence.answer_id == answer.pk]
    said = _verdict(answer, shots)
    doubts = [*_seen(answer, own), *codes.doubts(answer), *said.doubts]
    accepted = not doubts and _accept(answer, said)
    ids = [shot.pk for shot in own]
    drawn = accepted and in_sample(answer)
    Shot.objects.filter(pk__in=ids).update(
        doubts=list(dict.fromkeys(doubts)), certain=accepted, sampled=drawn
    )


def _verdict(answer: Answer, shots: Sequence[Shot]) -> reading.Verdict:
    asks = telling.reads(answer.item)
    if not asks:  # the school has no rule for it: people look
        return reading.Verdict(accept=False, doubts=("not_read",))
    opens = timezone.localdate(answer.round.opens_at)
    return reading.verdict(
        [telling.reading_of(shot) for shot in shots if shot.state == State.READ],
        asks,
        telling.person_of(answer, shots),
        timezone.localtime().replace(tzinfo=None),
        since=opens - timedelta(days=fresh_days(answer.round)),
    )


def _accept(answer: Answer, said: reading.Verdict) -> bool:
    """Accepted, until the day that was read; not where the round is over."""
    try:
        rounds.judge(
            answer, actor=None, accept=True, valid_until=telling.until(said) or answer.valid_until
        )
    except Refused:
        return False
    return True


def _seen(answer: Answer, shots: Sequence[Shot]) -> list[str]:
    """What the files themselves say: the very picture of another person, or of a former round."""
    doubts = []
    for name in ("pixels", "received"):
        given = [getattr(shot, name) for shot in shots]
        same = Shot.objects.filter(**{f"{name}__in": given}).exclude(person=None)
        if same.exclude(person=answer.person_id).exists():
            doubts.append("same_as_other")
        if same.filter(person=answer.person_id).exclude(round=answer.round_id).exists():
            doubts.append("recycled")
    return list(dict.fromkeys(doubts))


def fresh_days(round_: Round) -> int:
    """From how many days before the round a picture may be."""
    details = getattr(round_, "safeguard", None)
    return details.fresh_days if details else 0


def in_sample(answer: Answer) -> bool:
    """Whether this accepted answer is one of those that people look at all the same.

    Drawn by a digest, so that asking twice draws the same.
    """
    details = getattr(answer.round, "safeguard", None)
    share = details.sample_percent if details else 0
    drawn = hashlib.sha256(f"sample {answer.pk} {answer.done_at:%s}".encode()).digest()
    return int.from_bytes(drawn[:4], "big") % 10_000 < share * 100
