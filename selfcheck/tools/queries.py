"""Reads of safeguards: the catalogue, and what a round asks of it."""

from dataclasses import dataclass, field

from django.db.models import Q
from django.utils import timezone

from accounts.models import Unit, User
from accounts.scope import ROLES, grants_of, reach
from rounds.figures import Census
from rounds.models import Answer, Item, Round, Standing
from selfcheck.models import Barrier, CodeTry, Shot, Tool, ToolItem
from selfcheck.tools.services import codes
from selfcheck.tools.starters import READABLE


def kept_by(user) -> Unit | None:
    """The school whose catalogue the user keeps; None for nobody who does."""
    paths = [g.path for g in grants_of(user) if "tool.edit" in ROLES[g.role].may]
    return Unit.objects.permitted(user).schools().filter(path__in=paths).first()


def tools_for(user):
    """The tools that the user's school asks for."""
    return Tool.objects.filter(unit=user.school_id, retired_at=None)


def names_of(paths: list[str]) -> list[str]:
    """The units at these paths by name."""
    return list(Unit.objects.filter(path__in=paths).order_by("path").values_list("name", flat=True))


def lines_of(tool: Tool) -> list[tuple[ToolItem, str]]:
    """The items of a tool, each with what a machine may find in its picture."""
    words = dict(READABLE)
    return [(item, words.get(item.reads, "由人工核对")) for item in tool.items.all()]


def items_at(school: str) -> list[ToolItem]:
    """What a new round of the school (its path) may ask for, tool by tool."""
    found = ToolItem.objects.filter(tool__unit__path=school, tool__retired_at=None)
    return list(found.select_related("tool").order_by("tool", "position", "pk"))


@dataclass(frozen=True)
class AskedTool:
    """One tool of a round with the items asked of it, and what the catalogue knows of each."""

    tool: Tool
    items: list[tuple[Item, ToolItem]]

    @property
    def label(self) -> str:
        """The tool and what is asked of it, in one line."""
        return f"{self.tool.name}（{'、'.join(str(known) for _, known in self.items)}）"


def asked_of(round_: Round) -> list[AskedTool]:
    """The tools that a round asks for, in the order of its items."""
    school = round_.unit.school_path
    known = ToolItem.objects.filter(tool__unit__path=school).select_related("tool")
    by_key = {one.key: one for one in known}
    found: dict[int, AskedTool] = {}
    for item in round_.items.select_related("round"):
        if one := by_key.get(item.code):
            asked = found.setdefault(one.tool_id, AskedTool(one.tool, []))
            asked.items.append((item, one))
    return list(found.values())


def tool_item(item: Item) -> ToolItem | None:
    """What the school's catalogue knows of an item of a round."""
    tool, _, code = item.code.partition(".")
    school = item.round.unit.school_path
    rows = ToolItem.objects.filter(tool__unit__path=school, tool__code=tool, code=code)
    return rows.select_related("tool").first()


def held_already(round_: Round) -> list[tuple[str, int]]:
    """For each item of a draft, how many of those it would ask have it from before."""
    day = timezone.localdate()
    fresh = Q(valid_until__isnull=True) | Q(valid_until__gte=day)
    people = Census(round_).people().values("pk")
    found = []
    for item in round_.items.all():
        held = Standing.objects.filter(fresh, code=item.code, person__in=people).count()
        if held:
            found.append((item.label, held))
    return found


WORDS = {"pending": "待核", "accepted": "通过", "sent_back": "退回", "excused": "豁免"}
TONES = {"pending": "soon", "accepted": "done", "sent_back": "late", "excused": "grey"}


