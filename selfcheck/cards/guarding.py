"""What nobody may write into a declaration: whole numbers of cards and telephones, passwords, codes."""

import re
import unicodedata

LONGEST = 4  # digits in a row that may stand in a text
SAID = "请不要填写完整的卡号、账号、手机号或证件号，只在“号码后4位”中填写最后4位数字。"
SECRET = "请不要填写密码、口令或验证码，任何人都不会向您索要。"
DATES = re.compile(r"(19|20)\d{2}\s*[-./年]\s*\d{1,2}(\s*[-./月]\s*\d{1,2})?\s*日?")
MONEY = re.compile(r"\d+(\.\d+)?\s*(万)?\s*[元块]")
BETWEEN = re.compile(r"(?<=\d)[\s\-_.·,，、()（）]+(?=\d)")
DIGITS = re.compile(rf"\d{{{LONGEST + 1},}}")
WORDS = re.compile(
    r"(密码|口令|验证码|校验码|动态码|支付码|CVV\d?|PIN码?)\D{0,4}[0-9A-Za-z]{3,}", re.I
)


def plain(text: str) -> str:
    """The text with full-width and other digits as ordinary ones, and nothing unseen between them."""
    kept = unicodedata.normalize("NFKC", text)
    kept = "".join(c for c in kept if unicodedata.category(c) not in {"Cc", "Cf"})
    return "".join(str(unicodedata.digit(c)) if c.isdigit() else c for c in kept)


def forbidden(text: str) -> str:
    """Why a text cannot be taken; '' for one that can. Dates and sums of money may stand in it."""
    said = plain(text)
    if WORDS.search(said):
        return SECRET
    rest = MONEY.sub("#", DATES.sub("#", said))
    return SAID if DIGITS.search(BETWEEN.sub("", rest)) else ""
