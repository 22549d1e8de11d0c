"""What the worker does for pledges: one service called."""

from celery import shared_task

from pledges.archives import services


@shared_task(name="pledges.expire_archives")
def expire_archives():
    """Remove archives whose day is over."""
    services.expire_archives()
