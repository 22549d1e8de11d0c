"""Reads of the 断卡 return: the round, one person's declaration, a class as its counselor sees it."""

from dataclasses import dataclass

from django.db.models import QuerySet
from django.http import Http404
from django.shortcuts import get_object_or_404

from accounts.models import Unit, User
from accounts.paths import DORM, WIDTH, under
from accounts.scope import covers, get_permitted
from rounds.figures import Census, Figures, figures
from rounds.models import Completion, Round
from selfcheck.models import Declaration

READERS = (
    "只有您的辅导员、班主任（教职工为本单位联络员、科室负责人）能看到您填写的内容；"
    "申报了出租、出借、出售等情况的，学校安全保卫部门和本单位联络员会看到摘要（种类、数量、方式），"
    "看不到号码。其他人只看到人数。"
)


def card_round(user, pk: int, action: str = "view") -> Round:
    """The 断卡 round, if the user may look at it; else 404."""
    found = Round.objects.permitted(user, action).filter(cardcheck__isnull=False)
    return get_object_or_404(found.select_related("unit", "owner", "cardcheck"), pk=pk)


def place_of(user, pk: int, unit_id: int) -> tuple[Round, Unit]:
    """The round and a unit of it in view; else 404."""
    round_ = card_round(user, pk)
    unit = get_permitted(user, Unit, pk=unit_id)
    if not unit.path.startswith(round_.unit.path) or unit.level >= DORM:
        raise Http404
    return round_, unit


def answers_for(user, path: str) -> bool:
    """Whether the user reads and enters what people of this unit declare, or those of its staff."""
    return covers(user, "declaration.view", path) or covers(user, "declaration.view_staff", path)


def in_force(user, round_: Round, person_id: int) -> Declaration | None:
    """A person's declaration, if the user may read what it says."""
    found = Declaration.objects.permitted(user).filter(superseded_at__isnull=True)
    found = found.filter(completion__round=round_, completion__person=person_id)
    return found.select_related("completion__person", "recorded_by", "checked_by").first()


def history(declaration: Declaration) -> list[Declaration]:
    """What the same person declared before, the latest first."""
    rows = Declaration.objects.filter(completion=declaration.completion_id)
    return list(rows.exclude(pk=declaration.pk).order_by("-pk"))


@dataclass(frozen=True)
class Class:
    """One class or unit as who answers for it sees it: each person in one of the lists."""

    figures: Figures
    missing: list[User]
    named: list[Declaration]
    zeros: list[Declaration]

    @property
    def unchecked(self) -> int:
        """How many declarations nobody has looked at."""
        return sum(one.checked_at is None for one in [*self.named, *self.zeros])

    @property
    def unchecked_zeros(self) -> int:
        """How many of them say that there is nothing."""
        return sum(one.checked_at is None for one in self.zeros)


def declarations_at(user, round_: Round, unit: Unit) -> QuerySet[Declaration]:
    """The declarations in force of a unit's people whom the round asks, as far as the user reads them."""
    people = Census(round_).people(unit.path)
    rows = Declaration.objects.permitted(user).filter(
        under(unit.path, "completion__unit_path"),
        completion__round=round_,
        completion__state__in=Completion.SUBMITTED,
        completion__person__in=people.values("pk"),
        superseded_at__isnull=True,
    )
    return rows.select_related("completion__person", "recorded_by", "checked_by").order_by(
        "completion__unit_path", "completion__person__number"
    )


def class_of(user, round_: Round, unit: Unit) -> Class:
    """Who has not declared, what is named, who has nothing to declare."""
    rows = declarations_at(user, round_, unit).prefetch_related("accounts")
    found: list[Declaration] = list(rows)
    missing = Census(round_).missing(unit.path)
    if not covers(user, "declaration.view", unit.path):
        missing = missing.exclude(category=User.Category.STUDENT)
    return Class(
        figures(round_, unit.path),
        list(missing),
        [one for one in found if not one.zero],
        [one for one in found if one.zero],
    )


def unchecked(round_: Round, path: str) -> int:
    """How many declarations in force below a path nobody has looked at."""
    rows = Declaration.objects.filter(
        under(path, "completion__unit_path"),
        completion__round=round_,
        completion__state__in=Completion.SUBMITTED,
        superseded_at__isnull=True,
        checked_at__isnull=True,
    )
    return rows.count()


def next_missing(user, round_: Round, unit: Unit, after: int) -> User | None:
    """The next person of a class who has not declared, beginning again from the first."""
    people = [one for one in class_of(user, round_, unit).missing if one.pk != user.pk]
    rest = [one for one in people if one.pk != after]
    numbers = User.objects.filter(pk=after).values_list("number", flat=True)
    later = [one for one in rest if one.number > (numbers[0] if numbers else "")]
    return (later or rest or [None])[0]


def home_of(person: User) -> Unit:
    """The class, group or college at whose page a person is listed."""
    unit = person.unit
    while unit.level >= DORM:
        unit = Unit.objects.get(path=unit.path[:-WIDTH])
    return unit


def asked(user, round_: Round, person_id: int) -> User:
    """A person whom the round asks and for whom the user enters; 404 for anyone else."""
    person = get_permitted(user, User, pk=person_id)
    found = Census(round_).people().filter(pk=person.pk).first()
    if found is None:
        raise Http404
    return found
