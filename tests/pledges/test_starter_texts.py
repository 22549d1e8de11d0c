"""A new school takes over texts to start from, once, as its own. PLG-6."""

from django.urls import reverse

from pledges.models import PledgeText


def test_the_office_takes_over_the_texts_and_the_second_time_none(campus, client):
    client.force_login(campus.office)
    address, body = reverse("pledges:starter"), {"unit": campus.school.pk}

    client.post(address, body)
    page = client.post(address, body, follow=True)

    assert [t.version for t in PledgeText.objects.filter(unit=campus.school)] == [1] * 9
    assert "已采用 9 份示例文本" in page.content.decode()


def test_nobody_takes_them_over_for_a_unit_that_is_not_theirs(campus, client):
    client.force_login(campus.department)

    client.post(reverse("pledges:starter"), {"unit": campus.school.pk})

    assert PledgeText.objects.count() == 0


def test_a_counselor_writes_no_texts(campus, client):
    client.force_login(campus.counselor)

    response = client.post(reverse("pledges:starter"), {"unit": campus.school.pk})

    assert response.status_code == 403
