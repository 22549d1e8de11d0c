import pytest
import time_machine
from django.db import connection

from tests import factories as make


@pytest.fixture
def apart(transactional_db):
    """A database on which several connections see each other's rows."""
    if connection.vendor != "postgresql":
        pytest.skip("未连接 PostgreSQL：并发测试只在 PostgreSQL 上有意义")


@pytest.fixture
def c(apart):
    """The cast, with a round under way, on a working day."""
    with time_machine.travel("2026-11-23T10:00:00+08:00", tick=True):
        made = make.campus()
        made.round = make.pledge_round(made)
        yield made
