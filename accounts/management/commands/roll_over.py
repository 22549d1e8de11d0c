"""`manage.py roll_over --unit CODE --year 2026-2027 [--apply] [--json]`."""

import json

from django.core.management.base import BaseCommand
from django.db import transaction

from accounts.management.commands.import_roster import actor_of
from accounts.models import User
from accounts.moves import Refused, move
from accounts.paths import under
from accounts.services.roster import apply
from accounts.services.roster.rolling import Roll, finishing, look_ahead, stage_roll, year_of
from accounts.services.schools import find_unit


class Command(BaseCommand):
    help = "新学年升级：应毕业年级离校、登录终止；加 --apply 才写入。新年级随迎新名册进入。"

    def add_arguments(self, parser):
        parser.add_argument("--unit", required=True, metavar="CODE", help="SCHOOL 或 SCHOOL/UNIT")
        parser.add_argument("--year", required=True, metavar="2026-2027", help="即将开始的学年")
        parser.add_argument(
            "--graduates", action="append", metavar="GRADE",
            help="毕业的年级，可用多次；名册有学制的按学制；不写则为学制已满（未注明的满四年）的年级",
        )  # fmt: skip
        parser.add_argument("--apply", action="store_true", help="写入")
        parser.add_argument("--json", action="store_true", help="输出一个 JSON 对象")
        parser.add_argument("--as", dest="number", default="", help="以此工号的名义办理")

    def handle(self, *args, unit, year, graduates, number, **options):
        """Exit status 0 when it did its work, 2 when nothing could be done."""
        try:
            found = self._roll(find_unit(unit), year_of(year), graduates, number, options["apply"])
        except Refused as refusal:
            if options["json"]:
                self.stdout.write(json.dumps({"refused": str(refusal)}, ensure_ascii=False))
            else:
                self.stderr.write(str(refusal))
            raise SystemExit(2) from None
        self.stdout.write(json.dumps(found, ensure_ascii=False) if options["json"] else said(found))

    def _roll(self, unit, year: int, graduates, number: str, apply_it: bool) -> dict:
        actor = actor_of(unit, number)
        graduates = finishing(unit, year, graduates) if graduates else None
        roll = look_ahead(unit, year, graduates)
        found = result(roll)
        if apply_it and roll.leaving:
            with transaction.atomic():
                batch = stage_roll(unit, year, roll.graduates, actor=actor)
                move(batch, "confirm", actor=actor)
                found["batch"] = apply(batch, actor=actor).pk
        return found


def result(roll: Roll) -> dict:
    """What the roll-over does, as the contract names it."""
    new = str(roll.year)
    here = User.objects.filter(under(roll.unit.path, "unit_path"), grade=new)
    return {
        "year": f"{roll.year}-{roll.year + 1}",
        "graduates": roll.graduates,
        "leaving": roll.leaving,
        "colleges": [{"unit": name, "leaving": many, "of": of} for name, many, of in roll.colleges],
        "closing": [name for _, name in roll.closes],
        "kept": [
            {"name": name, "number": number, "unit": unit, "reason": why}
            for name, number, unit, why in roll.kept
        ],
        "new_grade": new,
        "newcomers": here.counted().count(),
    }


def said(found: dict) -> str:
    """The result as a person reads it."""
    lines = [
        f"{found['year']} 学年：{'、'.join(found['graduates']) or '无'} 级毕业，"
        f"离校 {found['leaving']} 人，保留 {len(found['kept'])} 人，撤销班级 {len(found['closing'])} 个；"
        f"{found['new_grade']} 级已有 {found['newcomers']} 人，其余随迎新名册进入。",
        *(
            f"{one['unit']} 离校 {one['leaving']} 人（共 {one['of']} 人）"
            for one in found["colleges"]
        ),
        *(
            f"保留 {one['name']} {one['number']} {one['unit']}：{one['reason']}"
            for one in found["kept"]
        ),
    ]
    return "\n".join(lines)
