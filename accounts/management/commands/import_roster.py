"""`manage.py import_roster FILE --unit CODE [--apply] [--json]`."""

import json
from pathlib import Path
from typing import NamedTuple

from django.core.management.base import BaseCommand
from django.db import transaction

from accounts.models import Identity, ImportBatch, StagedRow, Unit
from accounts.moves import Refused, move
from accounts.roster.columns import FIELDS, field_of
from accounts.services.files import keep
from accounts.services.roster import apply, look, stage
from accounts.services.schools import find_unit

Verdict = StagedRow.Verdict
SHOWN = 50


class Command(BaseCommand):
    help = "对照名册文件，列出新增、变更、转班、疑似离校和拒绝的行；加 --apply 才写入。"

    def add_arguments(self, parser):
        parser.add_argument("file", type=Path)
        parser.add_argument("--unit", required=True, metavar="CODE", help="SCHOOL 或 SCHOOL/UNIT")
        parser.add_argument("--apply", action="store_true", help="写入名册")
        parser.add_argument("--json", action="store_true", help="输出一个 JSON 对象")
        parser.add_argument(
            "--map",
            action="append",
            default=[],
            metavar="列=字段",
            help="指明一列的含义，如 --map 编码=学号；字段为空则不读取；可用多次",
        )
        parser.add_argument(
            "--accept-large", action="store_true", help="已核对：单位有大量人员离开"
        )
        parser.add_argument(
            "--accept-new-units", action="store_true", help="已核对：新建学院或部门"
        )
        parser.add_argument("--as", dest="number", default="", help="以此工号的名义办理")

    def handle(self, *args, file, unit, number, **options):
        """Exit status 0 when it did its work, rows refused or not; 2 when nothing could be done."""
        try:
            found = self._import(file, find_unit(unit), number, options)
        except Refused as refusal:
            if options["json"]:
                self.stdout.write(json.dumps({"refused": str(refusal)}, ensure_ascii=False))
            else:
                self.stderr.write(str(refusal))
            raise SystemExit(2) from None
        self.stdout.write(json.dumps(found, ensure_ascii=False) if options["json"] else said(found))

    def _import(self, file: Path, unit: Unit, number: str, options: dict) -> dict:
        if not file.is_file():
            raise Refused(f"找不到文件“{file.name}”。")
        actor = actor_of(unit, number)
        by_hand = said_by_hand(options["map"])
        if not options["apply"]:
            counts, report, refused = look(unit, file, name=file.name, by_hand=by_hand)
            lines = [(line[2], line[3], json.loads(line[-1])) for line in refused]
            return result(counts, report, lines)
        accepted = Accepted(options["accept_large"], options["accept_new_units"])
        batch = written(file, unit, actor, accepted, by_hand)
        refused = batch.rows.filter(verdict=Verdict.REJECTED)
        lines = refused.order_by("id").values_list("sheet", "row", "reasons")
        return result(batch.counts, batch.report, lines) | {"batch": batch.pk}


class Accepted(NamedTuple):
    """What was looked at and found right, as the ticks of the page say it."""

    large: bool = False
    new_units: bool = False

    def check(self, report: dict) -> None:
        """Raises Refused where a tick is wanting."""
        if report["alarms"] and not self.large:
            shown = "；".join(
                f"{name} {many} 人（共 {of} 人）" for name, many, of in report["alarms"]
            )
            raise Refused(
                f"将有大量人员离校或未见于名册：{shown}。请核对名册，确认无误后加 --accept-large。"
            )
        if report["strangers"] and not self.new_units:
            names = "、".join(report["strangers"])
            raise Refused(
                f"名册里有本校还没有的单位：{names}。请核对名册，确认新建后加 --accept-new-units。"
            )


NOTHING = Accepted()


def said_by_hand(given: list[str]) -> dict[str, str]:
    """The columns named on the command line, each with its field; '' for one not to be read."""
    found = {}
    for said in given:
        header, sign, word = said.rpartition("=")
        name = next((name for name, label in FIELDS.items() if word in {name, label}), "")
        name = name or (field_of(word) or "")
        if not sign or not header or (word and not name):
            labels = "、".join(FIELDS.values())
            raise Refused(f"“{said}”不能识别，应写成“列=字段”；字段有：{labels}。")
        found[header] = name
    return found


def written(
    file: Path,
    unit: Unit,
    actor,
    accepted: Accepted = NOTHING,
    by_hand: dict[str, str] | None = None,
) -> ImportBatch:
    """The batch of the file, written; nothing at all when it is refused."""
    stored = None
    try:
        with transaction.atomic():
            batch = ImportBatch(unit=unit, path=unit.path, created_by=actor)
            batch.save()
            stage(batch, file, name=file.name, by_hand=by_hand)
            accepted.check(batch.report)
            kind = "application/octet-stream"
            stored = keep(
                "roster", file.read_bytes(), name=file.name, content_type=kind, actor=actor
            )
            batch.file = stored
            batch.save(update_fields=["file"])
            move(batch, "confirm", actor=actor)
            return apply(batch, actor=actor)
    except BaseException:
        if stored:
            stored.file.delete(save=False)
        raise


def actor_of(unit: Unit, number: str):
    """The person in whose name it is done; None, the system, when nobody is named."""
    if not number:
        return None
    people = Identity.objects.filter(school__path=unit.school_path, value=number)
    holder = people.filter(kind=Identity.Kind.STAFF).select_related("user").first()
    if holder is None:
        raise Refused(f"没有工号为“{number}”的人员。")
    return holder.user


def result(counts: dict, report: dict, refused) -> dict:
    """The counts of a batch and every refused row, as the contract names them."""
    return {
        "rows": counts["rows"],
        "added": counts[Verdict.ADDED],
        "changed": counts[Verdict.CHANGED],
        "moved": counts[Verdict.MOVED],
        "unchanged": counts["unchanged"],
        "transfers": counts[Verdict.TRANSFER],
        "left_suspected": counts[Verdict.ABSENT],
        "rejected": [row_refused(*line) for line in refused],
        "new_units": len(report["units"]),
        "notices": report["notices"],
        "alarms": report["alarms"],
        "strangers": report["strangers"],
    }


def row_refused(sheet: str, row: int, reasons: list) -> dict:
    """One refused row: its first cell by name, the reasons of all of them."""
    column, value, reason = reasons[0]
    others = [f"{name}：{why}" for name, _, why in reasons[1:]]
    why = "；".join([reason, *others])
    return {"sheet": sheet, "row": row, "column": column, "value_masked": value, "reason": why}


def said(found: dict) -> str:
    """The result as a person reads it."""
    lines = [
        f"共 {found['rows']} 行：新增 {found['added']}，变更 {found['changed']}，"
        f"转班 {found['moved']}，不变 {found['unchanged']}，疑似离校 {found['left_suspected']}，"
        f"拒绝 {len(found['rejected'])}；新单位 {found['new_units']} 个。",
        *found["notices"],
        *(
            f"{name}将有 {many} 人离校或未见于名册（共 {of} 人）。"
            for name, many, of in found["alarms"]
        ),
        *(f"将新建单位：{name}。" for name in found["strangers"]),
    ]
    for cell in found["rejected"][:SHOWN]:
        sheet = f"工作表“{cell['sheet']}”" if cell["sheet"] else ""
        place = f"{sheet}第 {cell['row']} 行 {cell['column']}"
        lines.append(f"{place} {cell['value_masked']}：{cell['reason']}")
    more = len(found["rejected"]) - SHOWN
    return "\n".join([*lines, *([f"……另有 {more} 行。"] if more > 0 else [])])
