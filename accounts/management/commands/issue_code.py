"""`manage.py issue_code`: back in for those whom nobody at the school may let in."""

import json

from django.core.management.base import BaseCommand, CommandError

from accounts.models import Unit
from accounts.moves import Refused
from accounts.queries import holders
from accounts.services.activation import VALID, rescue, shown


class Command(BaseCommand):
    help = "为忘记口令的管理人员发放一次性激活码；原口令随即失效，记入操作记录。"

    def add_arguments(self, parser):
        parser.add_argument("--school", required=True, metavar="CODE", help="学校代码")
        parser.add_argument("--number", required=True, help="学（工）号")
        parser.add_argument("--seen", required=True, help="如何核对了本人身份")
        parser.add_argument("--json", action="store_true", help="输出一个 JSON 对象")

    def handle(self, *, school, number, seen, json: bool, **options):
        """The person has a new code, printed once; the old password works no more."""
        try:
            person = only(school, number)
            code = rescue(person, seen=seen)
        except Refused as refusal:
            raise CommandError(str(refusal), returncode=2) from None
        said = {"number": person.number, "name": person.name, "one_time_code": code}
        days = f"{VALID.days} 天内有效，只显示这一次"
        words = f"{person.number} {person.name} 的一次性激活码：{shown(code)}（{days}）"
        self.stdout.write(dumps(said) if json else words)


def dumps(said: dict[str, str]) -> str:
    """One JSON object."""
    return json.dumps(said, ensure_ascii=False)


def only(code: str, number: str):
    """The one person of the number; refused when there is none, or two share its digits."""
    school = Unit.objects.schools().filter(code=code).first()
    if school is None:
        raise Refused(f"没有代码为“{code}”的学校。")
    people = list(holders(school, number)[:2])
    if len(people) != 1:
        found = "没有" if not people else "有多位"
        raise Refused(f"{school.name}{found}编号为“{number}”的人员。")
    return people[0]
