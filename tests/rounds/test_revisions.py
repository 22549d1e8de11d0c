"""A file handed in is replaced: the newest is in force, earlier ones stay with who and when."""

import io

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse
from PIL import Image

from accounts.models import AuditEntry
from accounts.moves import Refused
from adapters import images
from rounds import services
from rounds.models import Assignment, Evidence
from tests import factories as make


def png(colour):
    made = io.BytesIO()
    Image.new("RGB", (40, 40), colour).save(made, "PNG")
    return made.getvalue()


def picture(colour):
    return images.open_safely(io.BytesIO(png(colour)))


@pytest.fixture
def part(campus):
    return Assignment.objects.get(round=make.pledge_round(campus), unit=campus.klass)


@pytest.fixture
def first(campus, part):
    return services.attach(part, picture("white"), name="签到表.png", actor=campus.counselor)


def replaced(client, evidence, colour="red"):
    file = SimpleUploadedFile("补拍.png", png(colour), "image/png")
    return client.post(
        reverse("rounds:replace", args=[evidence.pk]), {"picture": file}, follow=True
    )


def test_the_newest_is_in_force_and_the_earlier_ones_are_listed(client, campus, part, first):
    client.force_login(campus.counselor)
    replaced(client, first)
    second = Evidence.objects.get(replaces=first)

    page = replaced(client, second, "blue")

    shown = page.context["evidence"]
    third = Evidence.objects.get(replaces=second)
    assert [one.pk for one in shown] == [third.pk]
    assert [one.pk for one in shown[0].former] == [second.pk, first.pk]
    assert "此前的 2 个版本" in page.content.decode()
    assert AuditEntry.objects.filter(verb="replace").count() == 2


def test_the_earlier_file_is_still_read_by_whoever_may_see_it(client, campus, part, first):
    client.force_login(campus.counselor)
    replaced(client, first)
    address = reverse("accounts:file", args=[first.file.uuid])

    assert client.get(address).status_code == 200
    client.force_login(campus.stranger)
    assert client.get(address).status_code == 404


def test_the_same_file_a_replaced_one_or_one_handed_in_is_refused(client, campus, part, first):
    client.force_login(campus.counselor)
    same = replaced(client, first, "white").content.decode()
    replaced(client, first)
    gone = replaced(client, first, "green").content.decode()
    services.submit(part, actor=campus.counselor, note="未签")

    assert "与现有附件相同，无需替换" in same
    assert "已被替换或移除" in gone
    with pytest.raises(Refused, match="已交件，不能替换附件"):
        services.replace(
            Evidence.objects.get(replaces=first), picture("pink"), name="x", actor=campus.counselor
        )
    assert Evidence.objects.count() == 2


@pytest.mark.parametrize(("who", "status"), [("liaison", 403), ("stranger", 404), ("cadre", 403)])
def test_only_the_unit_replaces_its_file(client, campus, first, who, status):
    client.force_login(getattr(campus, who))

    assert replaced(client, first).status_code == status
    assert Evidence.objects.count() == 1
