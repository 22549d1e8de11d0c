"""A third family of made-up screens, drawn last and first measured unseen: other words, other orders, other switches."""

from bench import screen_brush as brush
from bench.screen_brush import Screen, Theme
from bench.screen_layouts import COLOURS, HAN, masked

ROSE = Theme("#fff8f6", "#ffffff", "#2b1d1a", "#9b8681", "#ff6a3d", "#dedad9", 1080, 40)
SLATE = Theme("#0d1117", "#161b22", "#e6edf3", "#8b949e", "#2f81f7", "#30363d", 1242, 50, dark=True)
PLAIN = Theme("#ffffff", "#ffffff", "#000000", "#757575", "#07c160", "#e3e3e3", 750, 32)
BIG = Theme(
    "#f4f4f4", "#ffffff", "#191919", "#6f6f6f", "#4a7dff", "#cfcfcf", 1080, 58, android=True
)
THEMES = (ROSE, SLATE, PLAIN, BIG, brush.BLUISH)


def spaced(phone: str) -> str:
    return f"{phone[:3]} **** {phone[-4:]}"


def me_centre(who, chance, theme, clock, *, real=True, **_):
    s = Screen(theme, chance, clock)
    s.title("个人中心", back=True)
    s.portrait(s.width / 2 - s.unit * 2, s.y, s.unit * 4)
    s.y += s.unit * 4.6
    s.centred(masked(who.name, "family"), 1.3, bold=True)
    s.centred(spaced(who.phone), 0.95, theme.faint)
    s.centred("实名认证：已通过" if real else "实名认证：未完成", 0.85, theme.accent)
    s.y += s.unit
    for label in ("骗局曝光", "我的报案", "隐私设置", "检查更新", "退出登录"):
        s.row(label, chevron=True)
    s.centred("公安部刑事侦查局 国家反诈中心", 0.6, theme.faint)
    return s.image


def me_form(who, chance, theme, clock, *, real=True, **_):
    s = Screen(theme, chance, clock)
    s.title("实名信息")
    for label, value in (
        ("真实姓名", who.name), ("证件类型", "居民身份证"), ("证件号码", f"4{'*' * 16}{who.phone[-1]}"),
        ("登录账号", spaced(who.phone)), ("认证状态", "已完成认证" if real else "待认证"),
        ("常驻地区", "湖北省-武汉市-洪山区"),
    ):  # fmt: skip
        s.text(s.unit, s.y, label, 0.72, theme.faint)
        s.text(s.unit, s.y + s.unit * 1.2, value, 1.0)
        s.y += s.unit * 3.3
    s.text(s.unit, s.y, "信息仅用于国家反诈中心的实名注册", 0.65, theme.faint)
    return s.image


def warn_plain(who, chance, theme, clock, *, states, **_):
    s = Screen(theme, chance, clock)
    s.title("来电与短信预警")
    rows = (
        ("来电诈骗预警", "call"), ("短信诈骗预警", "sms"), ("App诈骗预警", "check"),
        ("悬浮窗提醒", "calls"), ("接收推送消息", "push"),
    )  # fmt: skip
    for label, fact in rows:
        s.row(label, switch=states[fact], gap=3.2)
        s.y += s.unit * 0.15
    s.y += s.unit
    s.text(s.unit, s.y, "为保证预警效果，请保持上述功能开启", 0.65, theme.faint)
    return s.image


def warn_status(who, chance, theme, clock, *, states, **_):
    s = Screen(theme, chance, clock)
    s.title("预警功能", centred=False)
    rows = (
        ("来电预警功能", "call"), ("短信预警功能", "sms"), ("定时自查功能", "check"),
        ("来电提醒功能", "calls"), ("消息推送功能", "push"),
    )  # fmt: skip
    for label, fact in rows:
        s.card(s.unit * 3.6, theme.card)
        s.text(s.unit * 1.5, s.y + s.unit * 0.4, label)
        s.text(
            s.unit * 1.5,
            s.y + s.unit * 1.9,
            "已打开" if states[fact] else "未打开",
            0.8,
            theme.accent if states[fact] else "#d23b2f",
        )
        s.y += s.unit * 4.2
    return s.image


