"""The accounts a 断卡 return asks about, the ways they change hands, and how they stand now."""

from django.db import models

# code: the word on screen and the word they are counted in
CATALOGUE: dict[str, tuple[str, str]] = {
    "bank": ("银行卡", "张"),
    "phone": ("电话卡", "张"),
    "pay": ("支付账户", "个"),
    "qq": ("QQ号", "个"),
    "wechat": ("微信号", "个"),
    "taobao": ("淘宝店", "个"),
    "douyin": ("抖音号", "个"),
}
TAILED = {"bank", "phone"}  # a card always has four last digits
MOST_OWN = 6  # further sorts a school adds by its own words


def word_of(code: str) -> str:
    """A sort of account in words; one that a school added is its own word."""
    return CATALOGUE.get(code, (code, ""))[0]


def measure_of(code: str) -> str:
    """The word a sort of account is counted in."""
    return CATALOGUE.get(code, ("", "个"))[1]


class Way(models.TextChoices):
    LET = "let", "出租"
    LENT = "lent", "出借"
    SOLD = "sold", "出售"
    PASSED = "passed", "转让"
    BOUGHT = "bought", "购买"
    LOST = "lost", "遗失"
    STOLEN = "stolen", "被盗"
    FAMILY = "family", "赠与家人"


# what the law forbids; losing a card, having it stolen or giving it to one's family is none of it
VIOLATIONS = [Way.LET, Way.LENT, Way.SOLD, Way.PASSED, Way.BOUGHT]


class Present(models.TextChoices):
    USED = "used", "在用"
    BACK = "back", "已收回"
    FROZEN = "frozen", "已冻结"
    PUNISHED = "punished", "惩戒"
    CANCELLED = "cancelled", "已注销"


SETTLED = [Present.BACK, Present.CANCELLED]
