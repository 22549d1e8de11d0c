"""`manage.py create_school`: an empty school, ready for its first roster."""

import json

from django.core.management.base import BaseCommand, CommandError

from accounts.moves import Refused
from accounts.services.activation import VALID, shown
from accounts.services.schools import create_school

NAMES = {
    "office-name": "安全保卫部门的名称，如 党委保卫部",
    "student-office-name": "学生工作部门的名称，如 学工部",
    "college-word": "二级单位的称谓，如 学院、二级学院、院部",
    "host": "访问域名，如 fanzha.example.edu.cn；一校一库时可不填",
    "contact": "值班电话",
}


class Command(BaseCommand):
    help = "建立一所学校；给出 --office 时建立安全保卫部门的首个账号，并打印其一次性激活码。"

    def add_arguments(self, parser):
        parser.add_argument("--code", required=True, help="学校代码：字母、数字、横线、下划线")
        parser.add_argument("--name", required=True, help="学校名称")
        parser.add_argument("--office", metavar="工号:姓名", help="安全保卫部门的首个账号")
        for option, words in NAMES.items():
            parser.add_argument(f"--{option}", default="", help=words)
        parser.add_argument("--json", action="store_true", help="输出一个 JSON 对象")

    def handle(self, *, code, name, office, json: bool, **options):
        """The school exists and its names are set; the code is printed once and kept nowhere."""
        names = {option.replace("-", "_"): options[option.replace("-", "_")] for option in NAMES}
        try:
            unit, person, secret = create_school(
                code=code, name=name, office=first(office), actor=None, **names
            )
        except Refused as refusal:
            raise CommandError(str(refusal), returncode=2) from None
        self.stdout.write(as_json(unit, person, secret) if json else in_words(unit, person, secret))


def first(office: str | None) -> tuple[str, str] | None:
    """Number and name of the first officer, from `工号:姓名`."""
    if not office:
        return None
    number, _, name = (part.strip() for part in office.replace("：", ":").partition(":"))
    if not number or not name or len(number) > 30 or len(name) > 60:
        raise Refused("--office 的写法是“工号:姓名”，如 --office 10086:张三。")
    return number, name


def as_json(unit, person, secret: str) -> str:
    """One JSON object."""
    said = {"code": unit.code, "name": unit.name, "path": unit.path, "office": None}
    if person:
        said["office"] = {"number": person.number, "name": person.name, "one_time_code": secret}
    return json.dumps(said, ensure_ascii=False)


def in_words(unit, person, secret: str) -> str:
    """What was done, and the code to hand over."""
    lines = [f"已建立学校：{unit.name}（代码 {unit.code}）"]
    if person:
        lines += [
            f"{unit.school.office_name}账号：{person.number} {person.name}",
            f"一次性激活码：{shown(secret)}（{VALID.days} 天内有效，只显示这一次）",
            "请本人打开登录页，点“首次登录（激活）”，凭工号和激活码设置口令。",
        ]
    return "\n".join(lines)
