"""Texts of pledges, looked at before they are kept."""

import pytest
from django.urls import reverse

from accounts.moves import Refused
from pledges import services
from pledges.models import PledgeText
from tests import factories as make

FORM = {
    "name": "学生承诺书",
    "heading": "{年度}{学校}承诺书",
    "body": "我是{单位}{姓名}。\n\n我承诺。",
}


@pytest.fixture
def form(campus):
    return FORM | {"unit": campus.school.pk}


def test_a_preview_keeps_nothing_and_shows_the_blanks_filled(client, campus, form):
    client.force_login(campus.office)

    page = client.post(reverse("pledges:new_text"), form | {"preview": "1"}).content.decode()

    assert "我是（学院、班级）（姓名）。" in page
    assert not PledgeText.objects.exists()


def test_the_same_name_is_the_next_version(client, campus, form):
    client.force_login(campus.office)

    for _ in range(2):
        client.post(reverse("pledges:new_text"), form)

    assert [str(text) for text in PledgeText.objects.all()] == [
        "学生承诺书 第 2 版",
        "学生承诺书 第 1 版",
    ]


def test_a_blank_nobody_could_fill_is_refused_and_the_text_kept(client, campus, form):
    client.force_login(campus.office)

    page = client.post(reverse("pledges:new_text"), form | {"body": "我是{班级}的学生"})

    assert "“{班级}”不是可填入的内容" in page.content.decode()
    assert "我是{班级}的学生" in page.content.decode()
    assert not PledgeText.objects.exists()


@pytest.mark.parametrize(
    ("use", "body", "strange"),
    [("person", "{上级}与{下级}", "{上级}"), ("charter", "{上级}与{单位}", "{单位}")],
)
def test_no_door_keeps_a_text_with_blanks_of_another_use(campus, use, body, strange):
    with pytest.raises(Refused, match=f"“{strange}”不是可填入的内容"):
        services.new_text(
            campus.school, name="文本", heading="标题", body=body, use=use, actor=campus.office
        )

    assert not PledgeText.objects.exists()


def test_a_department_uses_the_school_s_texts_and_writes_its_own(client, campus, form):
    school_text = make.pledge_text(campus.school, campus.office)
    client.force_login(campus.department)

    listed = client.get(reverse("pledges:texts")).content.decode()
    client.post(reverse("pledges:new_text"), form | {"unit": campus.student_affairs.pk})

    assert str(school_text) in listed
    assert PledgeText.objects.filter(unit=campus.student_affairs).count() == 1


def test_a_posted_unit_outside_my_scope_is_refused_in_words(client, campus, form):
    client.force_login(campus.department)

    page = client.post(reverse("pledges:new_text"), form | {"unit": campus.school.pk})

    assert page.status_code == 200
    assert page.context["form"].errors["unit"]
    assert not PledgeText.objects.exists()


def test_another_school_s_text_does_not_exist(client, campus):
    other = make.campus("OTHER")
    text = make.pledge_text(other.school, other.office)
    client.force_login(campus.office)

    assert client.get(reverse("pledges:text", args=[text.pk])).status_code == 404
