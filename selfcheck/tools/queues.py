"""What waits for whom in safeguards."""

from django.urls import reverse

from accounts.queues import Queue, register
from selfcheck.models import Barrier
from selfcheck.tools.review_queries import all_waiting


def barriers(user):
    """The difficulties that the user is to confirm, but for their own."""
    found = Barrier.objects.permitted(user, "decide").filter(state=Barrier.State.ASKED)
    return found.exclude(person=user)


register(
    Queue(
        "截图待核",
        "识别后有疑问、须由人核对的截图",
        all_waiting,
        lambda user: reverse("review:list"),
    )
)
register(
    Queue(
        "办理困难待确认",
        "有人无法或不愿使用反诈工具，请核实后确认",
        barriers,
        lambda user: reverse("tools:barriers"),
    )
)
