"""The leading groups of the invented school and its colleges, and their lists as filed."""

from datetime import timedelta

from django.utils import timezone

from accounts.duties import LEADING_GROUP, DutyKind
from accounts.models import Duty, Filing, Unit, User
from accounts.services import meetings

SINCE = timedelta(days=75)
UNFILED = 2  # the last colleges have not filed theirs, as it happens


def name_groups(roster) -> None:
    """School and colleges have their groups; all but the last colleges have filed both lists."""
    campus = roster.campus
    made = []
    cast = roster.cast
    if "leader" in cast:
        made += [
            _duty(cast["leader"], DutyKind.CHAIR, campus.school),
            _duty(cast["office"], DutyKind.VICE, campus.school),
            _duty(cast["office"], DutyKind.OFFICE_HEAD, campus.school),
            _duty(cast["department"], DutyKind.MEMBER, campus.school),
        ]
    for college in campus.colleges[:-1]:
        made += _of_college(college)
    Duty.objects.bulk_create(made)
    for college in campus.colleges[:-UNFILED]:
        _file(college.unit)
    if "leader" in cast:
        _meet(campus.school, cast)


def _duty(person: User, kind: str, unit: Unit) -> Duty:
    since = timezone.localdate() - SINCE
    return Duty(
        person=person, kind=kind, unit=unit, path=unit.path, title=person.major[:30],
        starts_on=since,
    )  # fmt: skip


def _of_college(college) -> list[Duty]:
    """The head leads, the liaison is the deputy, the counselors are members."""
    unit = college.unit
    held = Duty.objects.filter(path__startswith=unit.path).select_related("person").order_by("pk")
    first: dict[str, list[User]] = {}
    for duty in held:
        if duty.person not in first.setdefault(duty.kind, []):
            first[duty.kind].append(duty.person)
    heads = first.get(DutyKind.FIRST) or first.get(DutyKind.DIRECT, [])
    made = [_duty(person, DutyKind.CHAIR, unit) for person in heads[:1]]
    made += [_duty(person, DutyKind.VICE, unit) for person in first.get(DutyKind.CONTACT, [])[:1]]
    made += [_duty(person, DutyKind.MEMBER, unit) for person in first.get(DutyKind.ANSWERS, [])]
    return made


def _file(unit: Unit) -> None:
    """Both lists were filed a month after the school year began."""
    for which, kinds in (
        (Filing.List.GROUP, LEADING_GROUP),
        (Filing.List.CONTACT, (DutyKind.CONTACT,)),
    ):
        held = list(Duty.objects.filter(unit=unit, kind__in=kinds).select_related("person"))
        if held:
            Filing.objects.create(
                unit=unit, path=unit.path, which=which, filed_by=held[0].person,
                filed_at=timezone.now() - timedelta(days=45),
                lines=[f"{d.get_kind_display()} {d.person.name} {d.title}".strip() for d in held],
            )  # fmt: skip


def _meet(school: Unit, cast: dict[str, User]) -> None:
    """The school's group met once; one of its tasks is done, one is open, one is late."""
    today = timezone.localdate()
    meeting = meetings.enter(
        school,
        actor=cast["office"],
        title="反电信网络诈骗工作领导小组第一次会议",
        held_on=today - timedelta(days=40),
        place="行政楼 301",
        chair=cast["leader"].name,
        attendees="、".join(cast[who].name for who in ("leader", "office", "department", "head")),
        minutes="会议通报了近期校园电信网络诈骗形势，研究部署本学年反诈工作。",
        decisions="各学院九月底前成立工作领导小组并报送名单。\n开展反诈宣传月活动。",
    )
    given = [
        ("起草反诈宣传月活动方案", "department", -20),
        ("督促尚未报送名单的学院", "office", -3),
        ("汇总各学院落实情况", "head", 12),
    ]
    tasks = [
        meetings.give_task(
            meeting, text=text, holder=cast[who], actor=cast["office"],
            due_on=today + timedelta(days=days),
        )
        for text, who, days in given
    ]  # fmt: skip
    meetings.finish(tasks[0], actor=cast["department"], note="方案已印发。")
