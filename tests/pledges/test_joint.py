"""联名倡议书: members join by hand, the poster shows who agreed to stand on it. PLG-4."""

import json
import re
from datetime import timedelta

import pytest
from django.urls import reverse
from django.utils import timezone

from accounts.models import AuditEntry
from accounts.moves import Refused
from pledges import services as pledges
from pledges.drawing import outline
from pledges.joint import queries, services
from pledges.joint.models import JointName
from pledges.models import Signature
from pledges.proofs import prove
from rounds import services as rounds
from rounds.figures import figures
from rounds.models import LockException, Round
from tests import factories as make


@pytest.fixture
def round_(campus):
    return make.joint_round(campus)


def url(name, *args):
    return reverse(f"joint:{name}", args=args)


def body(round_, person, **more):
    return {
        "text_sha256": pledges.page_for(round_, person).sha256,
        "read_to_end": "on",
        "strokes": json.dumps(make.STROKES),
    } | more


def test_a_member_joins_by_hand_and_counts(client, campus, round_):
    client.force_login(campus.classmate)
    client.post(url("sign", round_.pk), body(round_, campus.classmate, on_poster="on"))
    client.post(url("sign", round_.pk), body(round_, campus.classmate, on_poster="on"))

    found = figures(round_, campus.klass.path)
    assert (found.verified, Signature.objects.count(), JointName.objects.count()) == (1, 1, 1)


def test_the_poster_shows_only_who_joined_and_agreed(client, campus, round_):
    make.join(round_, campus.classmate)
    make.join(round_, campus.student, on_poster=False)
    client.force_login(campus.cadre)

    page = client.get(url("poster", round_.pk, campus.klass.pk)).content.decode()

    assert "李小红" in page
    assert "张小明" not in page
    assert "秦室长" not in page
    assert "未" not in page.split("联名人</h2>")[1].split("</ul>")[0]


def test_the_poster_has_a_code_and_two_sizes(client, campus, round_):
    client.force_login(campus.counselor)

    small = client.get(url("poster", round_.pk, campus.klass.pk)).content.decode()
    large = client.get(url("poster", round_.pk, campus.klass.pk) + "?size=a3").content.decode()
    odd = client.get(url("poster", round_.pk, campus.klass.pk) + "?size=a9")

    assert "data:image/svg+xml;base64," in small
    assert ("poster a4" in small, "poster a3" in large, odd.status_code) == (True, True, 200)


def hands_on(client, round_, unit) -> list[str]:
    """The hands drawn in the page of a poster."""
    page = client.get(url("poster", round_.pk, unit.pk)).content.decode()
    return re.findall(r'<svg viewBox="0 0 \d+ \d+" aria-hidden="true"><path d="(M[^"]+)"/>', page)


def test_another_class_sees_no_poster(client, campus, round_):
    make.join(round_, campus.classmate)
    client.force_login(campus.second_student)

    assert client.get(url("poster", round_.pk, campus.klass.pk)).status_code == 404
    client.force_login(campus.student)
    assert hands_on(client, round_, campus.klass) == [outline(make.STROKES)[1]]


def test_a_hand_without_consent_is_on_no_poster(client, campus, round_):
    make.join(round_, campus.classmate, on_poster=False)
    client.force_login(campus.student)

    assert hands_on(client, round_, campus.klass) == []


@pytest.mark.parametrize("many", [1, 30, 130])
def test_a_poster_is_one_request_and_as_many_queries_however_many_joined(
    client, campus, many, django_assert_num_queries
):
    round_ = make.joint_round(campus, together=2)
    for _ in range(many):
        make.join(round_, make.person(campus.klass))
    client.force_login(campus.student)
    client.get(url("poster", round_.pk, campus.college.pk))

    with django_assert_num_queries(8):
        page = client.get(url("poster", round_.pk, campus.college.pk)).content.decode()

    body = page.split("<article")[1]
    assert (body.count("<path "), body.count("<img")) == (many, 1)  # the one is the code to join
    assert ('class="hands many"' in body) == (many > 120)


