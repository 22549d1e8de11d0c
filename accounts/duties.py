"""What one can answer for: the kinds of duty, where each is held, and the role it carries.

A duty of a kind with a role carries its grant, given and ended with it; grants by hand exist only
for roles without a duty. `docs/roles.md` repeats the table; a test compares the two.
"""

from dataclasses import dataclass, field

from django.db import models

from accounts.paths import CLASS, COLLEGE, DORM, SCHOOL
from accounts.scope import Role, grants_of


class DutyKind(models.TextChoices):
    FIRST = "first", "第一责任人"
    DIRECT = "direct", "直接责任人"
    ANSWERS = "answers", "责任人"
    CONTACT = "contact", "联络人"
    KEEPER = "keeper", "科室（小组）负责人"
    CLASS_CONTACT = "class_contact", "班级反诈联络员"
    DORM_HEAD = "dorm_head", "寝室长"
    CHAIR = "chair", "组长"
    VICE = "vice", "副组长"
    MEMBER = "member", "组员"
    OFFICE_HEAD = "office_head", "办公室主任"
    OFFICE_MEMBER = "office_member", "办公室成员"
    VOLUNTEER = "volunteer", "反诈志愿者"
    ENVOY = "envoy", "平安使者"
    SPEAKER = "speaker", "反诈宣讲员"


@dataclass(frozen=True)
class DutyRule:
    """Where a kind is held, by level or by kind of unit, and the role it carries at each level."""

    tiers: tuple[int, ...]
    roles: dict[int, str] = field(default_factory=dict)
    units: tuple[str, ...] = ()  # only in units of these kinds; any of the level when empty
    hint: str = ""  # who that usually is


K = DutyKind
KINDS: dict[str, DutyRule] = {
    K.FIRST: DutyRule(
        (SCHOOL, COLLEGE), {SCHOOL: Role.LEADER, COLLEGE: Role.COLLEGE_HEAD}, hint="党政主要负责人"
    ),
    K.DIRECT: DutyRule(
        (SCHOOL, COLLEGE),
        {SCHOOL: Role.LEADER, COLLEGE: Role.COLLEGE_HEAD},
        hint="分管领导、学办主任",
    ),
    K.ANSWERS: DutyRule((CLASS,), {CLASS: Role.COUNSELOR}, hint="辅导员、班主任"),
    K.CONTACT: DutyRule((COLLEGE,), {COLLEGE: Role.LIAISON}, hint="单位联络员、安全员"),
    K.KEEPER: DutyRule(
        (CLASS,), {CLASS: Role.KEEPER}, ("group",), hint="科室、导师组或驻校企业负责人"
    ),
    K.CLASS_CONTACT: DutyRule(
        (CLASS,), {CLASS: Role.CADRE}, ("class", "group"), hint="团支书或班长"
    ),
    K.DORM_HEAD: DutyRule((DORM,), {DORM: Role.DORM_HEAD}),
    K.CHAIR: DutyRule((SCHOOL, COLLEGE, CLASS), hint="党政主要负责人；班级由班委担任"),
    K.VICE: DutyRule((SCHOOL, COLLEGE, CLASS), hint="分管学生工作的负责人"),
    K.MEMBER: DutyRule((SCHOOL, COLLEGE, CLASS), hint="辅导员等"),
    K.OFFICE_HEAD: DutyRule((SCHOOL,)),
    K.OFFICE_MEMBER: DutyRule((SCHOOL,)),
    K.VOLUNTEER: DutyRule((SCHOOL, COLLEGE), dict.fromkeys((SCHOOL, COLLEGE), Role.VOLUNTEER)),
    K.ENVOY: DutyRule((SCHOOL, COLLEGE), dict.fromkeys((SCHOOL, COLLEGE), Role.VOLUNTEER)),
    K.SPEAKER: DutyRule((SCHOOL, COLLEGE), dict.fromkeys((SCHOOL, COLLEGE), Role.VOLUNTEER)),
}

TIERS_OF_DUTY = (K.FIRST, K.DIRECT, K.ANSWERS, K.CONTACT, K.KEEPER, K.CLASS_CONTACT, K.DORM_HEAD)
LEADING_GROUP = (K.CHAIR, K.VICE, K.MEMBER)
GROUP_OFFICE = (K.OFFICE_HEAD, K.OFFICE_MEMBER)
VOLUNTEERS = (K.VOLUNTEER, K.ENVOY, K.SPEAKER)
SECTIONS: tuple[tuple[str, tuple[str, ...]], ...] = (
    ("责任体系", TIERS_OF_DUTY),
    ("工作领导小组", LEADING_GROUP),
    ("领导小组办公室", GROUP_OFFICE),
    ("志愿者队伍", VOLUNTEERS),
)
# Held by a student of the very unit, and to the end of the term only.
BY_STUDENTS = (K.CLASS_CONTACT, K.DORM_HEAD)

COLLEGE_FILES = frozenset(K) - {*GROUP_OFFICE}
# Who may say who answers, at or below the unit of their own grant.
APPOINTS: dict[str, frozenset[str]] = {
    Role.OFFICE: frozenset(K),
    Role.COLLEGE_HEAD: COLLEGE_FILES,
    Role.LIAISON: COLLEGE_FILES,
    Role.COUNSELOR: frozenset({K.CLASS_CONTACT, K.DORM_HEAD, *LEADING_GROUP}),
}
# A role given by hand at the desk is this duty; the page of a unit offers the others by name.
KIND_OF_ROLE: dict[str, str] = {
    Role.LEADER: K.DIRECT,
    Role.COLLEGE_HEAD: K.DIRECT,
    Role.LIAISON: K.CONTACT,
    Role.KEEPER: K.KEEPER,
    Role.COUNSELOR: K.ANSWERS,
    Role.CADRE: K.CLASS_CONTACT,
    Role.DORM_HEAD: K.DORM_HEAD,
    Role.VOLUNTEER: K.VOLUNTEER,
}


def role_of(kind: str, level: int) -> str:
    """The role that a duty of this kind carries at a level; '' for none."""
    return KINDS[kind].roles.get(level, "")


def kinds_at(unit) -> list[str]:
    """The kinds of duty that belong at such a unit, in order."""
    return [
        kind
        for kind, rule in KINDS.items()
        if unit.level in rule.tiers and (not rule.units or unit.kind in rule.units)
    ]


def appointable(user, unit) -> list[str]:
    """The kinds of duty that this user may give and end at the unit."""
    allowed: set[str] = set()
    for grant in grants_of(user):
        if unit.path.startswith(grant.path):
            allowed |= APPOINTS.get(grant.role, frozenset())
    return [kind for kind in kinds_at(unit) if kind in allowed]
