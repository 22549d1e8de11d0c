"""One cell at a time: cleaned, checked, and refused with a reason and the cure."""

import re
import unicodedata
from calendar import monthrange
from collections.abc import Callable
from datetime import date, datetime
from functools import lru_cache
from operator import mul

DOTS = str.maketrans(dict.fromkeys("‧•・．⋅∙●", "·"))
INVISIBLE = {"Cf", "Cc"}
# digits, letters and the signs of numbers; （ ） and other Chinese signs stay as they are
NARROW = {
    code: chr(code - 0xFEE0)
    for code in (*range(0xFF10, 0xFF1A), *range(0xFF21, 0xFF3B), *range(0xFF41, 0xFF5B))
} | {ord("＋"): "+", ord("－"): "-", ord("＿"): "_"}
NOTHING = {"", "无", "-", "--", "—", "/", "暂无", "null", "none", "nan"}
DAMAGED = "被 Excel 改成了科学计数或末位变为 0，请把该列设为“文本”后重新导出"
SCIENTIFIC = re.compile(r"^\d(\.\d+)?[eE]\+?\d+$")
HAN_GAP = re.compile(
    r"(?<=[㐀-鿿豈-﫿\U00020000-\U0003ffff])\s+(?=[㐀-鿿豈-﫿\U00020000-\U0003ffff])"
)
NAME_REFUSED = re.compile(r"[<>{}$%=\\|^`~\"]")
WEIGHTS = (7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2)
CHECK = "10X98765432"


class Bad(Exception):
    """The cell cannot be taken; the message is the reason with what to do."""


def text(value) -> str:
    """A cell as clean text: width, blanks, marks and a whole float's `.0` are gone."""
    if type(value) is str:
        if value.isascii() and value.isalnum():
            return value
        return _tidy(value) if len(value) < 200 else _tidy.__wrapped__(value)
    if value is None:
        return ""
    if isinstance(value, bool):
        return "是" if value else "否"
    if isinstance(value, float):
        return str(int(value)) if value.is_integer() and abs(value) < 1e15 else repr(value)
    if isinstance(value, datetime | date):
        return value.strftime("%Y-%m-%d")
    return str(value)


@lru_cache(maxsize=50_000)
def _tidy(value: str) -> str:
    value = value.translate(DOTS).translate(NARROW)
    if not value.isascii():
        value = "".join(c for c in value if unicodedata.category(c) not in INVISIBLE or c in "\n\t")
    return " ".join(value.split()).removeprefix("'")


def plain(value) -> str:
    """Free text of at most 60 characters."""
    found = value if type(value) is str and value.isascii() and value.isalnum() else text(value)
    if len(found) > 60:
        raise Bad("内容超过 60 个字，请缩短")
    return "" if len(found) <= 4 and found.lower() in NOTHING else found


def number(value) -> str:
    """A number of a person as text, leading zeros kept.

    A number that a spreadsheet has damaged is refused, never guessed.
    """
    if isinstance(value, float) and (abs(value) >= 1e15 or not value.is_integer()):
        raise Bad(f"号码{DAMAGED}")
    found = text(value)
    if SCIENTIFIC.match(found):
        raise Bad(f"号码{DAMAGED}")
    found = found.replace(" ", "")
    if found.lower() in NOTHING:
        return ""
    if not (3 <= len(found) <= 20) or not found.isascii():
        raise Bad("号码应为 3 至 20 位字母或数字，请核对")
    if not found.replace("-", "").replace("_", "").isalnum():
        raise Bad("号码中有不能识别的符号，请核对")
    return found


@lru_cache(maxsize=50_000)
def _name(value: str) -> str:
    found = HAN_GAP.sub("", _tidy(value)).replace(" ·", "·").replace("· ", "·")
    if not found:
        return ""
    if len(found) > 40:
        raise Bad("姓名超过 40 个字，请核对")
    if "?" in found or "\ufffd" in found or any(unicodedata.category(c) == "Co" for c in found):
        raise Bad("姓名含未能显示的生僻字，请核对原系统后改为正确的字")
    if NAME_REFUSED.search(found):
        raise Bad("姓名中有不能使用的符号，请核对")
    return found


def name(value) -> str:
    """A name: blanks between Han characters gone, every middle dot the same one."""
    if value is None:
        return ""
    return _name(value if type(value) is str else text(value))


