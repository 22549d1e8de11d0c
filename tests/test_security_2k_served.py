"""security.md 2K against the portal as it is served: heads nobody meant (K10), what is not there (K15)."""

import http.client
import re
import socket

import pytest

from tests.servers import embedded, serving

TITLE = re.compile(r"<title>([^<]*)</title>")


@pytest.fixture(scope="module")
def served(tmp_path_factory):
    """Where a gunicorn of our own answers."""
    with serving(embedded(tmp_path_factory.mktemp("served"))) as address:
        yield address.removeprefix("http://")


def ask(served, path="/login/", method="GET", **headers) -> tuple[int, str, dict]:
    """Status, body and headers of an answer; 0 when the server closed the line on us."""
    line = http.client.HTTPConnection(served, timeout=10)
    try:
        line.putrequest(method, path, skip_host="Host" in headers)
        for name, value in headers.items():
            line.putheader(name.replace("_", "-"), value)
        line.endheaders()
        answer = line.getresponse()
        return answer.status, answer.read().decode("utf-8", "replace"), dict(answer.headers)
    except (ConnectionError, http.client.BadStatusLine):
        return 0, "", {}
    finally:
        line.close()


HEADS = {
    "another host": ({"Host": "evil.example"}, {400}),
    "a host with a password": ({"Host": "localhost:1@evil.example"}, {400}),
    "no host": ({"Host": ""}, {400}),
    "a header of 64 kB": ({"X_Long": "x" * 65536}, {400, 431}),
    "a cookie of 64 kB": ({"Cookie": "a=" + "x" * 65536}, {400, 431}),
}


@pytest.mark.parametrize("case", HEADS)
def test_k10_a_head_that_cannot_be_is_refused(served, case):
    headers, codes = HEADS[case]

    status, said, _ = ask(served, **headers)

    assert status in codes
    assert "Traceback" not in said and "evil.example" not in said
    assert ask(served)[0] == 200  # and the server goes on


HARMLESS = [
    {"X_Original_URL": "/desk/"}, {"X_Rewrite_URL": "/desk/"}, {"X_Forwarded_Proto": "https"},
    {"X_Forwarded_Host": "evil.example"}, {"Accept_Language": "en-US,en;q=0.9"},
    {"Accept_Language": "../../etc"}, {"Forwarded": "host=evil.example;proto=https"},
    {"Cookie": "; ".join(f"c{n}=x" for n in range(300))},
    {"X_Forwarded_For": "1.2.3.4', '"}, {"Range": "bytes=0-"}, {"Accept": "application/json"},
]  # fmt: skip


@pytest.mark.parametrize("headers", HARMLESS, ids=lambda headers: next(iter(headers)))
def test_k10_a_head_that_claims_something_changes_no_answer(served, headers):
    status, said, answered = ask(served, **headers)

    assert status == 200
    assert TITLE.search(said)[1] == TITLE.search(ask(served)[1])[1]
    assert 'lang="zh' in said
    assert "evil.example" not in said + str(answered)
    assert "Strict-Transport-Security" not in answered


NOT_THERE = [
    "/health", "/healthz", "/metrics", "/debug/", "/__debug__/", "/status", "/admin/",
    "/admin/login/", "/.git/config", "/.git/HEAD", "/.env", "/static/../manage.py",
    "/static/%2e%2e/manage.py", "/static/..%2fcampus_antifraud/settings.py", "/static//etc/passwd",
    "/static/js/app.js.map", "/static/css/app.css.map", "/static/", "/media/", "/media/roster/x",
    "/var/portal.sqlite3", "/portal.sqlite3", "/manage.py", "/settings.py", "/server-status",
    "/phpinfo.php", "/wp-admin/", "/api/", "/swagger.json", "/backup.zip", "/static/js/",
]  # fmt: skip


@pytest.mark.parametrize("path", NOT_THERE)
def test_k15_only_what_has_an_address_is_there(served, path):
    status, said, _ = ask(served, path)

    assert status == 404
    assert "没有找到" in said
    assert not {"Traceback", "DJANGO", "urlpatterns", "root:x"} & set(re.findall(r"[\w:]+", said))


@pytest.mark.parametrize("method", ["TRACE", "CONNECT", "PROPFIND", "DEBUG", "TRACK"])
def test_k09_k15_a_method_of_another_trade_is_refused(served, method):
    status, said, _ = ask(served, method=method, Cookie="secret=canary")

    assert status in {0, 400, 403, 405, 501}
    assert "canary" not in said


LIES = [
    (b"Content-Length: 5000000\r\n", b"--b\r\nshort"),
    (b"Content-Length: -1\r\n", b""),
    (b"Content-Length: 9999999999999999999999\r\n", b"x"),
    (b"Content-Length: abc\r\n", b"x"),
    (b"Transfer-Encoding: chunked\r\n", b"zz\r\nnot a length\r\n"),
    (b"Transfer-Encoding: chunked\r\nContent-Length: 3\r\n", b"5\r\nhello\r\n0\r\n\r\n"),
]


@pytest.mark.parametrize("length, body", LIES)
def test_a47_a_length_that_lies_ends_the_line_and_the_server_goes_on(served, length, body):
    """Of an upload that breaks off nothing is kept: the form is never reached."""
    host, port = served.split(":")
    kind = b"Content-Type: multipart/form-data; boundary=b\r\n"
    with socket.create_connection((host, int(port)), timeout=10) as line:
        line.sendall(
            b"POST /roster/upload/ HTTP/1.1\r\nHost: 127.0.0.1\r\n" + kind + length + b"\r\n" + body
        )
        line.shutdown(socket.SHUT_WR)
        said = line.recv(65536)

    assert not said or said.split()[1] in {b"302", b"400", b"403", b"413", b"501"}
    assert b"Traceback" not in said
    assert ask(served)[0] == 200
