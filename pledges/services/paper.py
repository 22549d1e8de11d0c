"""Signing on paper: the sheet is scanned, each signer ticked by a named person."""

from datetime import date

from django.db import IntegrityError, transaction
from django.utils import timezone

from accounts.audit import record
from accounts.models import Unit, User
from accounts.moves import Refused, move
from accounts.scope import covers
from accounts.services.files import keep
from adapters.scans import Scanned
from pledges.models import Scan, Signature
from pledges.services.signing import Method, page_for, signed
from rounds import gate
from rounds.models import Completion, Round
from rounds.services import complete_entered, handed_in, hold_part


@transaction.atomic
def add_scan(
    round_: Round, unit: Unit, scanned: Scanned, *, name: str, signed_on: date, actor: User
) -> Scan:
    """The sheet is stored and belongs to the class's part of the round; the same one only once."""
    gate.enter(round_.pk)
    if signed_on > timezone.localdate():
        raise Refused("纸面签署日期不能晚于今天。")
    same = Scan.objects.filter(round=round_, unit=unit, sha256=scanned.sha256)
    if there := same.first():
        return there
    stored = keep("scan", scanned.bytes, name=name, content_type=scanned.content_type, actor=actor)
    try:
        with transaction.atomic():
            scan = Scan.objects.create(
                round=round_,
                unit=unit,
                unit_path=unit.path,
                file=stored,
                sha256=scanned.sha256,
                signed_on=signed_on,
                added_by=actor,
            )
    except IntegrityError:
        return same.get()
    record(actor, "add_scan", scan)
    return scan


@transaction.atomic
def record_paper(scan: Scan, people: list[User], *, actor: User) -> int:
    """Each of these signed on the sheet; how many had not been recorded before."""
    round_ = gate.enter(scan.round_id)
    round_ = Round.objects.select_related("unit", "pledge__text").get(pk=round_.pk)
    if not people:
        raise Refused("请勾选在纸上签了名的人。")
    count = 0
    for person in people:
        if not covers(actor, "signature.record", person.unit_path):
            raise Refused("所选人员不在您的范围内，请刷新后重试。")
        if person.pk == actor.pk:
            raise Refused("本人的签署请在自己的手机上办理，不能由本人代录。")
        part, outcome = complete_entered(round_, person, actor=actor, method=Method.PAPER)
        if outcome == "already":  # signed in the meantime: one's own hand is worth more
            continue
        now = timezone.now()
        Signature.objects.filter(completion=part, superseded_at__isnull=True).update(
            superseded_at=now
        )
        made = signed(
            part, page_for(round_, person), [], now=now,
            method=Method.PAPER, scan=scan, recorded_by=actor,
        )  # fmt: skip
        record(actor, "record_paper", made)
        count += 1
    return count


@transaction.atomic
def undo_paper(signature: Signature, *, actor: User, reason: str) -> None:
    """Ticked by mistake: the person has not signed, and reads why."""
    if not reason.strip():
        raise Refused("请填写撤销原因。")
    gate.enter(signature.completion.round_id)
    hold_part(signature.completion)
    if signature.method != Method.PAPER or handed_in(signature.completion):
        raise Refused("只能撤销本单位交件之前的纸质代录。")
    undone = Signature.objects.filter(pk=signature.pk, superseded_at__isnull=True).update(
        superseded_at=timezone.now()
    )
    if not undone:
        raise Refused("该代录已被撤销或已由本人签署替换。")
    part = Completion.objects.get(pk=signature.completion_id)
    move(part, "send_back", actor=actor, note=f"撤销纸质代录：{reason}")
    record(actor, "undo_paper", signature, note=reason)
