"""Which header means which field, in all the ways school systems write it."""

import unicodedata

FIELDS = {
    "number": "学（工）号",
    "exam_number": "考生号",
    "name": "姓名",
    "gender": "性别",
    "college": "学院（部门）",
    "class_name": "班级",
    "grade": "年级",
    "major": "专业",
    "study_years": "学制",
    "category": "人员类别",
    "status": "学籍（在岗）状态",
    "building": "楼栋",
    "room": "寝室",
    "bed": "床位",
    "phone": "手机号",
    "id_number": "证件号码",
    "id_kind": "证件类型",
    "birth_date": "出生日期",
    "entered_on": "入校日期",
    "unit_name": "科室",
    "company": "所属企业",
    "position": "岗位",
    "contract_ends": "本人合同截止",
    "company_ends": "企业合同截止",
    "note": "备注",
    "counselor": "辅导员",
}
VARIANTS = {
    "number": "学号 学生学号 xh 校内学号 学工号 学（工）号 工号 职工号 教工号 人员编号 教职工号 gh"
    " 学籍号 编号",
    "exam_number": "考生号 ksh 高考考生号 考生编号",
    "name": "姓名 学生姓名 xm 名字 教工姓名 职工姓名 员工姓名",
    "gender": "性别 xb 性别码",
    "college": "学院 院系 二级学院 系部 所属学院 分院 fy 教学单位 部门 所在部门 所属部门 系所 系所函"
    " xsh 院部 学院名称 院系名称 单位 所在单位 归口部门 归口管理部门 部门名称 学院（部门）",
    "class_name": "班级 行政班 班号 bh 班级名称 所在班级 行政班级 bjmc 班级号",
    "grade": "年级 当前所在级 dqszj 入学年份 级别 nj 入学年级",
    "major": "专业 专业名称 zymc 所学专业 专业大类 大类",
    "study_years": "学制 学制年限 标准学制 基本学制 修业年限 学习年限 xz",
    "category": "人员类别 人员类型 身份类别 培养层次 层次 cc 学生类别 用工形式 类别 岗位类别",
    "status": "学籍状态 状态 是否在校 是否在籍 异动 在岗状态 人员状态 学生状态 异动类型 xjzt",
    "building": "宿舍楼 楼栋 公寓 楼号 宿舍楼栋 公寓楼 楼宇",
    "room": "寝室号 房间号 宿舍号 宿舍 寝室 房间 宿舍房间 住宿 宿舍信息",
    "bed": "床位号 床位 床号",
    "phone": "手机号 联系电话 本人电话 移动电话 手机 手机号码 电话 联系方式 sjh lxdh",
    "id_number": "身份证号 sfzh 身份证件号 证件号码 身份证号码 证件号 身份证 护照号",
    "id_kind": "证件类型 身份证件类型",
    "birth_date": "出生日期 csrq 出生年月",
    "entered_on": "入学日期 rxrq 入校日期 入职日期 来校日期 入学时间 入职时间 来校时间",
    "unit_name": "科室 二级部门 内设机构 班组 岗位部门",
    "company": "所属企业 企业 公司 单位名称 用工单位 所属公司",
    "position": "岗位 职务 工种",
    "contract_ends": "合同截止 合同到期 合同截止日期 合同截止日 合同到期日 合同到期日期 合同终止日期"
    " 合同到期时间 合同截止时间 本人合同截止 本人合同截止日期 聘用截止 聘期截止",
    "company_ends": "企业合同截止 企业合同到期 企业合同截止日期 企业合同到期日 企业合同到期日期"
    " 单位合同截止 单位合同到期 服务合同截止 服务合同到期 承包合同截止 承包合同到期",
    "note": "备注 说明",
    "counselor": "辅导员 辅导员工号 班主任 导师 辅导员姓名",
}
# taken by no field on purpose: what the work does not need is not kept
NOT_NEEDED = {
    "民族",
    "mz",
    "政治面貌",
    "政治面目",
    "zzmm",
    "籍贯",
    "宗教信仰",
    "婚姻状况",
    "家庭住址",
}
NOT_TAKEN = {"角色", "权限", "授权", "是否管理员", "管理员"}


def tidy(header: object) -> str:
    """A header without blanks, stars, colons and width: what two ways of writing it share."""
    text = unicodedata.normalize("NFKC", str(header or "")).lower()
    text = text.replace("(必填)", "").replace("(选填)", "").replace("(文本格式)", "")
    return "".join(c for c in text if not c.isspace() and c not in "*:：﻿​'\"")


KNOWN = {tidy(variant): name for name, variants in VARIANTS.items() for variant in variants.split()}


def field_of(header: object) -> str | None:
    """The field a header means, or None."""
    return KNOWN.get(tidy(header))


def field_of_pair(above: object, below: object) -> str | None:
    """The field of a two-row header such as 宿舍 over 楼栋 and 房间: the lower row decides."""
    return field_of(below) or field_of(tidy(above) + tidy(below)) or field_of(above)
