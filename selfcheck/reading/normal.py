"""Text as it is compared: one width, simplified, without blanks; stars of masks are one sign."""

import unicodedata

TRADITIONAL = (
    "國詐實認證來電預開關綠紅黃碼號設護機個資訊時間應裝註冊攔騙簽該檢話際長撥啟處區縣為發領過與務單頁戶邊"
    "兩麗張陳劉楊趙吳孫馬鄭謝許馮鄧葉蘇蔣賈韋龍萬錢湯嚴賴顧龔譚賀閻駱齊陽東語夢軒強偉傑寧靜慶潔繼鵬飛曉瑋"
    "暉瑩穎蘭鳳鴻鑫紹紀緯維嵐豐軍學愛義歡樂雲賢達遠運遙銘銳鋒錦顏"
)
SIMPLIFIED = (
    "国诈实认证来电预开关绿红黄码号设护机个资讯时间应装注册拦骗签该检话际长拨启处区县为发领过与务单页户边"
    "两丽张陈刘杨赵吴孙马郑谢许冯邓叶苏蒋贾韦龙万钱汤严赖顾龚谭贺阎骆齐阳东语梦轩强伟杰宁静庆洁继鹏飞晓玮"
    "晖莹颖兰凤鸿鑫绍纪纬维岚丰军学爱义欢乐云贤达远运遥铭锐锋锦颜"
)
STARS = "＊✱✳✽❋∗⋆*•●∙"
_SIGNS = str.maketrans(
    TRADITIONAL + STARS + "：，（）－—–～〜", SIMPLIFIED + "*" * len(STARS) + ":,()---~~"
)


def plain(text: str) -> str:
    """The text in one width and simplified; blanks stand as one."""
    return " ".join(unicodedata.normalize("NFKC", text.translate(_SIGNS)).translate(_SIGNS).split())


ARROWS = "<>《》〈〉≪≫«»‹›≤≥く＜＞"


def bare(text: str) -> str:
    """The text without the arrow that leads on to another page."""
    return text.strip(ARROWS + " ")


def dense(text: str) -> str:
    """The same without blanks and in small letters: what keywords are looked for in."""
    return bare(plain(text)).replace(" ", "").lower()


def is_han(sign: str) -> bool:
    """Whether a sign is a Chinese character, rare ones included."""
    return "\u3400" <= sign <= "\u9fff" or sign == "〇" or sign >= "\U00020000"
