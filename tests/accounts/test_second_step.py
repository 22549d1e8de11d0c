"""The second step of a login (OVS-7, S4, H15): set up, asked, taken once, lost, reset."""

from datetime import timedelta

import pyotp
import pytest
import time_machine
from django.contrib.auth import SESSION_KEY
from django.test import Client
from django.utils import timezone

from accounts.models import AuditEntry, Login, RecoveryCode, SecondFactor, User
from accounts.moves import Refused
from accounts.services import activation, second
from tests import factories as make
from tests.accounts import test_sso as sso

cas = sso.cas
STEP, MINE = "/login/second/", "/me/second/"


@pytest.fixture(autouse=True)
def asked(settings):
    settings.TWO_FACTOR = ["OFFICE", "SYSADMIN", "AUDITOR"]


@pytest.fixture(autouse=True)
def clock():
    with time_machine.travel(timezone.now(), tick=False) as clock:
        yield clock


def inside(client) -> bool:
    return SESSION_KEY in client.session


def knock(person, password=make.PASSWORD) -> Client:
    client = Client()
    client.post("/login/", {"number": person.number, "password": password})
    return client


def come_in(client, person) -> None:
    """The person is in by both steps."""
    client.force_login(person)
    session = client.session
    session[second.SHOWN] = True
    session.save()


def code_of(person) -> str:
    return pyotp.TOTP(SecondFactor.objects.get(user=person).seed).at(timezone.now())


def with_phone(person, clock) -> list[str]:
    """The person has set up a phone; the spare codes. The code just used is past."""
    second.begin(person)
    spares = second.confirm(person, code_of(person))
    clock.shift(timedelta(seconds=60))
    return spares


def test_the_office_sets_its_phone_up_at_the_first_login_and_is_in_then(office):
    client = knock(office)
    assert not inside(client)
    page = client.get(STEP).content.decode()
    seed = SecondFactor.objects.get(user=office).seed
    assert (seed in page, "data:image/svg+xml" in page) == (True, True)

    answer = client.post(STEP, {"code": code_of(office)})

    assert inside(client) and "请保存恢复码" in answer.content.decode()
    assert RecoveryCode.objects.filter(user=office).count() == 8
    assert AuditEntry.objects.get(verb="turn_on_second").actor == office
    assert seed not in SecondFactor.objects.get(user=office).seed_sealed


@pytest.mark.parametrize("who", ["student", "counselor", "liaison"])
def test_others_need_no_second_step(campus, who):
    assert inside(knock(getattr(campus, who)))


def test_a_demo_account_needs_none_but_may(campus, clock, settings):
    settings.DEMO = True
    User.objects.filter(pk=campus.office.pk).update(demo=True)

    assert not second.required(User.objects.get(pk=campus.office.pk))
    with_phone(campus.office, clock)
    assert second.needed(User.objects.get(pk=campus.office.pk))


def test_password_and_code_let_in_and_lead_on(office, clock):
    with_phone(office, clock)
    client = Client()
    client.post(
        "/login/?next=/rounds/",
        {"number": office.number, "password": make.PASSWORD, "next": "/rounds/"},
    )

    answer = client.post(STEP, {"code": code_of(office)})

    assert (answer.status_code, answer.url, inside(client)) == (302, "/rounds/", True)
    assert Login.objects.get(user=office).how == "password"


def test_the_step_without_the_password_leads_to_the_login(client, office):
    assert client.get(STEP).url == "/login/"
    assert client.post(STEP, {"code": "123456"}).url == "/login/"


def test_half_a_login_reaches_no_page(office, clock):
    with_phone(office, clock)
    client = knock(office)

    said = {path: client.get(path).status_code for path in ("/", "/me/", "/desk/", "/people/")}

    assert set(said.values()) == {302} and not inside(client)


