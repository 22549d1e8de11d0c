"""附件2 as the office prints it, and the named list of what was declared."""

import io

from django.utils import timezone

from accounts.audit import keyed
from accounts.exports import Listed, source
from accounts.models import Unit
from accounts.moves import Refused
from accounts.paths import SCHOOL
from accounts.sheets import moment, places
from adapters import spreadsheets
from rounds.models import Finding, Round
from selfcheck.cards import queries
from selfcheck.cards.catalogue import VIOLATIONS, measure_of, word_of
from selfcheck.cards.sums import Sheet
from selfcheck.models import Account

ASIDE = "差异说明（填报数与汇总数不一致时填写，不打印）"
PLAIN = {"expected", "done", "undone", "people", "back", "told", "studies"}


def heads_of(sheet: Sheet) -> list[tuple[str, str]]:
    """The headings with what stands above them, as they are printed."""
    found = [("", "序号"), ("", "单位"), ("", "班级（科室）")]
    for code, label in sheet.columns:
        if code == "undone":
            found += [("未查人数及原因", "人数"), ("未查人数及原因", "原因")]
        elif code in PLAIN:
            found.append(("", label))
        else:
            kind, _, part = code.partition(".")
            found.append((word_of(kind), "人数" if part == "people" else f"{measure_of(kind)}数"))
    return [*found, ("", "备注")]


def printed(sheet: Sheet, line, number) -> list:
    """One line in the order of the headings."""
    cells: list = [number, line.upper if line.path != sheet.path else sheet.unit.name, line.name]
    if sheet.unit.level == SCHOOL:
        cells[1:3] = [line.name, ""]
    for code, _ in sheet.columns:
        cells.append(line.numbers[code])
        if code == "undone":
            cells.append(line.why)
    return [*cells, line.remark]


def mark_of(sheet: Sheet) -> str:
    """What proves that a file came from here and what stood on it."""
    return keyed(f"cards:{sheet.round.pk}:{sheet.unit.pk}:{sheet.digest}")


def official(sheet: Sheet, *, contact: str = "", signed: dict[int, str] | None = None) -> bytes:
    """附件2 of a unit, or the school's summary, as a workbook that may come back filled in.

    `signed`: who signed which of the three steps here; on paper they sign beside it.
    """
    whole = sheet.unit.level == SCHOOL
    rows = [printed(sheet, line, number) for number, line in enumerate(sheet.lines, 1)]
    total = printed(sheet, sheet.total, "合计")
    total[1:3] = ["", ""]
    school = sheet.unit.lineage()[0]
    heads = heads_of(sheet)
    out = io.BytesIO()
    spreadsheets.fill(
        out,
        spreadsheets.Form(
            name="全校汇总" if whole else "附件2",
            mark="附件2",
            title=f"{school.name}“断卡”自查情况统计表{'（全校汇总）' if whole else ''}",
            heading=f"学校：{school.name}"
            if whole
            else f"二级学院（部门）：{sheet.unit.name}（盖章）",
            heads=heads,
            rows=rows,
            total=total,
            foot=foot_of(contact, signed or {}),
            widths=[6, 16, 16, 8, 8, 7, 18, *([7] * (len(heads) - 8)), 18],
            aside="" if whole else ASIDE,
            beside=ledger(sheet),
            hidden=[] if whole else hidden(sheet),
        ),
    )
    return out.getvalue()


def foot_of(contact: str, signed: dict[int, str]) -> list[str]:
    """Who signs, with the names of those who did so here; the telephone, the day, the stamp."""
    return [
        f"填表人：{signed.get(1, '')}",
        f"审核人（签字）：{signed.get(2, '')}",
        f"单位负责人（签字）：{signed.get(3, '')}",
        f"联系电话：{contact}",
        f"填表日期：{timezone.localdate():%Y-%m-%d}",
        "（盖章）",
    ]


def ledger(sheet: Sheet) -> list[tuple[str, list[list]]]:
    """What units say otherwise than the sums, as a sheet of its own."""
    if not sheet.differences:
        return []
    head = ["单位", "行", "栏目", "汇总数", "单位填报数", "原因", "填报人", "时间"]
    rows = [
        [one.assignment.unit.name, one.row, one.heading, one.summed, one.said, one.reason,
         one.by.name, f"{timezone.localtime(one.at):%Y-%m-%d %H:%M}"]
        for one in sheet.differences
    ]  # fmt: skip
    return [("差异台账", [head, *rows])]


def hidden(sheet: Sheet) -> list[list]:
    """The round, the unit and the proof; then which unit each line is about."""
    head = ["勿改", str(sheet.round.pk), str(sheet.unit.pk), mark_of(sheet)]
    return [head, *([line.path] for line in sheet.lines)]


DETAIL = [
    "姓名", "学（工）号", "身份类别", "单位", "班级（部门）", "账户类型", "所属银行/运营商/平台",
    "号码（仅后4位）", "数量", "方式", "时间", "对象", "是否相识", "获利金额", "目前状态", "是否报警",
    "主动申报", "处理意见", "备注",
]  # fmt: skip


@source("cards.detail")
def detail(user, params: dict, *, full: bool) -> Listed:
    """Each forbidden account of those whose declarations the user reads; `full` means nothing here."""
    round_ = Round.objects.permitted(user).filter(pk=params["round"], kind="cardcheck").first()
    unit = Unit.objects.permitted(user).filter(pk=params["unit"]).first()
    if round_ is None or unit is None or not queries.answers_for(user, unit.path):
        raise Refused("您的角色已变动，不能导出这份名单。")
    rows = queries.declarations_at(user, round_, unit).filter(accounts__way__in=VIOLATIONS)
    return Listed(
        title=f"{unit.name}“断卡”自查明细",
        headers=DETAIL,
        rows=_detailed(user, rows.distinct()),
        count=rows.count(),
        widths=[12, 18, 12, 22, 22, 12, 18, 14, 8, 8, 12, 20, 10, 12, 12, 10, 10, 30, 30],
        path=unit.path,
    )


def _detailed(user, rows):
    at = places(user)
    for one in rows:
        person = one.completion.person
        opinions = {
            found.code: found for found in Finding.objects.filter(completion=one.completion)
        }
        for account in one.accounts.filter(way__in=VIOLATIONS):
            said = opinions.get(f"{account.kind}:{account.way}")
            yield person.pk, (
                person.name, person.number, person.get_category_display(),
                *at[person.unit_path][:2], account.word, account.provider, account.tail,
                account.count, account.get_way_display(), _when(account), account.whom,
                {True: "相识", False: "不相识"}.get(account.known, ""),
                "" if account.gain is None else str(account.gain), account.get_present_display(),
                "是" if account.reported else "否", "是" if one.voluntary else "否",
                _opinion(said), account.note,
            )  # fmt: skip


def _when(account: Account) -> str:
    if account.happened_on is None:
        return ""
    return f"{account.happened_on:%Y-%m}" if account.by_month else f"{account.happened_on:%Y-%m-%d}"


def _opinion(found: Finding | None) -> str:
    if found is None or not found.outcome:
        return found.get_state_display() if found else ""
    return f"{found.get_outcome_display()}（{moment(found.closed_at)}）"
