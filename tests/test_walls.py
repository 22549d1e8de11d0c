"""Every address × every role × own and foreign rows, with canaries in every answer.

The oracle is written out here by hand, not taken from the scope table: which students' names a
role may ever read, and that numbers and telephones go to fewer still.
"""

import io
import re
import zipfile

import pytest
from django.db import connection
from django.urls import URLPattern, URLResolver, get_resolver, reverse

from accounts.models import AuditEntry, User
from accounts.services.sight import LOOKS
from tests.walls_rows import BODIES, ROWS

METHODS = ["get", "post", "head", "put", "patch", "delete"]


def names(resolver=None, prefix=""):
    """The name of every address, with its namespaces."""
    for entry in (resolver or get_resolver()).url_patterns:
        if isinstance(entry, URLResolver):
            inner = f"{prefix}{entry.namespace}:" if entry.namespace else prefix
            yield from names(entry, inner)
        elif isinstance(entry, URLPattern):
            yield f"{prefix}{entry.name}"


OURS = sorted({name for name in names() if not name.startswith("admin:")})


ROLES = [
    "anonymous", "office", "leader", "department", "head", "liaison", "keeper", "counselor",
    "stranger", "cadre", "dormhead", "student", "staff", "carer", "police", "volunteer",
    "discipline", "auditor", "sysadmin", "inspector", "province",
]  # fmt: skip


def students(world):
    return User.objects.filter(school=world.school, category="student")


def readable(world, role) -> set[str]:
    """Students whose names this role may read anywhere, by hand."""
    everybody = set(students(world).values_list("name", flat=True))
    college = set(
        students(world)
        .filter(unit_path__startswith=world.college.path)
        .values_list("name", flat=True)
    )
    klass = {"张小明", "李小红", "朱班长", "秦室长", "孔志愿"}
    return {
        "office": everybody, "department": everybody, "auditor": everybody, "sysadmin": everybody,
        "head": college, "liaison": college, "counselor": klass, "cadre": klass,
        "dormhead": {"张小明", "秦室长"}, "student": {"张小明"}, "volunteer": {"孔志愿"},
        "stranger": {"赵小燕"},
    }.get(role, set())  # fmt: skip


# who may read the students' numbers of those names: ticks alone show none
NUMBERS = {
    "office",
    "department",
    "auditor",
    "sysadmin",
    "head",
    "liaison",
    "counselor",
    "stranger",
}


def text_of(response) -> str:
    """Everything that leaves with an answer, spreadsheets and archives unpacked."""
    body = b"".join(response.streaming_content) if response.streaming else response.content
    if body[:2] == b"PK":
        with zipfile.ZipFile(io.BytesIO(body)) as archive:
            body = b"\n".join(archive.read(name) for name in archive.namelist())
    return body.decode("utf-8", "replace") + str(response.headers)


def canaries(world, role) -> list[str]:
    """What must stand in no answer to this role: names, numbers and telephones of students."""
    found = [] if role == "province" else ["乙校"]
    allowed, me = readable(world, role), getattr(world, role, None)
    for person in students(world):
        named = person.name in allowed
        found += [] if named else [person.name]
        found += [] if named and (role in NUMBERS or person == me) else [person.number]
        found.append(person.phone)
    return [canary for canary in found if canary]


def leaks(secret: list[str], response) -> list[str]:
    """Those of the canaries that stand in an answer."""
    said = text_of(response)
    return [canary for canary in secret if canary in said]


def fingerprint() -> dict[str, int]:
    """How many rows each table has: a GET changes none of them, but that a look is written down."""
    counts = {}
    with connection.cursor() as cursor:
        for table in connection.introspection.table_names(cursor):
            if table not in {"django_session", "axes_accessattempt", "axes_accesslog"}:
                cursor.execute(f'SELECT COUNT(*) FROM "{table}"')
                counts[table] = cursor.fetchone()[0]
    counts[AuditEntry._meta.db_table] -= AuditEntry.objects.filter(verb__in=LOOKS).count()
    return counts


def test_every_address_has_rows_to_be_tried_with():
    assert sorted(set(OURS) - set(ROWS)) == []
    assert sorted(set(ROWS) - set(OURS)) == []


@pytest.mark.parametrize("role", ROLES)
def test_no_address_shows_this_role_a_name_that_is_not_its_to_read(world, client, role):
    if role != "anonymous":
        client.force_login(getattr(world, role))
    tried = shown = 0
    secret = canaries(world, role)
    before = fingerprint()
    for name in OURS:
        for variant in ("own", "foreign", "abroad", "nothing"):
            for args in ROWS[name](world, variant):
                response = client.get(reverse(name, args=args))
                assert response.status_code in {200, 302, 403, 404, 405}, (name, variant)
                assert leaks(secret, response) == [], (name, variant, response.status_code)
                if variant == "nothing" or (variant == "abroad" and role != "province"):
                    if not args:
                        continue
                    assert response.status_code in {302, 403, 404, 405}, (name, variant)
                tried += 1
                shown += response.status_code == 200
    assert fingerprint() == before
    assert tried > 40
    assert role == "anonymous" or shown > 0


@pytest.mark.parametrize("role", ROLES)
def test_no_forged_request_of_any_kind_changes_another_college_s_or_school_s_rows(
    world, client, role
):
    if role != "anonymous":
        client.force_login(getattr(world, role))
    before, secret = fingerprint(), canaries(world, role)
    for name in OURS:
        for variant in ("abroad", "nothing"):
            for args in ROWS[name](world, variant):
                if not args:
                    continue
                for method in METHODS[1:]:
                    body = BODIES[name] if method == "post" else None
                    response = getattr(client, method)(reverse(name, args=args), body)
                    assert leaks(secret, response) == [], (name, variant, method)
                    if role == "province" and variant == "abroad":
                        continue  # it sees every school's rounds, and changes none
                    assert response.status_code in {302, 403, 404, 405}, (name, variant, method)
                    if response.status_code == 302:
                        assert "/login/" in response.url, (name, variant, method, response.url)
    assert fingerprint() == before


def test_foreign_and_missing_are_told_apart_by_nobody(world, client):
    client.force_login(world.counselor)
    compared = 0
    for name in OURS:
        foreign, nothing = (list(ROWS[name](world, v)) for v in ("abroad", "nothing"))
        for args, none in zip(foreign, nothing, strict=False):
            if not args:
                continue
            a = client.get(reverse(name, args=args))
            b = client.get(reverse(name, args=none))
            clean = [
                re.sub(r'csrf[^>]*value="[^"]*"|"X-CSRFToken[^}]*}', "", text_of(r)) for r in (a, b)
            ]
            assert (a.status_code, clean[0]) == (b.status_code, clean[1]), name
            compared += 1
    assert compared > 5
