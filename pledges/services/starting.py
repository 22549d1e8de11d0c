"""Texts a new school starts from; it edits them as its own from the first day."""

from django.db import transaction

from accounts.models import Unit, User
from pledges.charters.starters import CHARTERS
from pledges.models import PledgeText
from pledges.services.drafting import new_text

EVERYBODY = """我是{学校}{单位}{姓名}。我已了解电信网络诈骗的常见手法和有关法律规定，现郑重承诺：

一、认真学习防诈骗知识，按要求参加学校和本单位组织的反诈学习，安装国家反诈中心 App 并开启来电预警。

二、接到自称公检法、客服、老师、领导的电话或信息，不轻信、不慌张；不点击来历不明的链接，不扫来历不明的二维码。

三、不向任何人透露身份证号、银行卡号、支付密码和短信验证码，不与陌生人共享屏幕。

四、不参与刷单返利、网络赌博和来路不明的投资理财，不办理不正规的网络贷款。

五、转账汇款前当面或打电话核实对方身份；对方是亲友、同事也要核实。

六、不出租、不出借、不出售、不购买银行卡、电话卡、微信、QQ、支付宝等账户，不替他人收款、取现、转账，不架设来历不明的通信设备。

七、发现被骗或可能被骗，立即拨打 110 报警并报告所在单位和学校；接到 96110 来电一定接听。

八、主动提醒家人、同学和同事，发现线索及时报告。

以上内容我已逐条阅读并理解。如有违反，愿按国家法律和学校规定承担相应责任。"""

STUDENTS = """我是{学校}{单位}学生{姓名}。在{年度}年度，我郑重承诺：

一、按时参加反诈主题班会和学习，安装国家反诈中心 App 并开启来电预警，如实填报各项自查。

二、不相信“刷单返现”“注销校园贷”“游戏装备低价交易”“内部渠道”一类说法；凡要求先交钱、先转账的，一律不理会。

三、不向任何人透露身份证号、银行卡号、支付密码和短信验证码，不与陌生人共享屏幕，不在视频通话中按对方要求操作手机。

四、不在网络平台借贷，不参与网络赌博，不做兼职“跑分”、代收款、代取现。

五、不出租、不出借、不出售本人的银行卡、电话卡和微信、QQ、支付宝等账号，也不收购他人的；毕业、换号、不再使用的卡及时注销。

六、转账前先打电话或当面核实，拿不准时先问辅导员、室友或家长。

七、发现被骗或可能被骗，立即拨打 110 报警，同时报告辅导员；接到 96110 来电一定接听。

八、提醒家人和室友，发现他人正在被骗及时劝阻并报告。

以上内容我已逐条阅读并理解。如有违反，愿按国家法律和学校规定承担相应责任。"""

STAFF = """我是{学校}{单位}{姓名}。在{年度}年度，我郑重承诺：

一、参加学校和本单位组织的反诈学习，安装国家反诈中心 App 并开启来电预警，并带动家人安装。

二、收到自称学校领导、上级部门、公检法、税务、医保人员的好友申请、邮件或来电，先通过单位电话核实；凡涉及转账的一律当面或电话确认。

三、妥善保管本人及工作中接触到的师生信息，不在聊天群、网盘和公开网页中传播名单、证件号码和联系方式。

四、办理付款、退费、采购业务时严格执行复核手续，不因“紧急”“保密”等理由省略步骤。

五、不出租、不出借、不出售银行卡、电话卡和微信、QQ、支付宝等账户，不替他人收款、取现、转账。

六、发现被骗或可能被骗，立即拨打 110 报警，并报告本单位和学校安全保卫部门；接到 96110 来电一定接听。

七、了解所负责的学生和同事的情况，发现苗头及时提醒、及时报告。

以上内容我已逐条阅读并理解。如有违反，愿按国家法律和学校规定承担相应责任。"""

TOGETHER = """我们是{学校}{单位}的成员。为了守护自己和身边人的财产安全，我们共同倡议：

一、多学一点：记住常见骗局，装好国家反诈中心 App，接听 96110。

二、慢转一步：凡是让我们转账、共享屏幕、报验证码的，先停下来，当面或打电话核实。

三、守住底线：不出租、不出借、不出售银行卡、电话卡和各类账号，不替陌生人收款、取现、转账。

四、互相提醒：发现同伴可能被骗，马上劝一句、报一声，紧急时拨打 110。

五、彼此体谅：有人受骗，不嘲笑、不传播，陪他报警、一起想办法。

愿我们身边人人识诈、处处无诈。"""

TEXTS = [
    ("反诈承诺书（全体人员）", "{年度}年防范电信网络诈骗承诺书", EVERYBODY),
    ("反诈承诺书（学生）", "{年度}年{学校}学生防范电信网络诈骗承诺书", STUDENTS),
    ("反诈承诺书（教职工）", "{年度}年{学校}教职工防范电信网络诈骗承诺书", STAFF),
]


@transaction.atomic
def starter_texts(unit: Unit, *, actor: User | None) -> list[PledgeText]:
    """The unit has a text for everybody, for students, for staff, then one for each tier and a joint one.

    A text of the same name that is already there is left as it is.
    """
    texts = []
    Use = PledgeText.Use
    found = [(*text, Use.PERSON) for text in TEXTS] + [(*text, Use.CHARTER) for text in CHARTERS]
    found.append(("联名倡议书", "“人人识诈、处处无诈”联名倡议书", TOGETHER, Use.PERSON))
    for name, heading, body, use in found:
        there = PledgeText.objects.filter(unit=unit, name=name).order_by("-version").first()
        words = {"name": name, "heading": heading, "body": body, "use": use}
        made = there or new_text(unit, actor=actor, **words)
        texts.append(made)
    return texts
