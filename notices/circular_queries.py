"""Reads of 通知: which ones, to whom, who has not read."""

from functools import reduce
from operator import or_

from django.db.models import Count, Exists, OuterRef, Q

from accounts.models import Grant, Unit, User
from accounts.paths import CLASS, SCHOOL, cut, under
from accounts.scope import ROLES, Role, grants_of, holds, reach
from notices.models import Circular, Notice

WHOLE = {value: f"全体{label}" for value, label in User.Category.choices if value != "external"}
TOLD = [Role.COLLEGE_HEAD, Role.LIAISON, Role.KEEPER, Role.COUNSELOR, Role.CADRE, Role.DORM_HEAD]
FORWARDERS = [Role.COUNSELOR, Role.KEEPER]


def audiences() -> list[tuple[str, str]]:
    """Whom a 通知 may be sent to: holders of a role, or everybody of a category."""
    return [(str(role), Role(role).label) for role in TOLD] + list(WHOLE.items())


def key_of(circular: Circular) -> str:
    """The topic of its messages."""
    return f"circular:{circular.pk}"


def publishers(user) -> list[Unit]:
    """The units in whose name the user publishes."""
    paths = [g.path for g in grants_of(user) if "circular.edit" in ROLES[g.role].may]
    return list(Unit.objects.filter(path__in=paths).order_by("path"))


def choosable(user) -> list[Unit]:
    """The units the user may publish to: the office and departments the school's, others theirs."""
    roots = set()
    for grant in grants_of(user):
        if "circular.edit" in ROLES[grant.role].may:
            wide = grant.role in {Role.OFFICE, Role.DEPARTMENT}
            roots.add(cut(grant.path, SCHOOL) if wide else grant.path)
    near = reduce(
        or_,
        (under(root) & Q(path__length__in=[len(root), len(root) + 6]) for root in roots),
        Q(pk__in=[]),
    )
    return list(Unit.objects.filter(near).order_by("path"))


def receivers(circular: Circular):
    """The keys of those whom it reaches now, in order: its own audience, or those it corrects."""
    if circular.corrects_id:
        told = Notice.objects.filter(circular=circular.corrects_id, kind=Notice.Kind.CIRCULAR)
        return told.order_by("person").values_list("person", flat=True)
    inside = reduce(or_, (under(place, "path") for place in circular.places), Q(pk__in=[]))
    home = reduce(or_, (under(place, "unit_path") for place in circular.places), Q(pk__in=[]))
    roles = [role for role in circular.roles if role not in WHOLE]
    held = Grant.objects.in_force().filter(inside, role__in=roles, user=OuterRef("pk"))
    groups = [role for role in circular.roles if role in WHOLE]
    asked: Q | Exists = Exists(held)
    if groups:
        asked = Q(asked) | Q(home, category__in=groups, status__in=User.COUNTED)
    return User.objects.filter(asked, is_active=True).order_by("pk").values_list("pk", flat=True)


def received(user, show: str):
    """The 通知 in the user's inbox, pinned ones first, each with whether it was read (`own`)."""
    mine = Notice.objects.filter(person=user.pk, circular=OuterRef("pk"))
    rows = Circular.objects.received(user).select_related("unit")
    rows = rows.annotate(seen=Exists(mine.filter(receipt_at__isnull=False)))
    if show == "unread":
        rows = rows.filter(seen=False, receipt=True, state=Circular.State.PUBLISHED)
    return rows.order_by("-pinned", "-publish_at", "-id")


def published(user, state: str, q: str):
    """What the user's own unit and those below publish, the latest first."""
    rows = Circular.objects.permitted(user).select_related("unit")
    own = Q(pk__in=Circular.objects.permitted(user, "edit").values("pk"))
    paths = [under(g.path) for g in grants_of(user) if "circular.view" in ROLES[g.role].may]
    rows = rows.filter(reduce(or_, paths, own))
    if state:
        rows = rows.filter(state=state)
    if q:
        rows = rows.filter(Q(title__icontains=q) | Q(number__icontains=q))
    return rows.order_by("-id")


def own_notice(user, circular: Circular) -> Notice | None:
    """The message by which the user got it."""
    mine = Notice.objects.filter(person=user.pk, circular=circular, kind=Notice.Kind.CIRCULAR)
    return mine.first()


def counts(circular: Circular) -> dict[str, int]:
    """How many got it, opened it, pressed 已阅."""
    rows = Notice.objects.filter(circular=circular, kind=Notice.Kind.CIRCULAR)
    return rows.aggregate(
        told=Count("pk"),
        read=Count("pk", filter=Q(read_at__isnull=False)),
        receipts=Count("pk", filter=Q(receipt_at__isnull=False)),
    )


def unread(circular: Circular):
    """Who has not pressed 已阅 (where no receipt is asked: not opened it), by where they belong."""
    rows = Notice.objects.filter(circular=circular, kind=Notice.Kind.CIRCULAR)
    rows = rows.filter(receipt_at=None) if circular.receipt else rows.filter(read_at=None)
    return rows.select_related("person__unit").order_by("person__unit_path", "person_id")


def held(user):
    """The 通知 whose unread 催办 waits for the next window, and which the user may call off."""
    rows = Circular.objects.permitted(user, "edit").filter(remind_at__isnull=False)
    return rows.select_related("unit", "remind_by").order_by("remind_at", "pk")


def reads_part(user, circular: Circular) -> bool:
    """Whether the user is a contact to whom it came, and may ask who of their part has read it."""
    return holds(user, "person.ticks") and own_notice(user, circular) is not None


def unread_in_part(user, circular: Circular):
    """Who of the people the user looks after has not read it."""
    return unread(circular).filter(reach(user, "person.ticks", "person__unit_path"))


def forward_units(user, circular: Circular) -> list[Unit]:
    """The user's classes to which it was not yet passed on."""
    paths = [g.path for g in grants_of(user) if g.role in FORWARDERS]
    done = circular.forwards.values("unit")
    mine = Unit.objects.filter(path__in=paths, path__length=6 * CLASS).exclude(pk__in=done)
    return list(mine.order_by("path"))
