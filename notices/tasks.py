"""What the worker does for notices: one service called."""

from celery import shared_task

from notices import services
from notices.services import circulars, unread


@shared_task(name="notices.send_due")
def send_due():
    """Send what was held till now."""
    services.due()
    circulars.due()
    unread.remind_due()
