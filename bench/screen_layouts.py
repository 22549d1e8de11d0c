"""Made-up screens by layout family: `near` families are for working on the rules, `far` ones are kept apart.

Every function draws one page for one person and says the truth of it.
"""

from bench import screen_brush as brush
from bench.screen_brush import Screen

COLOURS = {"green": "#1aa260", "red": "#e0392b", "amber": "#f5a623"}
HAN = {"green": "绿码", "red": "红码", "amber": "黄码"}


def masked(name: str, keep: str) -> str:
    """The name with stars: all but the last, or all but the family name."""
    if keep == "given":
        return "*" + name[1:]
    return name[0] + "*" * (len(name) - 1)


def hidden(phone: str) -> str:
    return f"{phone[:3]}****{phone[-4:]}"


# --- near: the App's pages --------------------------------------------------------------------


def me_list(who, chance, theme, clock, *, real=True, **_):
    s = Screen(theme, chance, clock)
    s.title("国家反诈中心", back=False)
    s.portrait(s.unit, s.y, s.unit * 3)
    s.text(s.unit * 5, s.y + s.unit * 0.1, masked(who.name, "given"), 1.2, bold=True)
    s.badge(
        s.unit * 10.5,
        s.y + s.unit * 0.3,
        "已实名" if real else "未实名",
        "#2a6df4" if real else "#999999",
    )
    s.text(s.unit * 5, s.y + s.unit * 1.8, hidden(who.phone), 0.9, theme.faint)
    s.y += s.unit * 4.5
    for label in ("我的举报", "我要举报", "来电预警", "身份核实", "设置", "帮助与反馈", "关于我们"):
        s.row(label, chevron=True)
    s.tabs("首页", "发现", "我的")
    return s.image


def me_rows(who, chance, theme, clock, *, real=True, **_):
    s = Screen(theme, chance, clock)
    s.title("个人信息")
    s.row("头像", chevron=True)
    s.row("姓名", who.name)
    s.row("手机号码", hidden(who.phone))
    s.row("身份证号", f"330***********{who.phone[-3:]}X")
    s.row("实名认证", "已认证" if real else "去认证", chevron=not real)
    s.row("注册地区", "浙江省 杭州市 西湖区", chevron=True)
    s.row("紧急联系人", "未设置", chevron=True)
    s.y += s.unit * 3
    s.centred("国家反诈中心", 0.8, theme.faint)
    return s.image


SWITCHES = ("call", "sms", "check", "calls", "push")


def warn_switches(who, chance, theme, clock, *, states, **_):
    s = Screen(theme, chance, clock)
    s.title("预警设置")
    about = (
        "识别涉诈来电并提醒",
        "识别涉诈短信并提醒",
        "检查手机中的涉诈应用",
        "来电时弹窗提示",
        "接收预警和宣传消息",
    )
    for label, under, fact in zip(
        ("来电预警", "短信预警", "APP自查", "来电提示", "推送通知"), about, SWITCHES, strict=True
    ):
        s.row(label, switch=states[fact], under=under)
    return s.image


def warn_words(who, chance, theme, clock, *, states, **_):
    s = Screen(theme, chance, clock)
    s.title("防护设置", centred=False)
    for label, fact in zip(
        ("来电预警", "短信预警", "App自查", "来电提醒", "消息推送"), SWITCHES, strict=True
    ):
        s.row(label, "已开启" if states[fact] else "未开启", chevron=True)
    s.y += s.unit
    s.text(s.unit, s.y, "开启来电预警后，可及时识别诈骗电话", 0.7, theme.faint)
    return s.image


