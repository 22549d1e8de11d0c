"""What waits for a unit's head."""

from django.urls import reverse

from accounts.queues import Queue, register
from pledges.heads import queries

register(
    Queue(
        "待会签承诺书",
        "请您代表本单位签署一次，签名落在每一份承诺书上",
        queries.to_sign,
        lambda user: reverse("pledges:heads_waiting"),
    )
)
