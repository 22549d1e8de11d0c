"""The accounts to try the portal with, one for each role."""

from collections.abc import Mapping
from datetime import timedelta

from django.conf import settings
from django.contrib.auth.hashers import make_password
from django.utils import timezone

from accounts.duties import KIND_OF_ROLE, DutyKind
from accounts.models import Duty, Grant, Identity, Unit, User
from accounts.scope import Role

STAFF, STUDENT = User.Category.STAFF, User.Category.STUDENT
SERVICE, EXTERNAL = User.Category.SERVICE, User.Category.EXTERNAL

# number, name, category, post, home (a key of the places), role, where it holds (keys)
ACCOUNTS = [
    ("office", "孙建平", STAFF, "副处长", "security", Role.OFFICE, ["school"]),
    ("leader", "吴仲平", STAFF, "副校长", "leadership", Role.LEADER, ["school"]),
    ("department", "郑明华", STAFF, "科长", "affairs", Role.DEPARTMENT, ["student_affairs"]),
    ("head", "冯立群", STAFF, "党总支书记", "faculty", Role.COLLEGE_HEAD, ["college"]),
    ("liaison", "陈静姝", STAFF, "学工办主任", "faculty", Role.LIAISON, ["college"]),
    ("keeper", "杨广成", SERVICE, "食堂经理", "kitchen", Role.KEEPER, ["kitchen"]),
    ("counselor", "褚云舒", STAFF, "辅导员", "faculty", Role.COUNSELOR, ["class", "second_class"]),
    ("cadre", "朱亦航", STUDENT, "", "class", Role.CADRE, ["class"]),
    ("dormhead", "秦子墨", STUDENT, "", "dorm", Role.DORM_HEAD, ["dorm"]),
    ("student", "张雨晴", STUDENT, "", "dorm", None, []),
    ("staff", "何思源", STAFF, "讲师", "faculty", None, []),
    ("carer", "林若溪", STAFF, "心理咨询师", "care", Role.CARER, ["school"]),
    ("police", "周警官", EXTERNAL, "", None, Role.POLICE, ["school"]),
    ("volunteer", "许嘉禾", STUDENT, "", "second_class", Role.VOLUNTEER, ["college"]),
    ("auditor", "尤文清", STAFF, "审计员", "audit", Role.AUDITOR, ["school"]),
    ("sysadmin", "韩志远", STAFF, "工程师", "network", Role.SYSADMIN, ["school"]),
    ("discipline", "卫正言", STAFF, "纪检员", "discipline", Role.DISCIPLINE, ["school"]),
    ("inspector", "沈督查", EXTERNAL, "", None, Role.INSPECTOR, ["school"]),
]
DUTY_OF = {"head": DutyKind.FIRST}  # where it is not the usual duty of the role
SCHOOL_YEAR = timedelta(days=75)  # since it began, when roles were given
INSPECTION = timedelta(days=60)  # an inspector's grant is for one inspection


def give_accounts(places: Mapping[str, Unit], *, grade: str = "") -> dict[str, User]:
    """Each account whose places exist has its person, number, password and role."""
    now = timezone.now()
    password = make_password(settings.DEMO_PASSWORD)
    people = {}
    for number, name, category, post, home, role, where in ACCOUNTS:
        if not {*where, home or "school"} <= places.keys():
            continue
        unit = places[home] if home else None
        person = User.objects.create(
            school=places["school"],
            unit=unit,
            unit_path=unit.path if unit else "",
            name=name,
            number=number,
            category=category,
            grade=grade if category == STUDENT else "",
            major=post,
            password=password,
            activated_at=now - timedelta(days=60),
            demo=True,
        )
        kind = Identity.Kind.STUDENT if category == STUDENT else Identity.Kind.STAFF
        Identity.objects.create(school=places["school"], kind=kind, value=number, user=person)
        people[number] = person
        if role is not None:
            _grant(person, role, [places[key] for key in where])
    return people


def _grant(person: User, role: str, units: list[Unit]) -> None:
    """The role since the beginning of the school year; an inspector's for one visit from today."""
    today, visits = timezone.localdate(), role == Role.INSPECTOR
    grants = [
        Grant(
            user=person,
            role=role,
            unit=unit,
            path=unit.path,
            starts_on=today if visits else today - SCHOOL_YEAR,
            ends_on=today + INSPECTION if visits else None,
            promised_at=timezone.now(),
        )
        for unit in units
    ]
    give_duties(grants, {person.pk: (DUTY_OF.get(person.number, ""), person.major)})
    Grant.objects.bulk_create(grants)


def give_duties(grants: list[Grant], said: Mapping[int, tuple[str, str]]) -> None:
    """Each grant whose role comes with a duty has its duty; `said` has kind and title by person."""
    held = [grant for grant in grants if grant.role in KIND_OF_ROLE]
    duties = Duty.objects.bulk_create(
        Duty(
            person=grant.user,
            kind=said.get(grant.user.pk, ("", ""))[0] or KIND_OF_ROLE[grant.role],
            title=said.get(grant.user.pk, ("", ""))[1][:30],
            unit=grant.unit,
            path=grant.path,
            starts_on=grant.starts_on,
            ends_on=grant.ends_on,
        )
        for grant in held
    )
    for grant, duty in zip(held, duties, strict=True):
        grant.duty = duty
