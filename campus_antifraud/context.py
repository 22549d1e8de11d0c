"""What every page knows: the school, its own names, the way around."""

from django.urls import reverse

from accounts.scope import ROLES, Role, holds, roles_of
from accounts.services.schools import school_of
from notices.queries import unread


def portal(request):
    """Names for every template; nothing for somebody not logged in but the school's."""
    school = school_of(request)
    context = {"school_name": school.unit.name if school else "", "names": school, "nav": []}
    user = getattr(request, "user", None)
    if user is None or not user.is_authenticated:
        return context
    context["unread"] = lambda: unread(user)  # asked by full pages alone
    labels = [label_of(role, school) for role in ROLES if role in roles_of(user)]
    context["role_label"] = "、".join(labels) or user.get_category_display()
    places = [
        {"label": label, "url": reverse(name)}
        for label, name, verb in nav_of(user)
        if verb is None or holds(user, verb)
    ]
    here = max((p["url"] for p in places if within(request.path, p["url"])), key=len, default="")
    context["nav"] = [place | {"active": place["url"] == here} for place in places]
    context["nav_more"] = context["nav"][NAV_WIDTH:]
    return context


def nav_of(user) -> list[tuple[str, str, str | None]]:
    """The places by the names they have for this user.

    Whoever hands nothing in and judges nothing only reads how it stands; a class cadre, whose
    business is people and not parts, is not led there.
    """
    if any(holds(user, verb) for verb in PARTS_VERBS):
        return NAV
    if roles_of(user) <= {Role.CADRE, Role.DORM_HEAD}:
        return [place for place in NAV if place[1] != "rounds:assignments"]
    reading = [
        ("交件情况", *place[1:]) if place[1] == "rounds:assignments" else place for place in NAV
    ]
    return [*reading, ("会议事项", "org:tasks", "meeting.view")]


def within(path: str, url: str) -> bool:
    """Whether an address belongs to a place of the menu; the home is only itself."""
    return path == url if url == "/" else path.startswith(url)


def label_of(role: str, school) -> str:
    """The role as the school calls it."""
    if role == Role.OFFICE and school:
        return school.office_name
    return Role(role).label


PARTS_VERBS = ("assignment.submit", "assignment.approve", "round.own")
NAV_WIDTH = 7  # places a desk's screen holds side by side; a phone's menu slides
NAV: list[tuple[str, str, str | None]] = [
    ("首页", "oversight:home", None),
    ("通知", "notices:circulars", None),
    ("任务", "rounds:list", "round.view"),
    ("交件与审核", "rounds:assignments", "assignment.view"),
    ("班级一览", "rounds:overviews", "completion.view"),
    ("人员", "accounts:people", "person.view"),
    ("组织与责任", "org:home", "unit.duties"),
    ("名册导入", "roster:list", "roster.view"),
    ("激活条", "accounts:slips", "person.activate"),
    ("承诺书文本", "pledges:texts", "text.view"),
    ("反诈工具目录", "tools:catalogue", "tool.view"),
    ("管理后台", "admin:index", "desk.enter"),
]
