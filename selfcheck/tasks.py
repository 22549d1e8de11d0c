"""What the timetable asks of selfcheck."""

from celery import shared_task

from selfcheck.tools.services import queueing


@shared_task(name="selfcheck.read_waiting")
def read_waiting():
    """Pictures that wait are read."""
    queueing.wake_if_any()
