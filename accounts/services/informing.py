"""What people are told about their data: versions, and who has read them."""

from django.db import transaction

from accounts.audit import record
from accounts.models import NoticeRead, PrivacyNotice, School, Unit, User
from accounts.moves import Refused

TEXT = """\
一、谁在处理您的信息
{school}（以下简称学校）为防范电信网络诈骗、保护师生财产安全，由{office}会同{students}和各{college}使用本系统处理您的个人信息。

二、为什么处理
依据《中华人民共和国反电信网络诈骗法》和上级部门、学校关于反诈工作的要求，用于组织签署承诺书、开展反诈宣传教育、核实和劝阻、统计完成情况和归档备查，不作他用。

三、处理哪些信息
姓名、学（工）号、所在单位和宿舍、人员类别、年级、在校状态、手机号、证件号码；您签署、申报、上传的内容；登录时间、设备和来源网络。手机号和证件号码加密保存，页面上只显示部分数字；查看完整号码须填写原因并留下记录。

四、谁能看到
只有负责您所在单位反诈工作的人员能看到您的信息，每次查看、导出都有记录，您可以在“我的信息”里查询。未经您同意，学校不向校外提供，法律、行政法规另有规定的除外。

五、保存多久
在校期间及离校后按学校档案管理规定保存；登录记录、操作记录保存不少于六个月。超过期限的予以删除。

六、您的权利
您可以查询、复制自己的信息；发现有误可以申请更正；符合法定情形的可以申请删除；可以要求说明处理情况。请在“我的信息”里提出，单位在规定期限内答复。

七、联系方式
{office}{contact}。对处理有异议的，也可以向学校投诉。"""


def default_text(school: School) -> str:
    """The first version, in the school's own names."""
    return TEXT.format(
        school=school.unit.name,
        office=school.office_name,
        students=school.student_office_name,
        college=school.college_word,
        contact=f"，电话 {school.contact}" if school.contact else "",
    )


def current(school_id: int | None) -> PrivacyNotice | None:
    """The version in force at a school."""
    return PrivacyNotice.objects.filter(school=school_id).order_by("-version").first()


def pending(user: User) -> bool:
    """Whether the person has yet to read the version in force; demo accounts are not held up."""
    if user.demo or user.school_id is None:
        return False
    notice = current(user.school_id)
    return notice is not None and not notice.reads.filter(user=user).exists()


def begin(school: Unit) -> PrivacyNotice:
    """A new school's first version; it belongs to the founding."""
    return PrivacyNotice.objects.create(school=school, version=1, body=default_text(school.school))


@transaction.atomic
def publish(school: Unit, *, body: str, optional: str = "", actor: User | None) -> PrivacyNotice:
    """A new version is in force; everybody is asked to read it at their next login."""
    Unit.objects.select_for_update().get(pk=school.pk)
    last = current(school.pk)
    body, optional = body.strip(), optional.strip()
    if not body:
        raise Refused("请填写告知书正文。")
    if last and (last.body, last.optional) == (body, optional):
        raise Refused("内容与现行版本相同，没有修改。")
    notice = PrivacyNotice.objects.create(
        school=school,
        version=last.version + 1 if last else 1,
        body=body,
        optional=optional,
        published_by=actor,
    )
    record(actor, "publish_notice", notice, path=school.path, version=notice.version)
    return notice


@transaction.atomic
def read(notice: PrivacyNotice, user: User, *, agreed: list[str]) -> NoticeRead:
    """The person has read the version; what they agree to may be changed later, reading it not."""
    kept = [item for item in notice.items if item in agreed]
    row, first = NoticeRead.objects.get_or_create(
        notice=notice, user=user, defaults={"agreed": kept}
    )
    if first or row.agreed != kept:
        row.agreed = kept
        row.save(update_fields=["agreed"])
        record(user, "read_notice", notice, path=user.unit_path, agreed=kept)
    return row