def phone(value) -> str:
    """Eleven digits of a mobile telephone, or nothing."""
    found = text(value).replace(" ", "").replace("-", "")
    if found.lower() in NOTHING:
        return ""
    found = found.removeprefix("+86").removeprefix("0086")
    if len(found) == 13 and found.startswith("86"):
        found = found[2:]
    if len(found) == 11 and found.isdigit() and found[0] == "1" and found[1] in "3456789":
        return found
    raise Bad("手机号应为 11 位数字，请核对；没有可留空")


def id_number(value) -> str:
    """An 18-digit identity number whose date and check digit are right, or nothing."""
    if isinstance(value, float | int) and not isinstance(value, bool):
        raise Bad(f"身份证号{DAMAGED}")
    found = text(value).replace(" ", "").upper()
    if found.lower() in NOTHING:
        return ""
    if SCIENTIFIC.match(found):
        raise Bad(f"身份证号{DAMAGED}")
    if len(found) == 15 and found.isdigit():
        raise Bad("15 位身份证号已停用，请填写 18 位号码")
    if (
        len(found) != 18
        or not found[:17].isdigit()
        or not (found[17].isdigit() or found[17] == "X")
    ):
        raise Bad("身份证号应为 18 位，请核对；护照等请填写“证件类型”列")
    # the code of "0" is 48, and the weights sum up to 100
    if found[17] != CHECK[(sum(map(mul, WEIGHTS, found[:17].encode())) - 4800) % 11]:
        damaged = found.endswith("000")
        raise Bad(f"身份证号{DAMAGED}" if damaged else "身份证号校验位不对，请核对")
    if not _was_born(found[6:14]):
        raise Bad("身份证号中的出生日期不存在或不合理，请核对")
    return found


@lru_cache(maxsize=50_000)
def _was_born(digits: str) -> bool:
    try:
        born = date(int(digits[:4]), int(digits[4:6]), int(digits[6:]))
    except ValueError:
        return False
    return born.year >= 1920 and born <= date.today()  # noqa: DTZ011 - a day, wherever one is


def paper_number(value) -> str:
    """The number of a passport or other paper."""
    found = text(value).replace(" ", "").upper()
    if found.lower() in NOTHING:
        return ""
    if not found.isascii() or not 5 <= len(found) <= 30:
        raise Bad("证件号码应为 5 至 30 位字母或数字，请核对")
    return found


def gender(value) -> str:
    """男, 女 or nothing."""
    return {"1": "男", "2": "女", "男": "男", "女": "女", "男性": "男", "女性": "女"}.get(
        text(value), ""
    )


@lru_cache(maxsize=1000)
def _grade(found: str) -> str:
    digits = found.removesuffix("级").removesuffix("届").removesuffix("年")
    if len(digits) == 2 and digits.isdigit():
        digits = f"20{digits}"
    if len(digits) == 4 and digits.isdigit() and "1990" <= digits <= "2100":
        return digits
    if not found:
        return ""
    raise Bad("年级应写成 2023 或 23级，请核对")


def grade(value) -> str:
    """A grade as the four digits of its year."""
    return _grade(text(value))


HAN_DIGITS = str.maketrans("一二三四五六七八两", "123456782")
YEARS_SAID = re.compile(r"(?:[^\d.]*)(\d(?:\.5)?)(?:\+(\d))?年?制?")


@lru_cache(maxsize=1000)
def _study_years(found: str) -> str:
    if found.lower() in NOTHING:
        return ""
    said = YEARS_SAID.fullmatch(found.translate(HAN_DIGITS).removesuffix(".0").replace(" ", ""))
    years = float(said[1]) + int(said[2] or 0) if said else 0
    if not 1 <= years <= 8:
        raise Bad("学制应写成 4 或“四年”，请核对")
    return f"{years:g}"


def study_years(value) -> str:
    """How many years somebody studies, as a number: 四年制 is 4, 3+2 is 5."""
    return _study_years(text(value))


CATEGORIES = (
    (
        "service",
        ("食堂", "餐饮", "物业", "商贸", "维修", "保洁", "保安", "社会服务", "服务人员", "驻校"),
    ),
    ("dispatched", ("派遣", "外包", "外聘", "合同工", "临时")),
    ("student", ("本科", "专科", "高职", "研究生", "硕士", "博士", "留学生", "学生", "专升本")),
    ("staff", ("教职工", "教师", "在编", "事业编", "人事代理", "教辅", "行政", "管理", "职工")),
)


