"""`manage.py missing`: the people behind expected − verified."""

import json

from django.core.management.base import BaseCommand

from accounts.paths import ancestors
from oversight.management.commands.board import board_of, unit_named
from rounds.figures import PARTS
from rounds.queries import unit_names


class Command(BaseCommand):
    """Print who of a unit is missing in a round, with their state."""

    help = "一个单位在一项任务中的未完成名单"

    def add_arguments(self, parser):
        parser.add_argument("--round", type=int, required=True, metavar="ID", help="任务编号")
        parser.add_argument("--unit", required=True, metavar="CODE", help="SCHOOL 或 SCHOOL/UNIT")
        parser.add_argument("--json", action="store_true", help="输出一个 JSON 对象")

    def handle(self, *args, **options):
        board = board_of(options["round"], unit_named(options["unit"]))
        people: list = list(board.missing())
        names = unit_names({person.place for person in people})
        rows = [
            {
                "name": person.name,
                "number": person.number,
                "unit": " ".join(names.get(step, "") for step in ancestors(person.place)[1:]),
                "state": person.part,
            }
            for person in people
        ]
        if options["json"]:
            found = {"round": board.round.pk, "unit": board.unit.name, "missing": len(rows)}
            self.stdout.write(json.dumps(found | {"people": rows}, ensure_ascii=False))
            return
        for row in rows:
            line = f"{row['unit']}  {row['number']}  {row['name']}  {PARTS[row['state']]}"
            self.stdout.write(line)
        self.stdout.write(f"共 {len(rows)} 人未完成。")
