"""Loading into a database of one's own: refused beside a real school; a province school by school."""

import pytest
from django.core.management import CommandError

from accounts.models import AuditEntry, Identity, Unit, User
from oversight.demo import marks, province
from rounds.figures import figures
from rounds.models import Round
from tests.oversight.test_demo import load


def test_a_database_with_another_school_is_refused_and_stays_as_it_is(campus):
    with pytest.raises(CommandError) as refusal:
        load()

    assert refusal.value.returncode == 2
    assert "测试大学" in str(refusal.value)
    assert not AuditEntry.objects.filter(verb=marks.VERB).exists()


def test_a_province_of_two_schools_counts_each_apart(db, monkeypatch):
    monkeypatch.setattr(province, "CLASSES", 2)
    found = load("--size", "province", "--schools", "2")

    first, second = Unit.objects.schools()
    one = figures(Round.objects.get(unit=first), first.path)
    students = User.objects.filter(number__startswith="20", unit_path__startswith=first.path)
    assert (found["schools"], found["rounds"]) == (2, 2)
    assert students.count() == len(province.COLLEGE_NAMES) * 2 * province.PEOPLE
    assert 0.75 < one.verified / one.expected < 0.9
    assert (
        Identity.objects.filter(school=second, user__unit_path__startswith=first.path).count() == 0
    )
