"""Each move of the 断卡 return by several hands at one moment."""

from selfcheck.cards import services as cards
from selfcheck.models import Declaration
from tests import factories as make
from tests.races.racing import once, read, same


@same("selfcheck.cards.declaring.declare")
def _(c):
    round_ = make.card_round(c)
    return (
        lambda: make.declare(round_, read(c.student), make.account()),
        Declaration.objects.filter(completion__person=c.student).count,
    )


@same("selfcheck.cards.declaring.check")
def _(c):
    made = make.declare(make.card_round(c), c.student)
    checked = Declaration.objects.filter(pk=made.pk, checked_by=c.counselor)
    return lambda: cards.check(read(made), actor=c.counselor), checked.count


@once("selfcheck.cards.declaring.return_declaration")
def _(c):
    made = make.declare(make.card_round(c), c.student)
    return lambda: cards.return_declaration(read(made), actor=c.counselor, reason="请核对")
