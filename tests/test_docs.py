"""The papers say what the code says."""

import re
from pathlib import Path

from django.conf import settings

from accounts.duties import APPOINTS, KINDS, DutyKind
from accounts.scope import APART, EXACT, FROM_ABOVE, LETS_IN, OWN, ROLES, Role

TIERS = {0: "province", 1: "school", 2: "college or department", 3: "class or group", 4: "dorm"}
NOUNS = {
    "assignment": "单位任务", "audit": "操作记录", "calendar": "校历", "circular": "通知",
    "completion": "个人完成", "correction": "更正申请",
    "archive": "归档",
    "charter": "责任书",
    "desk": "工作台", "evidence": "佐证", "excuse": "豁免", "grant": "授权", "job": "后台工作",
    "duty": "责任", "meeting": "会议", "meetingtask": "会议事项",
    "reminder": "催办", "filing": "名单报送", "login": "登录", "retention": "保存期限", "request": "个人信息申请",
    "person": "人员", "roster": "名册导入", "round": "任务", "school": "学校称谓",
    "export": "导出", "finding": "线索", "declaration": "断卡申报",
    "signature": "签名", "tally": "各校进度", "transfer": "转入申请", "text": "承诺书文本", "unit": "单位",
    "objection": "不同意签署", "outside": "外部导入",
    "barrier": "办理困难",
    "drop": "班级截图批次", "shot": "截图", "tool": "反诈工具",
}  # fmt: skip


def table(head: list[str], rows: list[list[str]]) -> str:
    lines = [head, ["---"] * len(head), *rows]
    return "\n".join(f"| {' | '.join(line)} |" for line in lines)


def codes(names) -> str:
    """The roles in the order of the table, as code; a dash for none."""
    return " ".join(f"`{role}`" for role in Role if role in names) or "—"


def roles_table() -> str:
    """Each role: its word, where it is given, what it reaches beyond that, whose codes it hands out."""
    head = ["Role", "On screen", "Given at", "School-wide", "Hands first codes to holders of"]
    rows = [
        [
            f"`{role}`",
            Role(role).label,
            ", ".join(TIERS[tier] for tier in rule.tiers),
            " ".join(f"`{verb}`" for verb in sorted(rule.wide)) or "—",
            codes(LETS_IN.get(role, ())),
        ]
        for role, rule in ROLES.items()
    ]
    return table(head, rows)


def actions_table() -> str:
    """Each action: its noun in words, the roles that may, and how far below the unit it goes."""
    verbs = sorted({verb for rule in ROLES.values() for verb in rule.may})
    rows = [
        [
            f"`{verb}`",
            NOUNS[verb.partition(".")[0]],
            codes({role for role, rule in ROLES.items() if verb in rule.may}),
            "below the unit only"
            if verb in FROM_ABOVE
            else "the unit itself only"
            if verb in EXACT
            else "the unit and below",
        ]
        for verb in verbs
    ]
    return table(["Action", "On", "Roles", "Reach"], rows)


def special() -> str:
    """The exceptions that hold for every role."""
    return table(
        ["Rule", "Names"],
        [
            ["Never joined in one person", codes(APART)],
            [
                "What everybody may do with rows of their own",
                " ".join(f"`{x}`" for x in sorted(OWN)),
            ],
        ],
    )


def duties_table() -> str:
    """Each kind of duty: its word, where it is held, the role it carries, who may say so."""
    rows = [
        [
            f"`{kind}`",
            DutyKind(kind).label,
            ", ".join(TIERS[tier] for tier in rule.tiers),
            codes(set(rule.roles.values())),
            codes({role for role, kinds in APPOINTS.items() if kind in kinds}),
        ]
        for kind, rule in KINDS.items()
    ]
    return table(["Duty", "On screen", "Held at", "Carries", "Appointed by"], rows)


def test_roles_page_says_what_the_table_says():
    page = (Path(settings.BASE_DIR) / "docs" / "roles.md").read_text()

    for part in (roles_table(), actions_table(), duties_table(), special()):
        assert part in page
    assert set(ROLES) == set(Role)