def test_a_role_that_begins_in_the_midst_of_a_login_ends_it(campus, clock):
    client = knock(campus.leader)
    assert client.get("/rounds/").status_code == 200
    make.grant(campus.leader, "OFFICE", campus.school)

    answer = client.get("/rounds/", follow=True)

    assert "您的角色需要两步验证，请重新登录。" in answer.content.decode()
    assert not inside(client)
    client.post("/login/", {"number": campus.leader.number, "password": make.PASSWORD})
    client.get(STEP)
    client.post(STEP, {"code": code_of(campus.leader)})
    assert client.get("/rounds/").status_code == 200


def test_a_code_is_taken_once(office, clock):
    """H15: reuse within its thirty seconds."""
    with_phone(office, clock)
    code = code_of(office)
    first, replay = knock(office), knock(office)

    first.post(STEP, {"code": code})
    answer = replay.post(STEP, {"code": code})

    assert (inside(first), inside(replay)) == (True, False)
    assert "已经用过" in answer.content.decode()


@pytest.mark.parametrize(("seconds", "good"), [(-29, True), (29, True), (-70, False), (70, False)])
def test_a_phone_s_clock_may_be_half_a_minute_wrong(office, clock, seconds, good):
    with_phone(office, clock)
    clock.shift(timedelta(minutes=5))
    code = pyotp.TOTP(SecondFactor.objects.get(user=office).seed).at(
        timezone.now() + timedelta(seconds=seconds)
    )

    assert second.accept(office, code) is good


def test_five_wrong_codes_close_the_step_for_a_quarter_of_an_hour(office, clock):
    with_phone(office, clock)
    client = knock(office)

    for number in range(5):
        client.post(STEP, {"code": f"00000{number}"})
    answer = client.post(STEP, {"code": code_of(office)})

    assert "请 15 分钟后再试" in answer.content.decode() and not inside(client)
    assert AuditEntry.objects.filter(verb="lock_second").count() == 1
    clock.shift(timedelta(minutes=16))
    client = knock(office)
    client.post(STEP, {"code": code_of(office)})
    assert inside(client)


@pytest.mark.parametrize(
    "code", ["", "abc", "1" * 19, "１２３４５６", "12 34 56", "'; --", "😀" * 6]
)
def test_what_is_no_code_is_refused_in_words(office, clock, code):
    with_phone(office, clock)
    client = knock(office)

    answer = client.post(STEP, {"code": code})

    assert answer.status_code == 200 and not inside(client)


def test_a_spare_code_lets_in_once(office, clock):
    spares = with_phone(office, clock)
    said = []
    for _ in range(2):
        client = knock(office)
        client.post(STEP, {"code": spares[0].lower()})
        said.append(inside(client))

    assert said == [True, False]
    assert AuditEntry.objects.filter(verb="use_spare").count() == 1
    assert spares[1].replace("-", "") not in str(list(RecoveryCode.objects.values_list("digest")))


def test_half_a_login_ends_after_ten_minutes_and_with_a_new_password(office, clock):
    with_phone(office, clock)
    late, changed = knock(office), knock(office)
    person = User.objects.get(pk=office.pk)
    person.set_password("Other-pass-2026")
    person.save()
    assert changed.post(STEP, {"code": code_of(office)}).url == "/login/"

    late = knock(office, "Other-pass-2026")
    clock.shift(timedelta(minutes=11))
    assert late.post(STEP, {"code": code_of(office)}).url == "/login/"


def test_a_first_login_by_slip_passes_the_second_step(campus):
    User.objects.filter(pk=campus.office.pk).update(activated_at=None, password="!")
    code = activation.rescue(campus.office, seen="当面")
    client, new = Client(), "New-pass-2026"

    answer = client.post(
        "/activate/",
        {"number": campus.office.number, "code": code, "password1": new, "password2": new},
    )

    assert (answer.url, inside(client)) == (STEP, False)
    client.get(STEP)
    client.post(STEP, {"code": code_of(campus.office)})
    assert inside(client) and Login.objects.get(user=campus.office).how == "code"