def code_square(who, chance, theme, clock, *, colour="green", pixels="", issued, until, **_):
    s = Screen(theme, chance, clock)
    s.title("浙江反骗码")
    s.card(s.unit * 26, theme.card)
    s.y += s.unit
    s.centred(masked(who.name, "family"), 1.2, bold=True)
    s.code(s.unit * 11, COLOURS[pixels or colour])
    s.centred(HAN[colour], 1.5, COLOURS[pixels or colour], True)
    for text in (f"手机号：{hidden(who.phone)}", f"申领时间：{issued}", f"有效期至：{until}"):
        s.centred(text, 0.85)
    s.y += s.unit
    s.button("查看答题记录", "#4a6fa5")
    return s.image


def code_card(who, chance, theme, clock, *, colour="green", pixels="", issued, until, **_):
    s = Screen(theme, chance, clock)
    s.title("反诈码")
    fill = COLOURS[pixels or colour]
    s.card(s.unit * 12, fill)
    s.y += s.unit
    s.text(s.unit * 2, s.y, HAN[colour], 2.0, "#ffffff", True)
    s.text(s.unit * 2, s.y + s.unit * 4, who.name, 1.2, "#ffffff")
    s.text(s.unit * 2, s.y + s.unit * 6.2, hidden(who.phone), 1.0, "#ffffff")
    s.text(
        s.unit * 2,
        s.y + s.unit * 8.4,
        f"有效期 {issued[:10].replace('-', '.')}-{until.replace('-', '.')}",
        0.85,
        "#ffffff",
    )
    s.y += s.unit * 13
    s.row("答题记录", chevron=True)
    s.row("常见问题", chevron=True)
    return s.image


def follow_page(who, chance, theme, clock, *, done=True, **_):
    s = Screen(theme, chance, clock)
    s.title("", back=True)
    s.portrait(s.unit, s.y, s.unit * 3)
    s.text(s.unit * 5, s.y + s.unit * 0.2, "某某大学平安校园", 1.1, bold=True)
    s.text(s.unit * 5, s.y + s.unit * 1.9, "126篇原创内容  38个朋友关注", 0.75, theme.faint)
    s.y += s.unit * 4
    s.button(
        "已关注公众号" if done else "关注公众号",
        "#e8e8e8" if done else "#07c160",
        "#333333" if done else "#ffffff",
        0.42,
    )
    s.row("全部消息", chevron=True)
    s.row("服务", chevron=True)
    return s.image


def overseas_row(who, chance, theme, clock, *, states, **_):
    s = Screen(theme, chance, clock)
    s.title("来电防护")
    s.row("境外来电拦截", switch=states["block"], under="拦截境外及国际来电")
    s.row("拦截记录", "0条", chevron=True)
    return s.image


def store(who, chance, theme, clock, *, done=True, **_):
    s = Screen(theme, chance, clock)
    s.title("应用详情")
    s.draw.rounded_rectangle((s.unit, s.y, s.unit * 5, s.y + s.unit * 4), 30, fill="#1f5fd8")
    s.text(s.unit * 6, s.y + s.unit * 0.3, "国家反诈中心", 1.3, bold=True)
    s.text(s.unit * 6, s.y + s.unit * 2.2, "公安部刑事侦查局", 0.75, theme.faint)
    s.y += s.unit * 5.5
    for label, value in (("评分", "4.1"), ("版本", "2.0.31"), ("次安装", "3亿")):
        s.row(label, value)
    s.y += s.unit
    s.button("打开" if done else "安装", "#0a59f7")
    return s.image


# --- far: other hands, other words ------------------------------------------------------------


