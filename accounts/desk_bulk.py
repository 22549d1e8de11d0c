"""Steps of the desk on many rows: a few at once, a whole list as work of its own."""

import uuid
from collections.abc import Callable

from django import forms
from django.apps import apps
from django.contrib import admin, messages
from django.contrib.admin.helpers import ACTION_CHECKBOX_NAME
from django.db import transaction
from django.http import QueryDict
from django.shortcuts import redirect

from accounts import jobs
from accounts.desk_exports import query_of
from accounts.models import BulkDeed, BulkRow, User
from accounts.moves import Refused
from accounts.paging import EXACT, bounded
from accounts.scope import holds
from accounts.services import deeds

BULK_LIMIT = 500  # more of them are done behind the page
SAMPLE = 10


class OnceForm(forms.Form):
    """The number of a confirming page, by which the same page sent twice is known."""

    once = forms.UUIDField()


def as_action(step) -> Callable:
    """The step as an action: first a page with count and sample, then row by row."""

    def act(model_admin, request, queryset):
        able = queryset.permitted(request.user, step.verb)
        rows = list(able[: BULK_LIMIT + 1])
        if not rows:
            messages.error(request, "所选内容都不在您可以办理的范围内。")
            return None
        long = len(rows) > BULK_LIMIT
        total = bounded(able) if long else len(rows)
        if total > EXACT:
            messages.error(request, f"一次最多办理 {EXACT:,} 项，请先筛选。")
            return None
        confirmed = "confirmed" in request.POST
        form = step.form(request.POST if confirmed else None, actor=request.user)
        if confirmed and form.is_valid():
            if long:
                return behind(model_admin, request, step, able, form)
            report(request, step, *do_each(step, rows, request.user, form.cleaned_data))
            return None
        context = {"step": step, "rows": rows[:1] if long else rows, "sample": rows[:SAMPLE]}
        context |= {"total": total, "long": long, "once": uuid.uuid4(), "form": form}
        context |= {"title": f"批量{step.label}", "words": step.words()}
        context |= {"left_out": bounded(queryset) - total, "box": ACTION_CHECKBOX_NAME}
        return model_admin.page(request, "admin/desk/bulk.html", context)

    return act


def behind(model_admin, request, step, able, form):
    """The whole list is handed to a worker; to the page that tells how far it is."""
    once = OnceForm(request.POST)
    if not once.is_valid():
        messages.error(request, "请回到列表重新选择后再办理。")
        return None
    asked = {name: request.POST.getlist(name) for name in form.fields}
    deed = deeds.ask(
        able.order_by("pk").values_list("pk", flat=True).iterator(chunk_size=5000),
        once=once.cleaned_data["once"], actor=request.user,
        model=model_admin.opts.label_lower, step=step.name, asked=asked,
        title=f"{step.label}（{model_admin.opts.verbose_name}）", query=query_of(request)[:500],
    )  # fmt: skip
    return redirect("accounts:deed", deed.pk)


@jobs.handles(deeds.KIND)
def run(job) -> str:
    """The step is taken on every row of the list that still waits."""
    deed = BulkDeed.objects.get(pk=job.params["deed"])
    model_admin = admin.site.get_model_admin(apps.get_model(deed.model))
    step = model_admin.step_named(deed.step)

    def do(some: list[BulkRow]) -> None:
        actor = User.objects.get(pk=deed.owner_id)  # anew: their grants may have ended
        if not (holds(actor, "desk.enter") and model_admin.allows(actor, step)):
            raise Refused("您的角色已变动，其余各项未办理。")
        form = step.form(posted(deed.asked), actor=actor)
        if not form.is_valid():
            raise Refused("填写的内容已不能办理，请回到列表重新办理。")
        take(model_admin.model, step, some, actor, form.cleaned_data)

    return deeds.go_on(deed, do, job)


def posted(asked: dict[str, list[str]]) -> QueryDict:
    """What the form was told, as it came."""
    data = QueryDict(mutable=True)
    for name, values in asked.items():
        data.setlist(name, values)
    return data


def take(model, step, some: list[BulkRow], actor, asked: dict) -> None:
    """The step is taken on each of these rows, or it is written down why not."""
    able = model.objects.permitted(actor, step.verb).filter(pk__in=[one.key for one in some])
    found = {row.pk: row for row in able}
    for one in some:
        row = found.get(one.key)
        one.state = BulkRow.State.REFUSED
        if row is None:
            one.why = "已不在您可以办理的范围内"
            continue
        one.name = str(row)[:120]
        try:
            with transaction.atomic():
                step.run(row, actor=actor, **asked)
        except Refused as refusal:
            one.why = str(refusal)[:300]
        else:
            one.state = BulkRow.State.DONE


def do_each(step, rows, actor, asked) -> tuple[int, list[tuple[object, str]]]:
    """The service for each row: how many went through, and which were refused and why."""
    done, refused = 0, []
    for row in rows:
        try:
            step.run(row, actor=actor, **asked)
        except Refused as refusal:
            refused.append((row, str(refusal)))
        else:
            done += 1
    return done, refused


def report(request, step, done: int, refused) -> None:
    """Tell what became of the rows."""
    if done:
        messages.success(request, f"已{step.label} {done} 项。")
    if refused:
        names = "；".join(f"{row}：{why}" for row, why in refused[:SAMPLE])
        more = f"；等共 {len(refused)} 项" if len(refused) > SAMPLE else ""
        messages.warning(request, f"{len(refused)} 项未办理。{names}{more}")
