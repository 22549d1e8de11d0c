import pytest
import time_machine

from accounts import jobs
from accounts.models import Job
from tests import factories as make

MONDAY = "2026-11-23T10:00:00+08:00"


@pytest.fixture
def monday():
    """A working day, within the hours in which people are told."""
    with time_machine.travel(MONDAY, tick=False) as clock:
        yield clock


@pytest.fixture
def round_(monday, campus):
    return make.pledge_round(campus)


def work() -> None:
    """What the worker would do now."""
    for job in Job.objects.filter(state=Job.State.QUEUED):
        jobs.run(job.pk)
