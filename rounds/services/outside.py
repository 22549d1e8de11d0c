"""Results from elsewhere: read, shown, taken in as 外部导入, verified by a sample, undone as one."""

import hashlib
import json
import random
import tempfile
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time
from pathlib import Path

from django.db import transaction
from django.db.models import QuerySet
from django.utils import timezone

from accounts.audit import record
from accounts.models import Identity, Unit, User
from accounts.moves import Refused, move
from accounts.paths import under
from accounts.roster import cells
from accounts.scope import alike
from accounts.services.files import keep
from adapters.spreadsheets import Refused as Unreadable
from adapters.spreadsheets import open_workbook
from rounds import gate
from rounds.kinds import kind_of
from rounds.models import Completion, OutsideBatch, OutsideRow, Round
from rounds.services.doing import is_asked

State = Completion.State
MOST = 5000
SAMPLE = 10
TOOK = "took_in"
HEADS = {
    "number": ("学号", "工号", "学工号", "学（工）号", "编号"),
    "name": ("姓名",),
    "place": ("班级", "单位", "部门"),
    "day": ("完成日期", "日期", "安装日期", "注册日期", "完成时间"),
    "result": ("结果", "完成情况", "是否完成", "状态"),
}
YES = {"", "是", "已完成", "完成", "已安装", "已注册", "通过", "合格", "√"}


@dataclass
class Line:
    """One line as it stood in the file."""

    number: int
    said: dict[str, object]

    def text(self, name: str) -> str:
        """A cell as text."""
        return cells.text(self.said.get(name))


@transaction.atomic
def show_outside(
    round_: Round, data: bytes, *, unit: Unit, name: str, source: str, actor
) -> OutsideBatch:
    """The list is kept and each line matched with the unit's people; nothing counts yet."""
    if not kind_of(round_).takes_outside:
        raise Refused("此类任务须本人办理，不接收外部导入的结果。")
    if not source.strip():
        raise Refused("请填写数据来源。")
    round_ = gate.enter(round_.pk, judging=True)
    lines = _read(data, name)
    stored = keep("outside", data, name=name, content_type="application/octet-stream", actor=actor)
    batch = OutsideBatch.objects.create(
        round=round_,
        unit_path=unit.path,
        source=source.strip()[:80],
        file=stored,
        created_by=actor,
    )
    OutsideRow.objects.bulk_create(_matched(batch, lines), batch_size=1000)
    record(actor, "show_outside", batch, rows=len(lines))
    return batch


def _read(data: bytes, name: str) -> list[Line]:
    with tempfile.NamedTemporaryFile() as file:
        file.write(data)
        file.flush()
        try:
            return list(_lines(open_workbook(Path(file.name), name).sheets[0].rows()))
        except Unreadable as refusal:
            raise Refused(str(refusal)) from None


def _lines(rows: Iterator[list]) -> Iterator[Line]:
    heads: dict[int, str] = {}
    for number, row in enumerate(rows, 1):
        if not heads:
            heads = _heads(row)
            if number > 10 and not heads:
                break
        elif any(cell not in (None, "") for cell in row):
            if number > MOST:
                raise Refused(f"一次最多导入 {MOST} 行，请拆分后再上传。")
            yield Line(number, {heads[i]: cell for i, cell in enumerate(row) if i in heads})
    if not heads:
        raise Refused("未找到表头。请在第一行写明“学号”（或“姓名”和“班级”）、“完成日期”、“结果”。")


def _heads(row: Sequence) -> dict[int, str]:
    known = {head: name for name, heads in HEADS.items() for head in heads}
    found = {i: known[cells.text(c)] for i, c in enumerate(row) if cells.text(c) in known}
    enough = "number" in found.values() or {"name", "place"} <= set(found.values())
    return found if enough else {}


def _matched(batch: OutsideBatch, lines: list[Line]) -> list[OutsideRow]:
    round_ = batch.round
    by_number, by_name = _people(batch.unit_path, lines)
    there = {row.person_id: row for row in _parts_of(batch)}
    rows: list[OutsideRow] = []
    seen: set[int] = set()
    for line in lines:
        row = OutsideRow(batch=batch, line=line.number, result=line.text("result")[:60])
        number = line.text("number")
        found = by_number.get(number, []) if number else by_name.get(_key(line), [])
        row.person = found[0] if len(found) == 1 else None
        row.problem = _problem(round_, row, found, there, seen) or _dated(row, line)
        if row.person and not row.problem:
            seen.add(row.person.pk)
        rows.append(row)
    return rows


