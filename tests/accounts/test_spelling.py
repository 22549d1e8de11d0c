"""People are found as their names are typed (ORG-3)."""

import importlib
from types import SimpleNamespace

import pytest
from django.apps import apps
from django.db import connection
from django.urls import reverse

from accounts import spelling
from accounts.models import User
from accounts.queries import search
from tests import factories as make


@pytest.mark.parametrize(("name", "pinyin", "initials"), [
    ("张小明", "zhangxiaoming", "zxm"),
    ("单雄信", "shanxiongxin", "sxx"),
    ("简单", "jiandan", "jd"),
    ("曾国藩", "zengguofan", "zgf"),
    ("仇英", "qiuying", "qy"),
    ("解晓东", "xiexiaodong", "xxd"),
    ("单于浩", "chanyuhao", "cyh"),
    ("长孙无忌", "zhangsunwuji", "zswj"),
    ("欧阳修", "ouyangxiu", "oyx"),
    ("吕绿", "lvlv", "ll"),
    ("张晟", "zhangsheng", "zs"),
    ("买买提·艾力", "maimaitiaili", "mmtal"),
    ("John O'Neil", "johnoneil", "jo"),
    ("\ue000", "", ""),
    ("", "", ""),
])  # fmt: skip
def test_a_name_is_spelled_with_its_surname_read_as_a_surname(name, pinyin, initials):
    assert spelling.of(name) == (pinyin, initials)


def test_whatever_writes_a_name_writes_its_spelling(campus):
    person = make.person(campus.klass, "单晓鹤")
    assert User.objects.filter(pk=person.pk, pinyin="shanxiaohe", initials="sxh").exists()

    person.name = "曾晓鹤"
    person.save()

    assert User.objects.filter(pk=person.pk, pinyin="zengxiaohe", initials="zxh").exists()


FOUND = [
    "单", "单晓", "单晓鹤", "晓鹤", "shan", "ShanXiaoHe", "shan xiao he", "sxh", "ｓｘｈ", "danxiao",
]  # fmt: skip


@pytest.mark.parametrize("typed", FOUND)
def test_a_person_is_found_by_the_beginning_of_name_pinyin_or_initials(campus, typed):
    person = make.person(campus.klass, "单晓鹤")

    assert list(search(User.objects.all(), typed)) == [person]


@pytest.mark.parametrize(("name", "typed"), [
    ("张晟", "zhangcheng"), ("李乐", "liyue"), ("乐嘉", "yuejia"), ("乐嘉", "lejia"),
    ("覃明", "tan"), ("覃明", "qinming"), ("吕布", "lvbu"), ("吕布", "lyubu"), ("吕布", "lübu"),
    ("单于浩", "单"), ("单于浩", "单于"),
])  # fmt: skip
def test_other_readings_of_a_character_find_it_too(campus, name, typed):
    person = make.person(campus.klass, name)

    assert list(search(User.objects.all(), typed)) == [person]


def test_a_number_is_found_by_its_beginning_and_words_narrow_each_other(campus):
    one = make.person(campus.klass, "单晓鹤", number="77001")
    two = make.person(campus.klass, "单晓雨", number="77002")

    assert list(search(User.objects.all(), "7700").order_by("number")) == [one, two]
    assert list(search(User.objects.all(), "77001")) == [one]
    assert list(search(User.objects.all(), "单 77002")) == [two]
    assert list(search(User.objects.all(), "77001 77002")) == []
    assert list(search(User.objects.all(), "%")) == []


def test_more_numbers_than_are_gathered_are_found_all_the_same(campus, monkeypatch):
    monkeypatch.setattr("accounts.queries.FEW", 2)
    for n in range(4):
        make.person(campus.klass, "单晓鹤", number=f"7700{n}")

    assert search(User.objects.all(), "7700").count() == 4


def test_the_list_of_people_finds_by_pinyin_and_only_in_view(client, campus):
    own = make.person(campus.klass, "单晓鹤")
    make.person(campus.other_class, "单外院")
    client.force_login(campus.counselor)

    page = client.get(reverse("accounts:people"), {"q": "shan"})

    assert [person.name for person in page.context["page_obj"]] == [own.name]


def test_the_migration_spells_everybody_who_is_there(campus):
    people = {pk: (p, i) for pk, p, i in User.objects.values_list("pk", "pinyin", "initials")}
    User.objects.update(pinyin="", initials="")

    migration = importlib.import_module("accounts.migrations.0008_spelled_from_names")
    migration.spell(apps, SimpleNamespace(connection=connection))

    now = User.objects.values_list("pk", "pinyin", "initials")
    assert {pk: (p, i) for pk, p, i in now} == people


def test_a_search_by_letters_or_characters_reads_the_indexes(campus):
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            cursor.execute("SET LOCAL enable_seqscan = off")

    letters = search(User.objects.order_by(), "zhang").explain()
    characters = search(User.objects.order_by(), "张小").explain()

    assert "user_pinyin" in letters
    assert "user_initials" in letters
    assert "user_pinyin" in characters
