"""Signing under attack, through HTTP: the database is the same after each refusal (security 2E)."""

import json
from datetime import timedelta

import pytest
from django.urls import reverse
from django.utils import timezone

from pledges import services
from pledges.models import PledgeText, Signature
from rounds import services as rounds
from rounds.models import Completion, Round
from tests import factories as make
from tests.untouched import Unchanged

ROBOTS = [
    "facebookexternalhit/1.1 (+http://www.facebook.com/externalhit_uatext.php)",
    "Mozilla/5.0 (compatible; Baiduspider/2.0; +http://www.baidu.com/search/spider.html)",
    "Mozilla/5.0 (Linux; Android 14) AppleWebKit/537.36 MicroMessenger/8.0 WeChat-Preview",
    "Mozilla/5.0 (Windows NT 10.0) wxwork/4.1 LinkPreview",
    "DingTalkBot-LinkService/1.0",
    "LarkUrl2Meta/1.0",
    "curl/8.5",
    "",
]


@pytest.fixture
def round_(campus):
    return make.pledge_round(campus)


def sign_url(round_):
    return reverse("pledges:sign", args=[round_.pk])


def form_of(round_, person, /, **more):
    page = services.page_for(round_, person)
    form = {"text_sha256": page.sha256, "read_to_end": "1", "strokes": json.dumps(make.STROKES)}
    return form | more


@pytest.fixture
def unchanged(db):
    """What is done in between changes nothing."""
    return Unchanged


