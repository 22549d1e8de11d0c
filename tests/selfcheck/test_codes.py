"""Coloured codes: red, so many passes in a row, green (CHK-5)."""

from datetime import timedelta

import pytest
from django.urls import reverse
from django.utils import timezone

from rounds.models import Answer, Evidence
from selfcheck.models import CodeTry, Tool
from selfcheck.tools.services import codes
from tests import factories as make
from tests.selfcheck.test_sending import Phone, picture


@pytest.fixture
def phone(client, campus):
    return Phone(client, make.safeguard_round(campus), campus.student)


def tool():
    return Tool.objects.get(code="code")


def stands(person):
    return codes.standing(tool(), codes.tries_of(person, tool()))


def test_from_nothing_by_red_and_three_passes_to_green(phone):
    today = timezone.localdate()
    words = [stands(phone.person).word]
    phone.send({"code.green": ""}, result="red", issued_on=today)
    words.append(stands(phone.person).word)
    for colour in ("red", "blue", "gold"):
        phone.send({"code.green": picture(colour)}, result="passed", issued_on=today)
        words.append(stands(phone.person).word)
    answered = Answer.objects.exists()
    phone.send({"code.green": picture("green")}, expires_on=today + timedelta(days=180))

    assert words == ["未领", "红", "转绿中（1/3）", "转绿中（2/3）", "转绿中（3/3）"]
    assert not answered
    found = stands(phone.person)
    assert (found.word, found.early) == ("绿", False)
    assert codes.doubts(phone.answer("code.green")) == []
    assert "绿码" in phone.page()


def test_a_green_that_comes_too_early_goes_to_a_person(phone):
    phone.send({"code.green": ""}, result="red")
    phone.send({"code.green": picture("red")}, result="passed")
    phone.send({"code.green": picture("green")})

    assert codes.doubts(phone.answer("code.green")) == ["early_green"]
    assert "已登记 1 次，由人工核对" in phone.page()


def test_a_red_in_between_begins_anew_and_other_tools_know_no_colours(phone):
    for result, colour in [("red", ""), ("passed", "red"), ("passed", "blue"), ("red", "")]:
        sent = picture(colour) if colour else ""
        day = timezone.localdate() - timedelta(days=0 if colour or CodeTry.objects.count() else 1)
        phone.send({"code.green": sent}, result=result, issued_on=day)

    assert stands(phone.person).word == "红"
    named = make.show(phone.round, "app.named", phone.person)
    assert codes.doubts(named) == []


def test_a_pass_needs_its_picture_and_the_same_one_counts_once(phone):
    phone.send({"code.green": ""}, result="red")
    bare = phone.send({"code.green": ""}, result="passed")
    for _ in range(3):
        phone.send({"code.green": picture("red")}, result="passed", alone=True)

    assert bare.status_code == 400
    assert "请先选择截图" in bare.content.decode()
    assert stands(phone.person).word == "转绿中（1/3）"
    assert CodeTry.objects.filter(result="passed").count() == 1


def test_saying_red_twice_is_one_red(phone):
    for _ in range(2):
        phone.send({"code.green": ""}, result="red")

    assert CodeTry.objects.count() == 1


def test_a_code_that_ran_out_is_said_to_have(phone):
    phone.send({"code.green": picture()}, expires_on=timezone.localdate())
    CodeTry.objects.update(expires_on=timezone.localdate() - timedelta(days=1))

    assert stands(phone.person).word == "过期"


def test_the_picture_of_a_pass_is_seen_by_few(phone, client, campus):
    phone.send({"code.green": ""}, result="red")
    phone.send({"code.green": picture()}, result="passed")
    address = reverse("accounts:file", args=[Evidence.objects.get().file.uuid])
    seen = {}
    for who in ("student", "counselor", "head", "classmate", "stranger"):
        client.force_login(getattr(campus, who))
        seen[who] = client.get(address).status_code

    assert seen == {
        "student": 200, "counselor": 200, "head": 404, "classmate": 404, "stranger": 404
    }  # fmt: skip


def test_an_unknown_result_is_refused(phone):
    answer = phone.send({"code.green": picture()}, result="amber", alone=True)

    assert answer.status_code == 400
    assert not CodeTry.objects.exists()