def test_a_hand_among_many_is_drawn_as_fine_as_it_is_seen():
    wave = [[[x, 200 + 90 * (x // 40 % 2), x] for x in range(0, 1000, 4)], [[500, 10, 0]]]
    box, path = outline(wave)
    numbers = [float(found) for found in re.findall(r"[\d.]+", path)]

    assert box == "390 120"
    assert (min(numbers) >= 0, max(numbers) <= 390) == (True, True)
    assert path.startswith("M8 79Q") and path.endswith("M196 8L196 8")
    assert len(path) < len(json.dumps(wave)) / 2


def test_consent_is_taken_back_by_signing_again(client, campus, round_):
    make.join(round_, campus.classmate)
    client.force_login(campus.classmate)

    client.post(url("sign", round_.pk) + "?again=1", body(round_, campus.classmate))

    assert list(queries.joined(round_, campus.klass)) == []
    page = client.get(url("joined", round_.pk, campus.classmate.pk)).content.decode()
    assert "不在海报上显示" in page


@pytest.mark.parametrize("standing", ["handed in", "closed"])
def test_consent_is_taken_back_whenever_one_likes(client, campus, round_, standing):
    """PLG-4: also when nobody can sign anew any more; who joined has still joined."""
    made = make.join(round_, campus.classmate)
    if standing == "closed":
        rounds.close(round_, actor=campus.office, reason="结束")
    else:
        part = round_.assignments.get(unit=campus.klass)
        rounds.submit(part, actor=campus.counselor, note="其余未联名")
    client.force_login(campus.classmate)
    receipt = url("joined", round_.pk, campus.classmate.pk)
    assert url("leave_poster", round_.pk) in client.get(receipt).content.decode()

    for _ in range(2):
        page = client.post(url("leave_poster", round_.pk), follow=True).content.decode()
        assert "已从海报上撤下" in page

    assert "不在海报上显示" in page
    assert url("leave_poster", round_.pk) not in page
    assert list(queries.joined(round_, campus.klass)) == []
    assert figures(round_, campus.klass.path).verified == 1
    entry = AuditEntry.objects.get(verb="leave_poster")
    assert (entry.actor, entry.object_id) == (campus.classmate, str(made.pk))
    assert prove().sound


def test_nobody_takes_another_off_the_poster(client, campus, round_):
    made = make.join(round_, campus.classmate)
    client.force_login(campus.counselor)

    receipt = client.get(url("joined", round_.pk, campus.classmate.pk))
    assert url("leave_poster", round_.pk) not in receipt.content.decode()
    assert client.post(url("leave_poster", round_.pk)).status_code == 404
    with pytest.raises(Refused, match="只有本人"):
        services.leave_poster(made, actor=campus.counselor)

    assert list(queries.joined(round_, campus.klass)) == [made]


def test_a_poster_is_made_for_the_level_that_joins(client, campus):
    dorms = make.joint_round(campus, together=4)
    client.force_login(campus.counselor)

    assert client.get(url("poster", dorms.pk, campus.dorm.pk)).status_code == 200
    assert client.get(url("poster", dorms.pk, campus.klass.pk)).status_code == 404


def test_whoever_is_not_asked_does_not_join(client, campus, round_):
    client.force_login(campus.staff)

    page = client.post(url("sign", round_.pk), body(round_, campus.staff))

    assert "您不在本任务的应完成人员之列" in page.content.decode()
    assert Signature.objects.count() == 0


@pytest.mark.parametrize("bad", [{"strokes": "[]"}, {"read_to_end": ""}, {"text_sha256": "0" * 64}])
def test_what_does_not_fit_is_said_and_nobody_joined(client, campus, round_, bad):
    client.force_login(campus.classmate)

    answer = client.post(url("sign", round_.pk), body(round_, campus.classmate) | bad)

    assert (answer.status_code, Signature.objects.count()) == (400, 0)


def test_an_appeal_is_drafted_and_its_board_leads_to_the_poster(client, campus):
    text, today = make.pledge_text(campus.school, campus.office), timezone.localdate()
    form = {
        "title": "无诈班级联名", "text": text.pk, "year": "2026", "together": "3",
        "owner": campus.school.pk, "unit": campus.college.pk, "level": "3",
        "categories": ["student"], "opens_on": today, "due_on": today + timedelta(days=9),
        "locks_on": today + timedelta(days=9),
    }  # fmt: skip
    client.force_login(campus.office)

    client.post(make.new_url("joint"), form)
    made = Round.objects.get()
    changed = client.post(reverse("rounds:edit", args=[made.pk]), form | {"together": "4"})
    rounds.issue(made, actor=campus.office)
    board = client.get(reverse("rounds:board", args=[made.pk, campus.dorm.pk])).content.decode()

    assert (changed.status_code, Round.objects.get().joint.together) == (302, 4)
    assert url("poster", made.pk, campus.dorm.pk) in board


def test_a_joint_hand_verifies_and_a_change_is_found(campus, round_):
    made = make.join(round_, campus.classmate)
    assert pledges.verify(made)
    made.blanks = made.blanks | {"name": "别人"}
    assert not pledges.verify(made)


def test_a_closed_appeal_keeps_its_root(campus, round_):
    make.join(round_, campus.classmate)
    rounds.close(round_, actor=campus.office, reason="结束")

    assert Round.objects.get(pk=round_.pk).pledge.rooted == 1


def test_who_joined_finds_the_receipt_after_the_close_and_nothing_to_redo(client, campus, round_):
    make.join(round_, campus.classmate)
    rounds.close(round_, actor=campus.office, reason="结束")
    client.force_login(campus.classmate)
    receipt = url("joined", round_.pk, campus.classmate.pk)

    assert client.get(url("sign", round_.pk)).url == receipt
    assert client.get(url("sign", round_.pk) + "?again=1").url == receipt
    assert "?again=1" not in client.get(receipt).content.decode()
    client.force_login(campus.student)
    assert "不能办理" in client.get(url("sign", round_.pk)).content.decode()


def test_with_leave_after_the_lock_one_signs_anew(client, campus, round_):
    make.join(round_, campus.classmate)
    past = timezone.now() - timedelta(hours=1)
    Round.objects.filter(pk=round_.pk).update(
        opens_at=past - timedelta(days=3), due_at=past - timedelta(hours=1), locks_at=past
    )
    client.force_login(campus.classmate)
    receipt, again = (
        url("joined", round_.pk, campus.classmate.pk),
        url("sign", round_.pk) + "?again=1",
    )
    assert again not in client.get(receipt).content.decode()

    LockException.objects.create(
        assignment=round_.assignments.get(unit=campus.klass), reason="补办", asked_by=campus.counselor,
        state="allowed", until=timezone.now() + timedelta(days=1),
    )  # fmt: skip

    assert again in client.get(receipt).content.decode()
    assert client.get(again).status_code == 200


def test_the_home_leads_to_joining(client, campus, round_):
    client.force_login(campus.classmate)

    assert url("sign", round_.pk) in client.get("/").content.decode()


def test_joining_is_a_service_of_one_transaction(campus, round_):
    assert services.join(
        round_,
        campus.classmate,
        on_poster=True,
        text_sha256=pledges.page_for(round_, campus.classmate).sha256,
        strokes=make.STROKES,
    ).joint_name