@pytest.mark.parametrize(
    "mangle",
    [
        lambda a: a.replace("/sign/", "/sign"),
        lambda a: a.replace("/sign/", "/sign/%20"),
        lambda a: a.replace("/sign/", "/+sign/"),
        lambda a: a.replace("/pledges/", "/pledges/9"),
        lambda a: a.replace("/pledges/", "/pledges/-"),
        lambda a: a.replace("/pledges/", "/pledges/x"),
        lambda a: a[: len(a) // 2],
        lambda a: a.replace("/pledges/", "/pledges/99999999999999999999"),
    ],
)
def test_e01_a_mangled_link_is_not_found_for_all_alike(client, campus, round_, mangle, unchanged):
    client.force_login(campus.student)
    with unchanged():
        answer = client.get(mangle(sign_url(round_)), follow=True)
        assert answer.status_code in {200, 404}
        if answer.status_code == 200:  # only the slash was missing
            assert answer.redirect_chain[-1][0] == sign_url(round_)


def test_e02_a_forwarded_link_asks_for_the_own_login_and_signs_for_nobody_else(
    client, campus, round_, unchanged
):
    with unchanged():
        for answer in (client.get(sign_url(round_)), client.post(sign_url(round_))):
            assert answer.status_code == 302
            assert answer.url.startswith(reverse("accounts:login"))
    client.force_login(campus.classmate)
    with unchanged():
        theirs = client.post(sign_url(round_), form_of(round_, campus.student))
        assert theirs.status_code == 400
        assert "张小明" not in client.get(sign_url(round_)).content.decode()
        receipt = reverse("pledges:receipt", args=[round_.pk, campus.student.pk])
        assert client.get(receipt).status_code == 404


def test_e05_a_text_changed_between_view_and_sign_is_refused(client, campus, round_, unchanged):
    client.force_login(campus.student)
    form = form_of(round_, campus.student)
    PledgeText.objects.filter(pk=round_.pledge.text_id).update(body="{姓名} 承诺别的。")
    with unchanged():
        answer = client.post(sign_url(round_), form)
        assert answer.status_code == 400
        assert "请重新阅读后签署" in answer.content.decode()


def test_e07_e08_what_the_client_says_of_time_person_and_name_is_ignored(client, campus, round_):
    client.force_login(campus.student)
    claims = {
        "signed_at": "1999-01-01", "person": campus.classmate.pk, "student_id": "1",
        "ip": "1.2.3.4", "address": "1.2.3.4", "name": "李小红", "method": "paper",
        "receipt": "x", "seal": "y", "unit_path": campus.other_class.path, "passing": "1",
    }  # fmt: skip

    client.post(sign_url(round_), form_of(round_, campus.student, **claims))

    found = Signature.objects.get()
    assert (found.person, found.blanks["name"], found.method) == (campus.student, "张小明", "self")
    assert found.unit_path == campus.student.unit_path
    assert found.passing is None
    assert timezone.now() - found.signed_at < timedelta(minutes=1)
    assert found.address == "127.0.0.1"
    assert services.verify(found)


@pytest.mark.parametrize("when", ["before", "after", "withdrawn", "closed", "draft"])
def test_e09_outside_its_hours_nothing_is_signed(client, campus, round_, when, unchanged):
    now, hour = timezone.now(), timedelta(hours=1)
    form = form_of(round_, campus.student)
    if when == "before":
        Round.objects.update(opens_at=now + hour)
    elif when == "after":
        Round.objects.update(due_at=now - 2 * hour, locks_at=now - hour)
    elif when == "withdrawn":
        rounds.withdraw_round(round_, actor=campus.office, reason="发错")
    elif when == "closed":
        rounds.close(round_, actor=campus.office, reason="到期")
    else:
        Round.objects.update(state="draft")
    client.force_login(campus.student)
    with unchanged():
        assert client.post(sign_url(round_), form).status_code in {200, 400, 404}
        assert Signature.objects.count() == 0


def test_e10_a_signature_by_somebody_else_is_never_the_person_s_own(client, campus, round_):
    """Paper is 代录 by a named person; it never counts as 本人办理 (see test_paper)."""
    client.force_login(campus.counselor)
    posted = form_of(round_, campus.student, person=campus.student.pk)
    assert client.post(sign_url(round_), posted).status_code == 400
    assert Completion.objects.count() == 0


def test_e11_a_signature_replayed_for_another_document_does_not_fit(
    client, campus, round_, unchanged
):
    other = make.pledge_round(campus)
    PledgeText.objects.filter(pk=other.pledge.text_id).update(body="{姓名} 承诺别的。")
    client.force_login(campus.student)
    form = form_of(round_, campus.student)
    assert client.post(sign_url(round_), form).status_code == 302
    with unchanged():
        assert client.post(sign_url(other), form).status_code == 400


def test_e12_nothing_is_lost_while_redis_is_gone(client, campus, round_, settings):
    """A class signs; in the middle cache and broker cannot be reached. `bench/signing.py` has the rate."""
    people = [make.person(campus.klass) for _ in range(40)]
    for number, person in enumerate(people):
        if number == 15:
            gone = "redis://127.0.0.1:1/0"
            backend = "django.core.cache.backends.redis.RedisCache"
            settings.CACHES = {"default": {"BACKEND": backend, "LOCATION": gone}}
            settings.CELERY_BROKER_URL = gone
        client.force_login(person)
        answer = client.post(sign_url(round_), form_of(round_, person))
        assert answer.status_code == 302
        assert client.get(answer.url).status_code == 200

    signed = Signature.objects.filter(completion__round=round_, person__in=people)
    assert signed.count() == Completion.objects.filter(person__in=people).count() == 40
    assert all(services.verify(signature) for signature in signed)


@pytest.mark.parametrize(
    "broken",
    [
        {"strokes": ""}, {"strokes": "[]"}, {"strokes": "null"}, {"strokes": "{"},
        {"strokes": "[[[1,2,3]]]"}, {"strokes": "[[[1e9,2,3],[4,5,6]]]"},
        {"strokes": "[" * 5000}, {"strokes": json.dumps([[[1, 2, 3]] * 9000])},
        {"strokes": '[[["<svg onload=1>",2,3],[300,300,4]]]'},
        {"text_sha256": ""}, {"text_sha256": "z" * 64}, {"text_sha256": "a" * 63},
        {"read_to_end": ""},
    ],
)  # fmt: skip
def test_bad_input_is_a_sentence_and_changes_nothing(client, campus, round_, broken, unchanged):
    client.force_login(campus.student)
    with unchanged():
        answer = client.post(sign_url(round_), form_of(round_, campus.student, **broken))
        assert answer.status_code == 400
        assert 'role="alert"' in answer.content.decode()


@pytest.mark.parametrize("robot", ROBOTS)
def test_a_robot_that_looks_at_a_link_consumes_nothing(client, campus, round_, robot, unchanged):
    """GET and HEAD have no effect, for whoever is logged in on the phone that previews."""
    pages = [sign_url(round_), sign_url(round_) + "?again=1"]
    pages += [reverse("pledges:decline", args=[round_.pk]), reverse("pledges:pass_next")]
    for who in (None, campus.student):
        if who:
            client.force_login(who)
        with unchanged():
            for page in pages:
                for method in (client.get, client.head):
                    assert method(page, headers={"User-Agent": robot}).status_code < 400
    assert client.post(sign_url(round_), form_of(round_, campus.student)).status_code == 302


def test_somebody_who_joins_during_the_round_is_asked_and_followed(client, campus, round_):
    """A newcomer falls into the open round, stands on the missing list, signs, is counted."""
    from rounds.queries import Board

    for person in (campus.student, campus.classmate, campus.cadre, campus.dormhead):
        if person.unit_path.startswith(campus.klass.path):
            make.sign(round_, person)
    newcomer = make.person(campus.klass, "新来的")
    assert newcomer in Board(round_, campus.klass).missing()
    client.force_login(newcomer)

    answer = client.post(sign_url(round_), form_of(round_, newcomer))

    assert answer.status_code == 302
    board = Board(round_, campus.klass)
    assert newcomer not in board.missing()
    assert board.figures.missing == board.figures.expected - board.figures.verified
