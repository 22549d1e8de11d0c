"""Who may do what to which rows: one table of roles, one method that answers.

`Model.objects.permitted(user, action)` and `get_permitted` are the only ways by which a view, an
admin page, an export, a file or a form field reaches scoped rows. A scoped model states
`scope_name` (its word in the table), `scope_path` (the lookup to a unit path) and, where people
have rows of their own, `scope_person`.
"""

from dataclasses import dataclass, field
from typing import Any

from django.core.exceptions import PermissionDenied
from django.db import models
from django.db.models import Q
from django.http import Http404

from accounts.paths import SCHOOL, WIDTH, cut, under


class Role(models.TextChoices):
    OFFICE = "OFFICE", "安全保卫部门"
    LEADER = "LEADER", "校领导"
    DEPARTMENT = "DEPARTMENT", "职能部门"
    COLLEGE_HEAD = "COLLEGE_HEAD", "院系党政负责人"
    LIAISON = "LIAISON", "单位联络员"
    KEEPER = "KEEPER", "科室或驻校企业负责人"
    COUNSELOR = "COUNSELOR", "辅导员、班主任"
    CADRE = "CADRE", "班干部"
    DORM_HEAD = "DORM_HEAD", "寝室长"
    CARER = "CARER", "心理中心"
    POLICE = "POLICE", "联络民警"
    VOLUNTEER = "VOLUNTEER", "反诈志愿者"
    DISCIPLINE = "DISCIPLINE", "纪检监察"
    AUDITOR = "AUDITOR", "审计员"
    SYSADMIN = "SYSADMIN", "系统管理员"
    INSPECTOR = "INSPECTOR", "检查人员"
    PROVINCE = "PROVINCE", "省级查看"


@dataclass(frozen=True)
class Rule:
    """What a role may do below the unit it is granted at.

    `wide` actions reach the whole school; `depth` is the deepest level whose rows are seen.
    """

    tiers: tuple[int, ...]
    may: frozenset[str]
    wide: frozenset[str] = field(default_factory=frozenset)
    depth: int | None = None


def _rule(tiers, may, wide="", depth=None):
    return Rule(tuple(tiers), frozenset(f"{may} {wide}".split()), frozenset(wide.split()), depth)


FIGURES = "unit.view round.view assignment.view"
JUDGING = (
    "assignment.approve assignment.send_back assignment.undo assignment.excuse "
    "excuse.view excuse.grant excuse.void"
)
PEOPLE = (
    "person.view person.ticks completion.view signature.view correction.view request.view request.decide "
    "archive.view archive.make reminder.view reminder.send reminder.cancel "
    "export.make charter.view"
)
PUBLISHING, PASSING = "circular.view circular.edit", "circular.forward"
LETTING_IN = "person.activate unit.activate"
ANSWERING = "unit.duties unit.appoint duty.view duty.edit charter.keep"
LEAVING = "person.handover"
CONTRACTS = "unit.contracts person.contracts"
RENEWING = f"{CONTRACTS} unit.renew person.renew"
MEETING = "unit.meet unit.convene meeting.view meeting.edit meetingtask.view meetingtask.edit"
FOLLOWING = "finding.view finding.follow"
DECIDING = f"{FOLLOWING} finding.decide"
# what people declare is read and entered by who answers for them: staff by their unit's contact
DECLARING = "declaration.view declaration.record"
DECLARING_STAFF = "declaration.view_staff declaration.record_staff"
LISTING = "outside.view outside.make outside.check"
# pictures are looked at by who gathers them and by the office, by nobody above in between
PICTURES = "shot.view completion.judge"
GATHERING = f"{PICTURES} drop.view drop.make drop.take drop.undo"
BARRIERS = "barrier.view barrier.decide barrier.enter"
OWN_UNIT = "assignment.submit assignment.withdraw assignment.attach evidence.view evidence.add"

