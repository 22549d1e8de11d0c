"""Sealed columns: readable only in their own place, with a key we still hold."""

import base64
import secrets
import uuid

import pytest
from django.db import connection

from accounts import sealed
from accounts.models import User
from accounts.sealed import Unreadable, index, seal

PHONE, ID = "13812341111", "330102200501011234"


def key() -> str:
    return base64.b64encode(secrets.token_bytes(32)).decode()


@pytest.fixture
def person(campus):
    campus.student.phone, campus.student.id_number = PHONE, ID
    campus.student.save()
    return User.objects.get(pk=campus.student.pk)


def test_a_value_comes_back_from_the_database(person):
    assert (person.phone, person.id_number) == (PHONE, ID)


def test_the_database_holds_no_plain_value(person):
    with connection.cursor() as cursor:
        cursor.execute("SELECT * FROM accounts_user")
        kept = str(cursor.fetchall())

    assert person.phone_sealed in kept
    assert PHONE not in kept and ID not in kept


def test_a_value_is_found_by_its_blind_index(person):
    assert list(User.objects.filter(phone_index=index(PHONE))) == [person]
    assert (len(index(PHONE)), index(""), index(PHONE) == index(ID)) == (32, "", False)


def test_nothing_is_sealed_as_nothing(person):
    person.phone = ""

    assert (person.phone, person.phone_sealed, person.phone_index) == ("", "", "")


def test_the_same_value_is_sealed_differently_each_time():
    row = uuid.uuid4()

    assert seal(PHONE, "t.c", row) != seal(PHONE, "t.c", row)


def test_a_value_copied_to_another_row_does_not_open(person, campus):
    campus.classmate.phone_sealed = person.phone_sealed

    with pytest.raises(Unreadable):
        _ = campus.classmate.phone


def test_a_value_copied_to_another_column_does_not_open(person):
    person.id_number_sealed = person.phone_sealed

    with pytest.raises(Unreadable):
        _ = person.id_number


def test_an_altered_value_does_not_open(person):
    name, _, body = person.phone_sealed.partition(":")
    raw = bytearray(base64.b64decode(body))
    raw[-1] ^= 1

    person.phone_sealed = f"{name}:{base64.b64encode(raw).decode()}"

    with pytest.raises(Unreadable):
        _ = person.phone


def test_a_wrong_or_missing_key_is_an_error_and_no_empty_value(person, settings):
    name = settings.FIELD_KEYS.split(":")[0]
    for keys in (f"{name}:{key()}", f"other:{key()}"):
        settings.FIELD_KEYS = keys
        with pytest.raises(Unreadable):
            _ = person.phone


def test_a_new_key_seals_and_the_old_one_still_opens(person, settings):
    settings.FIELD_KEYS = f"new:{key()},{settings.FIELD_KEYS}"

    assert person.phone == PHONE
    person.phone = "13900000000"
    assert person.phone_sealed.startswith("new:") and person.phone == "13900000000"


def test_the_index_changes_with_its_own_key_alone(settings):
    before = index(PHONE)

    settings.FIELD_KEYS = f"new:{key()}"
    assert index(PHONE) == before
    settings.INDEX_KEY = key()
    assert index(PHONE) != before


def test_the_class_gives_the_descriptor_itself():
    assert isinstance(User.phone, sealed.Sealed)