def test_single_sign_on_passes_the_second_step_too(client, cas, campus, clock):
    with_phone(campus.office, clock)
    cas.answers["ST-1"] = sso.GOOD.format(campus.office.number)

    answer = sso.come_back(client, next="/rounds/")
    assert (answer.url, inside(client)) == (STEP, False)
    answer = client.post(STEP, {"code": code_of(campus.office)})

    assert (answer.url, inside(client)) == ("/rounds/", True)
    out = client.post("/logout/")
    assert out.url.startswith(f"{cas_url(cas)}logout?")


def cas_url(cas) -> str:
    return f"http://127.0.0.1:{cas.server_port}/cas/"


def test_the_cas_server_s_word_ends_a_login_that_passed_the_second_step(
    client,
    cas,
    campus,
    clock,
):
    with_phone(campus.office, clock)
    cas.answers["ST-1"] = sso.GOOD.format(campus.office.number)
    sso.come_back(client)
    client.post(STEP, {"code": code_of(campus.office)})

    said = (
        "<samlp:LogoutRequest xmlns:samlp='urn:oasis:names:tc:SAML:2.0:protocol'>"
        "<samlp:SessionIndex>ST-1</samlp:SessionIndex></samlp:LogoutRequest>"
    )
    Client().post("/login/cas/", {"logoutRequest": said})

    assert client.get("/me/").status_code == 302


def test_a_login_by_password_leaves_without_the_cas_server(client, cas, campus):
    client = knock(campus.student)

    assert client.post("/logout/").url == "/login/"


def test_everybody_may_turn_it_on_and_off(client, student, clock):
    come_in(client, student)
    assert "二维码" not in client.get(MINE).content.decode()
    client.post(MINE, {"do": "begin"})
    assert "二维码" in client.get(MINE).content.decode()
    page = client.post(MINE, {"code": code_of(student)}).content.decode()
    assert "请保存恢复码" in page
    clock.shift(timedelta(seconds=60))
    assert not inside(knock(student))

    assert "不正确" in client.post(MINE, {"code": "000000", "do": "off"}).content.decode()
    client.post(MINE, {"code": code_of(student), "do": "off"})

    assert inside(knock(student))
    assert not RecoveryCode.objects.filter(user=student).exists()


def test_whose_role_asks_for_it_cannot_turn_it_off(client, office, clock):
    with_phone(office, clock)
    come_in(client, office)

    answer = client.post(MINE, {"code": code_of(office), "do": "off"})

    assert "不能关闭" in answer.content.decode()
    assert second.factor_of(office)


def test_new_spare_codes_kill_the_old_ones(client, office, clock):
    old = with_phone(office, clock)
    come_in(client, office)

    page = client.post(MINE, {"code": code_of(office), "do": "spares"}).content.decode()

    assert "请保存恢复码" in page and not second.accept(office, old[0])


def test_another_administrator_resets_a_lost_phone(campus, client, clock):
    with_phone(campus.office, clock)
    inside_before = Client()
    inside_before.force_login(campus.office)
    come_in(client, campus.sysadmin)

    client.post(f"/desk/accounts/user/{campus.office.pk}/do/second/", {"reason": "当面核对校园卡"})

    assert second.factor_of(campus.office) is None
    assert inside_before.get("/me/").status_code == 302
    row = AuditEntry.objects.get(verb="reset_second")
    assert (row.actor, row.object_id, row.note) == (
        campus.sysadmin, str(campus.office.pk), "当面核对校园卡",
    )  # fmt: skip


def test_nobody_resets_their_own_phone_or_a_stranger_s_school_s(campus, clock):
    other = make.campus("B")
    with_phone(campus.office, clock), with_phone(other.office, clock)
    client = Client()
    come_in(client, campus.office)

    with pytest.raises(Refused, match="本人"):
        second.reset(campus.office, actor=campus.office, reason="x")
    url = f"/desk/accounts/user/{other.office.pk}/do/second/"
    assert client.post(url, {"reason": "当面"}).status_code == 404
    come_in(client, campus.counselor)
    url = f"/desk/accounts/user/{campus.office.pk}/do/second/"
    assert client.post(url, {"reason": "当面"}).status_code == 403
    assert SecondFactor.objects.count() == 2
