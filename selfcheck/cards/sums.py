"""The sums of the 统计表, read from what people declared: nobody types them."""

import hashlib
import json
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from django.db.models import Count, Exists, OuterRef, Q, QuerySet, Sum, Value
from django.db.models.functions import Concat, Left

from accounts.models import Unit
from accounts.paths import CLASS, COLLEGE, SCHOOL, WIDTH, under
from rounds.figures import Census
from rounds.models import Assignment, Completion, Finding, Round
from rounds.queries import unit_names
from selfcheck.cards.catalogue import SETTLED, VIOLATIONS, measure_of, word_of
from selfcheck.models import Account, Difference, Remark, Study

MOST_EACH = 20  # cards or accounts of one person beyond which a sum is looked at again


@dataclass
class Line:
    """One unit of a sheet with its numbers by the code of their column."""

    path: str
    upper: str
    name: str
    numbers: dict[str, int]
    why: str = ""
    remark: str = ""

    @property
    def cells(self) -> list[int]:
        """The numbers in the order of the columns."""
        return list(self.numbers.values())


def columns_of(round_: Round) -> list[tuple[str, str]]:
    """The columns of numbers: code and heading."""
    kinds = [
        pair
        for code in round_.cardcheck.kinds
        for pair in (
            (f"{code}.people", f"{word_of(code)}人数"),
            (f"{code}.pieces", f"{word_of(code)}{measure_of(code)}数"),
        )
    ]
    head = [("expected", "应查人数"), ("done", "实查人数"), ("undone", "未查人数")]
    foot = [("back", "已收回/注销数"), ("told", "已报警/移交数"), ("studies", "组织学习次数")]
    return [*head, ("people", "出租出借出售人数"), *kinds, *foot]


