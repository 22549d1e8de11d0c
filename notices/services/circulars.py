"""通知: drafted, published at its time, acknowledged, passed on, recalled, corrected."""

from collections.abc import Iterable, Iterator
from datetime import datetime
from uuid import UUID

from django.db import IntegrityError, transaction
from django.urls import reverse
from django.utils import timezone

from accounts import jobs
from accounts.audit import record
from accounts.models import AuditEntry, Unit, User
from accounts.moves import Refused, move
from accounts.paths import under
from accounts.periods import day_of
from accounts.scope import covers
from accounts.services.files import keep
from notices import circular_queries as queries
from notices.models import Attachment, Circular, Forward, Notice
from notices.services.held import tell_able
from notices.services.inbox import tell

JOB = "notices.publish"
KIND = "circular"
MOST_FILES = 5
State = Circular.State
NO_AUTHOR = "拟稿人已没有该单位的发布权限，未发出。"


@transaction.atomic
def write(unit: Unit, *, actor, circular: Circular | None = None, **words) -> Circular:
    """A draft of the unit, new or as it is now wanted; a published one stays as it is."""
    if circular is None:
        circular = Circular(unit=unit, path=unit.path, created_by=actor, **words)
        circular.save(force_insert=True)
        record(actor, "draft", circular)
        return circular
    mine = Circular.objects.filter(pk=circular.pk, state=State.DRAFT)
    if circular.corrects_id:  # it goes to the same receivers
        words = {k: v for k, v in words.items() if k not in {"places", "roles"}}
    if not mine.update(**words):
        raise Refused("通知已不是草稿，不能修改；已发布的请撤回或发更正。")
    circular.refresh_from_db()
    record(actor, "revise", circular)
    return circular


@transaction.atomic
def attach(circular: Circular, data: bytes, *, name: str, content_type: str, actor) -> Attachment:
    """A Word or PDF file goes with the draft."""
    circular = Circular.objects.select_for_update().get(pk=circular.pk)
    if circular.state != State.DRAFT:
        raise Refused("只有草稿可以添加附件。")
    if circular.attachments.count() >= MOST_FILES:
        raise Refused(f"最多 {MOST_FILES} 个附件。")
    stored = keep(KIND, data, name=name, content_type=content_type, actor=actor)
    made = Attachment.objects.create(circular=circular, file=stored)
    record(actor, "attach", circular, name=stored.name)
    return made


@transaction.atomic
def detach(circular: Circular, uuid: UUID, *, actor) -> None:
    """The file no longer goes with the draft."""
    circular = Circular.objects.select_for_update().get(pk=circular.pk)
    if circular.state != State.DRAFT:
        raise Refused("只有草稿可以移除附件。")
    for attachment in circular.attachments.filter(file__uuid=uuid).select_related("file"):
        attachment.delete()
        record(actor, "detach", circular, name=attachment.file.name)


@transaction.atomic
def publish(circular: Circular, *, actor, at: datetime | None = None) -> Circular:
    """It is published at its time, or now."""
    if not queries.receivers(circular)[:1]:
        raise Refused("所选单位和人员中没有收件人，请检查发送范围。")
    now = timezone.now()
    at = max(at or now, now)
    move(circular, "schedule", actor=actor, publish_at=at)
    if at <= now:
        start(circular, actor=actor)
    return circular


def start(circular: Circular, *, actor) -> None:
    """The worker publishes it."""
    jobs.start(JOB, f"circular:{circular.pk}", actor=actor, circular=circular.pk)


def due() -> int:
    """Start those whose time has come, and those whose start was lost; how many."""
    waiting = Circular.objects.filter(state=State.SCHEDULED, publish_at__lte=timezone.now())
    rows = list(waiting.select_related("created_by"))
    for circular in rows:
        start(circular, actor=circular.created_by)
    return len(rows)


def deliver(circular: Circular, job=None) -> str:
    """Everybody whom it concerns has it in the inbox, once; a draft again if nobody stands for it."""
    if circular.state != State.SCHEDULED:
        return circular.get_state_display()
    if not _stood_for(circular):
        return _hold_back(circular)
    people = list(queries.receivers(circular))
    tell(_messages(circular, people), total=len(people), job=job)
    told = circular.notices.filter(kind=Notice.Kind.CIRCULAR).count()
    move(circular, "publish", actor=circular.created_by, note="", told=told)
    return f"已发给 {told} 人"