def _key(line: Line) -> tuple[str, str]:
    return line.text("name"), line.text("place")


def _parts_of(batch: OutsideBatch) -> QuerySet[Completion]:
    parts = Completion.objects.filter(round=batch.round_id)
    return parts.filter(under(batch.unit_path, "unit_path")).only("person", "state", "method")


def _people(path: str, lines: list[Line]) -> tuple[dict, dict]:
    """The unit's people whom the lines may mean, by number and by name with class."""
    numbers = {line.text("number") for line in lines} - {""}
    names = {line.text("name") for line in lines if not line.text("number")} - {""}
    by_number: dict[str, list[User]] = {}
    held = Identity.objects.filter(under(path, "user__unit_path"), value__in=numbers)
    for identity in held.select_related("user"):
        same = by_number.setdefault(identity.value, [])
        if identity.user not in same:
            same.append(identity.user)
    by_name: dict[tuple[str, str], list[User]] = {}
    people = User.objects.filter(under(path, "unit_path"), name__in=names)
    for person in people.select_related("unit"):
        by_name.setdefault((person.name, str(person.unit)), []).append(person)
    return by_number, by_name


def _problem(round_: Round, row: OutsideRow, found: list, there: dict, seen: set) -> str:
    if len(found) > 1:
        return "有多人同名，请补充学（工）号"
    if row.person is None:
        return "本单位名册中没有此人，请核对学（工）号或姓名、班级"
    if not is_asked(round_, row.person):
        return "不在本任务的应完成人员之列"
    if row.result.strip() not in YES:
        return "结果不是已完成，不导入"
    if (part := there.get(row.person.pk)) and (said := _taken_by(part)):
        return said
    return "与前面的行是同一人" if row.person.pk in seen else ""


def _taken_by(part: Completion) -> str:
    """Why a part already there is not answered by a list; '' for one that is."""
    if part.state == State.STARTED:
        return ""
    if part.state != State.SENT_BACK:
        return "已有办理记录，不重复导入"
    # who was asked to do it anew is not done by a list; who was on one that was undone, is
    return "" if part.method == Completion.Method.OUTSIDE else "已退回，须本人重新办理"


def _dated(row: OutsideRow, line: Line) -> str:
    try:
        said = cells.day(line.said.get("day"))
    except cells.Bad as bad:
        return str(bad)[:100]
    if not said:
        return "没有完成日期"
    row.done_on = date.fromisoformat(said)
    return "完成日期晚于今天，请核对" if row.done_on > timezone.localdate() else ""


@transaction.atomic
def take_in(batch: OutsideBatch, *, actor) -> int:
    """What was shown counts as submitted, marked 外部导入, until it is verified; how many."""
    gate.enter(batch.round_id, judging=True)
    move(batch, "take_in", actor=actor)
    rows = list(batch.rows.filter(problem="").select_related("person"))
    parts = _made(batch, rows)
    for row in rows:
        row.completion = parts.get(row.person_id)
        if row.completion is None:
            row.problem = "确认前本人已办理，不重复导入"
    OutsideRow.objects.bulk_update(rows, ["completion", "problem"], batch_size=1000)
    batch.sha256 = digest_of(batch)
    batch.save(update_fields=["sha256"])
    record(actor, TOOK, batch, rows=len(parts), sha256=batch.sha256)
    return len(parts)


def _made(batch: OutsideBatch, rows: list[OutsideRow]) -> dict[int | None, Completion]:
    """The parts that the lines made, by person; of who acted meanwhile there is none."""
    now = timezone.now()
    people = [row.person_id for row in rows]
    held = Completion.objects.select_for_update().filter(round=batch.round_id, person__in=people)
    there = {part.person_id: part for part in held}
    made = [_part(row, now, there.get(row.person_id or 0)) for row in rows]
    again = [part for part in made if part and part.pk]
    fields = ["state", "state_at", "method", "done_at", "note"]
    Completion.objects.bulk_update(again, fields, batch_size=1000)
    new = [part for part in made if part and not part.pk]
    Completion.objects.bulk_create(new, ignore_conflicts=True, batch_size=1000)
    # those of this very moment: whoever was quicker has left another
    mine = {"state_at": now, "method": Completion.Method.OUTSIDE, "state": State.PENDING}
    return {part.person_id: part for part in held.all() if _is(part, mine)}


