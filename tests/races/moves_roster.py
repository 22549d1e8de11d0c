"""Letting in, transfers and rosters by several hands at one moment."""

from django.utils import timezone

from accounts.models import ActivationCode, ImportBatch, RowFix, StagedRow, Transfer, User
from accounts.services import activation, transfers
from accounts.services import roster as rosters
from tests.races.racing import once, read, same


def waiting(c):
    User.objects.filter(pk=c.student.pk).update(activated_at=None)
    c.student.refresh_from_db()
    live = ActivationCode.objects.filter(user=c.student, used_at=None, revoked_at=None)
    return live.count


@same("accounts.activation.issue_code")
def _(c):
    count = waiting(c)
    return lambda: activation.issue_code(c.student, actor=c.counselor), count


@same("accounts.activation.reset")
def _(c):
    return lambda: activation.reset(c.student, actor=c.counselor, seen="当面核对"), waiting(c)


@same("accounts.activation.reissue")
def _(c):
    count = waiting(c)
    return lambda: activation.reissue(c.student, actor=c.counselor, seen="当面核对"), count


@same("accounts.activation.issue_slips")
def _(c):
    count = waiting(c)
    return (
        lambda: activation.issue_slips([c.student], actor=c.counselor, unit=c.klass),
        count,
    )


def asked_for(c):
    return Transfer.objects.create(
        person=c.second_student, old_path=c.second_class.path, new_path=c.other_class.path,
        asked_by=c.foreign_liaison,
    )  # fmt: skip


@once("accounts.transfers.let_go")
def _(c):
    asked = asked_for(c)
    return lambda: transfers.let_go(read(asked), actor=c.liaison)


@once("accounts.transfers.keep_here")
def _(c):
    asked = asked_for(c)
    return lambda: transfers.keep_here(read(asked), actor=c.liaison, reason="仍在本院")


def batch(c, **more):
    return ImportBatch.objects.create(
        unit=c.school, path=c.school.path, created_by=c.office, **{"state": "ready"} | more
    )


@once("accounts.roster.confirm")
def _(c):
    made = batch(c, counts={"added": 1})
    return lambda: rosters.confirm(read(made), actor=c.office, sure=True)


@once("accounts.roster.discard")
def _(c):
    made = batch(c)
    return lambda: rosters.discard(read(made), actor=c.office)


@once("accounts.roster.recheck")
def _(c):
    made = batch(c)
    return lambda: rosters.recheck(read(made), actor=c.office)


@once("accounts.roster.revoke")
def _(c):
    made = batch(c, state="applied")
    return lambda: rosters.revoke(read(made), actor=c.office)


@once("accounts.roster.map_columns")
def _(c):
    made = batch(c, state="mapping", report={"heads": [{"signature": "s"}]})
    said = {"s": {"编号": "number", "名": "name"}}
    return lambda: rosters.map_columns(read(made), said, actor=c.office)


@once("accounts.roster.upload")
def _(c):
    return lambda: rosters.upload(c.school, b"1,2", name="a.csv", actor=c.office)


@once("accounts.roster.settle_absent")
def _(c):
    User.objects.filter(pk=c.classmate.pk).update(absent_since=timezone.now())
    return lambda: rosters.settle_absent(read(c.classmate), actor=c.office)


@same("accounts.roster.save_fixes")
def _(c):
    made = batch(c)
    StagedRow.objects.create(batch=made, verdict="rejected", sheet="名册", row=2)
    fixes = {("名册", 2): {"name": "张三"}}
    return lambda: rosters.save_fixes(read(made), fixes, actor=c.office), RowFix.objects.count
