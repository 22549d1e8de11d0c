"""The long work of notices."""

from accounts.jobs import handles
from accounts.models import Job
from notices.models import Circular, Reminder
from notices.services import circulars, deliver


@handles("notices.remind")
def remind(job: Job) -> str:
    """Send one 催办."""
    rows = Reminder.objects.select_related("round__unit", "round__owner", "created_by")
    reminder = rows.filter(pk=job.params["reminder"]).first()
    return deliver(reminder, job) if reminder else "该催办已不存在"


@handles("notices.publish")
def publish(job: Job) -> str:
    """Publish one 通知."""
    rows = Circular.objects.select_related("created_by")
    circular = rows.filter(pk=job.params["circular"]).first()
    return circulars.deliver(circular, job) if circular else "该通知已不存在"
