"""Reads of the charter: one set of conditions behind every figure and every list."""

from dataclasses import dataclass
from typing import Any

from django.db.models import Count, Q, QuerySet

from accounts.audit import doers, stands_for
from accounts.models import Unit, User
from accounts.paths import WIDTH, under
from accounts.scope import Role, covers, reach
from pledges.charters.models import (
    Charter,
    CharterSignature,
    CharterTier,
    Side,
    Tier,
    signed_by,
    signing,
)
from pledges.charters.services import expected
from rounds.models import Completion, Round
from rounds.queries import owns

State = Charter.State
MOST = 20  # pairs of a student that a page lists
VACANT = Q(state__in=[State.OPEN, State.LOWER], upper_vacant=True) | Q(
    state__in=[State.OPEN, State.UPPER], lower_vacant=True
)
# what a list may be narrowed to, and how a tile counts it
PARTS: dict[str, tuple[str, Q]] = {
    "open": ("待签", Q(state__in=Charter.WAITING)),
    "half": ("其中一方已签", Q(state__in=[State.UPPER, State.LOWER])),
    "vacant": ("其中无人可签", VACANT),
    "signed": ("已签订", Q(state=State.SIGNED)),
    "paper": ("其中纸质代录", Q(state=State.SIGNED, method=Completion.Method.PAPER)),
    "unkept": ("已签未登记存放", Q(state=State.SIGNED, kept_on__isnull=True)),
    "all": ("应签", Q()),
}


def tiers(round_: Round) -> list[CharterTier]:
    """The tiers a round asks for, from above, with their texts."""
    found = {t.tier: t for t in round_.charter.tiers.select_related("text")}
    return [found[tier] for tier in Tier.values if tier in found]


def parameters(round_: Round) -> dict[str, Any]:
    """A draft as the form of its kind shows it."""
    charter = round_.charter
    texts = {f"text_{tier.tier}": tier.text for tier in tiers(round_)}
    names = ("year", "cascade", "school_role", "unit_role")
    return {name: getattr(charter, name) for name in names} | texts


def to_come(round_: Round) -> list[tuple[str, int]]:
    """How many pairs issuing a draft would make in each tier."""
    pairs = expected(round_)
    return [
        (tier.get_tier_display(), sum(pair.tier == tier.tier for pair in pairs))
        for tier in tiers(round_)
    ]


@dataclass(frozen=True)
class Line:
    """One tier's counts, each the length of its list."""

    tier: str
    label: str
    counts: dict[str, int]


class Cascade:
    """The pairs of a round at and below one unit, as this user may count and read them."""

    def __init__(self, round_: Round, unit: Unit, user):
        self.round, self.unit, self.user = round_, unit, user
        here = Charter.objects.filter(under(unit.path, "unit_path"), round=round_).expected()
        figures = (
            here if owns(user, round_) else here.filter(reach(user, "round.view", "unit_path"))
        )
        self.rows = figures.with_vacancies()
        self.names = owns(user, round_) or covers(user, "charter.view", unit.path)

    def lines(self) -> list[Line]:
        """The counts of each tier, in one query."""
        counts = {part: Count("pk", filter=q) for part, (_, q) in PARTS.items() if part != "all"}
        found = self.rows.order_by().values("tier").annotate(all=Count("pk"), **counts)
        by_tier = {row.pop("tier"): row for row in found}
        return [
            Line(tier, Tier(tier).label, by_tier[tier]) for tier in Tier.values if tier in by_tier
        ]

    def listed(self, part: str, tier: str) -> QuerySet[Charter]:
        """The pairs behind one count."""
        found = self.rows.filter(PARTS[part][1])
        return with_units(found.filter(tier=tier) if tier else found)

    def children(self) -> "list[Child]":
        """The pairs in which this unit is the upper side, each with what lies below it."""
        own = with_units(self.rows.filter(upper_path=self.unit.path))
        depth = len(self.unit.path) + WIDTH
        below: dict[str, list[int]] = {}
        states = self.rows.filter(unit_path__length__gte=depth).order_by()
        for path, upper, state in states.values_list("unit_path", "upper_path", "state"):
            if len(upper) >= depth:
                count = below.setdefault(path[:depth], [0, 0])
                count[0] += state == State.SIGNED
                count[1] += 1
        paths = {row.unit_path for row in own} | set(below)
        units = {u.path: u for u in Unit.objects.filter(path__in=paths - {self.unit.path})}
        pairs = {row.unit_path: row for row in own if row.person_id is None}
        rows = [
            Child(units[path], pairs.get(path), *below.get(path, (0, 0))) for path in sorted(units)
        ]
        told([row.pair for row in rows if row.pair])
        return rows

    def lodgers(self) -> list[Charter]:
        """The students of this very class who live off campus."""
        here = {"unit_path": self.unit.path, "tier": Tier.LODGING}
        return told(with_units(self.rows.filter(**here)))

    def own(self) -> list[Charter]:
        """The pair in which this unit is the lower side, if there is one."""
        here = {"unit_path": self.unit.path, "person__isnull": True}
        return told(with_units(self.rows.filter(**here)))


