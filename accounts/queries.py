"""Reading units and people."""

from django.conf import settings
from django.db.models import Count, Exists, Max, OuterRef, Q, QuerySet
from django.db.models.functions import Left
from django.utils import timezone

from accounts.models import Grant, Identity, Unit, User
from accounts.paths import CLASS, WIDTH, ancestors, under

LOGIN_KINDS = [Identity.Kind.STUDENT, Identity.Kind.STAFF, Identity.Kind.EXAM]


def holders(school: Unit, number: str) -> QuerySet[User]:
    """Who may log in by a number: a student and an employee may share its digits.

    Demo accounts exist for everybody to try, never in earnest.
    """
    found = User.objects.filter(
        identities__school=school,
        identities__value=number,
        identities__kind__in=LOGIN_KINDS,
        is_active=True,
    )
    return (found if settings.DEMO else found.filter(demo=False)).distinct()


def waiting(people: QuerySet[User]) -> QuerySet[User]:
    """Those of the people who are on the roster and have never come in."""
    return people.counted().filter(activated_at__isnull=True, is_active=True)


def units_with_slips(user, *, only_waiting: bool) -> list[Unit]:
    """The units whose slips the user may print, each with its counts: classes and groups.

    Somebody who sits in no class or group is listed under their own unit, so that none is missed.
    """
    rows = (
        User.objects.permitted(user, "activate")
        .counted()
        .filter(is_active=True)
        .annotate(place=Left("unit_path", CLASS * WIDTH))
        .order_by()
        .values("place")
        .annotate(everybody=Count("pk"), wait=Count("pk", filter=Q(activated_at__isnull=True)))
        .values_list("place", "everybody", "wait")
    )
    counts = {place: (people, waiting) for place, people, waiting in rows}
    units = Unit.objects.permitted(user, "activate")
    found = list(units.filter(path__in=[p for p in counts if not only_waiting or counts[p][1]]))
    parents = {unit.path[:-WIDTH] for unit in found}
    names = dict(Unit.objects.filter(path__in=parents).values_list("path", "name"))
    for unit in found:
        unit.people_count, unit.waiting_count = counts[unit.path]
        unit.parent_name = names.get(unit.path[:-WIDTH], "")
    return found


def people_with_slips(user, unit: Unit) -> QuerySet[User]:
    """The people of a unit whom the user may let in, each with the day of the last slip."""
    people = User.objects.permitted(user, "activate").counted().filter(is_active=True)
    here = under(unit.path, "unit_path") if unit.level >= CLASS else Q(unit_path=unit.path)
    people = people.filter(here)
    return people.annotate(last_slip=Max("codes__issued_at")).order_by("number", "pk")


def search(people: QuerySet[User], text: str) -> QuerySet[User]:
    """The people whose name holds the text, or one of whose numbers begins with it."""
    numbers = Identity.objects.filter(user=OuterRef("pk"), value__startswith=text)
    return people.filter(
        Q(name__icontains=text)
        | Q(number__startswith=text)
        | Exists(numbers.filter(kind__in=LOGIN_KINDS))
    )


def grants_of_person(person: User) -> list[Grant]:
    """What a person holds today and will hold, in order."""
    today = timezone.localdate()
    running = Q(ends_on__isnull=True) | Q(ends_on__gte=today)
    return list(person.grants.filter(running).select_related("unit"))


def with_homes(people) -> None:
    """Each of these people has `home`, college · class, and `dorm` apart, in one trip for all."""
    paths = {step for person in people for step in ancestors(person.unit_path)}
    names = dict(Unit.objects.filter(path__in=paths).values_list("path", "name"))
    for person in people:
        steps = ancestors(person.unit_path)
        inner = steps[1:CLASS] or steps
        person.home = " · ".join(names.get(step, "") for step in inner)
        person.dorm = names.get(person.unit_path, "") if len(steps) > CLASS else ""
