"""Each move of a class's pictures by several hands at one moment."""

from selfcheck.models import Drop, DropFile, Shot
from selfcheck.tools.services import dropping
from tests import factories as make
from tests.races.racing import once, read, same
from tests.selfcheck import drops


def opened(c):
    """A drop of the class, and what it holds: a picture of nobody."""
    made = make.drop(make.safeguard_round(c), c.klass, c.counselor)
    return made, made.files.get()


def item(drop):
    return drop.assignment.round.items.get(code="app.named")


@same("selfcheck.tools.dropping.start")
def _(c):
    part = make.safeguard_round(c).assignments.get(unit=c.klass)
    return lambda: dropping.start(read(part), actor=c.counselor), Drop.objects.count


@same("selfcheck.tools.dropping.add")
def _(c):
    made, _ = opened(c)
    return (
        lambda: drops.send(read(made), "张小明实名.png", 7, key="same", actor=c.counselor),
        lambda: Shot.objects.filter(drop=made).count() - 1,
    )


@same("selfcheck.tools.unpacking.open_zip")
def _(c):
    made, _ = opened(c)
    data = drops.zipped({"张小明实名.png": drops.picture(7)})
    return (
        lambda: drops.send(read(made), "甲班.zip", data=data, key="zip", actor=c.counselor),
        lambda: DropFile.objects.filter(drop=made, outcome="opened").count(),
    )


@same("selfcheck.tools.dropping.direct")
def _(c):
    made, row = opened(c)
    return (
        lambda: dropping.direct(read(row), c.student, item(made), actor=c.counselor),
        lambda: Shot.objects.filter(person=c.student, evidence__voided_at=None).count(),
    )


@once("selfcheck.tools.dropping.take_off")
def _(c):
    row = opened(c)[1]
    return lambda: dropping.take_off(read(row), actor=c.counselor)


@once("selfcheck.tools.dropping.take")
def _(c):
    made = opened(c)[0]
    return lambda: dropping.take(read(made), actor=c.counselor)


@once("selfcheck.tools.dropping.undo")
def _(c):
    made, row = opened(c)
    dropping.direct(row, c.student, item(made), actor=c.counselor)
    return lambda: dropping.undo(read(made), actor=c.counselor)
