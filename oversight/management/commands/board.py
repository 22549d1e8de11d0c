"""`manage.py board`: the figures of a unit in its open rounds, or in one round."""

import json

from django.core.management.base import BaseCommand, CommandError

from accounts.moves import Refused
from accounts.paths import ancestors
from accounts.services.schools import find_unit
from rounds.models import Round
from rounds.queries import Board


def unit_named(code: str):
    """The unit a command names; a command error with exit status 2 when there is none."""
    try:
        return find_unit(code)
    except Refused as refusal:
        raise CommandError(str(refusal), returncode=2) from None


def board_of(round_id: int, unit) -> Board:
    """The board of an issued round at a unit; a command error when the round does not ask it."""
    rounds = Round.objects.exclude(state=Round.State.DRAFT).select_related("unit", "owner")
    round_ = rounds.filter(pk=round_id).first()
    if round_ is None or not related(round_, unit):
        raise CommandError(f"{unit}没有编号为 {round_id} 的任务。", returncode=2)
    return Board(round_, unit)


def related(round_: Round, unit) -> bool:
    """Whether one of the two lies at or below the other."""
    return unit.path.startswith(round_.unit.path) or round_.unit.path.startswith(unit.path)


class Command(BaseCommand):
    """Print every open round's five counts and the missing, or those of one round."""

    help = "一个单位各项任务的应完成、已提交、已核验、按时、豁免、未完成人数"

    def add_arguments(self, parser):
        parser.add_argument("--unit", required=True, metavar="CODE", help="SCHOOL 或 SCHOOL/UNIT")
        parser.add_argument("--round", type=int, metavar="ID", help="任务编号；不填则为全部进行中")
        parser.add_argument("--json", action="store_true", help="输出一个 JSON 对象")

    def handle(self, *args, **options):
        unit = unit_named(options["unit"])
        one = options["round"]
        boards = [board_of(one, unit)] if one else [Board(r, unit) for r in open_rounds(unit)]
        found = [board.as_dict() for board in boards]
        if options["json"]:
            said = {"unit": unit.name, "rounds": found}
            self.stdout.write(json.dumps(said, ensure_ascii=False))
            return
        for row in found:
            marks = "".join(f"  其中{label} {n}" for label, n in row["marks"].items() if n)
            self.stdout.write(
                f"{row['round']}  {row['title']}  {unit.name}  应完成 {row['expected']}  "
                f"已提交 {row['submitted']}  已核验 {row['verified']}  按时 {row['on_time']}  "
                f"豁免 {row['excused']}  未完成 {row['missing']}{marks}"
            )
        if not found:
            self.stdout.write(f"{unit}没有进行中的任务。")


def open_rounds(unit) -> list[Round]:
    """The open rounds that ask people at or below the unit."""
    rounds = Round.objects.filter(state=Round.State.OPEN).select_related("unit", "owner")
    above = rounds.filter(unit__path__in=ancestors(unit.path))
    within = rounds.filter(unit__path__startswith=unit.path)
    return list((above | within).order_by("id"))