def code_rows(who, chance, theme, clock, *, colour="green", pixels="", issued, until, **_):
    s = Screen(theme, chance, clock)
    s.title("防诈码")
    s.draw.rectangle((0, s.y, s.width, s.y + s.unit * 7), fill=COLOURS[pixels or colour])
    s.y += s.unit * 1.2
    s.centred(f"您的防诈码为{HAN[colour]}", 1.3, "#ffffff", True)
    s.centred(f"姓名 {who.name}", 1.0, "#ffffff")
    s.y += s.unit * 3.4
    year, month, day = until.split("-")
    s.row("联系方式", spaced(who.phone), ink=theme.ink)
    s.row("生成时间", issued[:16], ink=theme.ink)
    s.row("有效期截止", f"{year}年{month}月{day}日", ink=theme.ink)
    return s.image


def code_ticket(who, chance, theme, clock, *, colour="green", pixels="", issued, until, **_):
    s = Screen(theme, chance, clock)
    s.title("我的反骗码", centred=False)
    s.code(s.unit * 9, COLOURS[pixels or colour])
    s.text(s.unit, s.y, f"状态：{HAN[colour]}", 1.1, COLOURS[pixels or colour], True)
    s.y += s.unit * 2
    start = issued[:10].split("-")
    end = until.split("-")
    for text in (
        f"持有人：{masked(who.name, 'given')}（{spaced(who.phone)}）",
        f"有效期：{'年'.join(start[:2])}月{start[2]}日-{'年'.join(end[:2])}月{end[2]}日",
        "请在到期前重新测评",
    ):
        s.text(s.unit, s.y, text, 0.85)
        s.y += s.unit * 1.8
    return s.image


def follow_bar(who, chance, theme, clock, *, done=True, **_):
    s = Screen(theme, chance, clock)
    s.title("公众号资料", centred=True)
    s.text(s.unit, s.y, "平安某大", 1.3, bold=True)
    s.text(s.unit, s.y + s.unit * 2, "发布防骗提醒  IP属地：浙江", 0.7, theme.faint)
    s.badge(
        s.width - s.unit * 6,
        s.y,
        "已关注" if done else "+ 关注",
        "#bbbbbb" if done else "#07c160",
        scale=0.9,
    )
    s.y += s.unit * 4
    for label in ("账号主体", "历史文章", "更多资料"):
        s.row(label, chevron=True)
    return s.image


def overseas_words(who, chance, theme, clock, *, states, **_):
    s = Screen(theme, chance, clock)
    s.title("10086", centred=True)
    said = (
        "尊敬的用户，您的境外来电拦截业务",
        "已成功开通，立即生效。" if states["block"] else "开通失败，请稍后再试。",
    )
    s.card(s.unit * 6, theme.card)
    for line in said:
        s.text(s.unit * 1.6, s.y + s.unit, line, 0.95)
        s.y += s.unit * 1.8
    return s.image


def app_info(who, chance, theme, clock, *, done=True, **_):
    s = Screen(theme, chance, clock)
    s.title("应用信息" if done else "应用介绍")
    s.text(s.unit, s.y, "国家反诈中心", 1.2, bold=True)
    s.text(s.unit, s.y + s.unit * 1.8, "版本 2.0.45", 0.75, theme.faint)
    s.y += s.unit * 4
    for label, value in (("存储占用", "212 MB"), ("权限管理", ""), ("通知管理", "已允许")):
        s.row(label, value, chevron=True)
    s.y += s.unit
    s.button(
        "卸载" if done else "立即安装",
        "#e9e9e9" if done else "#2a6df4",
        "#c33" if done else "#ffffff",
        0.5,
    )
    return s.image


FRESH = {
    "app_mine": (me_centre, me_form), "app_switch": (warn_plain, warn_status),
    "code": (code_rows, code_ticket), "followed": (follow_bar,), "overseas_off": (overseas_words,),
    "app_installed": (app_info,),
}  # fmt: skip
