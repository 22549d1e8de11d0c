"""Texts and the rounds that ask for them."""

from django.db import IntegrityError, transaction
from django.db.models import Max

from accounts.audit import record
from accounts.models import Unit
from accounts.moves import Refused
from pledges.models import PledgeRound, PledgeText, unknown_blank
from rounds.models import Round


@transaction.atomic
def new_text(
    unit: Unit, *, name: str, heading: str, body: str, actor, use: str = PledgeText.Use.PERSON
) -> PledgeText:
    """The next version of the text of this name; earlier versions stay as they are.

    Raises Refused on a blank that a text of this use cannot have filled in.
    """
    marks = list(PledgeText.MARKS[use])
    if strange := unknown_blank(f"{heading}\n{body}", marks):
        raise Refused(f"“{strange}”不是可填入的内容，可用的是 {'、'.join(marks)}。")
    former = PledgeText.objects.filter(unit=unit, name=name)
    version = (former.aggregate(top=Max("version"))["top"] or 0) + 1
    try:
        with transaction.atomic():
            text = PledgeText.objects.create(
                unit=unit,
                path=unit.path,
                name=name,
                version=version,
                use=use,
                heading=heading,
                body=body,
                created_by=actor,
            )
    except IntegrityError:
        raise Refused("另一位同事刚刚保存了新版本，请刷新后再编辑。") from None
    record(actor, "new_text", text)
    return text


def _of_people(text: PledgeText) -> None:
    # a 责任书 names two units, and one person signing alone has no words for them
    if text.use != PledgeText.Use.PERSON:
        raise Refused("责任书文本由上下级双方签订，承诺书任务请选择个人承诺书、倡议书文本。")


@transaction.atomic
def draft(
    *,
    actor,
    text: PledgeText,
    year: str,
    head_role: str = "",
    kind: str = "pledge",
    **shape,
) -> Round:
    """A draft pledge round with the text fixed at this version."""
    _of_people(text)
    round_ = Round(kind=kind, created_by=actor, **shape)
    round_.full_clean()
    round_.save()
    PledgeRound.objects.create(round=round_, text=text, year=year, head_role=head_role)
    record(actor, "draft", round_, text=str(text), year=year)
    return round_


@transaction.atomic
def revise(
    round_: Round, *, actor, text: PledgeText, year: str, head_role: str = "", **shape
) -> Round:
    """The draft as it is now wanted. Once issued it stays as people were asked."""
    row = Round.objects.select_for_update().get(pk=round_.pk)
    if row.state != Round.State.DRAFT:
        raise Refused(f"任务{row.get_state_display()}，不能再修改。")
    _of_people(text)
    for name, value in shape.items():
        setattr(row, name, value)
    row.full_clean()
    row.save()
    PledgeRound.objects.filter(round=row).update(text=text, year=year, head_role=head_role)
    record(actor, "revise", row, text=str(text), year=year)
    return row
