"""Paper: a pair signed by pen and recorded for others; where the copies lie."""

import re
from collections.abc import Iterable
from datetime import date
from typing import Any

from django.db import transaction
from django.utils import timezone

from accounts.audit import record
from accounts.models import Grant, User
from accounts.moves import Refused, move
from accounts.scope import ROLES, alike
from accounts.services.files import keep as keep_file
from pledges.charters.models import Charter, FormerScan
from pledges.charters.services.signing import page_of, pair_seal, side_of
from rounds import gate
from rounds.models import Completion

Method = Completion.Method
KEPT: dict[str, Any] = {"copies": None, "place": "", "keeper": "", "kept_on": None}
# a pair of which nothing was ever signed on paper, nor kept
BLANK: dict[str, Any] = KEPT | {
    "method": Method.SELF,
    "signed_on": None,
    "upper_name": "",
    "lower_name": "",
    "scan": None,
    "recorded_by": None,
    "blanks": {},
    "text_sha256": "",
    "seal": "",
}


@transaction.atomic
def record_paper(
    charter: Charter, *, actor, image, name: str, upper_name: str, lower_name: str, signed_on: date
) -> Charter:
    """The pair was signed by pen; the scan shows it, and it is counted apart from own hands."""
    gate.enter(charter.round_id)
    if signed_on > timezone.localdate():
        raise Refused("签订日期不能晚于今天。")
    _check_recorder(charter, actor, f"{upper_name}、{lower_name}")
    if not Charter.objects.unlocked().filter(pk=charter.pk).exists():
        raise Refused("上一级责任书尚未签订，签订后本级才能登记。")
    scan = keep_file(
        "charter", image.bytes, name=name, content_type=image.content_type, actor=actor
    )
    page = page_of(charter)
    written = {
        "method": Method.PAPER,
        "signed_on": signed_on,
        "upper_name": upper_name,
        "lower_name": lower_name,
        "scan": scan,
        "recorded_by": actor,
        "blanks": page.blanks,
        "text_sha256": page.sha256,
    }
    seal = pair_seal(charter, **written)
    return move(charter, "record_paper", actor=actor, seal=seal, **written)


def _check_recorder(charter: Charter, actor: User, names: str) -> None:
    """Refused where the recorder signed the paper and another of the upper unit may record it.

    Nobody vouches for a paper of their own; a unit in which only the signer keeps papers still
    gets its paper in, under the recorder's name.
    """
    if actor.name not in re.split(r"[、，,\s]+", names) or not side_of(charter, actor):
        return
    keeping = [role for role, rule in ROLES.items() if "charter.keep" in rule.may]
    there = Grant.objects.able().filter(path=charter.upper_path, role__in=keeping)
    if there.exclude(user__in=alike(actor)).exists():
        raise Refused("您是这份责任书的签署人，不能由本人代录，请由本单位其他经办人登记。")


@transaction.atomic
def void_paper(charter: Charter, *, actor, reason: str) -> Charter:
    """A record made by mistake no longer counts; the pair waits again, kept nowhere yet.

    Its scan stays with the former ones; where its copies lay is in the audit row.
    """
    if not reason.strip():
        raise Refused("请填写作废原因。")
    gate.enter(charter.round_id)
    held = Charter.objects.select_for_update().get(pk=charter.pk)
    if held.method != Method.PAPER:
        raise Refused("只有纸质代录的责任书可以作废登记。")
    if held.scan_id:
        FormerScan.objects.create(charter=held, file_id=held.scan_id)
    charter.signatures.filter(superseded_at=None).update(superseded_at=timezone.now())
    said = {}
    if held.kept_on:
        said = {name: getattr(held, name) for name in KEPT} | {"kept_on": str(held.kept_on)}
    return move(charter, "void_paper", actor=actor, note=reason, said=said, **BLANK)


@transaction.atomic
def keep(
    charters: Iterable[Charter], *, actor, copies: int, place: str, keeper: str, kept_on: date
) -> int:
    """It is written down how many copies of these lie where, and who keeps them."""
    count = 0
    for charter in charters:
        where = {"copies": copies, "place": place, "keeper": keeper, "kept_on": kept_on}
        here = Charter.objects.filter(pk=charter.pk, state=Charter.State.SIGNED)
        if not here.update(**where):  # voided since it was read
            raise Refused("只能登记已签订的责任书，请刷新后重新勾选。")
        record(actor, "keep", charter, copies=copies, place=place, keeper=keeper)
        count += 1
    return count
