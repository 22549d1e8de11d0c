"""A statement compiled once finds what the query finds."""

import pytest

from accounts.models import Unit, User
from accounts.paths import ancestors
from accounts.prepared import Prepared, names_at

PERSON = Prepared(lambda pk: User.objects.select_related("school", "unit").filter(pk=pk).order_by())
NAMED = Prepared(lambda name, *paths: Unit.objects.filter(path__in=paths, name=name).order_by())


def test_it_finds_the_row_as_the_query_does_with_its_relations(campus, django_assert_num_queries):
    person = User.objects.select_related("school", "unit").get(pk=campus.student.pk)
    fields = [field.attname for field in User._meta.concrete_fields]

    with django_assert_num_queries(1):
        found = PERSON.get(person.pk)
        relations = [found.school.name, found.unit.name]

    assert [getattr(found, name) for name in fields] == [getattr(person, name) for name in fields]
    assert relations == [person.school.name, person.unit.name]
    assert not found._state.adding


def test_each_call_has_its_own_values(campus):
    one, other = PERSON.get(campus.student.pk), PERSON.get(campus.office.pk)

    assert (one.pk, other.pk) == (campus.student.pk, campus.office.pk)
    assert PERSON.get(10**12) is None


def test_text_and_any_number_of_values_fit(campus):
    path = campus.student.unit_path
    unit = Unit.objects.get(path=path)

    assert NAMED.get(unit.name, *ancestors(path)) == unit
    assert NAMED.get(unit.name, path) == unit
    assert NAMED.get("没有这个名称", path) is None
    assert NAMED.get("' OR 1=1 --", path) is None


def test_a_blank_that_decides_nothing_is_refused(campus):
    with pytest.raises(ValueError, match="stand nowhere"):
        Prepared(lambda pk: User.objects.all()).get(7)


def test_names_are_those_of_the_units_there_are(campus):
    paths = [campus.school.path, campus.klass.path, "999999"]

    assert names_at(paths) == {
        campus.school.path: campus.school.name,
        campus.klass.path: campus.klass.name,
    }
