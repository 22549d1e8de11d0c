"""Each move of accounts by several hands at one moment."""

from datetime import date, timedelta
from uuid import UUID

from accounts.models import (
    BulkRow,
    Duty,
    Export,
    Filing,
    Grant,
    Job,
    Login,
    MeetingTask,
    NoticeRead,
    PrivacyNotice,
    SavedView,
    SchoolDay,
    UnitAlias,
)
from accounts.scope import Role
from accounts.services import (
    calendar,
    contracts,
    deeds,
    delegating,
    duties,
    exports,
    grants,
    handover,
    informing,
    logins,
    meetings,
    people,
    regrouping,
    requests,
    retaining,
    saving,
    second,
    standing,
    units,
)
from tests import factories as make
from tests.races.racing import fresh, once, read, same
from tests.world import meeting

TODAY = date(2026, 11, 23)
WEEK = TODAY + timedelta(days=7)


@once("accounts.units.add")
def _(c):
    return lambda: units.add(c.college, kind="class", name="计科2399班", actor=c.office)


@once("accounts.units.rename")
def _(c):
    """Two units of one college, one new name."""
    some = iter([c.klass, c.second_class] * 9)
    return lambda: units.rename(fresh(next(some)), name="计科新班", actor=c.office)


@once("accounts.units.add_alias")
def _(c):
    some = iter([c.klass, c.second_class] * 9)
    return lambda: units.add_alias(fresh(next(some)), name="计科一班", actor=c.office)


@once("accounts.units.drop_alias")
def _(c):
    UnitAlias.objects.create(unit=c.klass, name="旧名")
    return lambda: units.drop_alias(c.klass, name="旧名", actor=c.office)


@once("accounts.units.set_files_own")
def _(c):
    c.kitchen.refresh_from_db()
    return lambda: units.set_files_own(read(c.kitchen), files_own=False, actor=c.office)


@once("accounts.calendar.keep_term")
def _(c):
    return lambda: calendar.keep_term(
        c.school, actor=c.office, year=2026, number=1, starts_on=date(2026, 9, 7),
        ends_on=date(2027, 1, 22),
    )  # fmt: skip


@once("accounts.calendar.drop_term")
def _(c):
    kept = make.term(c)
    return lambda: calendar.drop_term(read(kept), actor=c.office)


@same("accounts.calendar.set_days")
def _(c):
    days = {"first": TODAY, "last": TODAY, "works": False, "note": "运动会"}
    return (
        lambda: calendar.set_days(c.school, actor=c.office, **days),
        SchoolDay.objects.filter(school=c.school).count,
    )


@once("accounts.calendar.drop_day")
def _(c):
    row = SchoolDay.objects.create(school=c.school, day=TODAY, works=False)
    return lambda: calendar.drop_day(read(row), actor=c.office)


@once("accounts.regrouping.merge")
def _(c):
    return lambda: regrouping.merge(
        read(c.second_class), target=read(c.klass), actor=c.office, reason="合班"
    )


@once("accounts.regrouping.close")
def _(c):
    empty = units.add(c.college, kind="class", name="空班", actor=c.office)
    return lambda: regrouping.close(read(empty), actor=c.office, reason="撤销")


@once("accounts.regrouping.reopen")
def _(c):
    empty = units.add(c.college, kind="class", name="空班", actor=c.office)
    regrouping.close(empty, actor=c.office, reason="撤销")
    return lambda: regrouping.reopen(read(empty), actor=c.office, reason="误操作")


@once("accounts.handover.hand_over")
def _(c):
    other = make.person(c.faculty, "接手", category="staff")
    return lambda: handover.hand_over(
        c.counselor, successor=other, expected=1, reason="调岗", actor=c.office
    )


@once("accounts.handover.close_account")
def _(c):
    return lambda: handover.close_account(read(c.staff), actor=c.office, reason="离职")


@once("accounts.handover.reopen_account")
def _(c):
    handover.close_account(c.staff, actor=c.office, reason="离职")
    return lambda: handover.reopen_account(read(c.staff), actor=c.office, reason="返聘")


@same("accounts.saving.save")
def _(c):
    return (
        lambda: saving.save("accounts.user", name="本院", query="q=1", actor=c.office),
        SavedView.objects.count,
    )


@once("accounts.requests.ask")
def _(c):
    return lambda: requests.ask(c.student, kind="correct", text="宿舍已调整")


@once("accounts.requests.decide")
def _(c):
    asked = requests.ask(c.student, kind="correct", text="宿舍已调整")
    return lambda: requests.decide(read(asked), grant=True, note="已更正", actor=c.counselor)


@once("accounts.requests.withdraw")
def _(c):
    asked = requests.ask(c.student, kind="correct", text="宿舍已调整")
    return lambda: requests.withdraw(read(asked), actor=c.student)


@once("accounts.informing.publish")
def _(c):
    return lambda: informing.publish(c.school, body="新的告知书。", actor=c.office)


@same("accounts.informing.read")
def _(c):
    notice = PrivacyNotice.objects.create(school=c.school, version=7, body="告知书")
    return (
        lambda: informing.read(notice, c.student, agreed=[]),
        NoticeRead.objects.filter(user=c.student).count,
    )


@once("accounts.grants.give")
def _(c):
    return lambda: grants.give(
        c.staff, role=Role.COUNSELOR, unit=c.second_class, starts_on=TODAY, ends_on=None,
        actor=c.office,
    )  # fmt: skip


