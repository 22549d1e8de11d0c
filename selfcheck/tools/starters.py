"""A catalogue to start from, which each school then makes its own.

`reads` is a word of the rule packs in `selfcheck/packs`.
"""

from typing import Any

HIDE = "请遮住身份证号；姓名、手机号末四位保留，便于核对。"
STARTERS: list[dict[str, Any]] = [
    {
        "code": "app",
        "name": "国家反诈中心 App",
        "guide": (
            "在手机自带的应用商店搜索“国家反诈中心”，认准公安部刑事侦查局。\n"
            "打开 App，用本人手机号注册，在“我的”页完成实名认证。\n"
            "在“来电预警”“短信预警”页打开开关，截下开关已打开的画面。\n"
            f"截图要截整屏，不要拼接、涂改。{HIDE}"
        ),
        "items": [
            {"code": "installed", "label": "安装", "reads": "installed"},
            {"code": "named", "label": "实名注册", "reads": "named"},
            {"code": "warning", "label": "预警开启", "reads": "warning"},
            {
                "code": "check", "label": "定时自查", "reads": "check",
                "voluntary": True,
            },
            {
                "code": "calls", "label": "来电提示", "reads": "calls",
                "voluntary": True,
            },
            {
                "code": "push", "label": "推送通知", "reads": "push",
                "voluntary": True,
            },
        ],
    },
    {
        "code": "code",
        "name": "反骗码",
        "coloured": True,
        "passes": 3,
        "guide": (
            "在当地公安机关公布的小程序或 App 中答题领码，10 题错 3 题以内得绿码。\n"
            "得红码的，学习后重新答题，连续通过 3 次转为绿码，每次通过都请截图。\n"
            "截图须看得到颜色、领取日期和有效期。请遮住身份证号，姓名保留。"
        ),
        "items": [
            {
                "code": "green", "label": "绿码", "reads": "green",
                "valid_days": 180,
            },
        ],
    },
    {
        "code": "follow",
        "name": "反诈公众号",
        "guide": "关注学校指定的反诈公众号，截下显示“已关注”或可“发消息”的公众号主页。",
        "items": [
            {"code": "followed", "label": "关注", "reads": "followed"},
        ],
    },
    {
        "code": "overseas",
        "name": "境外来电拦截",
        "guide": (
            "通过本人手机号所属运营商办理关闭境外来电，或在手机的骚扰拦截设置中打开。\n"
            "截下办理成功的短信或开关已打开的画面，手机号只留末四位。"
        ),
        "items": [
            {"code": "off", "label": "开启", "reads": "overseas_off"},
        ],
    },
]  # fmt: skip
# what a machine may be asked to find in a picture: what the rule packs call it
READABLE = [
    ("", "由人工核对"),
    ("installed", "国家反诈中心 App 已安装"),
    ("named", "国家反诈中心“我的”页：已实名"),
    ("warning", "国家反诈中心：预警已开启"),
    ("check", "国家反诈中心：定时自查已开启"),
    ("calls", "国家反诈中心：来电提示已开启"),
    ("push", "国家反诈中心：推送通知已开启"),
    ("green", "绿码及有效期"),
    ("followed", "公众号已关注"),
    ("overseas_off", "境外来电已拦截"),
]
