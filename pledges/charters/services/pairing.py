"""Which pairs a charter round asks for, as the roster stands."""

from django.db import transaction
from django.db.models import Q
from django.utils import timezone

from accounts.models import Unit, User
from accounts.paths import WIDTH, ancestors, under
from accounts.scope import Role
from pledges.charters.models import Charter, CharterRound, Tier
from rounds.models import Round

Kind = Unit.Kind
TIER_OF = {
    Kind.COLLEGE: Tier.UNIT,
    Kind.DEPARTMENT: Tier.UNIT,
    Kind.CLASS: Tier.CLASS,
    Kind.GROUP: Tier.GROUP,
    Kind.DORM: Tier.DORM,
}
LOWER = {Tier.CLASS: Role.COUNSELOR, Tier.GROUP: Role.KEEPER, Tier.DORM: Role.DORM_HEAD}


def expected(round_: Round) -> list[Charter]:
    """A row, unsaved, for each pair there is to be signed today."""
    tiers = set(round_.charter.tiers.values_list("tier", flat=True))
    people = User.objects.filter(under(round_.unit.path, "unit_path")).counted()
    homes = set(people.order_by().values_list("unit_path", flat=True).distinct())
    peopled = {step for home in homes for step in ancestors(home)}
    chain = under(round_.unit.path) | Q(path__in=ancestors(round_.unit.path))
    units = {unit.path: unit for unit in Unit.objects.filter(chain)}
    found = [
        _pair(round_.charter, TIER_OF[unit.kind], units[unit.path[:-WIDTH]], unit)
        for path, unit in sorted(units.items())
        if path in peopled
        and TIER_OF.get(unit.kind) in tiers
        and unit.path[:-WIDTH] in units
        and (unit.answers or unit.kind == Kind.DORM)
        and path.startswith(round_.unit.path)
        and round_.reaches(path)
    ]
    if Tier.LODGING in tiers:
        found += _lodgers(round_, people, units)
    return found


def _pair(charter: CharterRound, tier: str, upper: Unit, unit: Unit, person=None) -> Charter:
    roles = {Tier.UNIT: (charter.school_role, charter.unit_role)}
    counselled = (Role.COUNSELOR, LOWER.get(Tier(tier), ""))
    roles |= {Tier.DORM: counselled, Tier.LODGING: counselled}
    upper_role, lower_role = roles.get(Tier(tier), (charter.unit_role, LOWER.get(Tier(tier), "")))
    return Charter(
        round=charter.round,
        tier=tier,
        upper=upper,
        unit=unit,
        person=person,
        upper_path=upper.path,
        unit_path=unit.path,
        upper_role=upper_role,
        lower_role=lower_role,
    )


def _lodgers(round_: Round, people, units: dict[str, Unit]) -> list[Charter]:
    """One for each student of a class who has no room in it."""
    students = people.filter(category=User.Category.STUDENT, unit__kind=Kind.CLASS)
    return [
        _pair(round_.charter, Tier.LODGING, units[one.unit_path], units[one.unit_path], one)
        for one in students.order_by("unit_path", "number")
        if round_.reaches(one.unit_path) and one.unit_path in units
    ]


@transaction.atomic
def sync(round_: Round) -> int:
    """The round has a row for each pair there is, and none waits for units that are gone.

    What is signed stays, wherever its people went. Returns how many rows are new.
    """
    present = {(row.unit_id, row.person_id): row for row in round_.charters.all()}
    if round_.charter.tiers.filter(tier=Tier.LODGING).exists():
        # a lodger is one pair, whichever class they stand in
        present |= {(None, row.person_id): row for row in present.values() if row.person_id}
    wanted = expected(round_)
    new, kept = [], set()
    for pair in wanted:
        row = present.get((None, pair.person_id) if pair.person_id else (pair.unit_id, None))
        if row is None:
            new.append(pair)
            continue
        kept.add(row.pk)
        _follow(row, pair)
    Charter.objects.bulk_create(new, ignore_conflicts=True, batch_size=500)
    gone = round_.charters.filter(state__in=Charter.WAITING, pk__in=_others(present, kept))
    gone.update(state=Charter.State.GONE, state_at=timezone.now())
    return len(new)


def _others(present: dict, kept: set[int]) -> list[int]:
    return [row.pk for row in present.values() if row.pk not in kept]


def _follow(row: Charter, pair: Charter) -> None:
    """The row stands where its unit stands now; one that came back waits again."""
    now: dict = {}
    if row.state in Charter.WAITING and (row.unit_path, row.upper_path) != (
        pair.unit_path,
        pair.upper_path,
    ):
        names = ("upper", "unit", "upper_path", "unit_path")
        now = {name: getattr(pair, name) for name in names}
    if row.state == Charter.State.GONE:
        now |= {"state": _waiting(row), "state_at": timezone.now()}
    if now:
        Charter.objects.filter(pk=row.pk).update(**now)


def _waiting(row: Charter) -> str:
    sides = set(row.signatures.filter(superseded_at=None).values_list("side", flat=True))
    return next(iter(sides), Charter.State.OPEN)
