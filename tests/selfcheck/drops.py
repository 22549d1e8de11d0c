"""What the tests of drops share: a round of pictures, files as they are sent, zips of them."""

import io
import zipfile
from datetime import timedelta

from django.core.files.uploadedfile import SimpleUploadedFile
from django.utils import timezone
from PIL import Image

from accounts import jobs
from accounts.models import Job
from rounds import services as rounds
from rounds.kinds import KINDS, Kind
from rounds.models import Answer, Completion, Evidence, Item, Round
from selfcheck.models import DropAnswer, DropFile, Shot
from selfcheck.tools.services import dropping

ITEMS = {
    "real": "国家反诈中心App · 实名",
    "warn": "国家反诈中心App · 预警",
    "code": "浙江反骗码 · 绿码",
}


class Pictured(Kind):
    """A kind made for these tests: three items, each shown by a picture."""

    code = "pictured-test"
    label = "截图核查"
    asks_items = True


def kind(monkeypatch):
    monkeypatch.setitem(KINDS, Pictured.code, Pictured())


def issued(campus, items=ITEMS, **more):
    now = timezone.now()
    round_ = Round.objects.create(
        kind="pictured-test", title="截图核查", unit=campus.school, owner=campus.school,
        categories=["student"], opens_at=now - timedelta(days=1), due_at=now + timedelta(days=5),
        locks_at=now + timedelta(days=9), created_by=campus.office, **more,
    )  # fmt: skip
    lines = [{"code": code, "label": label} for code, label in items.items()]
    rounds.set_items(round_, lines, actor=campus.office)
    rounds.issue(round_, actor=campus.office)
    return round_


def item(round_, code):
    return Item.objects.get(round=round_, code=code)


def picture(shade=0, form="PNG"):
    out = io.BytesIO()
    Image.new("RGB", (30, 40), (shade * 8 % 256, shade * 8 // 256 * 8, 90)).save(out, form)
    return out.getvalue()


def upload(name, data):
    return SimpleUploadedFile(name, data)


def send(drop, name, shade=0, *, data=None, key="", actor=None):
    sent = upload(name.rpartition("/")[2] or "x", picture(shade) if data is None else data)
    actor = actor or drop.made_by
    return dropping.add(drop, sent, key=key or f"k-{name}-{shade}", name=name, actor=actor)


def zipped(files):
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as made:
        for name, data in files.items():
            made.writestr(name, data)
    return out.getvalue()


def work():
    """What a worker does."""
    for job in Job.objects.filter(kind="drop.unpack", state="queued"):
        jobs.run(job.pk)


def told(drop):
    """What became of each file, by name: outcome, whom and what it shows or is meant to show."""
    found = {}
    for row in drop.files.select_related("person", "item", "shot__evidence__answer__item"):
        answer = row.shot.evidence.answer if row.shot else None
        shows = (answer.person.name, answer.item.code) if answer else None
        found[row.name] = (row.outcome, shows)
    return found


def everything():
    """All rows that a drop could touch."""
    models = (Answer, Completion, Evidence, Shot, DropFile, DropAnswer)
    return {model.__name__: list(model.objects.order_by("pk").values()) for model in models}
