"""Empty rosters to fill in, one for each category of people."""

import io

from accounts.roster.table import GUIDE
from adapters.spreadsheets import Column, blank

TITLES = {
    "student": "学生名册模板",
    "staff": "教职工名册模板",
    "dispatched": "劳务派遣人员名册模板",
    "service": "社会服务人员名册模板",
}
PERSON = (
    Column("姓名", "必填。", required=True, width=12),
    Column("性别", "可不填。", choices=("男", "女"), width=8),
)
PRIVATE = (
    Column("手机号", "11 位，可不填。"),
    Column("身份证号", "18 位，可不填；护照等请在“证件类型”注明。", width=22),
    Column("证件类型", "可不填，默认居民身份证。", choices=("居民身份证", "护照", "其他")),
)
NOTE = Column("备注", "可不填；休学、退学等也可写在这里。", width=24)
STUDENT_STATUS = ("在校", "休学", "复学", "保留学籍", "退学", "转学", "毕业", "境外交换")
WORK_STATUS = ("在岗", "离职", "退休", "调出")
COLUMNS = {
    "student": (
        Column(
            "学号", "与教务系统一致，保留前导 0；还没有学号的新生可空，另填考生号。", required=True
        ),
        Column("考生号", "新生没有学号时填写。"),
        *PERSON,
        Column("学院", "与系统中的名称一致。", required=True, width=20),
        Column("班级", "与教务系统一致；未分班的新生可空。", required=True),
        Column("年级", "如 2026。", width=8),
        Column("专业", "可不填。", width=20),
        Column("学制", "如 3、4、5；学年升级按它办理毕业，可不填（按四年）。", width=8),
        Column("楼栋", "宿舍楼，可不填。", width=12),
        Column("寝室", "房间号，可不填。", width=10),
        Column("学籍状态", "不填表示在校。", choices=STUDENT_STATUS, width=12),
        Column("入学日期", "如 2026-09-01，可不填。", width=14),
        *PRIVATE,
        NOTE,
    ),
    "staff": (
        Column("工号", "与人事系统一致，保留前导 0。", required=True),
        *PERSON,
        Column("部门", "学院或部门，与系统中的名称一致。", required=True, width=20),
        Column("科室", "可不填，默认列入“教职工”。"),
        Column("岗位", "可不填。"),
        Column("在岗状态", "不填表示在岗。", choices=WORK_STATUS, width=12),
        Column("入职日期", "如 2026-09-01，可不填。", width=14),
        *PRIVATE,
        NOTE,
    ),
}
HIRED = (
    Column("人员编号", "没有工号的可空，另填身份证号。", required=True),
    *PERSON,
    Column("部门", "归口管理的部门或学院。", required=True, width=20),
    Column("所属企业", "用工单位或驻校企业。", width=20),
    Column("企业合同截止", "企业与学校合同的最后一天，如 2026-12-31；同一企业填同一天。", width=14),
    Column("岗位", "可不填。"),
    Column("本人合同截止", "本人合同早于企业合同到期的填写，可不填。", width=14),
    Column("人员类别", "请从下拉中选择。", required=True, choices=("劳务派遣", "社会服务人员")),
    Column("在岗状态", "不填表示在岗。", choices=WORK_STATUS, width=12),
    Column("入职日期", "如 2026-09-01，可不填。", width=14),
    *PRIVATE,
    NOTE,
)
COLUMNS |= {"dispatched": HIRED, "service": HIRED}
LINES = (
    "一、每人一行，从第二行填起；红色表头必填，各列填写要求见表头批注。",
    "二、所有列均为文本格式，学号、身份证号直接输入即可，不会丢失前导 0 或变成科学计数。",
    "三、从别处粘贴时请用“选择性粘贴—数值（文本）”，以免把格式一起带入。",
    "四、可以增加工作表、调整列的顺序，但不要改动表头文字。",
    "五、填好后在“导入名册”页面上传，系统先列出变化，确认后才写入。",
)


def workbook(category: str) -> bytes:
    """The empty roster of a category."""
    stream = io.BytesIO()
    blank(stream, TITLES[category].removesuffix("模板"), COLUMNS[category], GUIDE, LINES)
    return stream.getvalue()
