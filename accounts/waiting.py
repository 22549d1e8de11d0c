"""What waits for whom in accounts."""

from django.urls import reverse

from accounts.models import Grant, User
from accounts.queries import waiting
from accounts.queues import Queue, register
from accounts.roster_queries import absent_people


def not_activated(user):
    """People whom the user may let in and who have never come in."""
    return waiting(User.objects.permitted(user, "activate"))


register(
    Queue(
        "未激活",
        "还没有登录过的人员，请打印激活条当面发放",
        not_activated,
        lambda user: reverse("accounts:slips"),
        tone="grey",
    )
)


register(
    Queue(
        "疑似离校",
        "最近一次名册里没有的人员，请核实",
        absent_people,
        lambda user: reverse("roster:absent"),
    )
)


def unpromised(user):
    """The user's own roles that wait for their promise; somebody without any has no such queue."""
    waiting = Grant.objects.unpromised().filter(user=user)
    return waiting if waiting.exists() else Grant.objects.none()


register(
    Queue(
        "待签保密承诺",
        "您被指定为班干部，签署后可查看本班完成情况",
        unpromised,
        lambda user: reverse("accounts:promise"),
    )
)
