"""Each move of rounds, pledges and notices by several hands at one moment."""

from datetime import timedelta
from io import BytesIO
from uuid import UUID

from django.utils import timezone
from PIL import Image

from accounts.models import AuditEntry
from accounts.services.files import keep
from adapters import images
from adapters.scans import Scanned
from notices.models import Circular, Notice, Reminder
from notices.services import circulars, reminding, unread
from pledges import services as pledges
from pledges.archives import services as archives
from pledges.charters import services as charters
from pledges.charters.models import Charter
from pledges.models import Archive, Passing, PledgeText, Scan, Signature
from rounds import services as rounds
from rounds.models import (
    Answer,
    Assignment,
    Completion,
    Evidence,
    Finding,
    OutsideBatch,
    OutsideRow,
)
from tests import factories as make
from tests.races.racing import once, read, same
from tests.world import picture


def part(c, unit=None):
    return Assignment.objects.get(round=c.round, unit=unit or c.klass)


@same("rounds.evidence.attach")
def _(c):
    klass = part(c)
    return (
        lambda: rounds.attach(read(klass), picture(), name="a.png", actor=c.counselor),
        Evidence.objects.filter(voided_at=None).count,
    )


@once("rounds.evidence.detach")
def _(c):
    found = rounds.attach(part(c), picture(), name="a.png", actor=c.counselor)
    return lambda: rounds.detach(read(found), actor=c.counselor)


@once("rounds.evidence.replace")
def _(c):
    found = rounds.attach(part(c), picture(), name="a.png", actor=c.counselor)
    other = other_picture()
    return lambda: rounds.replace(read(found), other, name="b.png", actor=c.counselor)


def other_picture():
    made = BytesIO()
    Image.new("RGB", (50, 40), "black").save(made, "PNG")
    return images.open_safely(BytesIO(made.getvalue()))


def outside(c):
    kept = keep("outside", b"x", name="x.csv", content_type="text/csv", actor=c.office)
    made = OutsideBatch.objects.create(round=c.round, source="名单", created_by=c.office, file=kept)
    for line, person in enumerate((c.student, c.classmate), 2):
        OutsideRow.objects.create(batch=made, line=line, person=person, done_on="2026-11-20")
    return made


@once("rounds.outside.take_in")
def _(c):
    made = outside(c)
    return lambda: rounds.take_in(read(made), actor=c.office)


@once("rounds.outside.drop")
def _(c):
    made = outside(c)
    return lambda: rounds.drop(read(made), actor=c.office)


def taken(c):
    made = outside(c)
    rounds.take_in(made, actor=c.office)
    return made


@once("rounds.outside.check_sample")
def _(c):
    made = taken(c)
    true = set(made.rows.values_list("pk", flat=True))
    return lambda: rounds.check_sample(read(made), true=true, actor=c.department)


@once("rounds.outside.undo_import")
def _(c):
    made = taken(c)
    return lambda: rounds.undo_import(read(made), actor=c.office, reason="名单有误")


@once("rounds.closing.withdraw_round")
def _(c):
    return lambda: rounds.withdraw_round(read(c.round), actor=c.office, reason="发错")


@once("rounds.excusing.void_excuse")
def _(c):
    made = rounds.excuse_person(c.round, c.classmate, actor=c.liaison, reason="病休")
    return lambda: rounds.void_excuse(read(made), actor=c.liaison, reason="已返校")


@once("rounds.correcting.ask_correction")
def _(c):
    done = make.sign(c.round, c.student).completion
    rounds.submit(part(c), actor=c.counselor, note="其余未签")
    return lambda: rounds.ask_correction(read(done), actor=c.student, reason="签错")


def finding(c):
    return make.finding(make.sign(c.round, c.student).completion)


@same("rounds.findings.follow_finding")
def _(c):
    found = finding(c)
    still = Finding.objects.filter(pk=found.pk, state="followed")
    return (
        lambda: rounds.follow_finding(read(found), actor=c.counselor, note="已约谈"),
        still.count,
    )


@once("rounds.findings.decide_finding")
def _(c):
    found = finding(c)
    return lambda: rounds.decide_finding(
        read(found), actor=c.liaison, outcome="taught", reason="已批评教育"
    )


@once("rounds.findings.reopen_finding")
def _(c):
    found = rounds.decide_finding(finding(c), actor=c.liaison, outcome="taught", reason="已教育")
    return lambda: rounds.reopen_finding(read(found), actor=c.office, reason="情况有出入")


def item(c):
    c.draft = make.pledge_round(c, issued=False)
    [made] = rounds.set_items(
        c.draft, [{"code": "app", "label": "安装", "obligatory": True}], actor=c.office
    )
    rounds.issue(c.draft, actor=c.office)
    return made


@same("rounds.items.answer")
def _(c):
    asked = item(c)
    return (
        lambda: rounds.answer(asked, read(c.student), actor=c.student),
        Answer.objects.filter(person=c.student).count,
    )


@once("rounds.items.judge")
def _(c):
    given = rounds.answer(item(c), c.student, actor=c.student)
    return lambda: rounds.judge(read(given), actor=c.counselor, accept=True)


@once("rounds.items.reopen")
def _(c):
    given = rounds.answer(item(c), c.student, actor=c.student)
    rounds.judge(given, actor=c.counselor, accept=True)
    return lambda: rounds.reopen(read(given), actor=c.counselor)


@same("rounds.doing.complete")
def _(c):
    return (
        lambda: rounds.complete(c.round.pk, read(c.student), actor=c.student),
        Completion.objects.filter(person=c.student).count,
    )


@same("pledges.archives.ask_archive")
def _(c):
    return (
        lambda: archives.ask_archive(c.round, c.klass, purpose="存档", actor=c.counselor),
        Archive.objects.count,
    )


