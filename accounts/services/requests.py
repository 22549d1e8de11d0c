"""申请更正、申请删除: asked by the person, answered by the unit within its days."""

from datetime import timedelta

from django.conf import settings
from django.db import IntegrityError, transaction
from django.utils import timezone

from accounts.audit import record
from accounts.models import RecordRequest, User
from accounts.moves import Refused, move


def ask(person: User, *, kind: str, text: str) -> RecordRequest:
    """The person's unit has the request and a day by which to answer; one open of a kind."""
    if kind not in RecordRequest.Kind.values:
        raise Refused("请选择申请事项。")
    if not text.strip():
        raise Refused("请写明哪一项信息有误、应当是什么，或为何申请。")
    school = person.school.path if person.school else ""
    try:
        with transaction.atomic():
            request = RecordRequest.objects.create(
                person=person,
                path=person.unit_path or school,
                kind=kind,
                text=text.strip()[:500],
                due_on=timezone.localdate() + timedelta(days=settings.REPLY_DAYS),
            )
            record(person, "ask_about_record", request, kind=kind)
    except IntegrityError:
        raise Refused("您已提出同一事项的申请，请等待答复，或先撤回再提。") from None
    return request


def decide(request: RecordRequest, *, grant: bool, note: str, actor: User) -> RecordRequest:
    """The request is answered with a decision and a sentence, once; never by the one who asks."""
    if request.person_id == actor.pk:
        raise Refused("不能答复本人的申请，请由同事办理。")
    if not note.strip():
        raise Refused("请写明答复内容：已如何更正，或不予同意的理由。")
    verb = "grant" if grant else "refuse"
    decided: RecordRequest = move(request, verb, actor=actor, note=note.strip(), decided_by=actor)
    return decided


def withdraw(request: RecordRequest, *, actor: User) -> RecordRequest:
    """The person asks no more."""
    withdrawn: RecordRequest = move(request, "withdraw", actor=actor, only_if=None)
    return withdrawn
