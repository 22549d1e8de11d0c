"""“A 代 B” wherever what a deputy did, or answers for, is shown (ORG-6)."""

from datetime import date, timedelta

import pytest
from django.urls import reverse
from django.utils import timezone

from accounts.models import Duty, Grant
from accounts.scope import Role
from accounts.services import delegating
from pledges import queries as pledges
from pledges import services
from pledges.archives import pairs
from pledges.charters import queries as charters
from pledges.charters import services as charter_services
from pledges.charters.models import Charter, CharterSignature
from pledges.heads.models import HeadSignature
from pledges.proofs import prove
from pledges.services.documents import sheet_of
from rounds import services as rounds
from rounds.queries import responsible
from tests import factories as make
from tests.world import picture

SAID = "何老师 代 褚辅导"


@pytest.fixture
def deputy(campus):
    """何老师 stands in for the counselor of the class."""
    day = timezone.localdate()
    duty = Duty.objects.get(person=campus.counselor)
    delegating.delegate(
        duty, person=campus.staff, starts_on=day, ends_on=day + timedelta(days=7),
        actor=campus.counselor,
    )  # fmt: skip
    return type(campus.staff).objects.get(pk=campus.staff.pk)


def test_the_list_of_who_answers_says_for_whom_somebody_stands_in(campus, deputy):
    found = responsible({campus.klass.path})

    assert found == {campus.klass.path: f"褚辅导、{SAID}"}


def test_paper_entered_by_a_deputy_says_so_on_list_receipt_and_archive(client, campus, deputy):
    round_ = make.pledge_round(campus)
    scan = services.add_scan(
        round_, campus.klass, picture(), name="签字表.png", signed_on=date(2026, 11, 1),
        actor=deputy,
    )  # fmt: skip
    services.record_paper(scan, [campus.student], actor=deputy)
    client.force_login(campus.liaison)

    pages = [
        reverse("pledges:receipt", args=[round_.pk, campus.student.pk]),
        reverse("pledges:pledge", args=[round_.pk, campus.student.pk]),
        reverse("pledges:paper", args=[round_.pk, campus.klass.pk]),
    ]

    assert [SAID in client.get(page).content.decode() for page in pages] == [True] * 3
    (row,) = pledges.on_paper(round_, campus.klass)
    assert row.recorder == SAID


def test_a_charter_entered_by_a_deputy_and_one_that_waits_for_a_deputy_say_so(campus, deputy):
    round_ = make.charter_round(campus, cascade=False)
    dorm = Charter.objects.get(round=round_, unit=campus.dorm)
    (told,) = charters.told([dorm])
    assert told.upper_names == f"褚辅导、{SAID}"

    charter_services.record_paper(
        dorm, actor=deputy, image=picture(), name="责任书.png", upper_name="褚辅导",
        lower_name="秦室长", signed_on=timezone.localdate(),
    )  # fmt: skip

    assert charters.recorder(Charter.objects.get(pk=dorm.pk)) == SAID


@pytest.fixture
def for_the_head(campus):
    """何老师 stands in for the college's head."""
    day = timezone.localdate()
    delegating.delegate(
        Duty.objects.get(person=campus.head), person=campus.staff, starts_on=day,
        ends_on=day + timedelta(days=7), actor=campus.head,
    )  # fmt: skip
    return type(campus.staff).objects.get(pk=campus.staff.pk)


def test_a_charter_signed_by_a_deputy_says_so_for_good(client, campus, for_the_head):
    round_ = make.charter_round(campus)
    mine = Charter.objects.get(round=round_, unit=campus.college)
    made = make.put_hand(mine, for_the_head)
    make.put_hand(mine, campus.office)
    Grant.objects.filter(user=campus.staff).delete()

    (told,) = charters.told([Charter.objects.get(pk=mine.pk)])
    assert told.lower_names == made.signer == "何老师 代 冯书记"
    client.force_login(campus.liaison)
    page = client.get(reverse("charters:document", args=[mine.pk])).content.decode()
    assert page.count("何老师 代 冯书记") == 2  # below the hand, and what the picture says
    listed = reverse("charters:pairs", args=[round_.pk, campus.college.pk])
    assert "何老师 代 冯书记" in client.get(listed, {"part": "signed"}).content.decode()
    hands = pairs.hands_of([told])[mine.pk]
    page = charter_services.page_of(mine)
    assert ("签署人", "何老师 代 冯书记") in pairs.sheet_of(told, page, hands).facts
    assert told.upper_names == campus.office.name
    assert prove().sound
    CharterSignature.objects.filter(pk=made.pk).update(signer="冯书记")
    assert [one.which for one in prove().findings] == [str(mine.pk)]


def test_a_deputy_s_hand_for_the_unit_says_so_on_page_document_and_list(
    client, campus, for_the_head
):
    round_ = make.pledge_round(campus, head_role=Role.COLLEGE_HEAD)
    signature = make.sign(round_, campus.student)
    made = make.head_signs(round_, campus.college, for_the_head)
    client.force_login(campus.liaison)

    pages = [
        reverse("pledges:pledge", args=[round_.pk, campus.student.pk]),
        reverse("pledges:heads", args=[round_.pk]),
    ]

    said = [("何老师 代 冯书记" in client.get(page).content.decode()) for page in pages]
    assert said == [True, True]
    beside = sheet_of(signature, made).beside
    assert ("单位负责人", "何老师 代 冯书记") in beside[0]
    assert prove().sound
    HeadSignature.objects.update(signer="")
    assert [one.which for one in prove().findings] == [str(made.pk)]


def test_who_holds_the_role_too_signs_under_their_own_name(campus, for_the_head):
    make.grant(campus.staff, Role.COLLEGE_HEAD, campus.college)
    round_ = make.pledge_round(campus, head_role=Role.COLLEGE_HEAD)
    both = type(campus.staff).objects.get(pk=campus.staff.pk)

    assert make.head_signs(round_, campus.college, both).signed_by == "何老师"


def test_an_excuse_approved_by_a_deputy_says_so(client, campus):
    round_ = make.pledge_round(campus)
    day = timezone.localdate()
    delegating.delegate(
        Duty.objects.get(person=campus.liaison), person=campus.staff, starts_on=day,
        ends_on=day + timedelta(days=7), actor=campus.liaison,
    )  # fmt: skip
    deputy = type(campus.staff).objects.get(pk=campus.staff.pk)
    rounds.excuse_person(round_, campus.student, reason="住院治疗", until=None, actor=deputy)
    client.force_login(campus.office)

    board = reverse("rounds:board", args=[round_.pk, campus.klass.pk])
    page = client.get(board, {"tab": "excused"}).content.decode()
    sheet = client.get(reverse("oversight:sheet", args=[campus.student.pk])).content.decode()

    assert "批准人 何老师 代 陈联络" in page
    assert "批准人 何老师 代 陈联络" in sheet