@same("pledges.archives.ask_year")
def _(c):
    return (
        lambda: archives.ask_year(c.klass, "2026", purpose="存档", actor=c.counselor),
        Archive.objects.count,
    )


@once("pledges.changing.change_text")
def _(c):
    text = make.pledge_text(c.school, c.office, name=c.round.pledge.text.name)
    return lambda: pledges.change_text(
        read(c.round), text, material=True, note="依通知修订", actor=c.office
    )


@once("pledges.declining.decline")
def _(c):
    return lambda: pledges.decline(c.round, read(c.student), reason="有顾虑")


@once("pledges.declining.answer_objection")
def _(c):
    made = pledges.decline(c.round, c.student, reason="有顾虑")
    return lambda: pledges.answer_objection(read(made), actor=c.counselor, note="已沟通")


@same("pledges.drafting.new_text")
def _(c):
    words = {"name": "新文本", "heading": "承诺书", "body": "我是{姓名}。", "actor": c.office}
    return (
        lambda: pledges.new_text(c.school, **words),
        PledgeText.objects.filter(name="新文本", version=1).count,
    )


@same("pledges.starting.starter_texts")
def _(c):
    return (
        lambda: pledges.starter_texts(c.school, actor=c.office),
        PledgeText.objects.filter(name="联名倡议书").count,
    )


def scanned():
    return Scanned(b"%PDF-1.7 %%EOF", "a" * 64, "application/pdf")


def scan(c):
    return pledges.add_scan(
        c.round, c.klass, scanned(), name="签字表.pdf", signed_on=timezone.localdate(),
        actor=c.counselor,
    )  # fmt: skip


@same("pledges.paper.add_scan")
def _(c):
    return lambda: scan(c), Scan.objects.count


@same("pledges.paper.record_paper")
def _(c):
    kept = scan(c)
    return (
        lambda: pledges.record_paper(kept, [read(c.classmate)], actor=c.counselor),
        Signature.objects.filter(person=c.classmate).count,
    )


@once("pledges.paper.undo_paper")
def _(c):
    pledges.record_paper(scan(c), [c.classmate], actor=c.counselor)
    made = Signature.objects.get(person=c.classmate)
    return lambda: pledges.undo_paper(read(made), actor=c.counselor, reason="误勾")


@same("pledges.passing.start_passing")
def _(c):
    return (
        lambda: pledges.start_passing(c.round, c.klass, actor=c.counselor),
        Passing.objects.filter(ended_at=None).count,
    )


@same("pledges.passing.end_passing")
def _(c):
    made = pledges.start_passing(c.round, c.klass, actor=c.counselor).passing
    return (
        lambda: pledges.end_passing(read(made), actor=c.counselor),
        AuditEntry.objects.filter(verb="end_passing").count,
    )


@same("pledges.joint.join")
def _(c):
    made = make.joint_round(c)
    return lambda: make.join(made, read(c.student)), Signature.objects.count


def charter(c):
    return Charter.objects.get(round=make.charter_round(c), unit=c.college)


def on_paper(c, found):
    return charters.record_paper(
        found, actor=c.office, image=picture(), name="a.png", upper_name="孙处长",
        lower_name="冯书记", signed_on=timezone.localdate(),
    )  # fmt: skip


@once("pledges.charters.record_paper")
def _(c):
    found = charter(c)
    return lambda: on_paper(c, read(found))


@once("pledges.charters.void_paper")
def _(c):
    found = on_paper(c, charter(c))
    return lambda: charters.void_paper(read(found), actor=c.office, reason="登记有误")


def circular(c):
    return circulars.write(
        c.school, actor=c.office, title="通知", body="请落实。", places=[c.school.path],
        roles=["COUNSELOR", "student"],
    )  # fmt: skip


def published(c):
    made = circulars.publish(circular(c), actor=c.office, at=timezone.now())
    circulars.deliver(made)
    return made


def held_unread(c, after=timedelta(days=1)):
    """A 通知 whose unread 催办 waits for its hour."""
    made, at = published(c), timezone.now() + after
    Circular.objects.filter(pk=made.pk).update(remind_at=at, remind_by=c.office)
    return Circular.objects.get(pk=made.pk)


@once("notices.circulars.unschedule")
def _(c):
    made = circulars.publish(circular(c), actor=c.office, at=timezone.now() + timedelta(days=1))
    return lambda: circulars.unschedule(read(made), actor=c.office)


@once("notices.circulars.recall")
def _(c):
    made = published(c)
    return lambda: circulars.recall(read(made), actor=c.office, reason="有误")


@same("notices.circulars.correct")
def _(c):
    made = published(c)
    return lambda: circulars.correct(read(made), actor=c.office), made.corrections.count


@once("notices.unread.remind_unread")
def _(c):
    made = published(c)
    return lambda: unread.remind_unread(read(made), actor=c.office)


@once("notices.unread.cancel_held")
def _(c):
    made = held_unread(c)
    return lambda: unread.cancel_held(read(made), actor=c.office)


@same("notices.circulars.acknowledge")
def _(c):
    made = published(c)
    mine = Notice.objects.filter(circular=made, person=c.counselor, receipt_at__isnull=False)
    return lambda: circulars.acknowledge(made, actor=c.counselor), mine.count


@once("notices.reminding.cancel")
def _(c):
    made = Reminder.objects.create(
        round=c.round, unit=c.klass, path=c.klass.path, places=[c.klass.path], whom="people",
        send_at=timezone.now() + timedelta(days=1), created_by=c.counselor, once=UUID(int=9),
    )  # fmt: skip
    return lambda: reminding.cancel(read(made), actor=c.counselor)