ROLES: dict[str, Rule] = {
    Role.OFFICE: _rule(
        [1],
        f"{PUBLISHING} {FIGURES} {PEOPLE} {JUDGING} {LETTING_IN} desk.enter unit.add unit.edit person.edit "
        "person.unmask person.settle person.join person.second grant.view grant.add grant.edit round.draft round.edit "
        "round.issue round.close round.own roster.view roster.make roster.apply roster.roll "
        "unit.note transfer.view transfer.decide signature.stop objection.follow "
        "evidence.view correction.decide job.view text.view text.edit school.view school.edit retention.view retention.edit "
        f"calendar.view calendar.edit {ANSWERING} filing.view "
        f"{LEAVING} {MEETING} {RENEWING} {DECIDING} person.close tool.view tool.edit {PICTURES} barrier.view",
    ),
    Role.LEADER: _rule([1], f"{FIGURES} unit.meet meeting.view meetingtask.view"),
    Role.DEPARTMENT: _rule(
        [2],
        f"{PUBLISHING} round.draft round.edit round.issue round.close round.own text.edit",
        "unit.view round.view text.view tool.view",
    ),
    Role.COLLEGE_HEAD: _rule(
        [2],
        f"{PUBLISHING} {FIGURES} {PEOPLE} {JUDGING} {OWN_UNIT} {ANSWERING} {LEAVING} {MEETING} "
        "unit.file filing.view objection.view objection.answer correction.decide "
        "outside.view outside.check "
        f"unit.note transfer.view transfer.decide {CONTRACTS}",
    ),
    Role.LIAISON: _rule(
        [2],
        f"{PUBLISHING} {FIGURES} {PEOPLE} {JUDGING} {OWN_UNIT} {LETTING_IN} {ANSWERING} {LEAVING} "
        f"{MEETING} {LISTING} {DECIDING} unit.file filing.view signature.record objection.view objection.answer "
        "correction.decide roster.view roster.make roster.apply person.settle unit.note "
        f"transfer.view transfer.decide {RENEWING} {GATHERING} {BARRIERS} {DECLARING_STAFF}",
    ),
    Role.KEEPER: _rule(
        [3],
        f"{PASSING} {FIGURES} {PEOPLE} {OWN_UNIT} {LETTING_IN} signature.record "
        f"correction.decide unit.duties duty.view {CONTRACTS} {GATHERING} "
        f"{FOLLOWING} {BARRIERS} {DECLARING}",
    ),
    Role.COUNSELOR: _rule(
        [3],
        f"{PASSING} {FIGURES} {PEOPLE} {OWN_UNIT} {LETTING_IN} {ANSWERING} "
        f"signature.record correction.decide {GATHERING} "
        f"{FOLLOWING} {BARRIERS} {DECLARING}",
    ),
    Role.CADRE: _rule([3], "unit.view round.view assignment.view assignment.attach person.ticks"),
    Role.DORM_HEAD: _rule([4], "unit.view round.view person.ticks charter.view"),
    Role.CARER: _rule([1], ""),
    Role.POLICE: _rule([1, 2], ""),
    Role.VOLUNTEER: _rule([1, 2], ""),
    Role.DISCIPLINE: _rule([1], FIGURES),
    Role.AUDITOR: _rule([1], "unit.view audit.view desk.enter"),
    Role.SYSADMIN: _rule(
        [1],
        f"unit.view person.view {LEAVING} person.close grant.view grant.add grant.edit job.view "
        "desk.enter login.view login.end person.second",
    ),
    Role.INSPECTOR: _rule([1], FIGURES),
    Role.PROVINCE: _rule([0], f"{FIGURES} tally.view", depth=SCHOOL),
}

# Three powers that no one person may join, so that nobody oversees themselves.
APART = frozenset({Role.SYSADMIN, Role.AUDITOR, Role.OFFICE})
# Nobody passes judgement on their own unit's work.
FROM_ABOVE = {"assignment.approve", "assignment.send_back", "assignment.undo", "assignment.excuse"}
# Handing in is the act of the unit's own people; a college does not hand in for its class.
EXACT = {
    "circular.edit",
    "assignment.submit", "assignment.withdraw", "assignment.attach", "evidence.add", "unit.file",
}  # fmt: skip
# Whoever hands out a first code could use it: to which role's holders a role may give one.
BELOW = frozenset({Role.CADRE, Role.DORM_HEAD, Role.VOLUNTEER})
LETS_IN = {
    Role.OFFICE: frozenset(Role) - {Role.SYSADMIN, Role.AUDITOR, Role.PROVINCE},
    Role.LIAISON: BELOW | {Role.COLLEGE_HEAD, Role.LIAISON, Role.KEEPER, Role.COUNSELOR},
    Role.KEEPER: BELOW,
    Role.COUNSELOR: BELOW,
}
# Roles that hold only once their holder has promised to keep what they see to themselves.
PROMISE_FIRST = frozenset({Role.CADRE})
# What anyone may do with rows of their own.
OWN = {"view", "complete", "correct", "delegate", "end"}


def grants_of(user) -> list:
    """The user's grants in force today, read once for each user object."""
    if not getattr(user, "is_authenticated", False) or not user.is_active:
        return []
    if not hasattr(user, "_grants_in_force"):
        user._grants_in_force = list(user.grants.in_force())
    return user._grants_in_force


