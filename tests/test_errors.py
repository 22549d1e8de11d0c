"""What people read when something cannot be done, and that every answer is locked down."""

import re

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import DataError, InterfaceError, OperationalError
from django.http import HttpResponse
from django.test import Client
from django.urls import include, path, reverse

from accounts.moves import Refused
from campus_antifraud import errors
from campus_antifraud import urls as ours
from campus_antifraud.policy import POLICY, PUBLIC
from tests.servers import embedded, get, serving

TITLES = {
    400: "无法识别",
    403: "您没有办理此事的权限",
    404: "没有找到",
    409: "现在不能这样办理",
    413: "上传的内容太大",
    429: "操作太频繁",
    500: "系统出了点问题",
    503: "系统正在维护",
}
SECURITY_POLICY = {
    "default-src 'self'",
    "script-src 'self'",
    "style-src 'self'",
    "img-src 'self' data: blob:",
    "object-src 'none'",
    "base-uri 'none'",
    "frame-ancestors 'none'",
    "form-action 'self'",
}
RAISED = {
    "refused": Refused("任务已结束，不能再签。"),
    "data": DataError("value too long for type character varying(30)"),
    "overflow": OverflowError("secret-detail"),
    "unreachable": OperationalError("secret-detail"),
    "closed": InterfaceError("secret-detail"),
    "bug": RuntimeError("secret-detail"),
}


def provoke(request, what):
    raise RAISED[what]


def taking(request):
    return HttpResponse(request.POST.get("a", ""))


urlpatterns = [
    path("provoke/<str:what>/", provoke, name="provoke"),
    path("taking/", taking, name="taking"),
    path("", include(ours)),
]
handler400, handler403 = ours.handler400, ours.handler403
handler404, handler500 = ours.handler404, ours.handler500


@pytest.fixture
def provoked(settings, monkeypatch):
    """A portal with addresses that fail in each way; the client sees what people see."""
    settings.ROOT_URLCONF = "tests.test_errors"
    monkeypatch.setitem(POLICY, "provoke", PUBLIC)
    monkeypatch.setitem(POLICY, "taking", PUBLIC)
    return Client(raise_request_exception=False)


def words(response) -> str:
    return re.sub(r"<[^>]+>", " ", response.content.decode())


@pytest.mark.parametrize("status", sorted(TITLES))
def test_each_page_is_chinese_and_asks_the_database_nothing(status):
    """No database is allowed in this test."""
    response = errors.page(status)

    assert response.status_code == status
    assert TITLES[status] in words(response)
    assert re.findall(r"[A-Za-z]{3,}", words(response)) == []


@pytest.mark.parametrize(
    ("what", "status"),
    [
        ("refused", 409),
        ("data", 400),
        ("overflow", 400),
        ("unreachable", 503),
        ("closed", 503),
        ("bug", 500),
    ],
)
def test_what_goes_wrong_becomes_a_page_without_internals(db, provoked, what, status):
    response = provoked.get(f"/provoke/{what}/")

    assert response.status_code == status
    assert TITLES[status] in words(response)
    said = response.content.decode()
    assert ("secret-detail" in said, "Traceback" in said, "varying" in said) == (False,) * 3


def test_a_refusal_is_read_in_its_own_words(db, provoked):
    assert "任务已结束，不能再签。" in words(provoked.get("/provoke/refused/"))


def test_more_data_than_allowed_is_413(db, provoked, settings):
    settings.DATA_UPLOAD_MAX_MEMORY_SIZE = 1000

    response = provoked.post("/taking/", {"a": "x" * 2000})

    assert (response.status_code, TITLES[413] in words(response)) == (413, True)


def test_more_files_than_allowed_is_413(db, provoked, settings):
    settings.DATA_UPLOAD_MAX_NUMBER_FILES = 3
    files = {f"f{i}": SimpleUploadedFile(f"{i}.txt", b"x") for i in range(4)}

    assert provoked.post("/taking/", files).status_code == 413


def test_more_fields_than_allowed_is_400(db, provoked, settings):
    settings.DATA_UPLOAD_MAX_NUMBER_FIELDS = 3

    assert provoked.post("/taking/", {f"f{i}": "x" for i in range(5)}).status_code == 400


def test_a_foreign_host_is_400(db):
    response = Client().get("/login/", headers={"host": "evil.example"})

    assert (response.status_code, TITLES[400] in words(response)) == (400, True)


def test_a_form_from_elsewhere_is_403_and_says_to_load_the_page_again(campus):
    client = Client(enforce_csrf_checks=True)

    response = client.post("/login/", {"number": "1", "password": "2"})

    assert (response.status_code, "页面已失效" in words(response)) == (403, True)


def test_a_database_lost_while_reading_the_session_is_503(campus, client, monkeypatch, provoked):
    client.force_login(campus.student)
    client.raise_request_exception = False

    def gone(*args, **kwargs):
        raise OperationalError("server closed the connection unexpectedly")

    monkeypatch.setattr("accounts.sessions.SessionStore.load", gone)

    response = client.get("/")

    assert (response.status_code, TITLES[503] in words(response)) == (503, True)


ANSWERS = ["/login/", "/", "/nowhere/", "/static/nowhere.css", "/provoke/bug/",
           "/provoke/unreachable/", "/provoke/refused/", "/provoke/data/"]  # fmt: skip


@pytest.mark.parametrize("address", ANSWERS)
@pytest.mark.parametrize("known", [False, True])
def test_every_answer_is_locked_down(campus, provoked, address, known):
    if known:
        provoked.force_login(campus.student)

    headers = provoked.get(address).headers

    assert set(headers["Content-Security-Policy"].split("; ")) == SECURITY_POLICY
    assert headers["X-Content-Type-Options"] == "nosniff"
    assert headers["X-Frame-Options"] == "DENY"
    assert headers["Referrer-Policy"] == "same-origin"
    assert headers["Cross-Origin-Opener-Policy"] == "same-origin"
    assert "Server" not in headers
    assert "X-Powered-By" not in headers


@pytest.mark.parametrize("name", ["oversight:home", "accounts:me", "accounts:password"])
def test_a_page_for_one_person_is_kept_by_no_cache(campus, client, name):
    client.force_login(campus.student)

    assert "no-store" in client.get(reverse(name)).headers["Cache-Control"]


def test_over_https_the_browser_is_told_to_stay_there_and_cookies_are_sealed(
    campus, client, settings
):
    settings.SECURE_HSTS_SECONDS = 31536000
    settings.SESSION_COOKIE_SECURE = True

    response = client.get("/login/", secure=True)

    assert response.headers["Strict-Transport-Security"].startswith("max-age=31536000")
    client.post("/login/", {"number": campus.student.number, "password": "Demo-2026-pass"})
    cookie = client.cookies["sessionid"]
    assert (cookie["httponly"], cookie["samesite"], cookie["secure"]) == (True, "Lax", True)


def test_a_real_server_whose_database_is_gone_answers_503_and_recovers(tmp_path):
    """The embedded database is moved away under a running server, and put back."""
    database, away = tmp_path / "portal.sqlite3", tmp_path / "away"

    with serving(embedded(tmp_path)) as address:
        database.rename(away)
        for left in tmp_path.glob("portal.sqlite3-*"):
            left.unlink()
        database.mkdir()  # else SQLite would make an empty one
        gone = get(f"{address}/login/")
        database.rmdir()
        away.rename(database)
        back = get(f"{address}/login/")

    assert (gone[0], TITLES[503] in gone[1]) == (503, True)
    assert (back[0], "登录" in back[1]) == (200, True)
