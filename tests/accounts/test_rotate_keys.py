"""`rotate_keys` (OVS-7, S26): everything is sealed with the key in front; nothing lost, nothing blank."""

import base64
import importlib
import json
from io import StringIO

import pytest
from django.core.exceptions import ImproperlyConfigured
from django.core.management import CommandError, call_command

from accounts import sealed
from accounts.models import FormerRecord, SecondFactor, StagedRow, User
from accounts.services import rotation, second
from campus_antifraud import checks
from tests import factories as make

NEW = "k2:" + base64.b64encode(b"2" * 32).decode()


@pytest.fixture
def people(campus):
    """Many with numbers, one with a phone's seed."""
    for number in range(12):
        make.person(
            campus.klass, phone=f"139000011{number:02}", id_number=f"33010219990101{number:04}"
        )
    second.begin(campus.office)
    return campus


def rotate() -> dict:
    out = StringIO()
    call_command("rotate_keys", "--json", stdout=out)
    return json.loads(out.getvalue())


def opened() -> list[tuple]:
    people = User.objects.order_by("pk")
    seeds = [factor.seed for factor in SecondFactor.objects.all()]
    return [(p.phone, p.id_number, p.phone_index, p.id_number_index) for p in people] + seeds


def test_every_sealed_column_is_known():
    said = {(c.model.__name__, c.name): c.said for c in rotation.columns()}

    assert said["User", "phone_sealed"] == "accounts_user.phone"
    assert said["StagedRow", "phone_sealed"] == "accounts_user.phone"
    assert said["StagedRow", "cells_sealed"] == "accounts_stagedrow.cells"
    assert said["FormerRecord", "id_number_sealed"] == "accounts_user.id_number"
    assert said["SecondFactor", "seed_sealed"] == "accounts_secondfactor.seed"


def test_everything_bears_the_new_name_and_says_what_it_said(people, settings, monkeypatch):
    monkeypatch.setattr(rotation, "BATCH", 5)
    before = opened()
    old = settings.FIELD_KEYS
    settings.FIELD_KEYS = f"{NEW},{old}"

    said = rotate()

    assert said == {"active": "k2", "resealed": 27, "keys": {"k2": 27, "k1": 0, "?": 0}}
    settings.FIELD_KEYS = NEW  # the old key is thrown away
    assert opened() == before
    assert rotate()["resealed"] == 0


def test_it_goes_on_where_it_was_stopped(people, settings, monkeypatch):
    monkeypatch.setattr(rotation, "BATCH", 5)
    settings.FIELD_KEYS = f"{NEW},{settings.FIELD_KEYS}"

    def stop(done):
        if done > 7:
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        rotation.rotate(stop)
    assert rotation.counts() == {"k2": 10, "k1": 17, "?": 0}

    assert rotate() == {"active": "k2", "resealed": 17, "keys": {"k2": 27, "k1": 0, "?": 0}}


def test_a_value_written_meanwhile_is_not_put_back(people, settings):
    person = people.student
    column = next(c for c in rotation.columns() if (c.model, c.name) == (User, "phone_sealed"))
    box = person.phone_sealed
    settings.FIELD_KEYS = f"{NEW},{settings.FIELD_KEYS}"
    person.phone = "13777777777"
    person.save()

    assert not rotation.reseal(column, person.pk, person.uuid, box)
    assert User.objects.get(pk=person.pk).phone == "13777777777"


def test_rows_on_their_way_in_are_sealed_anew_as_they_will_be(people, settings):
    row = StagedRow(batch_id=0, verdict="added", uuid=people.student.uuid)
    row.phone_sealed = sealed.seal("13666666666", "accounts_user.phone", row.uuid)
    row.save()
    settings.FIELD_KEYS = f"{NEW},{settings.FIELD_KEYS}"

    rotate()

    settings.FIELD_KEYS = NEW
    row.refresh_from_db()
    assert sealed.unseal(row.phone_sealed, "accounts_user.phone", row.uuid) == "13666666666"


def test_what_a_record_said_before_a_batch_can_still_be_put_back(people, settings):
    person = people.student
    person.phone = "13666666666"
    FormerRecord.objects.create(
        batch_id=0, person=person, name=person.name, phone_sealed=person.phone_sealed
    )
    settings.FIELD_KEYS = f"{NEW},{settings.FIELD_KEYS}"

    rotate()

    settings.FIELD_KEYS = NEW
    kept = FormerRecord.objects.get().phone_sealed
    assert sealed.unseal(kept, "accounts_user.phone", person.uuid) == "13666666666"


def test_without_the_old_key_it_refuses_and_changes_nothing(people, settings):
    before = list(User.objects.values_list("phone_sealed", flat=True))
    settings.FIELD_KEYS = NEW

    with pytest.raises(CommandError, match="k1") as refused:
        rotate()

    assert refused.value.returncode == 2
    assert list(User.objects.values_list("phone_sealed", flat=True)) == before


def test_a_missing_key_stops_the_start_with_a_sentence(people, settings):
    assert checks.sealed_values(None, databases=["default"]) == []
    checks.require_keys()
    settings.FIELD_KEYS = NEW

    (error,) = checks.sealed_values(None, databases=["default"])
    assert (error.id, "k1" in error.msg) == ("portal.E009", True)
    with pytest.raises(ImproperlyConfigured, match="FIELD_KEYS"):
        importlib.reload(importlib.import_module("campus_antifraud.wsgi"))
