"""`manage.py load_demo`: invented schools to try the portal on."""

import json

from django.core.management.base import BaseCommand, CommandError
from django.db import connection, transaction

from accounts.models import Unit
from oversight.demo import marks, province, story

SENTENCES = {
    "schools": "学校 {} 所",
    "units": "单位 {} 个",
    "people": "人员 {} 人",
    "rounds": "任务 {} 个",
    "assignments": "单位任务 {} 项",
    "completions": "个人完成 {} 条",
    "signatures": "签署 {} 份",
}


class Command(BaseCommand):
    """Everything in one transaction: a load that breaks off leaves nothing."""

    help = "装载演示数据（虚构学校）。数据库中已有真实学校时拒绝执行。"

    def add_arguments(self, parser):
        parser.add_argument("--size", choices=["small", "full", "province"], default="small")
        parser.add_argument(
            "--schools", type=int, default=province.SCHOOLS, help="学校数，仅用于 province"
        )
        parser.add_argument("--json", action="store_true", help="以 JSON 输出")

    def handle(self, *, size, schools, **options):
        real = marks.real_schools().first()
        if real:
            raise CommandError(
                f"数据库中已有学校“{real.name}”，不是演示数据。为免混入真实数据，未装载任何内容。"
                "请另用一个空数据库。",
                returncode=2,
            )
        fresh = not Unit.objects.schools().exists()
        if fresh:
            with transaction.atomic():
                province.load(schools=schools) if size == "province" else story.load(size)
            _analyse()
        self._say(fresh, as_json=options["json"])

    def _say(self, fresh: bool, *, as_json: bool):
        found = {"created": fresh, **marks.counts()}
        if as_json:
            self.stdout.write(json.dumps(found))
            return
        what = "，".join(words.format(found[key]) for key, words in SENTENCES.items())
        self.stdout.write(f"{'演示数据已装载' if fresh else '演示数据已存在，未作改动'}：{what}。")


def _analyse() -> None:
    """The planner knows the new rows, and counting reads the indexes alone."""
    vacuum = connection.vendor == "postgresql" and not connection.in_atomic_block
    with connection.cursor() as cursor:
        cursor.execute("VACUUM ANALYZE" if vacuum else "ANALYZE")
