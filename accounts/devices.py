"""What a browser and an address look like to the person they belong to."""

from ipaddress import ip_address

BROWSERS = (
    ("wxwork", "企业微信"),
    ("MicroMessenger", "微信"),
    ("DingTalk", "钉钉"),
    ("Lark", "飞书"),
    ("Edg", "Edge"),
    ("QQBrowser", "QQ 浏览器"),
    ("Firefox", "Firefox"),
    ("Chrome", "Chrome"),
    ("Safari", "Safari"),
)
SYSTEMS = (
    ("HarmonyOS", "鸿蒙"),
    ("OpenHarmony", "鸿蒙"),
    ("Android", "安卓手机"),
    ("iPhone", "iPhone"),
    ("iPad", "iPad"),
    ("Windows", "Windows 电脑"),
    ("Mac OS", "Mac 电脑"),
    ("Linux", "Linux 电脑"),
)


def device(agent: str) -> str:
    """The device in words a person knows again."""
    found = [next((w for mark, w in names if mark in agent), "") for names in (SYSTEMS, BROWSERS)]
    return " · ".join(filter(None, found)) or "其他设备"


def masked_address(address: str) -> str:
    """The network without the machine in it; '' for what is no address."""
    try:
        known = ip_address(address)
    except ValueError:
        return ""
    if known.version == 4:
        return ".".join([*str(known).split(".")[:2], "*", "*"])
    return ":".join([*known.exploded.split(":")[:3], "*"])
