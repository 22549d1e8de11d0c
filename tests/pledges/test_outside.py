"""A pledge counted by a list from elsewhere claims no signature, anywhere."""

import pytest
from django.urls import reverse

from accounts.models import User
from pledges.models import Signature
from rounds import services
from rounds.models import Completion, OutsideRow
from tests import factories as make
from tests.pledges.test_archive import asked, index_of, opened
from tests.pledges.test_verify import verify
from tests.rounds.test_outside import both, shown

UNSIGNED = "外部导入，无本系统签署记录"


@pytest.fixture
def round_(campus):
    made = make.pledge_round(campus)
    make.sign(made, campus.second_student)
    return made


@pytest.fixture
def batch(campus, round_):
    """Two of the class are on a list that was taken in and found true."""
    made = shown(campus, round_, *both(campus))
    services.take_in(made, actor=campus.office)
    ids = {row.pk for row in services.sample_of(made)}
    return services.check_sample(made, true=ids, actor=campus.head)


def test_the_receipt_says_where_it_is_from_and_that_nothing_was_signed(client, campus, batch):
    client.force_login(campus.student)

    page = client.get(reverse("pledges:receipt", args=[batch.round_id, campus.student.pk]))

    said = page.content.decode()
    for words in (UNSIGNED, "公安名单", "名单.xlsx 第 2 行", batch.file.sha256, "冯书记 抽查属实"):
        assert words in said
    assert "手写签名" not in said
    for name in ("pledge", "drawing"):
        place = [batch.round_id, campus.student.pk]
        assert client.get(reverse(f"pledges:{name}", args=place)).status_code == 404


def test_who_is_listed_may_still_sign_and_then_has_a_receipt(client, campus, batch):
    client.force_login(campus.student)
    receipt = reverse("pledges:receipt", args=[batch.round_id, campus.student.pk])
    assert f"{reverse('pledges:sign', args=[batch.round_id])}?again=1" in (
        client.get(receipt).content.decode()
    )

    make.sign(batch.round, campus.student)

    page = client.get(receipt).content.decode()
    assert Signature.objects.get(person=campus.student).receipt in page
    assert UNSIGNED not in page
    assert verify()["sound"]


def test_the_archive_lists_them_apart_with_source_file_and_line(campus, batch):
    archive = asked(batch.round, campus.college, campus.liaison)

    assert [row["姓名"] for row in index_of(archive)] == ["王小强"]
    rows = index_of(archive, "外部导入名单.xlsx")
    assert [row["姓名"] for row in rows] == ["张小明", "李小红"]
    last = rows[-1]
    assert (last["班级（科室）"], last["说明"], last["行"]) == ("计科2301班", UNSIGNED, "第 3 行")
    assert (last["来源"], last["导入文件"]) == ("公安名单", "名单.xlsx")
    assert last["文件校验码（SHA-256）"] == batch.file.sha256
    assert archive.documents == 1
    about = opened(archive).read("说明.txt").decode()
    assert "份数：1" in about
    assert "另有外部导入 2 人，无本系统签署记录" in about


def test_an_archive_without_listed_people_speaks_of_none(campus, round_):
    archive = asked(round_, campus.college, campus.liaison)

    assert "外部导入" not in opened(archive).read("说明.txt").decode()
    assert "外部导入名单.xlsx" not in opened(archive).namelist()


def test_verify_counts_them_apart_and_finds_nothing(batch):
    said = verify()

    assert said["sound"]
    assert (said["checked"], said["outside"]) == (1, 2)


def unchecked(batch):
    type(batch).objects.filter(pk=batch.pk).update(state="taken")


def made_up(batch):
    person = User.objects.get(name="朱班长")
    done = {"state": "accepted", "method": "outside"}
    Completion.objects.create(round=batch.round, person=person, unit_path=person.unit_path, **done)


def slipped_in(batch):
    made_up(batch)
    part = Completion.objects.get(person__name="朱班长")
    OutsideRow.objects.create(
        batch=batch, line=9, person=part.person, completion=part, done_on=part.state_at.date()
    )


def signed_too(batch):
    part = Completion.objects.get(person__name="王小强")
    Completion.objects.filter(pk=part.pk).update(method="outside")


@pytest.mark.parametrize(
    ("alter", "sorts"),
    [
        (unchecked, {"part"}),
        (made_up, {"part"}),
        (slipped_in, {"outside"}),
        (signed_too, {"part", "signature"}),
    ],
)
def test_verify_finds_who_is_made_out_to_be_listed(batch, alter, sorts):
    alter(batch)

    said = verify()

    assert not said["sound"]
    assert {finding["sort"] for finding in said["findings"]} == sorts


def test_a_material_change_of_the_text_asks_the_listed_again(campus, round_):
    from pledges.services import change_text

    batch = shown(campus, round_, *both(campus))
    services.take_in(batch, actor=campus.office)
    newer = make.pledge_text(campus.school, campus.office, name="另一份承诺书")

    change = change_text(round_, newer, material=True, note="法规更新", actor=campus.office)

    assert change.asked_again == 3
    assert set(Completion.objects.values_list("state", flat=True)) == {"sent_back"}
    services.check_sample(
        batch, true={row.pk for row in services.sample_of(batch)}, actor=campus.head
    )
    assert not Completion.objects.filter(state="accepted").exists()
