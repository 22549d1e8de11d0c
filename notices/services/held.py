"""What somebody left behind unsent: those who answer for the unit now are told, and send it anew."""

from django.utils import timezone

from accounts.models import Grant
from accounts.paths import ancestors
from accounts.periods import day_of
from accounts.scope import ROLES
from notices.models import Notice
from notices.services.inbox import tell

VACANT = "该单位现在没有可以办理的人员，请先登记责任人员。"


def able(power: str, path: str) -> tuple[str, list[int]]:
    """Where, and who has the power at the unit, or where nobody has, at the nearest unit above it."""
    roles = [role for role, rule in ROLES.items() if power in rule.may]
    held = Grant.objects.present().filter(role__in=roles).order_by()
    for step in reversed(ancestors(path)):
        people = sorted(set(held.filter(path=step).values_list("user", flat=True)))
        if people:
            return step, people
    return path, []


def tell_able(power: str, path: str, *, kind: str, key: str, title: str, body: str, link: str):
    """Each who can send it in the leaver's place is told what was held back, why, and where it is.

    Where the unit has nobody, those above read that it needs somebody.
    """
    step, people = able(power, path)
    if step != path:
        body, link = f"{body}{VACANT}", ""
    about = {"kind": kind, "key": key, "day": day_of(timezone.now()), "title": title[:120]}
    tell(Notice(person_id=person, body=body, link=link, **about) for person in people)
