"""`manage.py preflight`: is this installation fit for production, item by item."""

import json
import sys

from django.core.management.base import BaseCommand

from oversight.preflight import FAIL, OK, WARN, items

MARKS = {OK: "通过", WARN: "建议", FAIL: "不符"}


class Command(BaseCommand):
    """Print each item; exit status 0 when none stands in the way, 1 otherwise."""

    help = "逐项检查本系统能否投入正式使用"
    requires_system_checks = ()  # their findings are among the items

    def add_arguments(self, parser):
        parser.add_argument("--json", action="store_true", help="输出一个 JSON 对象")

    def handle(self, *args, **options):
        found = items()
        fit = all(one.state != FAIL for one in found)
        if options["json"]:
            said = {"fit": fit, "items": [one.as_dict() for one in found]}
            self.stdout.write(json.dumps(said, ensure_ascii=False))
        else:
            for one in found:
                self.stdout.write(f"[{MARKS[one.state]}] {one.item}：{one.detail}")
            self.stdout.write("可以投入正式使用。" if fit else "尚不能投入正式使用。")
        if not fit:
            sys.exit(1)
