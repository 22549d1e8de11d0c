"""What people at the invented school were told: a 通知 with receipts, 催办, some of it read."""

from datetime import date, datetime, timedelta

from django.urls import reverse
from django.utils import timezone

from accounts.calendar_queries import calendar_of
from accounts.models import User
from accounts.periods import DAY, start_of
from accounts.services import calendar
from notices import open_items, queries
from notices.models import Circular, Notice, Reminder
from notices.services import circulars, deliver
from oversight.demo.school import Campus
from rounds.models import Round

BODY = """各学院、各部门：
    为进一步增强师生识骗防骗能力，现就本学期集中宣传有关事项通知如下。
    一、各班级、科室在两周内召开一次反诈主题班会（会议），组织学习近期典型案例。
    二、辅导员、班主任逐一提醒未签署承诺书的学生尽快办理。
    三、发现疑似被骗，立即拨打 110，并报告校内值班电话。"""


def tell_story(campus: Campus, cast: dict[str, User], round_: Round) -> None:
    """A calendar, a 通知 four days old that half have read, a 催办 of three days ago, a draft."""
    terms(campus, cast["office"])
    circular(campus, cast, hour_of(4, 10))
    reminder(campus, cast, round_, hour_of(3, 9))
    circulars.write(
        campus.school, actor=cast["office"], title="关于寒假前反诈提醒的通知", body="（起草中）",
        places=[college.unit.path for college in campus.colleges], roles=["LIAISON"],
    )  # fmt: skip


def hour_of(days: int, hour: int) -> datetime:
    """That hour of the day so many days ago."""
    return start_of(timezone.localdate() - days * DAY) + timedelta(hours=hour)


def terms(campus: Campus, office: User) -> None:
    """The two terms of the 学年 that is running."""
    year = calendar_of("").school_year(timezone.localdate()).first.year
    for number, first, last in ((1, (9, 1), (1, 20)), (2, (2, 24), (7, 10))):
        starts = date(year + (number == 2), *first)
        ends = date(year + 1, *last)
        monday = starts - DAY * starts.weekday()
        calendar.keep_term(
            campus.school, actor=office, year=year, number=number,
            starts_on=monday, ends_on=ends, week_one=monday,
        )  # fmt: skip


def circular(campus: Campus, cast: dict[str, User], at: datetime) -> None:
    """The office's 通知 to all contacts; every second has pressed 已阅."""
    made = circulars.write(
        campus.school, actor=cast["office"], title="关于开展本学期防范电信网络诈骗集中宣传的通知",
        number=f"安保〔{at.year}〕12 号", body=BODY, pinned=True, receipt=True,
        places=[campus.school.path], roles=["COLLEGE_HEAD", "LIAISON", "KEEPER", "COUNSELOR"],
    )  # fmt: skip
    circulars.deliver(circulars.publish(made, actor=cast["office"]))
    Circular.objects.filter(pk=made.pk).update(publish_at=at, state_at=at, created_at=at)
    rows = Notice.objects.filter(circular=made)
    rows.update(sent_at=at, day=timezone.localdate(at))
    some = rows.exclude(person__in=[cast["counselor"], cast["keeper"]]).order_by("pk")
    half = list(some.values_list("pk", flat=True))[::2]
    read = at + timedelta(hours=5)
    Notice.objects.filter(pk__in=half).update(read_at=read, receipt_at=read)


def reminder(campus: Campus, cast: dict[str, User], round_: Round, at: datetime) -> None:
    """The office reminded whoever answers for what is open; the cast's own wait unread."""
    made = Reminder.objects.create(
        round=round_, unit=campus.school, path=campus.school.path, created_by=cast["office"],
        places=[college.unit.path for college in campus.colleges], created_at=at, send_at=at,
        whom=Reminder.Whom.ANSWERABLE,
    )  # fmt: skip
    deliver(made)
    Reminder.objects.filter(pk=made.pk).update(state_at=at)
    rows = made.notices.all()
    rows.update(sent_at=at)
    own = rows.filter(person__in=cast.values())
    rows.exclude(pk__in=own.values("pk")).update(read_at=at + timedelta(hours=2))
    student = cast["student"]
    if open_items.missing_people(round_, [student.unit_path], "").filter(pk=student.pk).exists():
        Notice.objects.create(
            person=student, kind=Notice.Kind.OWN, key=queries.own_key(round_),
            day=timezone.localdate(at), title=f"请完成：{round_.title}", sent_at=at,
            body="您的承诺书还未签署，请尽快办理。",
            link=reverse("pledges:sign", args=[round_.pk]),
        )  # fmt: skip
