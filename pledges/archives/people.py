"""What people signed, with the hand of their unit's head, in an archive."""

from collections.abc import Iterator

from django.db.models import F
from django.db.models.functions import Left

from accounts.models import Unit
from accounts.paths import CLASS, WIDTH, ancestors, cut, level_of, under
from pledges.archives.binder import Binder, moment
from pledges.heads.standing import Standing
from pledges.models import Archive, PledgeText, Signature
from pledges.queries import with_recorders
from pledges.services.documents import Drawn, documents
from pledges.services.signing import verify
from rounds.models import Round

CHUNK = 100
INDEX = "目录.xlsx"
JOINED = ["document", "recorded_by", "scan__file"]
NAMED = {"home": F("completion__unit_path"), "number": F("person__number")}
READ = [
    "completion", "person", "document__data", "document__sha256", "document__head", "unit_path",
    "text", "blanks", "text_sha256", "strokes", "method", "signed_at", "receipt", "seal",
    "recorded_by__name", "passing", "scan__sha256", "scan__signed_on", "scan__file__name",
    "scan__file__file",
]  # fmt: skip
COLUMNS = {
    "任务": 28, "单位": 20, "班级（科室）": 20, "姓名": 12, "学（工）号": 16, "签署时间": 20,
    "方式": 12, "文件": 40, "文件校验码（SHA-256）": 66, "回执号": 22, "文本校验码": 66,
    "签署校验码": 66, "核验": 8, "代录人": 12, "扫描件": 40, "单位负责人": 12,
    "会签时间": 20, "会签回执号": 22, "会签校验码": 66,
}  # fmt: skip


def index(binder: Binder) -> None:
    """The index is there."""
    if INDEX not in binder.indexes:
        binder.index(INDEX, COLUMNS)


def ids_of(archive: Archive, round_: Round) -> list[int]:
    """The signatures of a unit's people in a round, class by class."""
    rows = Signature.objects.filter(
        under(archive.unit_path, "completion__unit_path"),
        completion__round=round_,
        superseded_at__isnull=True,
    )
    place = Left("completion__unit_path", CLASS * WIDTH)
    return list(rows.order_by(place, "person__number", "pk").values_list("pk", flat=True))


def bind(binder: Binder, archive: Archive, round_: Round, ids: list[int], top: list[str]) -> None:
    """Each signature's document lies in the folder of its class and stands in the index."""
    for path, drawn in _drawn(binder, ids, archive.unit, round_):
        signature = drawn.signature
        own = f"{signature.number or signature.receipt}_{signature.blanks['name']}.pdf"
        name = binder.add([*top, *path, own], signature.signed_at, drawn.data)
        scan = signature.scan
        lies = binder.scan(scan.file, str(scan.pk)) if scan else ""
        binder.line(INDEX, COLUMNS, [round_.title, *_line(path, drawn, name, lies)])


def _drawn(binder: Binder, ids: list[int], unit: Unit, round_: Round) -> Iterator:
    """Each signature's document with the folders it lies in, so many at a time."""
    names: dict[str, str] = {}
    texts, standing = PledgeText.objects.in_bulk(), Standing(round_)
    found = Signature.objects.select_related(*JOINED).only(*READ).annotate(**NAMED)
    for start in range(0, len(ids), CHUNK):
        some = ids[start : start + CHUNK]
        rows = found.in_bulk(some)
        for one in with_recorders(rows.values()):
            one.text = texts[one.text_id]
        steps = {s for one in rows.values() for s in ancestors(one.home)}
        if new := steps - set(names):
            names |= dict(Unit.objects.filter(path__in=new).values_list("path", "name"))
        for drawn in documents([rows[pk] for pk in some if pk in rows], standing):
            home = cut(drawn.signature.home, CLASS)
            inner = ancestors(home)[min(level_of(unit.path), level_of(home) - 1) :]
            yield [names.get(step, "") for step in inner], drawn
        for one in rows.values():  # signature and document hold each other
            one._state.fields_cache.clear()
        binder.step(len(some))


def _line(path: list[str], drawn: Drawn, name: str, lies: str) -> list[str]:
    signature, head = drawn.signature, drawn.head
    by_head = ["", "", "", ""]
    if head:
        by_head = [head.signed_by, moment(head.hand.signed_at), head.hand.receipt, head.seal]
    return [
        path[-2] if len(path) > 1 else "",
        path[-1],
        signature.blanks["name"],
        signature.number,
        moment(signature.signed_at),
        signature.get_method_display(),
        name,
        drawn.sha256,
        signature.receipt,
        signature.text_sha256,
        signature.seal,
        "一致" if verify(signature) else "不一致",
        getattr(signature, "recorder", ""),
        lies,
        *by_head,
    ]