ROOT = Path(settings.BASE_DIR)
PAPERS = [ROOT / "README.md", ROOT / "README.zh-CN.md", *sorted((ROOT / "docs").rglob("*.md"))]


def test_every_link_of_the_papers_leads_somewhere():
    dead = [
        (paper.name, link)
        for paper in PAPERS
        for link in re.findall(r"\]\(([^)#:]+)\)", paper.read_text())
        if not (paper.parent / link).exists()
    ]

    assert dead == []


def test_no_setting_and_no_command_is_explained_twice():
    page = (ROOT / "docs" / "operations.md").read_text()
    named = re.findall(r"^\| `(\w+)", page, re.MULTILINE)

    assert {"SESSION_HOURS", "import_roster", "board"} <= set(named)
    assert sorted(named) == sorted(set(named))


def test_every_file_that_a_requirement_names_is_there():
    page = (ROOT / "docs" / "requirements.md").read_text()
    named = re.findall(r"`([\w/.]+)`", page)

    assert [name for name in named if not (ROOT / name).exists()] == []
    assert len(named) > 20


BESIDE = {
    "__init__", "apps", "urls", "forms", "sheets", "tasks", "admin", "views", "models", "migrations",
    "management", "templatetags",
}  # fmt: skip


def test_the_page_of_the_house_names_what_is_there():
    """Each file it names exists, and each module stands under its room, by name or in its folder."""
    page = (ROOT / "docs" / "architecture.md").read_text()
    files = re.findall(r"`([\w/]+(?:\.py|\.md|/))`", page.replace("`design.md`", ""))
    rooms = dict(re.findall(r"^### `(\w+)/`\n(.+?)(?=^##)", page, re.MULTILINE | re.DOTALL))

    assert [name for name in files if not (ROOT / name).exists()] == []
    for room, said in rooms.items():
        named = set(re.findall(r"`([a-z_/]+)`", said))
        there = {
            path.relative_to(ROOT / room).with_suffix("") for path in (ROOT / room).rglob("*.py")
        }
        known = {str(step) for path in there for step in [path, *path.parents]}
        asked = {
            path for path in there
            if not {*path.parts} & BESIDE and not path.name.endswith(("_forms", "_urls"))
        }  # fmt: skip
        assert (room, named - known) == (room, set())
        missing = {
            str(path) for path in asked if not {str(s) for s in [path, *path.parents]} & named
        }
        assert (room, missing) == (room, set())
    assert len(rooms) == 8


def test_every_requirement_has_a_line_and_none_is_claimed_twice():
    """A span of ids stands as `CHK-1 … CHK-9`; they stand in order."""
    page = (ROOT / "docs" / "requirements.md").read_text()
    cells = [line.split("|")[1] for line in page.splitlines() if line.startswith("| ")][1:]
    found = []
    for cell in cells:
        for first, last in re.findall(r"([A-Z]{3}-\d+)(?: … [A-Z]{3}-(\d+))?", cell):
            area, number = first.split("-")
            found += [f"{area}-{n}" for n in range(int(number), int(last or number) + 1)]
    whole = {"ORG": 10, "PLG": 8, "GND": 9, "CHK": 9, "INC": 14, "CMP": 15, "OVS": 9}

    assert found == [f"{a}-{n + 1}" for a, most in whole.items() for n in range(most)]


def test_the_two_commands_come_first_in_both_languages():
    for paper in PAPERS[:2]:
        commands = re.findall(r"^    make (\w+)", paper.read_text(), re.MULTILINE)
        assert commands == ["demo", "test"]


def test_each_command_of_make_is_explained():
    targets = set(re.findall(r"^([a-z]+):", (ROOT / "Makefile").read_text(), re.MULTILINE))
    said = "".join(paper.read_text() for paper in PAPERS)

    assert sorted(t for t in targets - {"lint"} if f"make {t}" not in said) == []
