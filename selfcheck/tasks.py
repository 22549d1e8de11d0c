"""What the timetable asks of selfcheck."""

from celery import shared_task

from selfcheck.tools.services import barriers, queueing, renewing


@shared_task(name="selfcheck.read_waiting")
def read_waiting():
    """Pictures that wait are read."""
    queueing.wake_if_any()


@shared_task(name="selfcheck.ask_renewals")
def ask_renewals():
    """Whoever has something that runs out soon is told."""
    renewing.ask_renewals()


@shared_task(name="selfcheck.end_barriers")
def end_barriers():
    """Difficulties whose last day is over are ended."""
    barriers.end_due()