def _is(part: Completion, said: dict) -> bool:
    return all(getattr(part, name) == value for name, value in said.items())


def _part(row: OutsideRow, now: datetime, part: Completion | None = None) -> Completion | None:
    """The person's part as a line makes it; None when what is there is not answered by a list."""
    assert row.person and row.done_on
    if part and _taken_by(part):
        return None
    if part is None:
        part = Completion(
            round_id=row.batch.round_id, person=row.person, unit_path=row.person.unit_path
        )
    part.state, part.state_at = State.PENDING, now
    part.method, part.note = Completion.Method.OUTSIDE, row.batch.source
    # the day alone is known: its last moment, but never one still to come
    end = timezone.make_aware(datetime.combine(row.done_on, time(23, 59, 59)))
    part.done_at = min(end, now)
    return part


def digest_of(batch: OutsideBatch) -> str:
    """The digest of the file and of what each of its lines became."""
    rows = batch.rows.filter(completion__isnull=False).order_by("line")
    said: list = [batch.file.sha256, batch.source]
    for line, part, day in rows.values_list("line", "completion", "done_on"):
        said.append([line, part, f"{day}"])
    return hashlib.sha256(json.dumps(said, ensure_ascii=False).encode()).hexdigest()


def drop(batch: OutsideBatch, *, actor) -> OutsideBatch:
    """The list is not taken in; it stays on record."""
    return move(batch, "drop", actor=actor)


def _ours(batch: OutsideBatch) -> QuerySet[Completion]:
    """What the list made and nobody has redone since."""
    made = list(batch.rows.exclude(completion=None).values_list("completion", flat=True))
    return Completion.objects.filter(pk__in=made, method=Completion.Method.OUTSIDE)


def sample_of(batch: OutsideBatch) -> list[OutsideRow]:
    """The lines to be checked by hand: always the same few of a list, drawn by its number."""
    made = list(batch.rows.filter(completion__isnull=False).select_related("person__unit"))
    return sorted(
        random.Random(batch.pk).sample(made, min(SAMPLE, len(made))), key=lambda r: r.line
    )


@transaction.atomic
def check_sample(batch: OutsideBatch, *, true: set[int], actor) -> OutsideBatch:
    """A named person, not who brought the list, found every line of the sample true: it is verified.

    With a line that is not, nothing is verified, and the list is undone or asked for anew.
    """
    gate.enter(batch.round_id, judging=True)
    if batch.created_by_id in alike(actor):
        raise Refused("抽查须由导入人以外的人员进行。")
    sample = {row.pk for row in sample_of(batch)}
    if not sample:
        raise Refused("没有导入任何人员，无需抽查。")
    if sample - true:
        raise Refused("抽查的人员须逐一核对属实。有不属实的，请撤销导入，核对名单后重新导入。")
    move(batch, "check_sample", actor=actor, checked_by=actor)
    OutsideRow.objects.filter(pk__in=sample).update(sampled=True)
    # whoever has done it by their own hand meanwhile is left as they are
    _ours(batch).filter(state=State.PENDING).update(state=State.ACCEPTED, state_at=timezone.now())
    return batch


@transaction.atomic
def undo_import(batch: OutsideBatch, *, actor, reason: str) -> OutsideBatch:
    """What the list made counts no more, and each is asked to do it themselves."""
    if not reason.strip():
        raise Refused("请填写撤销原因。")
    gate.enter(batch.round_id, judging=True)
    move(batch, "undo_import", actor=actor, note=reason)
    counted = _ours(batch).filter(state__in=[State.PENDING, State.ACCEPTED])
    counted.update(
        state=State.SENT_BACK, state_at=timezone.now(), note="外部导入已撤销，请本人办理"
    )
    return batch
