"""Each move of the 断卡 return by several hands at one moment."""

from django.utils import timezone

from rounds.models import Assignment
from selfcheck.cards import services as cards
from selfcheck.models import Declaration, Difference, Study
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


def part_of(round_, unit):
    return Assignment.objects.get(round=round_, unit=unit)


@same("selfcheck.cards.reporting.add_study")
def _(c):
    part = part_of(make.card_round(c), c.klass)
    held = {"sort": "class", "held_on": timezone.localdate(), "topic": "学习", "attended": 30}
    return lambda: cards.add_study(read(part), actor=c.counselor, **held), Study.objects.count


@once("selfcheck.cards.reporting.void_study")
def _(c):
    made = make.study(part_of(make.card_round(c), c.klass), c.counselor)
    return lambda: cards.void_study(read(made), actor=c.counselor)


@once("selfcheck.cards.reporting.take_back_difference")
def _(c):
    make.study(part_of(make.card_round(c), c.klass), c.counselor)
    [made] = Difference.objects.all()
    return lambda: cards.take_back_difference(read(made), actor=c.counselor)


@once("selfcheck.cards.reporting.sign_sheet")
def _(c):
    part = part_of(make.card_round(c), c.college)
    return lambda: cards.sign_sheet(read(part), step=1, actor=c.liaison)
