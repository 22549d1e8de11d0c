"""What the worker does for accounts: ids in, one service called."""

from celery import shared_task
from django.conf import settings

from accounts import jobs


@shared_task(name="accounts.run_job")
def run_job(job_id):
    """Do one job."""
    jobs.run(job_id)


@shared_task(name="accounts.sweep_jobs")
def sweep_jobs():
    """Send again what was left lying; that it runs each minute is the worker's sign of life."""
    jobs.beat()
    jobs.sweep()


@shared_task(name="accounts.purge_broker")
def purge_broker():
    """Remove delivered messages from the embedded broker, whose transport never does."""
    if settings.REDIS_URL:
        return
    import sqlite3

    path = settings.CELERY_BROKER_URL.removeprefix("sqla+sqlite:///")
    with sqlite3.connect(path, timeout=20) as broker:
        broker.execute("DELETE FROM kombu_message WHERE visible = 0")
