"""When people move and records are joined, their pictures, codes and difficulties go along."""

from accounts import changes
from accounts.models import User
from accounts.services import joining
from rounds.models import Answer, Evidence
from selfcheck.models import Barrier, CodeTry, Shot, Tool
from selfcheck.tools.services import codes
from tests import factories as make


def regrouped(person, unit):
    moved = changes.Moved(person.pk, person.unit_path, unit.path)
    User.objects.filter(pk=person.pk).update(unit=unit, unit_path=unit.path)
    changes.tell(unit.school_path, [moved])


def test_what_was_shown_stands_where_the_person_does(campus):
    round_ = make.safeguard_round(campus)
    make.show(round_, "app.named", campus.student)
    make.barrier(campus.student, "code")
    codes.note(campus.student, Tool.objects.get(code="code"), result="red", actor=campus.student)
    regrouped(campus.student, campus.second_class)

    for model in (Shot, Barrier, CodeTry, Answer):
        assert model.objects.get().unit_path == campus.second_class.path
    assert Evidence.objects.get().unit_path == campus.second_class.path
    assert list(Shot.objects.permitted(campus.counselor)) == []
    assert Shot.objects.permitted(campus.second_counselor).count() == 1


def test_two_records_of_one_person_have_one_set_of_pictures(campus):
    round_ = make.safeguard_round(campus)
    old, kept = campus.classmate, campus.student
    make.show(round_, "app.named", old, "red")
    make.show(round_, "app.installed", kept, "blue")
    for person in (old, kept):
        make.barrier(person, "code")
    make.barrier(old, "follow")
    codes.note(old, Tool.objects.get(code="code"), result="red", actor=old)
    joining.join(old, kept, actor=campus.office, reason="同一人")

    assert set(Shot.objects.values_list("person", flat=True)) == {kept.pk}
    assert CodeTry.objects.get().person == kept
    rows = Barrier.objects.exclude(state="ended").values_list("person", "tool__code")
    assert sorted(rows) == [(kept.pk, "code"), (kept.pk, "follow")]