def holds(user, verb: str) -> bool:
    """Whether any grant of the user allows this anywhere."""
    return any(verb in ROLES[grant.role].may for grant in grants_of(user))


def roles_of(user) -> set[str]:
    """The roles the user holds today."""
    return {grant.role for grant in grants_of(user)}


def reach(user, verb: str, path: str) -> Q:
    """The condition on a path lookup under which the user may do this."""
    found = Q(pk__in=[])
    for grant in grants_of(user):
        rule = ROLES[grant.role]
        if verb not in rule.may:
            continue
        start = cut(grant.path, SCHOOL) if verb in rule.wide else grant.path
        below = under(start, path, strictly=verb in FROM_ABOVE)
        allowed = Q(**{path: start}) if verb in EXACT else below
        if rule.depth:
            allowed &= Q(**{f"{path}__length__lte": rule.depth * WIDTH})
        found |= allowed if allowed else ~Q(pk__in=[])
    return found


def covers(user, verb: str, path: str) -> bool:
    """Whether the user may do this at this very path: `reach` asked about one place, unqueried."""
    return any(grant_covers(grant, verb, path) for grant in grants_of(user))


def grant_covers(grant, verb: str, path: str) -> bool:
    """Whether one grant allows this at this very path."""
    rule = ROLES[grant.role]
    if verb not in rule.may or (rule.depth and len(path) > rule.depth * WIDTH):
        return False
    start = cut(grant.path, SCHOOL) if verb in rule.wide else grant.path
    if verb in EXACT:
        return path == start
    return path.startswith(start) and (verb not in FROM_ABOVE or path != start)


def principals(user, verb: str, path: str) -> list:
    """The grants by which the user acts for others here; none when an own one allows it too.

    A verb that no grant knows is asked of every grant at or above the path.
    """
    held = grants_of(user)
    able = [grant for grant in held if grant_covers(grant, verb, path)]
    able = able or [grant for grant in held if path and path.startswith(grant.path)]
    return able if able and all(grant.acting_for_id for grant in able) else []


def alike(user) -> set[int]:
    """The user and everybody they stand in for today, by id: what is barred to one is to all."""
    return {user.pk, *(grant.acting_for_id for grant in grants_of(user) if grant.acting_for_id)}


def lets_in(user, grant) -> bool:
    """Whether the user may hand a first code to the holder of this grant."""
    return any(
        grant.role in LETS_IN.get(held.role, ()) and grant.path.startswith(held.path)
        for held in grants_of(user)
    )


class ScopedQuerySet(models.QuerySet):
    """Rows that know who may touch them."""

    def permitted(self, user, action: str = "view"):
        """The rows on which this user may do this: below a granted unit, or the user's own.

        No grant, no rows. A model that states no scope raises AttributeError.
        """
        model: Any = self.model
        verb = f"{model.scope_name}.{action}"
        allowed = reach(user, verb, model.scope_path) if model.scope_path else Q(pk__in=[])
        person = getattr(model, "scope_person", None)
        if person and action in OWN and getattr(user, "is_authenticated", False):
            allowed |= Q(**{person: user.pk})
        return self.filter(allowed)


def get_permitted(user, model, action: str = "view", **lookup):
    """The one row to act on; of a record that was joined to the user's own to look at alone.

    Raises Http404 when it lies outside what the user may view, exactly as when it does not exist,
    and PermissionDenied when it is in view but this is not the user's to do.
    """
    found = model.objects.filter(**lookup)
    row = found.permitted(user).first()
    if action != "view":
        able = found.permitted(user, action).first()
        if able is None and row is not None:
            raise PermissionDenied
        row = able
    elif row is None:
        row = of_joined(user, found)
    if row is None:
        raise Http404
    return row


def of_joined(user, found):
    """The first of the rows that is of a record joined to the user's own; None for none.

    Asked only where nothing else lets the user see it, so that nobody else pays for it.
    """
    person = getattr(found.model, "scope_person", None)
    if person in {None, "pk"} or not getattr(user, "is_authenticated", False):
        return None
    return found.filter(**{f"{person}__merged_into": user.pk}).first()


def may(user, action: str, row) -> bool:
    """Whether the user may do this to this row; the same answer as `get_permitted`."""
    return type(row).objects.permitted(user, action).filter(pk=row.pk).exists()


def grantable(user) -> set[str]:
    """The roles this user may give to others: each power is given by another than its holder."""
    held = roles_of(user)
    roles: set[str] = set()
    if Role.OFFICE in held:
        roles |= set(Role) - APART - {Role.PROVINCE}
    if Role.SYSADMIN in held:
        roles |= APART
    return roles