@dataclass
class Child:
    """A unit below, its pair with the unit looked at, and what is signed further down."""

    unit: Unit
    pair: Charter | None
    signed: int
    pairs: int


def with_units(rows: QuerySet[Charter]) -> QuerySet[Charter]:
    """Rows with what a list shows of them, in the order of the tree."""
    return rows.select_related("round__charter", "upper", "unit", "person").order_by(
        "unit_path", "id"
    )


def pair(pk: int) -> Charter:
    """One pair with what a page shows of it."""
    return told(with_units(Charter.objects.filter(pk=pk)))[0]


def own_signed(user) -> QuerySet[Charter]:
    """The pairs signed for the user as a student, on their own record or one joined to it."""
    records = User.objects.records_of(user).values("pk")
    found = Charter.objects.filter(person__in=records, state=State.SIGNED)
    return found.select_related("round", "upper", "unit", "person").order_by("-state_at")[:MOST]


def told(rows) -> list[Charter]:
    """Each row knows who signs for either side (`upper_names`, `lower_names`) and who delays it."""
    rows = list(rows)
    wanted = {(row.upper_path, row.upper_role) for row in rows}
    wanted |= {(row.unit_path, row.lower_role) for row in rows if not row.person_id}
    held: dict[tuple[str, str], list[tuple[str, str | None]]] = {}
    paths, roles = {path for path, _ in wanted}, {role for _, role in wanted}
    grants = signing().filter(path__in=paths, role__in=roles).order_by("id")
    for path, role, name, of in grants.values_list(
        "path", "role", "user__name", "acting_for__name"
    ):
        held.setdefault((path, role), []).append((name, of))
    signed = _signers(rows)
    ready = set(Charter.objects.unlocked().filter(pk__in=signed).values_list("pk", flat=True))
    for row in rows:
        row.locked = row.state in Charter.WAITING and row.pk not in ready
        for side in Side.values:
            key = (row.upper_path, row.upper_role)
            if side == Side.LOWER:
                key = (row.unit_path, row.lower_role)
            holders = held.get(key, [])
            if side == Side.LOWER and row.person:
                holders = [(row.person.name, None)]
            names = [stands_for(*one) for one in holders]
            who = signed[row.pk].get(side) or getattr(row, f"{side}_name")
            setattr(row, f"{side}_done", bool(who))
            setattr(row, f"{side}_names", who or "、".join(names))
            setattr(row, f"{side}_asked", any_of(holders))
            setattr(row, f"{side}_word", Role(key[1]).label if key[1] else "学生本人")
        row.holds_up = held_up_by(row)
    return rows


def recorder(row: Charter) -> str:
    """Who entered a pair signed by pen, “A 代 B” where A stood in for B; '' for one by hand."""
    if row.recorded_by is None:
        return ""
    return doers("charter", [row.pk], "record_paper").get(row.pk) or row.recorded_by.name


def _signers(rows) -> dict[int, dict[str, str]]:
    found: dict[int, dict[str, str]] = {row.pk: {} for row in rows}
    hands = CharterSignature.objects.filter(charter__in=found, superseded_at=None)
    said = hands.values_list("charter", "side", "signer", "hand__person__name")
    for charter, side, signer, name in said:
        found[charter][side] = signer or name
    return found


def held_up_by(row) -> str:
    """Who has to act next, in words; '' when all is signed."""
    if row.state not in Charter.WAITING:
        return ""
    if row.locked:
        return "等上一级签订"
    waiting = []
    for side in Side:
        if not getattr(row, f"{side}_done"):
            asked, word = getattr(row, f"{side}_asked"), getattr(row, f"{side}_word")
            waiting.append(f"{side.label} {asked or f'{word}空缺'}")
    return "待" + "；".join(waiting) + " 签署"


