"""What waits for whom in accounts."""

from django.urls import reverse

from accounts import contract_queries
from accounts.models import Grant, ImportBatch, MeetingTask, RecordRequest, User
from accounts.queries import waiting
from accounts.queues import Queue, register
from accounts.roster_queries import absent_people, to_decide
from accounts.scope import holds
from accounts.vacancies import vacant_units


def not_activated(user):
    """People whom the user may let in and who have never come in."""
    return waiting(User.objects.permitted(user, "activate"))


register(
    Queue(
        "未激活",
        "还没有登录过的人员，请打印激活条当面发放",
        not_activated,
        lambda user: reverse("accounts:slips"),
        tone="grey",
    )
)


def failed_imports(user):
    """Rosters that could not be read or written, for those who work at the desk."""
    if not holds(user, "desk.enter"):
        return ImportBatch.objects.none()
    return ImportBatch.objects.permitted(user).filter(state=ImportBatch.State.REFUSED)


register(
    Queue(
        "未成功的名册导入",
        "未能读取或写入的名册，请查看原因后重新上传或放弃",
        failed_imports,
        lambda user: reverse("admin:accounts_importbatch_changelist") + "?state__exact=refused",
        tone="late",
    )
)


register(
    Queue(
        "疑似离校",
        "最近一次名册里没有的人员，请核实",
        absent_people,
        lambda user: reverse("roster:absent"),
    )
)


register(
    Queue(
        "责任空缺",
        "没有责任人员、责任人员已离校或名单未确认的单位",
        vacant_units,
        lambda user: reverse("org:vacancies"),
        tone="grey",
    )
)


register(
    Queue(
        "即将到期的合同",
        "驻校企业、社会服务单位合同 30 天内到期，请续签或更换人员名册",
        contract_queries.soon,
        lambda user: reverse("org:contracts"),
    )
)
register(
    Queue(
        "即将到期的个人合同",
        "劳务派遣、社会服务人员本人合同 30 天内到期",
        contract_queries.people_soon,
        lambda user: reverse("org:contracts") + "?show=people",
    )
)


register(
    Queue(
        "转入申请",
        "其他单位的名册里有本单位人员，请确认是否转出",
        to_decide,
        lambda user: reverse("roster:transfers"),
    )
)


def requests_asked(user):
    """What people of the user's units asked about their record, but not what the user asked."""
    asked = RecordRequest.objects.permitted(user, "decide").filter(state="asked")
    return asked.exclude(person=user)


def given_tasks(user):
    """What meetings gave the user to do; somebody with nothing has no such queue."""
    mine = MeetingTask.objects.waiting().filter(holder=user)
    return mine if mine.exists() else MeetingTask.objects.none()


register(
    Queue(
        "个人信息申请",
        "申请更正、删除个人信息的人员，请在期限前答复",
        requests_asked,
        lambda user: reverse("accounts:requests"),
    )
)
register(
    Queue(
        "会议交办的事项",
        "会议议定由您承办，办结后请填写办理情况",
        given_tasks,
        lambda user: reverse("org:tasks"),
    )
)
register(
    Queue(
        "逾期的会议事项",
        "已过办结期限，请督促承办人",
        lambda user: MeetingTask.objects.permitted(user, "edit").overdue(),
        lambda user: reverse("org:tasks") + "?show=late",
        tone="late",
    )
)


def unpromised(user):
    """The user's own roles that wait for their promise; somebody without any has no such queue."""
    waiting = Grant.objects.unpromised().filter(user=user)
    return waiting if waiting.exists() else Grant.objects.none()


register(
    Queue(
        "待签保密承诺",
        "您被指定为班干部，签署后可查看本班完成情况",
        unpromised,
        lambda user: reverse("accounts:promise"),
    )
)
