"""Lists of people: grouped, with who answers for them; single ones to act for."""

from dataclasses import dataclass
from datetime import datetime

from django.core.exceptions import PermissionDenied
from django.db.models import Q, QuerySet

from accounts.audit import doers, stands_for
from accounts.models import Grant, Unit, User
from accounts.org_queries import names_at
from accounts.paths import CLASS, COLLEGE, ancestors, cut
from accounts.scope import Role, covers, get_permitted
from rounds.figures import PARTS, Census, in_force
from rounds.kinds import kind_of
from rounds.models import Completion, Correction, Excuse, Round

ANSWERABLE = [Role.COUNSELOR, Role.KEEPER, Role.LIAISON]


def responsible(paths: set[str]) -> dict[str, str]:
    """Who answers for the people standing at each path: the class's own, else the unit's."""
    classes = {cut(path, CLASS) for path in paths}
    wanted = classes | {cut(path, COLLEGE) for path in paths}
    held: dict[str, list[str]] = {}
    grants = Grant.objects.present().filter(path__in=wanted, role__in=ANSWERABLE)
    rows = grants.order_by("id").values_list("path", "user__name", "acting_for__name")
    for path, name, of in rows:
        held.setdefault(path, []).append(stands_for(name, of))
    return {
        path: "、".join(held.get(path) or held.get(cut(path, COLLEGE)) or []) for path in classes
    }


@dataclass
class Group:
    """People of one class or group, and who answers for them."""

    path: str
    name: str
    answers: str
    people: list


def unit_names(paths, at: datetime | None = None) -> dict[str, str]:
    """The names of these units and of everything above them, today or as at a moment."""
    chains = {step for path in paths for step in ancestors(path)}
    names = dict(Unit.objects.filter(path__in=chains).values_list("path", "name"))
    return names | names_at(at, chains) if at else names


def by_class(people, receipts_of: Round | None = None, at: datetime | None = None) -> list[Group]:
    """People grouped by where they belong, with who answers; with receipts of a round if told.

    `at`: the moment whose names of units are meant, today's unless told.
    """
    listed: list = list(people)
    paths = {person.place for person in listed}
    names = unit_names(paths, at)
    answers = responsible(paths)
    groups: dict[str, Group] = {}
    for person in listed:
        path = cut(person.place, CLASS)
        if path not in groups:
            name = " · ".join(names.get(step, "") for step in ancestors(path)[1:])
            groups[path] = Group(path, name, answers.get(path, ""), [])
        if receipts_of and getattr(person, "completion_id", None):
            done = Completion(round_id=receipts_of.pk, person_id=person.pk)
            person.receipt = kind_of(receipts_of).receipt_url(done)
        person.word = PARTS.get(getattr(person, "part", "excused"), "")
        person.dorm = names.get(person.place, "") if len(person.place) > len(path) else ""
        groups[path].people.append(person)
    return list(groups.values())


def with_excuses(groups: list[Group], census: Census) -> None:
    """Each person listed has the `excuse` that holds for them, their own or their unit's."""
    people = [person for group in groups for person in group.people]
    chains = {step for person in people for step in ancestors(person.place)}
    own = Q(pk__in=[person.excuse_id for person in people if person.excuse_id])
    units = Q(person__isnull=True, unit_path__in=chains)
    found = Excuse.objects.filter(own | units, in_force(census.day), round=census.round)
    excuses = approved(found)
    mine = {excuse.pk: excuse for excuse in excuses}
    above = {excuse.unit_path: excuse for excuse in excuses if excuse.assignment_id}
    for person in people:
        steps = (above[step] for step in reversed(ancestors(person.place)) if step in above)
        person.excuse = mine.get(person.excuse_id) or next(steps, None)


def approved(excuses: QuerySet[Excuse]) -> list[Excuse]:
    """The excuses, each with who approved it in words (`by`), “A 代 B” where A stood in for B."""
    rows: list = list(excuses.select_related("approved_by"))
    own = doers("excuse", [row.pk for row in rows], "excuse")
    units = [row.assignment_id for row in rows if row.assignment_id]
    whole = doers("assignment", units, "excuse") if units else {}
    for row in rows:
        row.by = own.get(row.pk) or whole.get(row.assignment_id) or row.approved_by.name
    return rows


def asked_person(user, round_: Round, person_id: int, verb: str) -> User | None:
    """The person, if the round asks them and the user may do this for them.

    404 for a person out of view, 403 for one in view for whom this is not the user's to do.
    """
    person = get_permitted(user, User, pk=person_id)
    if not covers(user, verb, person.unit_path):
        raise PermissionDenied
    return Census(round_).people().filter(pk=person.pk).first()


def corrections(user) -> tuple[QuerySet[Correction], list[Correction]]:
    """The requests the user may decide, and the latest decided ones."""
    from rounds import queues

    rows = ("completion__person__unit", "completion__round")
    decided = Correction.objects.permitted(user, "decide").exclude(state=Correction.State.OPEN)
    waiting_ = queues.corrections(user).select_related(*rows)
    return waiting_, list(decided.select_related(*rows)[:20])