@dataclass(frozen=True)
class ToolLine:
    """One item of a tool, and what a person has shown of it."""

    item: Item
    known: ToolItem
    answer: Answer | None
    shots: list[Shot]

    @property
    def expired(self) -> bool:
        """Whether what was accepted holds no more."""
        end = self.answer.valid_until if self.answer else None
        return end is not None and end < timezone.localdate()

    @property
    def word(self) -> str:
        """How it stands."""
        if self.answer is None:
            return "未交"
        return "过期" if self.expired else WORDS[self.answer.state]

    @property
    def tone(self) -> str:
        """Its colour."""
        if self.answer is None:
            return "late" if self.item.obligatory else "grey"
        return "late" if self.expired else TONES[self.answer.state]

    @property
    def wanted(self) -> bool:
        """Whether the person has something to do about it."""
        return self.tone == "late"

    @property
    def sent_back(self) -> bool:
        """Whether somebody looked and wants it anew."""
        return self.answer is not None and self.answer.state == Answer.State.SENT_BACK

    @property
    def removable(self) -> bool:
        """Whether nobody has judged it yet."""
        return self.answer is not None and self.answer.state == Answer.State.PENDING


@dataclass(frozen=True)
class Section:
    """A tool of a round as one person sees it."""

    tool: Tool
    lines: list[ToolLine]
    barrier: Barrier | None = None
    tries: list[CodeTry] = field(default_factory=list)

    @property
    def code(self) -> codes.Standing | None:
        """Where the person's code stands, of a coloured tool."""
        return codes.standing(self.tool, self.tries) if self.tool.coloured else None

    @property
    def wanted(self) -> bool:
        """Whether anything of it is still to be done."""
        return any(line.wanted for line in self.lines)

    @property
    def offered(self) -> list[ToolLine]:
        """The items to send pictures for first: all but those that hold; else each of them."""
        return [line for line in self.lines if line.tone != "done"] or self.lines

    @property
    def steps(self) -> list[str]:
        """The guide, line by line."""
        return [line for line in self.tool.guide.splitlines() if line.strip()]


def sections_of(round_: Round, person: User) -> list[Section]:
    """The tools of the round, each with its items and what the person has shown."""
    given = {one.item_id: one for one in round_.answers.filter(person=person)}
    shots: dict[int | None, list[Shot]] = {}
    rows = Shot.objects.filter(evidence__answer__in=given.values(), evidence__voided_at=None)
    for shot in rows.select_related("evidence__file"):
        shots.setdefault(shot.evidence.answer_id, []).append(shot)
    tools = asked_of(round_)
    barriers = _last_barriers(person)
    return [
        Section(
            asked.tool,
            [_line(item, known, given.get(item.pk), shots) for item, known in asked.items],
            barriers.get(asked.tool.pk),
            codes.tries_of(person, asked.tool) if asked.tool.coloured else [],
        )
        for asked in tools
    ]


def _line(item: Item, known: ToolItem, answer: Answer | None, shots: dict) -> ToolLine:
    return ToolLine(item, known, answer, shots.get(answer.pk, []) if answer else [])


def _last_barriers(person: User) -> dict[int, Barrier]:
    """The latest difficulty of the person with each tool, unless it is over."""
    rows = Barrier.objects.filter(person=person).exclude(state=Barrier.State.ENDED)
    return {one.tool_id: one for one in rows.order_by("pk")}


def barriers_listed(user, show: str):
    """The difficulties of those whom the user may follow: waiting, confirmed, or past."""
    states = {
        "asked": [Barrier.State.ASKED],
        "allowed": [Barrier.State.ALLOWED],
        "past": [Barrier.State.DECLINED, Barrier.State.ENDED],
    }
    reached = reach(user, "barrier.view", "unit_path")
    found = Barrier.objects.filter(reached, state__in=states.get(show, states["asked"]))
    return found.select_related("person__unit", "tool", "decided_by", "asked_by")


def marked(round_: Round) -> list[tuple[str, str, str, set[int]]]:
    """Whose difficulty with a tool of the round is known, by its sort."""
    codes_asked = {code.partition(".")[0] for code in round_.items.values_list("code", flat=True)}
    rows = Barrier.objects.filter(
        state__in=Barrier.OPEN, tool__unit__path=round_.unit.school_path, tool__code__in=codes_asked
    ).values_list("reason", "person")
    found: dict[str, set[int]] = {}
    for reason, person in rows:
        found.setdefault(reason, set()).add(person)
    words = dict(Barrier.Reason.choices)
    return [(code, words[code], "barrier.view", found.get(code, set())) for code in words]
