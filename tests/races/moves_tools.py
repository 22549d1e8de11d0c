"""Each move of a safeguard's person and of the catalogue by several hands at one moment."""

from io import BytesIO
from uuid import UUID

from accounts.models import User
from adapters import images
from selfcheck.models import Shot, Tool
from selfcheck.tools import queries
from selfcheck.tools.services import barriers, catalogue, sending
from tests import factories as make
from tests.races.racing import once, read, same

TOGETHER = UUID(int=11)


def person(c) -> User:
    return User.objects.get(pk=c.student.pk)


def app(c) -> Tool:
    make.safeguard_round(c)
    return Tool.objects.get(unit=c.school, code="app")


def asked(c):
    """A person's difficulty with the App."""
    return barriers.ask(c.student, app(c), reason="no_phone", said="", actor=c.student)


@once("selfcheck.tools.barriers.ask")
def _(c):
    tool = app(c)
    return lambda: barriers.ask(person(c), tool, reason="no_phone", said="", actor=c.student)


@once("selfcheck.tools.barriers.enter")
def _(c):
    tool = app(c)
    return lambda: barriers.enter(person(c), tool, reason="no_phone", said="", actor=c.counselor)


@once("selfcheck.tools.barriers.allow")
def _(c):
    made = asked(c)
    return lambda: barriers.allow(read(made), actor=c.counselor)


@once("selfcheck.tools.barriers.decline")
def _(c):
    made = asked(c)
    return lambda: barriers.decline(read(made), actor=c.counselor, note="可用备用机办理")


@once("selfcheck.tools.barriers.end")
def _(c):
    made = barriers.allow(asked(c), actor=c.counselor)
    return lambda: barriers.end(read(made), actor=c.counselor)


@once("selfcheck.tools.catalogue.retire")
def _(c):
    tool = app(c)
    return lambda: catalogue.retire(read(tool), actor=c.office)


@once("selfcheck.tools.catalogue.restore")
def _(c):
    tool = app(c)
    catalogue.retire(tool, actor=c.office)
    return lambda: catalogue.restore(read(tool), actor=c.office)


@same("selfcheck.tools.sending.send")
def _(c):
    item = make.safeguard_round(c).items.get(code="app.named")
    image = images.open_safely(BytesIO(make.photo()))
    return (
        lambda: sending.send(
            item, queries.tool_item(item), person(c), [("截图.png", image)],
            actor=c.student, upload=TOGETHER,
        ),
        Shot.objects.filter(evidence__voided_at=None).count,
    )  # fmt: skip


@once("selfcheck.tools.sending.take_away")
def _(c):
    make.show(make.safeguard_round(c), "app.named", c.student)
    return lambda: sending.take_away(Shot.objects.get(), actor=c.student)