def me_card(who, chance, theme, clock, *, real=True, **_):
    s = Screen(theme, chance, clock)
    s.draw.rectangle((0, s.y, s.width, s.y + s.unit * 8), fill="#2463eb")
    s.y += s.unit
    s.text(s.unit * 1.2, s.y, f"您好，{masked(who.name, 'given')}", 1.3, "#ffffff", True)
    s.text(s.unit * 1.2, s.y + s.unit * 2.2, hidden(who.phone), 1.0, "#dde7ff")
    s.text(
        s.unit * 1.2,
        s.y + s.unit * 4.2,
        "已完成实名认证" if real else "尚未实名认证，去认证",
        0.9,
        "#ffffff",
    )
    s.y += s.unit * 8
    names = ("举报助手", "报案助手", "风险查询", "骗局曝光", "来电预警", "App自查")
    for place, name in enumerate(names):
        s.text(s.width * (0.08 + 0.33 * (place % 3)), s.y + s.unit * 3 * (place // 3), name, 0.9)
    s.y += s.unit * 7
    for label in ("账号与安全", "地区管理", "意见反馈", "关于国家反诈中心"):
        s.row(label, chevron=True)
    s.tabs("首页", "防骗", "我的")
    return s.image


def me_dense(who, chance, theme, clock, *, real=True, **_):
    s = Screen(theme, chance, clock)
    s.title("我的", centred=False, back=False)
    s.card(s.unit * 7, theme.card)
    s.y += s.unit
    s.text(s.unit * 1.8, s.y, who.name, 1.1, bold=True)
    s.text(s.unit * 7.2, s.y + s.unit * 0.1, hidden(who.phone), 0.95)
    s.text(
        s.unit * 1.8,
        s.y + s.unit * 2.2,
        f"实名状态：{'已实名' if real else '未实名'}",
        0.9,
        theme.faint,
    )
    s.text(s.unit * 1.8, s.y + s.unit * 4, "常住地：浙江省宁波市鄞州区", 0.9, theme.faint)
    s.y += s.unit * 8
    for label in ("我的举报记录", "预警劝阻记录", "反诈宣传", "国家反诈中心使用协议", "设置"):
        s.row(label, chevron=True, gap=2.4)
    return s.image


def warn_cards(who, chance, theme, clock, *, states, **_):
    s = Screen(theme, chance, clock)
    s.title("诈骗预警")
    rows = (
        ("诈骗来电预警", "接到可疑来电时立即提醒您", "call"),
        ("诈骗短信预警", "收到可疑短信时立即提醒您", "sms"),
        ("App自检", "定期检查手机上的可疑应用", "check"),
        ("弹窗提醒", "锁屏时也显示提醒", "calls"),
        ("预警推送", "推送最新骗局", "push"),
    )
    for label, under, fact in rows:
        s.card(s.unit * 4.2, theme.card)
        s.text(s.unit * 1.6, s.y + s.unit * 0.6, label, 1.05, bold=True)
        s.text(s.unit * 1.6, s.y + s.unit * 2.4, under, 0.7, theme.faint)
        s.switch(s.width - s.unit * 1.6, s.y + s.unit * 2.1, states[fact])
        s.y += s.unit * 4.8
    return s.image


def warn_grouped(who, chance, theme, clock, *, states, **_):
    s = Screen(theme, chance, clock)
    s.title("预警防护", centred=False)
    s.text(s.unit, s.y, "防护功能", 0.7, theme.faint)
    s.y += s.unit * 1.5
    for label, fact in (("来电预警", "call"), ("短信预警", "sms"), ("应用自查", "check")):
        s.row(label, switch=states[fact], gap=2.4)
    s.y += s.unit
    s.text(s.unit, s.y, "提醒方式", 0.7, theme.faint)
    s.y += s.unit * 1.5
    for label, fact in (("来电弹窗", "calls"), ("通知推送", "push")):
        s.row(label, switch=states[fact], gap=2.4)
    return s.image


def code_round(who, chance, theme, clock, *, colour="green", pixels="", issued, until, **_):
    s = Screen(theme, chance, clock)
    s.title("防骗码")
    s.y += s.unit
    side = s.width * 0.5
    s.draw.ellipse(
        ((s.width - side) / 2, s.y, (s.width + side) / 2, s.y + side),
        fill=COLOURS[pixels or colour],
    )
    s.text(
        (s.width - s.wide(HAN[colour], 1.8, True)) / 2,
        s.y + side / 2 - s.unit * 1.3,
        HAN[colour],
        1.8,
        "#ffffff",
        True,
    )
    s.y += side + s.unit
    for label, value in (
        ("持码人", masked(who.name, "given")), ("手机号", hidden(who.phone)),
        ("领取时间", issued.replace("-", "/")), ("有效期限", f"至{until.replace('-', '/')}"),
    ):  # fmt: skip
        s.row(label, value, ink=theme.ink)
    return s.image


def code_legend(who, chance, theme, clock, *, colour="green", pixels="", issued, until, **_):
    s = Screen(theme, chance, clock)
    s.title("反骗码", back=False)
    year, month, day = until.split("-")
    s.centred(f"{who.name}的反骗码", 1.2, bold=True)
    s.centred(issued, 1.1, COLOURS[pixels or colour], True)
    s.code(s.unit * 10, COLOURS[pixels or colour])
    s.centred(f"当前为{HAN[colour]}", 1.3, COLOURS[pixels or colour], True)
    s.centred(f"有效期至 {year}年{int(month)}月{int(day)}日", 0.9)
    s.y += s.unit
    s.text(s.unit, s.y, "绿码：答题通过；红码：答错4题及以上", 0.65, theme.faint)
    s.y += s.unit * 1.4
    s.text(s.unit, s.y, "红码可重新答题，连续3次通过转为绿码", 0.65, theme.faint)
    return s.image


def follow_chat(who, chance, theme, clock, *, done=True, **_):
    s = Screen(theme, chance, clock)
    s.title("", back=True)
    s.portrait(s.width / 2 - s.unit * 2, s.y, s.unit * 4)
    s.y += s.unit * 5
    s.centred("某某大学平安校园", 1.2, bold=True)
    s.centred("服务号  账号主体：某某大学", 0.75, theme.faint)
    s.y += s.unit
    s.button("发消息" if done else "关注", "#07c160", wide=0.6)
    return s.image


def overseas_card(who, chance, theme, clock, *, states, **_):
    s = Screen(theme, chance, clock)
    s.title("国际来电屏蔽")
    s.card(s.unit * 7, theme.card)
    s.text(s.unit * 1.6, s.y + s.unit, f"办理号码：{hidden(who.phone)}", 1.0)
    s.text(
        s.unit * 1.6,
        s.y + s.unit * 3.2,
        f"服务状态：{'已开通' if states['block'] else '未开通'}",
        1.0,
    )
    s.y += s.unit * 8
    s.text(s.unit, s.y, "开通后可拦截境外诈骗电话", 0.7, theme.faint)
    return s.image


def store_list(who, chance, theme, clock, *, done=True, **_):
    s = Screen(theme, chance, clock)
    s.title("国家反诈中心")
    s.text(s.unit, s.y, "开发者：公安部刑事侦查局  版本 2.1.0", 0.75, theme.faint)
    s.y += s.unit * 2
    s.button("打开" if done else "下载", "#1aad6b")
    for label in ("应用介绍", "更新日志", "隐私政策", "应用权限"):
        s.row(label, chevron=True)
    return s.image


NEAR = {
    "app_mine": (me_list, me_rows), "app_switch": (warn_switches, warn_words),
    "code": (code_square, code_card), "followed": (follow_page,), "overseas_off": (overseas_row,),
    "app_installed": (store,),
}  # fmt: skip
FAR = {
    "app_mine": (me_card, me_dense), "app_switch": (warn_cards, warn_grouped),
    "code": (code_round, code_legend), "followed": (follow_chat,), "overseas_off": (overseas_card,),
    "app_installed": (store_list,),
}  # fmt: skip
THEMES = {
    "near": (brush.LIGHT, brush.DARK, brush.BLUISH, brush.NARROW),
    "far": (brush.LIGHT, brush.NIGHT, brush.PAPER, brush.TEAL, brush.DARK, brush.NARROW),
}
