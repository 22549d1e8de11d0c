"""Coloured codes: what a person says of each try, and where that leaves them (CHK-5).

Red turns green only after so many passes in a row; a green that comes sooner is for a person.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from django.db import transaction
from django.utils import timezone

from accounts.audit import record
from accounts.models import User
from accounts.moves import Refused
from rounds.models import Answer, Evidence
from selfcheck.models import CodeTry, Tool

Result = CodeTry.Result


@dataclass(frozen=True)
class Standing:
    """Where somebody's code stands: a word, its colour, and how many passes follow the last red."""

    word: str
    tone: str
    passed: int = 0
    early: bool = False


@transaction.atomic
def note(
    person: User,
    tool: Tool,
    *,
    result: str,
    actor: User,
    happened_on: date | None = None,
    expires_on: date | None = None,
    picture: Evidence | None = None,
) -> CodeTry:
    """One more try is on record; the same said twice of one day is one, but for passes."""
    day = happened_on or timezone.localdate()
    if day > timezone.localdate():
        raise Refused("日期不能晚于今天。")
    if not tool.coloured:
        raise Refused("此工具不以颜色示状态，不必登记。")
    given = {"result": result, "happened_on": day, "expires_on": expires_on}
    same = CodeTry.objects.filter(person=person, tool=tool).order_by("-pk").first()
    if same and result != Result.PASSED and _says(same) == given:
        return same
    made = CodeTry.objects.create(
        person=person,
        tool=tool,
        unit_path=person.unit_path,
        picture=picture,
        made_by=actor,
        **given,
    )
    record(actor, "note_code", made)
    return made


def _says(one: CodeTry) -> dict:
    return {name: getattr(one, name) for name in ("result", "happened_on", "expires_on")}


def standing(tool: Tool, tries: Iterable[CodeTry]) -> Standing:
    """Where these tries, in their order, leave the person: 未领, 红, 转绿中, 绿 or 过期."""
    red, passed, last = False, 0, None
    early = False
    for one in tries:
        last = one
        if one.result == Result.RED:
            red, passed, early = True, 0, False
        elif one.result == Result.PASSED:
            passed += 1 if red else 0
        else:
            early = red and passed < tool.passes
            red, passed = red and early, passed if early else 0
    if last is None:
        return Standing("未领", "grey")
    if last.result == Result.GREEN:
        if last.expires_on and last.expires_on < timezone.localdate():
            return Standing("过期", "late", passed, early)
        return Standing("绿", "done", passed, early)
    if red and passed:
        return Standing(f"转绿中（{min(passed, tool.passes)}/{tool.passes}）", "soon", passed)
    return Standing("红", "late") if red else Standing("未领", "grey")


def tries_of(person: User, tool: Tool) -> list[CodeTry]:
    """What the person has said of the code, in order."""
    return list(CodeTry.objects.filter(person=person, tool=tool).order_by("happened_on", "pk"))


def doubts(answer: Answer) -> list[str]:
    """Why a person has to look at a green code; nothing where nothing stands against it."""
    code = answer.item.code.partition(".")[0]
    tools = Tool.objects.filter(unit=answer.person.school_id, code=code, coloured=True)
    stands = [standing(tool, tries_of(answer.person, tool)) for tool in tools]
    return ["early_green"] if any(one.early for one in stands) else []
