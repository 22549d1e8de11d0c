"""What waits for whom in safeguards."""

from django.urls import reverse

from accounts.queues import Queue, register
from selfcheck.tools.review_queries import all_waiting

register(
    Queue(
        "截图待核",
        "识别后有疑问、须由人核对的截图",
        all_waiting,
        lambda user: reverse("review:list"),
    )
)
