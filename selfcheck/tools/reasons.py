"""Why a picture is in doubt or comes back: a word for the chip, a sentence for whoever sent it."""

from collections.abc import Iterable

REASONS: dict[str, tuple[str, str]] = {
    "wrong_page": ("页面不对", "截图不是要求的页面，请按说明打开指定页面后重新截图。"),
    "unreadable": ("看不清", "截图不清楚，请直接截屏，不要翻拍，也不要裁剪、压缩。"),
    "other_name": ("不是本人", "截图上的姓名与本人不一致，请用本人账号登录后重新截图。"),
    "other_phone": ("手机号不符", "截图上的手机号与登记的不一致，请核对；换号的请先更新登记信息。"),
    "not_realname": ("未实名", "截图显示尚未实名认证，请完成实名认证后重新截图。"),
    "switch_off": ("未开启", "截图显示该功能没有打开，请打开后重新截图。"),
    "red": ("红码", "截图显示为红码，请按说明重新答题，转为绿码后再提交。"),
    "amber": ("非绿码", "截图显示的不是绿码，请按页面提示办理后再提交。"),
    "expired": ("已过期", "截图显示已过有效期，请重新办理后再提交。"),
    "no_date": ("缺少日期", "截图上看不到日期，请把日期、有效期一起截入。"),
    "old": ("截图过早", "截图早于本次任务要求的时间，请重新截图。"),
    "no_identity": ("看不出是谁", "截图上看不出是谁的，请同时上传能看到姓名、手机号的页面。"),
    "same_as_other": ("与他人相同", "这张截图与他人提交的相同，请用本人手机重新截图。"),
    "recycled": ("曾经用过", "这张截图以前用过，请重新截图。"),
    "blank": ("空白", "图片是空白的，请重新截图。"),
    "cropped": ("截取不全", "截图不完整，请截取整个屏幕。"),
}
OTHER = "other"


def label(code: str) -> str:
    """The word of a reason; the code itself for one that is not known any more."""
    return REASONS.get(code, (code, ""))[0]


def said(codes: Iterable[str], note: str = "") -> str:
    """What the person is told, reason by reason."""
    told = [REASONS[code][1] for code in codes if code in REASONS]
    return "".join(told) + note.strip()
