"""A person shows their own items: pictures in, the answer waits to be looked at."""

import uuid
from collections.abc import Iterable
from datetime import date, timedelta
from typing import Any

from django.db import transaction
from django.db.models import Sum
from django.utils import timezone

from accounts.models import StoredFile, User
from accounts.moves import Refused, move
from accounts.services.files import keep
from adapters.images import Image
from rounds import gate
from rounds.figures import midnight
from rounds.models import Answer, Evidence, Item
from rounds.services import answer, handed_in, hold_part, is_asked, part_of
from rounds.services.items import settle
from selfcheck.models import Barrier, CodeTry, Shot, ToolItem
from selfcheck.tools.services import barriers, codes
from selfcheck.tools.services.pictures import remove, show

A_DAY = 50 * 1024 * 1024  # bytes of pictures one person may send in a day
Pictures = list[tuple[str, Image]]


@transaction.atomic
def send_all(sent: Iterable, person: User, **more) -> list:
    """Each line's pictures show its item, or none does."""
    return [
        send(line.item, line.known, person, pictures, actor=person, **more)
        for line, pictures in sent
    ]


@transaction.atomic
def send(
    item: Item,
    known: ToolItem,
    person: User,
    pictures: Pictures,
    *,
    actor: User,
    upload: uuid.UUID,
    days: tuple[date | None, date | None] = (None, None),
    result: str = CodeTry.Result.GREEN,
) -> Answer | None:
    """The pictures show the person's item, which waits; sent once more, nothing is new.

    What an earlier sending showed and somebody has judged is put aside. A red code, and a pass on
    the way to green, are on record and answer nothing.
    """
    gate.enter(item.round_id, person.unit_path)
    if known.tool.coloured and result != CodeTry.Result.GREEN:
        record_try(item, known, person, pictures, actor=actor, result=result, day=days[0])
        return None
    if there := _sent_already(item, person, pictures, days[1]):
        return there
    if known.pictured and not pictures:
        raise Refused("请先选择截图。")
    _check_quota(person, pictures)
    _no_barrier(known, person, actor)
    former = Answer.objects.filter(item=item, person=person).first()
    judged = former is not None and former.state != Answer.State.PENDING
    found = answer(item, person, actor=actor, valid_until=_end(known, *days))
    if judged:
        for old in _present(found).exclude(shot__upload=upload):
            remove(old.shot, actor=actor)
    for name, image in pictures:
        show(found, image, name=name, actor=actor, upload=upload)
    if known.tool.coloured:
        given: dict[str, Any] = {"happened_on": days[0], "expires_on": found.valid_until}
        codes.note(person, known.tool, result=result, actor=actor, **given)
    return found


@transaction.atomic
def record_try(
    item: Item,
    known: ToolItem,
    person: User,
    pictures: Pictures,
    *,
    actor: User,
    result: str,
    day: date | None = None,
) -> None:
    """A red code or a pass is on record with its picture; the same picture once."""
    if result == CodeTry.Result.PASSED and not pictures:
        raise Refused("请上传测试通过的截图，每次通过一张。")
    _check_quota(person, pictures)
    if not is_asked(item.round, person):
        raise Refused("您不在本任务的应完成人员之列，无需办理。如有疑问请联系所在单位。")
    part = part_of(item.round, person)
    given: dict[str, Any] = {"result": result, "actor": actor, "happened_on": day}
    for name, image in pictures:
        present = Evidence.objects.filter(completion=part, voided_at=None, sha256=image.sha256)
        if present.exists():
            continue
        stored = keep(
            "evidence", image.bytes, name=name, content_type=image.content_type, actor=actor
        )
        place = {"completion": part, "unit_path": part.unit_path, "sha256": image.sha256}
        picture = Evidence.objects.create(**place, file=stored, added_by=actor)
        codes.note(person, known.tool, picture=picture, **given)
    if not pictures:
        codes.note(person, known.tool, **given)


def _no_barrier(known: ToolItem, person: User, actor: User) -> None:
    """Who sends pictures after all has no difficulty any more."""
    there = Barrier.objects.filter(person=person, tool=known.tool, state__in=Barrier.OPEN)
    for barrier in there.select_related("person", "tool"):
        barriers.end(barrier, actor=actor, note="本人已能办理")


@transaction.atomic
def take_away(shot: Shot, *, actor: User) -> Answer:
    """The picture no longer shows the item; where none is left, the item is to be done anew."""
    found: Answer | None = shot.evidence.answer
    if found is None:
        raise Refused("此图片还未对应到项目，请由辅导员处理。")
    round_ = gate.enter(found.round_id, found.unit_path)
    hold_part(found.completion)
    found.refresh_from_db()
    if found.state != Answer.State.PENDING or handed_in(found.completion):
        raise Refused("此项已核验或所在单位已交件，图片不能再移除。")
    remove(shot, actor=actor)
    if not _present(found).exists():
        move(found, "send_back", actor=actor, note="本人移除了截图，请重新提交。")
        settle(round_, [found.completion_id])
    return found


def _sent_already(
    item: Item, person: User, pictures: Pictures, expires: date | None
) -> Answer | None:
    """The answer that shows all of these pictures, if there is one to be judged or accepted."""
    states = [Answer.State.PENDING, Answer.State.ACCEPTED]
    found = Answer.objects.filter(item=item, person=person, state__in=states).first()
    if not found or not pictures or (expires and expires != found.valid_until):
        return None
    there = set(_present(found).values_list("sha256", flat=True))
    return found if all(image.sha256 in there for _, image in pictures) else None


def _present(found: Answer):
    present = Evidence.objects.filter(answer=found, voided_at=None, shot__isnull=False)
    return present.select_related("shot")


def _end(known: ToolItem, issued: date | None, expires: date | None) -> date | None:
    """Until when the item holds: as the code says, else so many days from when it was given."""
    if expires or not known.valid_days:
        return expires
    return (issued or timezone.localdate()) + timedelta(days=known.valid_days)


def _check_quota(person: User, pictures: Pictures) -> None:
    today = StoredFile.objects.filter(
        uploaded_by=person, kind="evidence", uploaded_at__gte=midnight(timezone.localdate())
    )
    sent = today.aggregate(n=Sum("size"))["n"] or 0
    if sent + sum(len(image.bytes) for _, image in pictures) > A_DAY:
        raise Refused("今天上传的图片已达 50 MB，请明天再传，或减少图片。")
