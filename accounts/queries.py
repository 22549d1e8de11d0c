"""Reading units and people."""

import unicodedata

from django.conf import settings
from django.db.models import Count, Max, Q, QuerySet
from django.db.models.functions import Left
from django.utils import timezone

from accounts import spelling
from accounts.models import Grant, Identity, Unit, User
from accounts.paging import EXACT, bounded
from accounts.paths import CLASS, WIDTH, ancestors, under

LOGIN_KINDS = [Identity.Kind.STUDENT, Identity.Kind.STAFF, Identity.Kind.EXAM]
FEW = 200  # numbers that begin alike: more of them are not gathered first
LAST_CHARACTER = "\U0010ffff"


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
    """The people whose name, pinyin, initials or a number begins with the text, by indexes.

    Chinese characters with which nobody's name begins are looked for inside the names, unless
    there are more people than a school has.
    """
    text = unicodedata.normalize("NFKC", text)
    for word in searched(text):
        if spelling.CHINESE.search(word):
            found = people.filter(spelling.named_like(word))
            inside = not found.exists() and bounded(people) <= EXACT
            people = people.filter(name__contains=word) if inside else found
        else:
            people = people.filter(_numbered(word) | spelling.spelled_like(word))
    return people


def searched(text: str) -> list[str]:
    """The words of a search; syllables typed apart belong together."""
    words = text.split()
    return ["".join(words)] if len(words) > 1 and all(map(str.isalpha, words)) else words


def _numbered(typed: str) -> Q:
    """The people one of whose numbers begins so; the few are found by all their numbers."""
    schools = Unit.objects.schools().values("pk")
    begins = {"value__gte": typed, "value__lt": typed + LAST_CHARACTER}
    numbers = Identity.objects.filter(school__in=schools, kind__in=LOGIN_KINDS, **begins)
    found = list(numbers.values_list("user", flat=True)[: FEW + 1])
    few = Q(pk__in=found)
    return few if len(found) <= FEW else few | Q(number__startswith=typed)


def grants_of_person(person: User) -> list[Grant]:
    """What a person holds today and will hold, in order."""
    today = timezone.localdate()
    running = Q(ends_on__isnull=True) | Q(ends_on__gte=today)
    return list(person.grants.filter(running).select_related("unit"))


def places_of(paths) -> dict[str, str]:
    """What each of these paths is called, college · class; one trip for all."""
    steps = {step for path in paths for step in ancestors(path)}
    names = dict(Unit.objects.filter(path__in=steps).values_list("path", "name"))
    inner = {path: ancestors(path)[1:CLASS] or ancestors(path) for path in paths}
    return {path: " · ".join(names.get(step, "") for step in inner[path]) for path in paths}


def with_homes(people) -> None:
    """Each of these people has `home`, college · class, and `dorm` apart, in one trip for all."""
    paths = {step for person in people for step in ancestors(person.unit_path)}
    names = dict(Unit.objects.filter(path__in=paths).values_list("path", "name"))
    for person in people:
        steps = ancestors(person.unit_path)
        inner = steps[1:CLASS] or steps
        person.home = " · ".join(names.get(step, "") for step in inner)
        person.dorm = names.get(person.unit_path, "") if len(steps) > CLASS else ""
