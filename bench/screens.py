"""A made-up set of uploads with the truth of each: honest ones, and ones that must go to a person.

Nobody in it is real. `near` are the layouts that were looked at while the rules were written, `far` and
`fresh` were first measured unseen. `cases(half, count)` gives the same uploads for the same arguments.
"""

import random
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta

from bench import screen_damage, screen_fresh, screen_others
from bench import screen_layouts as layouts
from selfcheck.reading import Person

NOW = datetime(2026, 11, 21, 15, 0)  # noqa: DTZ001 — the school's own clock
FAMILY = "王李张刘陈杨赵黄周吴徐孙胡朱高林何郭马罗"
GIVEN = (
    "小明",
    "晓燕",
    "文静",
    "子涵",
    "伟",
    "芳",
    "建国",
    "雨桐",
    "浩然",
    "思远",
    "佳怡",
    "俊杰",
    "梦琪",
    "志强",
    "婷婷",
    "一诺",
    "欣",
    "鑫磊",
)
FAMILIES = {"near": layouts.NEAR, "far": layouts.FAR, "fresh": screen_fresh.FRESH}
THEMES = layouts.THEMES | {"fresh": screen_fresh.THEMES}
ALL_ON = dict.fromkeys(layouts.SWITCHES, True) | {"block": True}


@dataclass(frozen=True)
class Who:
    """An invented person."""

    name: str
    phone: str


@dataclass
class Shot:
    """One picture, and what is true of it."""

    data: bytes
    page: str
    way: str
    facts: dict[str, str] = field(default_factory=dict)


@dataclass
class Case:
    """One upload: for whom, for what, and whether a machine may accept it."""

    half: str
    sort: str
    shots: list[Shot]
    item: str
    person: Person
    honest: bool
    layout: str