def any_of(holders: list[tuple[str, str | None]]) -> str:
    """Of whom one hand is enough, in words: each with who stands in for them; '' for nobody."""
    said: dict[str, list[str]] = {name: [] for name, of in holders if not of}
    alone = []
    for name, of in holders:
        if of in said:
            said[of].append(name)
        elif of:
            alone.append(stands_for(name, of))
    beside = [f"{name}（{'、'.join(them)} 代）" if them else name for name, them in said.items()]
    return "或".join(beside + alone)


def waits(round_: Round, path: str) -> dict[str, dict[int, int]]:
    """Whose hand is waited for now at or below a path, by the lower unit; 0 for a vacancy."""
    here = Charter.objects.filter(under(path, "unit_path"), round=round_)
    rows = list(here.filter(state__in=Charter.WAITING).unlocked())
    signed = _signers(rows)
    sides = {row.pk: [side for side in Side.values if side not in signed[row.pk]] for row in rows}
    paths = {key for row in rows for key in (row.upper_path, row.unit_path)}
    held: dict[tuple[str, str], set[int]] = {}
    grants = signing().filter(path__in=paths)
    for at, role, person in grants.values_list("path", "role", "user"):
        held.setdefault((at, role), set()).add(person)
    found: dict[str, dict[int, int]] = {}
    for row in rows:
        part = found.setdefault(row.unit_path, {})
        for side in sides[row.pk]:
            for person in _acting(row, side, held) or {0}:
                part[person] = part.get(person, 0) + 1
    return found


def _acting(row: Charter, side: str, held: dict[tuple[str, str], set[int]]) -> set[int]:
    """Who may sign for one side of a pair."""
    if side == Side.UPPER:
        return held.get((row.upper_path, row.upper_role), set())
    if row.person_id:
        return {row.person_id}
    return held.get((row.unit_path, row.lower_role), set())


def cascade_of(user, round_id: int, unit_id: int | None = None) -> Cascade | None:
    """The cascade the user asks for; None when they may not see it, as when there is none."""
    from rounds.queries import own_units, sees_figures

    rounds = Round.objects.permitted(user).filter(pk=round_id, charter__isnull=False)
    round_ = rounds.select_related("unit", "owner", "charter").first()
    if round_ is None:
        return None
    if unit_id is None:
        starts = own_units(user, round_)
        return Cascade(round_, starts[0], user) if starts else None
    unit = Unit.objects.filter(under(round_.unit.path), pk=unit_id).first()
    if unit is None or not sees_figures(user, round_, unit.path):
        return None
    return Cascade(round_, unit, user)


def to_sign(user) -> QuerySet[Charter]:
    """The pairs that wait for this user's hand and are open to it now."""
    mine = Charter.objects.permitted(user, "sign").filter(
        state__in=Charter.WAITING, round__state=Round.State.OPEN
    )
    mine = mine.exclude(signatures__in=own_side(user)).unlocked()
    return mine.exclude(pk__in=signed_for(user))


def replaceable(user) -> QuerySet[Charter]:
    """The pairs under which the user's own hand stands alone and may be replaced."""
    half = Charter.objects.filter(
        state__in=[State.UPPER, State.LOWER], round__state=Round.State.OPEN
    )
    return half.filter(signed_by(user), signatures__in=own_side(user))


def own_side(user) -> QuerySet[CharterSignature]:
    """The user's own hands in force."""
    return CharterSignature.objects.filter(hand__person=user, superseded_at=None)


def signed_for(user) -> QuerySet[Charter]:
    """Pairs on which somebody else has signed already for the side that is the user's."""
    from accounts.scope import grants_of

    done = Q(pk__in=[])
    for grant in grants_of(user):
        done |= Q(upper_path=grant.path, upper_role=grant.role, state=State.UPPER)
        done |= Q(unit_path=grant.path, lower_role=grant.role, state=State.LOWER)
    return Charter.objects.filter(done).values("pk")


def upper_waiting(user, round_: Round) -> QuerySet[Charter]:
    """Those of a round for which the user signs as the upper side, waiting and open."""
    from accounts.scope import grants_of

    sides = Q(pk__in=[])
    for grant in grants_of(user):
        sides |= Q(upper_path=grant.path, upper_role=grant.role)
    return with_units(to_sign(user).filter(sides, round=round_))
