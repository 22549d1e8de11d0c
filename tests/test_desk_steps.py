"""A button of the desk is drawn only for whoever the service lets press it."""

import re
from datetime import timedelta
from types import SimpleNamespace

import pytest
from django import forms
from django.contrib import admin
from django.db import transaction
from django.http import QueryDict
from django.utils import timezone

from accounts.models import Grant, RecordRequest, User
from accounts.moves import Refused
from accounts.services import handover, joining, requests
from rounds.models import Assignment
from tests import factories as make
from tests.desk_rows import SEES, rows_of, step_url

# what a service says to somebody whose right ends short of this row
OF_RIGHT = re.compile("由您|您负责|您的|本人|同事|他人")
MOST = 60  # rows of a kind


@pytest.fixture
def desk(campus):
    """Every model's rows; and of each desk role what is barred to its holder alone."""
    campus.rows = rows_of(campus)
    make.grant(campus.office, "LIAISON", campus.logistics)
    for person in (campus.office, campus.sysadmin):
        requests.ask(person, kind="correct", text="姓名应为张晓明")
    parts = Assignment.objects.filter(round=campus.rows[Assignment].round)
    parts.filter(unit=campus.logistics).update(
        state="submitted", submitted_by=campus.logistics_liaison
    )
    parts.filter(unit=campus.other_college).update(state="submitted", submitted_by=campus.office)
    joining.join(
        make.person(campus.klass), make.person(campus.klass), actor=campus.office, reason="同一人"
    )
    handover.close_account(make.person(campus.klass), actor=campus.office, reason="长期离校")
    return campus


def filled(form) -> QueryDict:
    """What somebody would post who fills in every field in the simplest way."""
    data = QueryDict(mutable=True)
    for name, field in form.fields.items():
        if isinstance(field, forms.ModelChoiceField):
            first = field.queryset.first()
            data[name] = first.pk if first else ""
        elif isinstance(field, forms.ChoiceField):
            data[name] = next((value for value, _ in field.choices if value), "")
        elif isinstance(field, forms.DateField):
            data[name] = timezone.localdate().isoformat()
        elif isinstance(field, forms.IntegerField):
            data[name] = "3650" if field.max_value and field.max_value > 3650 else "2"
        else:
            data[name] = "经核实"
    return data


def pressed(model_admin, step, row, actor) -> str:
    """What the service says against it; '' when it is done. Nothing stays."""
    posted = filled(step.form(row=row, actor=actor))
    form = step.form(posted, row=row, actor=actor)
    if not form.is_valid():
        return ""
    try:
        with transaction.atomic():
            step.run(row, actor=actor, **form.cleaned_data)
            transaction.set_rollback(True)
    except Refused as refusal:
        return str(refusal)
    return ""


def drawn(actor):
    """Every button the desk draws for the actor, with its row."""
    request = SimpleNamespace(user=actor)
    for model in admin.site._registry:
        model_admin = admin.site.get_model_admin(model)
        if not (model_admin.steps and model_admin.has_module_permission(request)):
            continue
        for row in model_admin.get_queryset(request)[:MOST]:
            for step in model_admin.open(request, row):
                yield model_admin, step, row


@pytest.mark.parametrize("role", SEES)
def test_no_button_is_drawn_that_the_service_refuses_for_want_of_right(desk, role):
    actor = User.objects.get(pk=getattr(desk, role).pk)
    said, kinds = {}, set()
    for model_admin, step, row in drawn(actor):
        kinds.add((model_admin.opts.model_name, step.name))
        refusal = pressed(model_admin, step, row, actor)
        if OF_RIGHT.search(refusal):
            said[f"{model_admin.opts.model_name} {step.name} {row}"] = refusal

    assert said == {}
    assert len(kinds) >= {"office": 30, "sysadmin": 3, "auditor": 0}[role]


def buttons(actor, row) -> set[str]:
    request = SimpleNamespace(user=User.objects.get(pk=actor.pk))
    return {step.name for step in admin.site.get_model_admin(type(row)).open(request, row)}


def test_each_desk_ends_the_roles_it_gives_and_nobody_their_own(desk):
    of = {role: Grant.objects.filter(role=role).first() for role in ["OFFICE", "COUNSELOR"]}

    assert buttons(desk.sysadmin, of["OFFICE"]) == {"end"}
    assert buttons(desk.sysadmin, of["COUNSELOR"]) == set()
    assert buttons(desk.office, of["COUNSELOR"]) == {"end"}
    assert buttons(desk.office, of["OFFICE"]) == set()
    assert buttons(desk.sysadmin, Grant.objects.get(user=desk.sysadmin)) == set()


def test_nobody_judges_what_they_answer_for_themselves(desk):
    parts = Assignment.objects.filter(round=desk.rows[Assignment].round)

    assert buttons(desk.office, parts.get(unit=desk.logistics)) == set()
    assert "approve" not in buttons(desk.office, parts.get(unit=desk.other_college))
    own = RecordRequest.objects.get(person=desk.office)
    other = RecordRequest.objects.get(person=desk.sysadmin)
    assert buttons(desk.office, own) == set()
    assert buttons(desk.office, other) == {"grant", "refuse"}


def test_nobody_closes_or_moves_their_own_account(desk):
    assert buttons(desk.office, desk.office) == {"amend"}
    assert {"status", "close"} <= buttons(desk.office, desk.student)


def test_a_record_joined_to_another_is_not_brought_back(client, desk):
    old = User.objects.exclude(merged_into=None).get()
    client.force_login(desk.office)

    assert buttons(desk.office, old) == {"amend"}
    page = client.post(step_url(old, "reopen"), {"reason": "误关闭"})
    assert "已并入另一条记录" in page.content.decode()
    assert User.objects.get(pk=old.pk).is_active is False


def test_an_approval_of_yesterday_is_no_longer_taken_back_at_the_desk(desk):
    part = desk.rows[Assignment]
    fresh = timezone.now()
    Assignment.objects.filter(pk=part.pk).update(state="approved", state_at=fresh)
    part.refresh_from_db()
    assert "undo" in buttons(desk.office, part)

    Assignment.objects.filter(pk=part.pk).update(state_at=fresh - timedelta(hours=25))
    part.refresh_from_db()

    assert "undo" not in buttons(desk.office, part)
