"""Another version of the text in an open round: a named person decides what that means."""

from dataclasses import dataclass
from difflib import SequenceMatcher

from django.db import transaction
from django.db.models import F
from django.utils import timezone

from accounts.audit import record
from accounts.models import User
from accounts.moves import Refused
from pledges.heads.models import HeadSignature
from pledges.heads.standing import end
from pledges.models import PledgeRound, PledgeText, TextChange
from rounds import gate
from rounds.models import Completion, Round

AGAIN = "承诺书内容有实质变更，请重新阅读并签署。原签署仍保留。"


@dataclass(frozen=True)
class Pair:
    """A paragraph of the text in use beside the one of the new version."""

    before: str
    after: str

    @property
    def changed(self) -> bool:
        """Whether the two differ."""
        return self.before != self.after


def difference(before: PledgeText, after: PledgeText) -> list[Pair]:
    """Both texts side by side, paragraph by paragraph, the heading first."""
    old, new = (
        [text.heading, *(p.strip() for p in text.body.split("\n") if p.strip())]
        for text in (before, after)
    )
    pairs: list[Pair] = []
    for _, a, b, c, d in SequenceMatcher(None, old, new, autojunk=False).get_opcodes():
        left, right = old[a:b], new[c:d]
        for n in range(max(len(left), len(right))):
            pairs.append(Pair(left[n] if n < len(left) else "", right[n] if n < len(right) else ""))
    return pairs


@transaction.atomic
def change_text(
    round_: Round, text: PledgeText, *, material: bool, note: str, actor: User
) -> TextChange:
    """From now on this version is signed. A material change asks those who signed again.

    What they signed stays, and is superseded only when they sign anew. The units' heads are asked
    again too: their hands stand on what was signed before, and on nothing after.
    """
    if not note.strip():
        raise Refused("请说明为什么更换文本。")
    gate.shut(round_.pk)
    row = Round.objects.select_for_update().get(pk=round_.pk)
    if row.state != Round.State.OPEN:
        raise Refused(f"任务{row.get_state_display()}，不能更换文本。")
    asked = PledgeRound.objects.select_related("text").get(round=row)
    if asked.text_id == text.pk:
        raise Refused("任务使用的已经是这一版本。")
    if asked.text.use != text.use:
        raise Refused(
            f"所选文本的用途是“{text.get_use_display()}”，本任务使用“{asked.text.get_use_display()}”"
            "的文本，请重新选择。"
        )
    PledgeRound.objects.filter(pk=asked.pk).update(text=text)
    Round.objects.filter(pk=row.pk).update(edition=F("edition") + 1)
    change = TextChange(round=row, before=asked.text, after=text, material=material)
    change.note, change.decided_by = note.strip()[:500], actor
    ended: list[list[str]] = []
    if material:
        change.asked_again, ended = _ask_again(row)
    change.save()
    record(
        actor, "change_text", row, note=change.note, text=str(change),
        material=material, people=change.asked_again, ended=ended,
    )  # fmt: skip
    return change


def _ask_again(round_: Round) -> tuple[int, list[list[str]]]:
    """Who signed is asked anew: how many people, and the heads' hands that ended."""
    ended = end(HeadSignature.objects.filter(round=round_, ended_at__isnull=True))
    # those still pending stand on a list from elsewhere, which knows of the former text only
    standing = [Completion.State.ACCEPTED, Completion.State.PENDING]
    done = Completion.objects.filter(round=round_, state__in=standing)
    asked = done.update(state=Completion.State.SENT_BACK, state_at=timezone.now(), note=AGAIN)
    return asked, ended