@once("accounts.grants.end")
def _(c):
    grant = Grant.objects.get(user=c.department)
    return lambda: grants.end(read(grant), actor=c.office, reason="轮岗")


@same("accounts.grants.promise")
def _(c):
    Grant.objects.filter(user=c.cadre).update(promised_at=None)
    return (
        lambda: grants.promise(c.cadre),
        Grant.objects.filter(user=c.cadre, promised_at__isnull=False).count,
    )


@once("accounts.logins.end")
def _(c):
    row = Login.objects.create(user=c.student, path=c.student.unit_path, session_key="gone")
    return lambda: logins.end(read(row), actor=c.sysadmin, reason="设备丢失")


@once("accounts.delegating.delegate")
def _(c):
    duty, some = c.liaison.duties.get(), iter([c.staff, c.counselor] * 9)
    return lambda: delegating.delegate(
        duty, person=next(some), starts_on=TODAY, ends_on=WEEK, actor=c.liaison
    )


@same("accounts.delegating.recall")
def _(c):
    duty = c.liaison.duties.get()
    delegating.delegate(duty, person=c.staff, starts_on=TODAY, ends_on=WEEK, actor=c.liaison)
    ended = Duty.objects.filter(stands_for=duty).exclude(end_note="")
    return lambda: delegating.recall(duty, actor=c.liaison), ended.count


@once("accounts.duties.appoint")
def _(c):
    return lambda: duties.appoint(
        c.college, person=c.staff, kind="contact", starts_on=TODAY, actor=c.office
    )


@once("accounts.duties.end")
def _(c):
    duty = c.counselor.duties.get()
    return lambda: duties.end(read(duty), actor=c.office, reason="轮岗")


@same("accounts.duties.file_list")
def _(c):
    return (
        lambda: duties.file_list(c.college, which="contact", actor=c.head),
        Filing.objects.count,
    )


@once("accounts.standing.take")
def _(c):
    return lambda: standing.take(
        read(c.classmate), "suspend", day=TODAY, reason="休学证明", actor=c.liaison
    )


@once("accounts.standing.take_back")
def _(c):
    gone = standing.take(c.classmate, "withdraw", day=TODAY, reason="退学申请", actor=c.liaison)
    return lambda: standing.take_back(read(gone), actor=c.office, reason="误登记")


@same("accounts.meetings.give_task")
def _(c):
    held = meeting(c.college, c.liaison)
    said = {"text": "召开班会", "holder": c.staff, "due_on": WEEK}
    return (
        lambda: meetings.give_task(held, actor=c.liaison, **said),
        MeetingTask.objects.filter(text="召开班会").count,
    )


@once("accounts.meetings.finish")
def _(c):
    task = meeting(c.college, c.liaison).tasks.get()
    return lambda: meetings.finish(read(task), actor=c.liaison, note="已办")


@once("accounts.meetings.send_back")
def _(c):
    task = meetings.finish(meeting(c.college, c.liaison).tasks.get(), actor=c.liaison, note="已办")
    return lambda: meetings.send_back(read(task), actor=c.liaison, note="未办")


@once("accounts.meetings.drop")
def _(c):
    task = meeting(c.college, c.liaison).tasks.get()
    return lambda: meetings.drop(read(task), actor=c.liaison, note="不再需要")


@once("accounts.people.set_status")
def _(c):
    return lambda: people.set_status(
        read(c.classmate), status="suspended", note="学籍异动", actor=c.liaison
    )


@once("accounts.people.amend")
def _(c):
    return lambda: people.amend(read(c.classmate), changes={"major": "软件"}, actor=c.office)


@once("accounts.retaining.set_hold")
def _(c):
    rule = retaining.rules(c.school)[0]
    return lambda: retaining.set_hold(read(rule), hold=True, reason="检查", actor=c.office)


@once("accounts.second.reset")
def _(c):
    second.begin(c.office)
    return lambda: second.reset(c.office, actor=c.sysadmin, reason="手机遗失")


@once("accounts.contracts.set_contract")
def _(c):
    said = {"ends_on": WEEK, "reason": "合同 1 号"}
    return lambda: contracts.set_contract(read(c.kitchen), actor=c.office, **said)


@once("accounts.contracts.set_own_contract")
def _(c):
    said = {"ends_on": WEEK, "reason": "合同 2 号"}
    return lambda: contracts.set_own_contract(read(c.cook), actor=c.office, **said)


def bulk(c):
    return {"model": "accounts.user", "step": "status", "title": "变更状态", "query": ""}


@same("accounts.deeds.ask")
def _(c):
    return (
        lambda: deeds.ask([c.student.pk], once=UUID(int=5), actor=c.office, **bulk(c)),
        BulkRow.objects.count,
    )


@same("accounts.deeds.resume")
def _(c):
    deed = deeds.ask([c.student.pk], once=UUID(int=5), actor=c.office, **bulk(c))
    Job.objects.update(state="failed")
    waiting = Job.objects.filter(state="queued")
    return lambda: deeds.resume(read(deed), actor=c.office), waiting.count


@same("accounts.exports.ask")
def _(c):
    params = {"model": "accounts.user", "query": ""}
    return (
        lambda: exports.ask("desk", params, title="人员", purpose="核对", actor=c.office),
        Export.objects.count,
    )