@lru_cache(maxsize=1000)
def _category(found: str) -> str:
    for category, words in CATEGORIES:
        if any(word in found for word in words):
            return category
    return ""


def category(value) -> str:
    """student, staff, dispatched, service, or nothing when the words say none of them."""
    return _category(text(value))


# 复学, 转入 … first: they hold the words of what is over
STATUSES = (
    (
        "active",
        (
            "复学",
            "转入",
            "转专业",
            "转班",
            "专升本",
            "延长学年",
            "留级",
            "降级",
            "报到",
            "取消休学",
        ),
    ),
    ("reserved", ("保留入学资格", "保留学籍", "应征入伍", "参军", "入伍")),
    ("suspended", ("休学", "停学")),
    ("transferred_out", ("转学", "转出")),
    ("withdrawn", ("退学", "开除", "注销", "取消入学", "放弃入学", "取消旁听", "死亡", "未报到")),
    ("graduated", ("毕业", "结业", "肄业")),
    ("left", ("离职", "退休", "调出", "辞职", "解聘", "离校", "离岗")),
    ("exchange", ("交换", "境外", "出国", "留学中")),
)
NO = {"否", "不在校", "不在籍", "n", "0", "离"}


@lru_cache(maxsize=5000)
def _status(found: str) -> str:
    if found.lower() in NO:
        return "left"
    for status, words in STATUSES:
        if any(word in found for word in words):
            return status
    return ""


def status(value) -> str:
    """One of the statuses of a person, or nothing when the words say none."""
    return _status(text(value))


def day(value) -> str:
    """A day as 2026-09-01, from a real date or from the usual ways of writing one."""
    if isinstance(value, datetime | date):
        found = value.strftime("%Y-%m-%d")
    elif isinstance(value, float) and 20_000 < value < 60_000:
        found = date.fromordinal(date(1899, 12, 30).toordinal() + int(value)).isoformat()
    else:
        found = _day(text(value))
    if found and not _is_likely(found[:4]):
        raise Bad("日期超出合理范围，请核对")
    return found


@lru_cache(maxsize=1000)
def _is_likely(year: str) -> bool:
    return "1930" <= year <= str(date.today().year + 2)  # noqa: DTZ011


@lru_cache(maxsize=5000)
def _day(found: str) -> str:
    if found.lower() in NOTHING:
        return ""
    parts = re.fullmatch(r"(\d{4})[-/.年]?(\d{1,2})(?:[-/.月]?(\d{1,2})日?|月)?(?: .*)?", found)
    if not parts:
        raise Bad("日期应写成 2026-09-01，请核对")
    try:
        return date(int(parts[1]), int(parts[2]), int(parts[3] or 1)).isoformat()
    except ValueError:
        raise Bad("没有这一天，请核对日期") from None


ENDLESS = {"长期", "无固定期限", "无期限", "永久"}


def last_day(value) -> str:
    """The last day of a contract; a month alone counts to its end, one without end is nothing."""
    found = text(value)
    if found in ENDLESS:
        return ""
    month = re.fullmatch(r"(\d{4})[-/.年]?(\d{1,2})月?", found)
    if type(value) is str and month and 1 <= int(month[2]) <= 12:
        year, number = int(month[1]), int(month[2])
        found = f"{year}-{number:02}-{monthrange(year, number)[1]}"
    elif isinstance(value, float) and 20_000 < value < 80_000:
        found = date.fromordinal(date(1899, 12, 30).toordinal() + int(value)).isoformat()
    else:
        found = _day(found)
    if found and not "2000" <= found[:4] <= "2100":
        raise Bad("合同截止日期超出合理范围，请核对")
    return found


CLEAN: dict[str, Callable] = {
    "number": number,
    "exam_number": number,
    "name": name,
    "gender": gender,
    "grade": grade,
    "category": category,
    "study_years": study_years,
    "status": text,
    "phone": phone,
    "id_number": id_number,
    "birth_date": day,
    "entered_on": day,
    "contract_ends": last_day,
    "company_ends": last_day,
    "note": text,
}


def masked(field: str, value) -> str:
    """What of a refused value may be shown: a surname, the last four signs of a number."""
    found = text(value) if not isinstance(value, float) else repr(value)
    if field == "name":
        return found[:1] + "*" * min(3, max(0, len(found) - 1))
    if field in {"number", "exam_number", "phone", "id_number"} and len(found) > 4:
        return "*" * min(8, len(found) - 4) + found[-4:]
    return found[:20]
