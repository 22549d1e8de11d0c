"""Schools: founding one, and knowing which one a request is for."""

import re
from typing import Any

from django.core.exceptions import ValidationError
from django.db import transaction

from accounts.audit import record
from accounts.models import Grant, Identity, School, Unit, User
from accounts.moves import Refused
from accounts.paths import SCHOOL, child, cut
from accounts.scope import Role
from accounts.services import informing
from accounts.services.activation import issue_code


def school_of(request) -> School | None:
    """The school of the logged-in person, of the host, or the only one there is."""
    schools = School.objects.select_related("unit")
    user = getattr(request, "user", None)
    if user is not None and user.is_authenticated and user.school_id:
        return schools.filter(pk=user.school_id).first()
    host = request.get_host().rsplit(":", 1)[0]
    found = schools.filter(host=host).first()
    if found:
        return found
    first = list(schools.order_by("pk")[:2])
    return first[0] if len(first) == 1 else None


@transaction.atomic
def create_school(
    *, code: str, name: str, office: tuple[str, str] | None, actor=None, **names
) -> tuple[Unit, User | None, str]:
    """An empty school, its office's first person and their one-time code (both absent without)."""
    if not re.fullmatch(r"[A-Za-z0-9_-]{1,20}", code):
        raise Refused("学校代码只能用字母、数字、横线和下划线，不超过 20 位。")
    if Unit.objects.schools().filter(code=code).exists():
        raise Refused(f"学校代码“{code}”已存在，请换一个代码。")
    last = Unit.objects.schools().order_by("-path").first()
    path = child("", int(last.path) + 1 if last else 1)
    unit = _sound(Unit(path=path, kind=Unit.Kind.SCHOOL, name=name.strip(), code=code))
    if names.get("host") and School.objects.filter(host=names["host"]).exists():
        raise Refused(f"访问域名“{names['host']}”已由另一所学校使用。")
    _sound(School(unit=unit, **{key: value for key, value in names.items() if value}))
    record(actor, "create_school", unit)
    informing.begin(unit)
    if not office:
        return unit, None, ""
    number, person_name = office
    person = first_officer(unit, number=number, name=person_name)
    return unit, person, issue_code(person, actor=person)


def _sound(row):
    """The row, saved; refused in words when a value does not fit its column."""
    try:
        row.full_clean()
    except ValidationError as error:
        said = [
            f"{row._meta.get_field(field).verbose_name}：{'，'.join(sentences)}"
            for field, sentences in error.message_dict.items()
        ]
        raise Refused("；".join(said)) from None
    row.save(force_insert=True)
    return row


def first_officer(unit: Unit, *, number: str, name: str) -> User:
    """The office's first person: in the office's own department, with its role at the school."""
    department = Unit.objects.create(
        path=child(unit.path, 1), kind=Unit.Kind.DEPARTMENT, name=unit.school.office_name
    )
    group = Unit.objects.create(path=child(department.path, 1), kind=Unit.Kind.GROUP, name="教职工")
    person = User.objects.create(
        school=unit,
        unit=group,
        unit_path=group.path,
        name=name,
        number=number,
        category=User.Category.STAFF,
    )
    Identity.objects.create(school=unit, kind=Identity.Kind.STAFF, value=number, user=person)
    Grant.objects.create(user=person, role=Role.OFFICE, unit=unit, path=unit.path)
    return person


def find_unit(code: str) -> Unit:
    """The unit a command names: `SCHOOL` or `SCHOOL/UNIT`, the latter by code or name.

    Raises Refused when there is none, or more than one.
    """
    school_code, _, rest = code.partition("/")
    school = Unit.objects.schools().filter(code=school_code).first()
    if school is None:
        raise Refused(f"没有代码为“{school_code}”的学校。")
    if not rest:
        return school
    from django.db.models import Q

    from accounts.paths import under

    found = list(Unit.objects.filter(under(school.path), Q(code=rest) | Q(name=rest))[:2])
    if not found:
        raise Refused(f"{school.name}没有代码或名称为“{rest}”的单位。")
    if len(found) > 1:
        raise Refused(f"{school.name}有多个名为“{rest}”的单位，请改用单位代码。")
    return found[0]


def school_at(path: str) -> School:
    """The school that a path belongs to."""
    return School.objects.select_related("unit").get(unit__path=cut(path, SCHOOL))


@transaction.atomic
def name_offices(school: School, *, actor, **names) -> School:
    """The school calls its offices so; each page, sheet and message follows."""
    before = {key: getattr(school, key) for key in names}
    changed = {key: value for key, value in names.items() if value != before[key]}
    if not changed:
        raise Refused("没有修改任何内容。")
    for key, value in changed.items():
        setattr(school, key, value)
    school.save(update_fields=list(changed))
    was: dict[str, Any] = {key: [before[key], changed[key]] for key in changed}
    record(actor, "name_offices", school, **was)
    return school
