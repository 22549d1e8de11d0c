"""What runs out soon is asked for anew in time: 14 days before, and 3 days before."""

from collections.abc import Iterator
from datetime import date, timedelta

from django.urls import reverse
from django.utils import timezone

from accounts.models import User
from notices.models import Notice
from notices.services.inbox import tell
from rounds.gate import accepts
from rounds.models import Answer, Item, Round, Standing
from rounds.services import is_asked
from selfcheck.models import ToolItem
from selfcheck.tools.services import barriers

FIRST, LAST = 14, 3


def ask_renewals(today: date | None = None) -> int:
    """Whoever has something that runs out soon is told, once for each of the two days; how many.

    A day on which nothing ran is made up for; twice is once.
    """
    day = today or timezone.localdate()
    rows = list(_due(day))
    tell(rows)
    return len(rows)


def _due(day: date) -> Iterator[Notice]:
    labels = _labels()
    rounds = _rounds()
    found = Standing.objects.filter(
        valid_until__range=(day, day + timedelta(days=FIRST)),
        code__in={code for _, code in labels},
        person__status__in=User.COUNTED,
    )
    rows = list(found.select_related("person").order_by("person", "code"))
    keys = {one.pk: _key(one, day) for one in rows}
    told = set(Notice.objects.filter(key__in=keys.values()).values_list("person", "key"))
    again = Answer.objects.filter(
        person__in=[one.person_id for one in rows], state=Answer.State.PENDING
    )
    waiting = set(again.values_list("person", "item__code"))
    barred = set(barriers.in_force().values_list("person", "tool__code"))
    for one in rows:
        label = labels.get((one.person.school_id, one.code))
        tool = one.code.partition(".")[0]
        if label is None or (one.person_id, keys[one.pk]) in told:
            continue
        if (one.person_id, one.code) not in waiting and (one.person_id, tool) not in barred:
            yield _notice(one, keys[one.pk], label, day, _where(one, rounds))


def _key(one: Standing, day: date) -> str:
    """The topic: of which end, and which of the two days it is."""
    assert one.valid_until
    which = LAST if one.valid_until <= day + timedelta(days=LAST) else FIRST
    return f"renew{which}:{one.pk}:{one.valid_until:%Y%m%d}"


def _notice(one: Standing, key: str, label: str, day: date, link: str) -> Notice:
    assert one.valid_until
    left = (one.valid_until - day).days
    how = "请重新办理，在任务页上传新的截图。" if link else "请重新办理并保留截图，有任务时上传。"
    when = f"还有 {left} 天" if left else "今天为最后一天"
    return Notice(
        person=one.person,
        kind=Notice.Kind.OWN,
        key=key,
        day=day,
        title=f"“{label}”将于 {one.valid_until} 到期",
        body=f"{when}，{how}",
        link=link,
    )


def _labels() -> dict[tuple[int | None, str], str]:
    """By school and code, how an item in use is called."""
    found = ToolItem.objects.filter(tool__retired_at=None).select_related("tool")
    return {(one.tool.unit_id, one.key): f"{one.tool} · {one}" for one in found}


def _rounds() -> dict[str, list[Round]]:
    """The open rounds that ask for each code, the latest first."""
    items = Item.objects.filter(round__kind="safeguard", round__state=Round.State.OPEN)
    found: dict[str, list[Round]] = {}
    for item in items.select_related("round__unit").order_by("-round"):
        found.setdefault(item.code, []).append(item.round)
    return found


def _where(one: Standing, rounds: dict[str, list[Round]]) -> str:
    """The person's page where the new picture goes; '' while no round asks for it."""
    for round_ in rounds.get(one.code, []):
        if is_asked(round_, one.person) and accepts(round_, one.person.unit_path):
            return reverse("tools:mine", args=[round_.pk])
    return ""
