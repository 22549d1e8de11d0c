"""What waits to be looked at, and what one sees beside it."""

from collections import Counter
from dataclasses import dataclass, field

from django.db.models import Count, Exists, OuterRef, Q, QuerySet
from django.db.models.functions import Left

from accounts.models import Unit, User
from accounts.paths import CLASS, WIDTH, cut, under
from rounds.models import Answer, Round
from selfcheck.models import Review, Shot
from selfcheck.tools.reasons import REASONS, USUAL, label

TABS = {
    "doubt": "待核",
    "sample": "抽检",
    "held": "暂缓",
    "reading": "识别中",
    "returned": "已退回",
}
LOOKED = Q(verdict__in=[Review.Verdict.PASS, Review.Verdict.RETURN])


def pictures() -> QuerySet[Shot]:
    """The pictures that show an answer now."""
    return Shot.objects.filter(evidence__answer=OuterRef("pk"), evidence__voided_at=None)


def looks() -> QuerySet[Review]:
    """What was said of an answer since it was last given."""
    return Review.objects.filter(answer=OuterRef("pk"), undone_at=None, at__gte=OuterRef("done_at"))


def waiting(user: User, round_: Round, unit: Unit, show: str, doubt: str = "") -> QuerySet[Answer]:
    """The answers below a unit that this person may judge and that stand under one of the tabs.

    Nobody judges their own. `doubt` narrows to those in which that was found.
    """
    found = Answer.objects.permitted(user, "judge").filter(
        under(unit.path, "unit_path"), round=round_
    )
    found = found.exclude(person=user).order_by("pk")
    unread = Exists(pictures().filter(state=Shot.State.QUEUED))
    held = Exists(looks().filter(verdict=Review.Verdict.HOLD))
    if doubt:
        found = found.filter(Exists(pictures().filter(doubts__icontains=f'"{doubt}"')))
    if show == "returned":
        return found.filter(state=Answer.State.SENT_BACK)
    if show == "sample":
        drawn = Exists(pictures().filter(sampled=True))
        looked = Exists(looks().filter(LOOKED))
        return found.filter(drawn, ~looked, state=Answer.State.ACCEPTED)
    pending = found.filter(state=Answer.State.PENDING)
    if show == "reading":
        return pending.filter(unread)
    return pending.filter(~unread, held if show == "held" else ~held)


def all_waiting(user: User) -> QuerySet[Answer]:
    """What is in doubt in all open rounds and for this person to look at."""
    found = Answer.objects.permitted(user, "judge").filter(
        round__state=Round.State.OPEN, state=Answer.State.PENDING
    )
    unread = Exists(pictures().filter(state=Shot.State.QUEUED))
    held = Exists(looks().filter(verdict=Review.Verdict.HOLD))
    return found.exclude(person=user).filter(~unread, ~held)


@dataclass(frozen=True)
class Waiting:
    """A class's answers of a round that wait to be looked at."""

    round: Round
    unit: Unit
    waiting_count: int


def by_class(user: User) -> list[Waiting]:
    """What waits for this person, class by class, where most waits first."""
    klass = Left("unit_path", CLASS * WIDTH)
    rows = all_waiting(user).order_by().values("round", place=klass).annotate(n=Count("pk"))
    found = list(rows.order_by("-n", "round", "place"))
    rounds = Round.objects.in_bulk({row["round"] for row in found})
    units = {u.path: u for u in Unit.objects.filter(path__in={row["place"] for row in found})}
    return [Waiting(rounds[row["round"]], units[row["place"]], row["n"]) for row in found]


def counts(user: User, round_: Round, unit: Unit) -> dict[str, int]:
    """How many stand under each tab."""
    return {show: waiting(user, round_, unit, show).count() for show in TABS}


@dataclass(frozen=True)
class ErrorRate:
    """Of what the machine accepted and people looked at, how much was wrong."""

    looked: int
    wrong: int

    @property
    def percent(self) -> str:
        """The share with one decimal; '' before anything was looked at."""
        return f"{self.wrong * 100 / self.looked:.1f}%" if self.looked else ""


def doubts_found(rows: QuerySet[Answer]) -> list[tuple[str, str, int]]:
    """Each doubt found in these answers' pictures: its code, its word, in how many pictures."""
    found = Shot.objects.filter(evidence__answer__in=rows.values("pk"), evidence__voided_at=None)
    said = Counter(code for doubts in found.values_list("doubts", flat=True) for code in doubts)
    return [(code, label(code), n) for code, n in said.most_common()]


def last_look(user: User, round_: Round) -> Review | None:
    """The latest look of this person that is not undone, to be undone while it is theirs to judge."""
    reached = Review.objects.permitted(user, "judge")
    mine = reached.filter(round=round_, by=user, undone_at=None)
    return mine.select_related("answer__person", "answer__item").first()


