"""What the worker does for accounts: ids in, one service called."""

from celery import shared_task
from django.conf import settings

from accounts import jobs
from accounts.services import contracts, dormancy, exports, logins, retaining, sealing


@shared_task(name="accounts.run_job")
def run_job(job_id):
    """Do one job."""
    jobs.run(job_id)


@shared_task(name="accounts.sweep_jobs")
def sweep_jobs():
    """Send again what was left lying; that it runs each minute is the worker's sign of life."""
    jobs.beat()
    jobs.sweep()


@shared_task(name="accounts.tidy_logins")
def tidy_logins():
    """Close logins that ran out, and put accounts to sleep that nobody used for long."""
    logins.tidy()
    dormancy.put_to_sleep()


@shared_task(name="accounts.expire_contracts")
def expire_contracts():
    """Whose contract ended yesterday or before has left."""
    contracts.expire()


@shared_task(name="accounts.end_retention")
def end_retention():
    """Remove what has been kept long enough."""
    retaining.run()


@shared_task(name="accounts.seal_audit")
def seal_audit():
    """Take what was committed since into the chain of audit rows."""
    sealing.seal()


@shared_task(name="accounts.purge_exports")
def purge_exports():
    """Remove the files of exports whose day is over."""
    exports.purge()


@shared_task(name="accounts.purge_broker")
def purge_broker():
    """Remove delivered messages from the embedded broker, whose transport never does."""
    if settings.REDIS_URL:
        return
    import sqlite3

    path = settings.CELERY_BROKER_URL.removeprefix("sqla+sqlite:///")
    with sqlite3.connect(path, timeout=20) as broker:
        broker.execute("DELETE FROM kombu_message WHERE visible = 0")