class Sheet:
    """《“断卡”自查情况统计表》 of one unit: a line for each unit below it, and their sum."""

    def __init__(self, round_: Round, unit: Unit):
        self.round, self.unit, self.path = round_, unit, unit.path
        self.columns = columns_of(round_)
        self.level = {SCHOOL: COLLEGE, COLLEGE: CLASS}.get(unit.level, CLASS)
        self.census = Census(round_)

    @cached_property
    def part(self) -> Assignment | None:
        """The unit's own part of the round."""
        found = Assignment.objects.filter(round=self.round, unit=self.unit)
        return found.select_related("round__cardcheck", "unit").first()

    def _accounts(self) -> QuerySet[Account]:
        """What is forbidden in the declarations in force of those whom the round counts here."""
        people = self.census.people(self.path).filter(self.census.submitted)
        where = "unit_path" if self.census.closed else "person__unit_path"
        place = f"declaration__completion__{where}"
        found = Account.objects.filter(
            way__in=VIOLATIONS,
            declaration__superseded_at__isnull=True,
            declaration__completion__round=self.round,
            declaration__completion__state__in=Completion.SUBMITTED,
            declaration__completion__person__in=people.values("pk"),
        )
        return found.annotate(prefix=Left(place, self.level * WIDTH)).order_by()

    def _numbers(self) -> dict[str, dict[str, int]]:
        """By unit the numbers that are not nought, without those of whom the round counts."""
        found: dict[str, dict[str, int]] = {}
        who = Count("declaration__completion__person", distinct=True)
        row: Any
        for row in self._accounts().values("prefix").annotate(n=who):
            found.setdefault(row["prefix"], {})["people"] = row["n"]
        passed = Finding.objects.filter(
            completion=OuterRef("declaration__completion"), outcome=Finding.Outcome.PASSED_ON,
            code=Concat(OuterRef("kind"), Value(":"), OuterRef("way")),
        )  # fmt: skip
        rows = self._accounts().annotate(passed=Exists(passed))
        sums = rows.values("prefix", "kind").annotate(
            n=who,
            pieces=Sum("count"),
            back=Sum("count", filter=Q(present__in=SETTLED), default=0),
            told=Sum("count", filter=Q(reported=True) | Q(passed=True), default=0),
        )
        for row in sums:
            here = found.setdefault(row["prefix"], {})
            here[f"{row['kind']}.people"], here[f"{row['kind']}.pieces"] = row["n"], row["pieces"]
            for name in ("back", "told"):
                here[name] = here.get(name, 0) + row[name]
        for row in self._studies():
            found.setdefault(row["prefix"], {})["studies"] = row["n"]
        return found

    def _studies(self):
        held = Study.objects.filter(
            under(self.path, "assignment__unit_path"),
            assignment__round=self.round,
            voided_at__isnull=True,
        )
        place = Left("assignment__unit_path", self.level * WIDTH)
        return held.annotate(prefix=place).order_by().values("prefix").annotate(n=Count("pk"))

    @cached_property
    def lines(self) -> list[Line]:
        """A line for each unit that has people of the round, or held a study, in their order."""
        figures, numbers = self.census.by_prefix(self.path, self.level), self._numbers()
        paths = sorted(figures.keys() | numbers.keys())
        at = self.round.state_at if self.census.closed else None
        names, notes, remarks = unit_names(paths, at), self._notes(), self._remarks()
        found = []
        for path in paths:
            here, said = figures.get(path), numbers.get(path, {})
            expected, done = (here.expected, here.submitted) if here else (0, 0)
            known = {"expected": expected, "done": done, "undone": expected - done}
            counts = {code: (known | said).get(code, 0) for code, _ in self.columns}
            name = names.get(path, "") if path != self.path or self.unit.level == CLASS else "本级"
            upper = names.get(path[: COLLEGE * WIDTH], "")
            why = "、".join(one for one in (self._excused(here), notes.get(path, "")) if one)
            found.append(Line(path, upper, name, counts, why, remarks.get(path, "")))
        return found

    @staticmethod
    def _excused(figures) -> str:
        return f"另豁免 {figures.excused} 人" if figures and figures.excused else ""

    def _notes(self) -> dict[str, str]:
        """What each unit wrote about its missing people when it handed in."""
        handed = [Assignment.State.SUBMITTED, Assignment.State.APPROVED]
        parts = Assignment.objects.filter(
            under(self.path, "unit_path"), round=self.round, state__in=handed
        )
        rows = parts.exclude(unit=self.unit).exclude(submitted_by=None)
        return dict(rows.values_list("unit_path", "note"))

    def _remarks(self) -> dict[str, str]:
        found = Remark.objects.filter(assignment__round=self.round)
        if self.part:
            own = found.filter(assignment=self.part)
            return dict(own.values_list("row_path", "text"))
        rows = found.filter(under(self.path, "row_path"))
        return dict(rows.values_list("row_path", "text"))

    @cached_property
    def total(self) -> Line:
        """The sum of the lines."""
        sums = {code: sum(one.numbers[code] for one in self.lines) for code, _ in self.columns}
        return Line(self.path, "", "合计", sums)

    @cached_property
    def differences(self) -> list[Difference]:
        """What units say otherwise than the sums, with why; the sums stay."""
        rows = Difference.objects.filter(
            under(self.path, "assignment__unit_path"),
            assignment__round=self.round,
            ended_at__isnull=True,
        )
        heads = dict(self.columns)
        found = list(rows.select_related("by", "assignment__unit"))
        names = unit_names({one.row_path for one in found})
        for one in found:
            one.heading, one.row = heads.get(one.column, one.column), names.get(one.row_path, "")
        return found

    @cached_property
    def digest(self) -> str:
        """What a signature under the sheet stands for: every number and every word on it."""
        said: list[Any] = [[one.path, one.cells, one.why, one.remark] for one in self.lines]
        said += [[one.row_path, one.column, one.said, one.reason] for one in self.differences]
        text = json.dumps(said, ensure_ascii=False)
        return hashlib.sha256(text.encode()).hexdigest()

    @cached_property
    def warnings(self) -> list[str]:
        """What somebody should look at before signing; nothing is changed by it."""
        found = []
        for one in self.lines:
            pieces = sum(n for code, n in one.numbers.items() if code.endswith(".pieces"))
            if pieces > one.numbers["expected"] * MOST_EACH:
                found.append(
                    f"{one.name}填报 {pieces} 张（个），超过应查 {one.numbers['expected']} 人的"
                    f" {MOST_EACH} 倍，请核对。"
                )
        if gone := self._gone():
            found.append(f"以前的自查有 {gone} 人的线索尚未办结，本次却为零报告，请与本人核实。")
        return found

    def _gone(self) -> int:
        """People with a finding of an earlier round still followed up who now declare nothing."""
        people = self.census.people(self.path).filter(self.census.submitted)
        zero = people.filter(
            completions__round=self.round,
            completions__declarations__superseded_at__isnull=True,
            completions__declarations__zero=True,
        )
        waiting = Finding.objects.filter(round__kind="cardcheck", person__in=zero.values("pk"))
        waiting = waiting.exclude(round=self.round).exclude(state=Finding.State.CLOSED)
        return waiting.values("person").distinct().count()