class Maker:
    """Draws uploads of one half by a stream of chances."""

    def __init__(self, half: str, seed: int) -> None:
        self.half = half
        self.chance = random.Random(f"{half}-{seed}")
        self.pages = FAMILIES[half]
        self.ways: list[str] = []

    def who(self) -> Who:
        """Somebody whose number ends as nobody else's."""
        tail = f"{self.chance.randrange(10000):04}"
        prefix = self.chance.choice(("138", "159", "186", "133", "177"))
        return Who(
            self.chance.choice(FAMILY) + self.chance.choice(GIVEN),
            f"{prefix}{self.chance.randrange(10000):04}{tail}",
        )

    def clock(self) -> str:
        """A time of day."""
        return f"{self.chance.randrange(7, 23):02}:{self.chance.randrange(60):02}"

    def shot(self, page, who: Who, clock: str, way: str = "", layout=None, **said) -> Shot:
        """One picture of a page."""
        draw = layout or self.chance.choice(self.pages[page])
        theme = self.chance.choice(THEMES[self.half])
        if not self.ways:  # each way as often as the others
            self.ways = self.chance.sample(list(screen_damage.WAYS), len(screen_damage.WAYS))
        way = way or self.ways.pop()
        if page == "code":
            said = self._days() | said
        image = draw(who, self.chance, theme, clock, **said)
        data = screen_damage.damaged(image, way, self.chance.randrange(10**6))
        return Shot(data, page, f"{way}/{draw.__name__}", self._truth(page, who, clock, said))

    def _days(self) -> dict[str, str]:
        issued = NOW - timedelta(
            days=self.chance.randrange(5, 60), seconds=self.chance.randrange(80000)
        )
        until = issued.date() + timedelta(days=365)
        return {"issued": issued.strftime("%Y-%m-%d %H:%M:%S"), "until": until.isoformat()}

    def _truth(self, page, who: Who, clock: str, said: dict) -> dict[str, str]:
        facts = {"clock": clock}
        if page in {"app_mine", "code"}:
            facts |= {"name": who.name, "phone": who.phone[-4:]}
        if page == "app_mine":
            facts["realname"] = "yes" if said.get("real", True) else "no"
        if page in {"app_switch", "overseas_off"}:
            facts |= {name: "on" if on else "off" for name, on in said["states"].items()}
        if page == "code":
            facts |= {
                "colour": said.get("colour", "green"),
                "issued": said["issued"][:10],
                "shown": said["issued"][:10],
                "until": said["until"],
            }
        return facts

    def person(self, who: Who, **more) -> Person:
        """What the school has on record of somebody."""
        return Person(who.name, who.phone[-4:], **more)

    def case(self, sort, shots, item, person, honest) -> Case:
        return Case(self.half, sort, shots, item, person, honest, shots[0].way)

    # honest uploads
    def me(self) -> Case:
        who = self.who()
        item = self.chance.choice(["installed", "named"])
        return self.case(
            "me", [self.shot("app_mine", who, self.clock())], item, self.person(who), True
        )

    def warned(self) -> Case:
        who, clock = self.who(), self.clock()
        states = ALL_ON | {name: self.chance.random() < 0.7 for name in ("check", "calls", "push")}
        item = "warning"
        shots = [
            self.shot("app_switch", who, clock, states=states),
            self.shot("app_mine", who, clock),
        ]
        return self.case("warning", shots, item, self.person(who), True)

    def code(self) -> Case:
        who = self.who()
        return self.case(
            "code", [self.shot("code", who, self.clock())], "green", self.person(who), True
        )

    def other_item(self) -> Case:
        who, clock = self.who(), self.clock()
        page, item, said = self.chance.choice(
            [
                ("followed", "followed", {}),
                ("overseas_off", "overseas_off", {"states": ALL_ON}),
                ("app_installed", "installed", {}),
            ]
        )
        shots = [self.shot(page, who, clock, **said), self.shot("app_mine", who, clock)]
        return self.case(page, shots, item, self.person(who), True)

    # uploads that must go to a person
    def trap(self) -> Case:
        traps = [
            self.other_person, self.other_phone, self.not_real, self.one_off, self.red, self.forged,
            self.expired, self.alone, self.far_apart, self.recycled, self.wrong, self.namesake, self.not_done,
        ]  # fmt: skip
        return self.chance.choice(traps)()

    def other_person(self) -> Case:
        who, other = self.who(), self.who()
        page, item = self.chance.choice([("app_mine", "named"), ("code", "green")])
        return self.case(
            "other_person", [self.shot(page, other, self.clock())], item, self.person(who), False
        )

    def other_phone(self) -> Case:
        who = self.who()
        same_given = Who(self.chance.choice(FAMILY) + who.name[1:], self.who().phone)
        return self.case(
            "other_phone",
            [self.shot("app_mine", same_given, self.clock())],
            "named",
            self.person(who),
            False,
        )

    def not_real(self) -> Case:
        who = self.who()
        return self.case(
            "not_real",
            [self.shot("app_mine", who, self.clock(), real=False)],
            "named",
            self.person(who),
            False,
        )

    def one_off(self) -> Case:
        who, clock = self.who(), self.clock()
        states = ALL_ON | {self.chance.choice(["call", "sms"]): False}
        shots = [
            self.shot("app_switch", who, clock, states=states),
            self.shot("app_mine", who, clock),
        ]
        return self.case("one_off", shots, "warning", self.person(who), False)

    def red(self) -> Case:
        who = self.who()
        colour = self.chance.choice(["red", "amber"])
        return self.case(
            "red",
            [self.shot("code", who, self.clock(), colour=colour)],
            "green",
            self.person(who),
            False,
        )

    def forged(self) -> Case:
        who = self.who()
        return self.case(
            "forged",
            [self.shot("code", who, self.clock(), pixels="red")],
            "green",
            self.person(who),
            False,
        )

    def expired(self) -> Case:
        who = self.who()
        until = (NOW.date() - timedelta(days=self.chance.randrange(1, 40))).isoformat()
        issued = (date.fromisoformat(until) - timedelta(days=365)).isoformat() + " 09:12:44"
        shot = self.shot("code", who, self.clock(), issued=issued, until=until)
        return self.case("expired", [shot], "green", self.person(who), False)

    def alone(self) -> Case:
        who = self.who()
        page, item = self.chance.choice(
            [("app_switch", "warning"), ("overseas_off", "overseas_off")]
        )
        return self.case(
            "alone",
            [self.shot(page, who, self.clock(), states=ALL_ON)],
            item,
            self.person(who),
            False,
        )

    def far_apart(self) -> Case:
        who = self.who()
        shots = [
            self.shot("app_switch", who, "09:05", states=ALL_ON),
            self.shot("app_mine", who, "16:40"),
        ]
        return self.case("far_apart", shots, "warning", self.person(who), False)

    def recycled(self) -> Case:
        who = self.who()
        return self.case(
            "recycled",
            [self.shot("app_mine", who, self.clock())],
            "named",
            self.person(who, taken=frozenset({"*"})),
            False,
        )

    def wrong(self) -> Case:
        who = self.who()
        draw = self.chance.choice(screen_others.NO_PROOF)
        item = self.chance.choice(["named", "warning", "green", "installed"])
        return self.case(
            "wrong",
            [self.shot("unknown", who, self.clock(), layout=draw)],
            item,
            self.person(who),
            False,
        )

    def namesake(self) -> Case:
        """Somebody of the same name in the class hands in; the number is another's."""
        who = self.who()
        twin = Who(who.name, self.who().phone)
        return self.case(
            "namesake",
            [self.shot("app_mine", twin, self.clock())],
            "named",
            self.person(who, namesake=True),
            False,
        )

    def not_done(self) -> Case:
        who, clock = self.who(), self.clock()
        page, item = self.chance.choice([("followed", "followed"), ("app_installed", "installed")])
        shots = [self.shot(page, who, clock, done=False), self.shot("app_mine", who, clock)]
        return self.case("not_done", shots, item, self.person(who), False)


def cases(half: str, pictures: int, seed: int = 1) -> Iterator[Case]:
    """Uploads of a half until that many pictures are made; two of three are honest."""
    maker = Maker(half, seed)
    kinds = (maker.me, maker.warned, maker.trap, maker.code, maker.other_item, maker.trap)
    made = turn = 0
    while made < pictures:
        case = kinds[turn % len(kinds)]()
        turn += 1
        made += len(case.shots)
        yield case
