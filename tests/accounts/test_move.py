"""The one door for every change of state."""

from concurrent.futures import ThreadPoolExecutor

import pytest
from django.db import connection, connections
from django.db.models import Q

from accounts.models import AuditEntry, ImportBatch
from accounts.moves import Refused, move

State = ImportBatch.State
LATE = "当前状态为“写入中”，不能执行此操作，请刷新页面后再看。"


@pytest.fixture
def batch(campus):
    school = campus.school
    return ImportBatch.objects.create(unit=school, path=school.path, state=State.READY)


def again(batch):
    return ImportBatch.objects.get(pk=batch.pk)


def test_a_step_sets_the_state_its_time_its_note_and_writes_one_row(campus, batch):
    before = batch.state_at

    move(batch, "confirm", actor=campus.office, note="已核对", counts={"rows": 3})

    assert (batch.state, batch.note, batch.counts) == (State.APPLYING, "已核对", {"rows": 3})
    assert batch.state_at > before
    entry = AuditEntry.objects.get(model="importbatch")
    assert (entry.verb, entry.note, entry.detail) == (
        "confirm", "已核对", {"state": ["ready", "applying"]},
    )  # fmt: skip


def test_who_comes_too_late_is_told_the_true_state(campus, batch):
    late = again(batch)
    move(batch, "confirm", actor=campus.office)

    with pytest.raises(Refused) as refused:
        move(late, "confirm", actor=campus.liaison)

    assert (str(refused.value), late.state) == (LATE, State.APPLYING)
    assert AuditEntry.objects.filter(model="importbatch").count() == 1


def test_a_step_from_a_state_that_has_none_changes_nothing(campus, batch):
    with pytest.raises(Refused):
        move(batch, "finish", actor=campus.office)

    assert again(batch).state == State.READY


def test_a_step_may_be_narrowed_further(campus, batch):
    with pytest.raises(Refused):
        move(batch, "confirm", actor=campus.office, only_if=Q(created_by=campus.office))

    assert again(batch).state == State.READY


def test_an_unknown_step_is_a_mistake_of_ours(campus, batch):
    with pytest.raises(KeyError):
        move(batch, "fly", actor=campus.office)


@pytest.mark.postgresql
@pytest.mark.django_db(transaction=True)
def test_of_twenty_at_once_one_moves_and_one_row_is_written(campus, batch):
    if connection.vendor != "postgresql":
        pytest.skip("未连接 PostgreSQL：并发测试只在 PostgreSQL 上有意义")
    copies = [again(batch) for _ in range(20)]

    def attempt(copy):
        try:
            move(copy, "confirm", actor=campus.office)
        except Refused as refusal:
            return str(refusal)
        finally:
            connections.close_all()
        return None

    with ThreadPoolExecutor(20) as pool:
        said = list(pool.map(attempt, copies))

    assert (said.count(None), said.count(LATE)) == (1, 19)
    assert AuditEntry.objects.filter(model="importbatch").count() == 1
