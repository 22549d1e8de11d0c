"""Made-up screens that prove nothing: other apps, talk, a home screen, an empty picture."""

from bench import screen_brush as brush
from bench.screen_brush import Screen
from bench.screen_layouts import hidden


def pay(who, chance, theme, clock, **_):
    s = Screen(theme, chance, clock)
    s.title("我的", back=False)
    s.text(s.unit * 2, s.y, who.name, 1.2, bold=True)
    s.text(s.unit * 2, s.y + s.unit * 1.8, hidden(who.phone))
    s.y += s.unit * 4
    for label, value in (
        ("支付宝会员", "已实名"),
        ("余额", "12.50"),
        ("余额宝", "301.22"),
        ("花呗", "未开通"),
        ("设置", ""),
    ):
        s.row(label, value, chevron=True)
    return s.image


def talk(who, chance, theme, clock, **_):
    s = Screen(theme, chance, clock)
    s.title("班级群(58)")
    for line in (
        "请大家尽快安装国家反诈中心",
        "来电预警、短信预警都要打开",
        "收到",
        f"{who.name} 已完成",
        "好的老师",
    ):
        s.badge(s.unit, s.y, line, "#95ec69", "#111111", 0.9)
        s.y += s.unit * 3
    return s.image


def quiz(who, chance, theme, clock, **_):
    s = Screen(theme, chance, clock)
    s.title("反骗码答题")
    for line in (
        "第1题 共10题",
        "接到自称公检法的电话要求转账",
        "A 立即转账",
        "B 挂断并拨打96110",
        "C 提供验证码",
        "下一题",
    ):
        s.row(line)
    return s.image


def home(who, chance, theme, clock, **_):
    s = Screen(theme, chance, clock)
    s.title("国家反诈中心", back=False)
    for place, name in enumerate(
        (
            "我要举报",
            "报案助手",
            "来电预警",
            "短信预警",
            "APP自查",
            "风险查询",
            "身份核实",
            "骗局曝光",
        )
    ):
        s.text(s.width * (0.05 + 0.24 * (place % 4)), s.y + s.unit * 3 * (place // 4), name, 0.8)
    s.y += s.unit * 7
    for line in ("警惕冒充客服退款诈骗", "刷单返利都是诈骗", "不要出租出借银行卡"):
        s.row(line)
    s.tabs("首页", "发现", "我的")
    return s.image


def blank(who, chance, theme, clock, **_):
    return brush.Pillow.new("RGB", (1080, 2200), theme.ground)


NO_PROOF = (pay, talk, quiz, home, blank)