def _stood_for(circular: Circular) -> bool:
    """Whether who wrote it, or who set its time, may publish for the unit still."""
    told = AuditEntry.objects.filter(
        model=Circular._meta.model_name, object_id=str(circular.pk), verb="schedule"
    )
    last = told.order_by("-id").values_list("actor", flat=True).first()
    people = User.objects.filter(pk__in=[circular.created_by_id, last], is_active=True)
    return any(covers(person, "circular.edit", circular.path) for person in people)


@transaction.atomic
def _hold_back(circular: Circular) -> str:
    move(circular, "unschedule", actor=None, note=NO_AUTHOR)
    tell_able(
        "circular.edit", circular.path, kind=Notice.Kind.CIRCULAR, key=f"held_circular:{circular.pk}",
        title=f"通知未发出：{circular.title}",
        body=f"{NO_AUTHOR}通知已退回草稿，请核对后重新发布，或不再发布。",
        link=reverse("notices:circular", args=[circular.pk]),
    )  # fmt: skip
    return NO_AUTHOR


def _messages(circular: Circular, people: Iterable[int], line: str = "") -> Iterator[Notice]:
    title = f"更正：{circular.title}" if circular.corrects_id else f"通知：{circular.title}"
    link = reverse("notices:circular", args=[circular.pk])
    day = day_of(circular.publish_at or timezone.now())
    for person in people:
        yield Notice(
            person_id=person, kind=Notice.Kind.CIRCULAR, key=queries.key_of(circular),
            day=day, title=title[:120], body=line, link=link,
            circular=circular,
        )  # fmt: skip


@transaction.atomic
def unschedule(circular: Circular, *, actor) -> Circular:
    """One whose time has not come is a draft again."""
    return move(circular, "unschedule", actor=actor)


@transaction.atomic
def recall(circular: Circular, *, actor, reason: str) -> Circular:
    """Nobody reads it any more; that there was one, and why it went, stays."""
    if not reason.strip():
        raise Refused("请填写撤回原因。")
    return move(circular, "call_back", actor=actor, note=reason.strip())


@transaction.atomic
def correct(circular: Circular, *, actor) -> Circular:
    """A draft of the 更正, to the same receivers."""
    circular = Circular.objects.select_for_update().get(pk=circular.pk)
    if circular.state not in {State.PUBLISHED, State.RECALLED}:
        raise Refused("只有已发布或已撤回的通知可以更正。")
    draft = circular.corrections.filter(state=State.DRAFT).first()
    if draft:
        return draft
    return write(
        circular.unit, actor=actor, title=circular.title, number=circular.number,
        body=circular.body, places=circular.places, roles=circular.roles,
        receipt=circular.receipt, pinned=circular.pinned, corrects=circular,
    )  # fmt: skip


def acknowledge(circular: Circular, *, actor) -> bool:
    """已阅: whether it was pressed for the first time."""
    mine = Notice.objects.filter(circular=circular, person=actor, kind=Notice.Kind.CIRCULAR)
    now = timezone.now()
    mine.filter(read_at=None).update(read_at=now)
    return bool(mine.filter(receipt_at=None).update(receipt_at=now))


@transaction.atomic
def forward(circular: Circular, unit: Unit, *, line: str, actor) -> Forward:
    """The people of the class have it too, with a line from who passed it on; once for a class."""
    if not covers(actor, "circular.forward", unit.path):
        raise Refused("该班级不由您负责，不能转发。")
    state = Circular.objects.select_for_update().get(pk=circular.pk).state
    if state != State.PUBLISHED:
        raise Refused("通知未在发布中，不能转发。")
    try:
        with transaction.atomic():
            made = Forward.objects.create(
                circular=circular, unit=unit, line=line.strip(), created_by=actor
            )
    except IntegrityError:
        raise Refused(f"已转发到{unit.name}，无需重复转发。") from None
    people = User.objects.counted().filter(under(unit.path, "unit_path")).exclude(pk=actor.pk)
    said = f"{actor.name}：{line.strip()}" if line.strip() else ""
    keys = list(people.order_by("pk").values_list("pk", flat=True))
    tell(_messages(circular, keys, said), total=len(keys))
    made.told = len(keys)
    made.save(update_fields=["told"])
    record(actor, "forward", circular, unit=unit.name, people=len(keys))
    return made