def error_rate(round_: Round, unit: Unit) -> ErrorRate:
    """The error rate of the machine in a round at and below a unit, as the sample tells."""
    found = Review.objects.filter(
        LOOKED, under(unit.path, "unit_path"), round=round_, sampled=True, undone_at=None
    )
    wrong = found.filter(verdict=Review.Verdict.RETURN).count()
    return ErrorRate(found.count(), wrong)


FACTS = {
    "name": "姓名", "phone": "手机尾号", "realname": "实名", "region": "地区", "installed": "安装",
    "call": "来电预警", "sms": "短信预警", "app": "定时自查", "popup": "来电提示", "push": "推送通知",
    "block": "境外来电拦截", "follows": "关注", "colour": "颜色", "issued": "领取时间",
    "until": "有效期至", "clock": "手机时间",
}  # fmt: skip
SAID = {"yes": "是", "no": "否", "on": "开", "off": "关", "green": "绿", "red": "红", "amber": "黄"}


def facts_of(shot: Shot) -> list[tuple[str, str]]:
    """What a picture says, in words."""
    return [
        (word, SAID.get(shot.facts[name]["value"], shot.facts[name]["value"]))
        for name, word in FACTS.items()
        if name in shot.facts
    ]


@dataclass
class Card:
    """One answer as it is judged: its pictures, what was read, and what was read in former rounds."""

    answer: Answer
    shots: list[Shot] = field(default_factory=list)
    beside: list[Shot] = field(default_factory=list)
    former: list[Shot] = field(default_factory=list)
    unit: str = ""

    @property
    def read(self) -> list[tuple[str, str]]:
        """What was read from the pictures: a word and what it says, each once."""
        lines = [line for shot in [*self.shots, *self.beside] for line in facts_of(shot)]
        return list(dict.fromkeys(lines))

    @property
    def read_before(self) -> list[tuple[str, str]]:
        """What was read the last time; the picture itself is not shown again."""
        return [line for shot in self.former for line in facts_of(shot)]

    @property
    def tail(self) -> str:
        """The end of the person's phone number as the school knows it."""
        return self.answer.person.phone[-4:]

    @property
    def reasons(self) -> list[tuple[str, str]]:
        """Reasons to send it back: what is in doubt first, then the usual ones."""
        found = [code for shot in self.shots for code in shot.doubts if code in REASONS]
        codes = dict.fromkeys([*found, *USUAL, *REASONS])
        return [(code, label(code)) for code in codes]

    @property
    def doubts(self) -> list[str]:
        """What is in doubt, in words, each once."""
        codes = [code for shot in self.shots for code in shot.doubts]
        return [label(code) for code in dict.fromkeys(codes)]


def cards(answers: QuerySet[Answer]) -> list[Card]:
    """A card for each of these, in a fixed number of queries."""
    rows = {
        one.pk: Card(one) for one in answers.select_related("item", "person", "round", "completion")
    }
    shown = Shot.objects.filter(evidence__answer__in=rows, evidence__voided_at=None)
    by_upload: dict = {}
    for shot in shown.select_related("evidence__file").order_by("pk"):
        rows[shot.evidence.answer_id].shots.append(shot)
        by_upload.setdefault(shot.upload, []).append(shot.evidence.answer_id)
    _put_beside(rows, by_upload)
    _put_former(rows)
    _put_units(rows)
    return list(rows.values())


def card_of(answer: Answer) -> Card:
    """The card of one answer."""
    [card] = cards(Answer.objects.filter(pk=answer.pk))
    return card


def _put_beside(rows: dict[int, Card], by_upload: dict) -> None:
    """The other pictures of the same sending, as a page of switches bears no name."""
    found = Shot.objects.filter(upload__in=by_upload, evidence__voided_at=None)
    for shot in found.select_related("evidence__file").order_by("pk"):
        for pk in dict.fromkeys(by_upload[shot.upload]):
            card = rows[pk]
            if shot.person_id == card.answer.person_id and shot.evidence.answer_id != pk:
                card.beside.append(shot)


def _put_units(rows: dict[int, Card]) -> None:
    """The class each person is of, by its name."""
    places = {pk: cut(card.answer.unit_path, CLASS) for pk, card in rows.items()}
    names = dict(Unit.objects.filter(path__in=places.values()).values_list("path", "name"))
    for pk, card in rows.items():
        card.unit = names.get(places[pk], "")


def _put_former(rows: dict[int, Card]) -> None:
    """What was read from the same person's pictures of the same item in former rounds."""
    people = {card.answer.person_id for card in rows.values()}
    codes = {card.answer.item.code for card in rows.values()}
    found = Shot.objects.filter(
        person__in=people,
        evidence__answer__item__code__in=codes,
        evidence__answer__state=Answer.State.ACCEPTED,
        state=Shot.State.READ,
    )
    for shot in found.select_related("evidence__answer__item", "round").order_by("-pk"):
        for card in rows.values():
            answer = shot.evidence.answer
            same = (
                card.answer.person_id == shot.person_id
                and card.answer.item.code == answer.item.code
            )
            if same and shot.round_id != card.answer.round_id and not card.former:
                card.former.append(shot)
