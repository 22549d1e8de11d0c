"""How a name is typed on a keyboard without Chinese: its pinyin and its initials.

Both are kept beside the name whenever it is written, and found by their beginning. A surname is
read as a surname (单 shan, 曾 zeng); a given name by its usual reading, and those who type one of
the other readings of a few common characters find it too.
"""

import os
import re
import unicodedata
from functools import lru_cache

from django.db.models import Q

from accounts.paths import Bytewise

LONGEST, MOST_INITIALS = 80, 20
AFTER_LETTERS = "{"  # follows "z": it bounds everything that begins with a spelling
CHINESE = re.compile(r"[\u3007\u3400-\u9fff\uf900-\ufaff\U00020000-\U0003ffff]")
LATIN = re.compile(r"[^a-z0-9]+")


def _pairs(text: str) -> dict[str, str]:
    return dict(pair.split(":") for pair in text.split())


SURNAMES = _pairs("""
单:shan 曾:zeng 解:xie 仇:qiu 朴:piao 查:zha 盖:ge 区:ou 尉:wei 翟:zhai 覃:qin 乐:yue 任:ren
华:hua 宁:ning 缪:miao 员:yun 贠:yun 冼:xian 洗:xian 秘:bi 逄:pang 种:chong 黑:he 繁:po 隗:wei
召:shao 折:she 祭:zhai 燕:yan 应:ying 葛:ge 那:na 牟:mou 訾:zi 么:yao 幺:yao 晁:chao 郗:xi
薄:bo 卜:bu 谌:chen 都:du 重:chong 句:gou 佴:nai 相:xiang 纪:ji 宓:mi 行:xing 盛:sheng 长:chang
朝:chao 车:che 石:shi 柏:bai 沈:shen 过:guo 哈:ha 干:gan 宿:su 六:lu 撒:sa 曲:qu 万:wan 於:yu
臧:zang 藏:zang 乜:nie 阚:kan 眭:sui 褚:chu 俞:yu
""")
COMPOUND = _pairs("""
单于:chanyu 长孙:zhangsun 万俟:moqi 尉迟:yuchi 澹台:tantai 令狐:linghu 欧阳:ouyang 上官:shangguan
司马:sima 诸葛:zhuge 夏侯:xiahou 皇甫:huangfu 宇文:yuwen 鲜于:xianyu 闾丘:lvqiu 公孙:gongsun
慕容:murong 司徒:situ 东方:dongfang 南宫:nangong 独孤:dugu
""")
GIVEN = _pairs("""
晟:sheng 茜:qian 行:xing 长:chang 重:chong 参:shen 都:du 卜:bu 曾:zeng 单:dan
""")
# (character, as it is kept, as others may read it)
ALSO = [
    ("乐", "yue", "le"), ("乐", "le", "yue"), ("晟", "sheng", "cheng"), ("茜", "qian", "xi"),
    ("覃", "qin", "tan"), ("盖", "ge", "gai"), ("牟", "mou", "mu"), ("翟", "zhai", "di"),
    ("缪", "miao", "mou"), ("谌", "chen", "shen"), ("郗", "xi", "chi"), ("朴", "piao", "pu"),
    ("行", "xing", "hang"), ("长", "chang", "zhang"), ("朝", "chao", "zhao"), ("重", "chong", "zhong"),
    ("曾", "zeng", "ceng"), ("单", "shan", "dan"), ("解", "xie", "jie"), ("区", "ou", "qu"),
    ("仇", "qiu", "chou"),
]  # fmt: skip


@lru_cache(maxsize=1)
def _readings() -> dict[int, str]:
    # the phrases, nine tenths of the package, are no help with names
    os.environ.setdefault("PYPINYIN_NO_PHRASES", "true")
    from pypinyin.constants import PINYIN_DICT

    return PINYIN_DICT


def _plain(text: str) -> str:
    """Small Latin letters and digits alone: no tones, ü as v."""
    apart = unicodedata.normalize("NFD", text.lower())
    return LATIN.sub("", apart.replace("u\u0308", "v"))


@lru_cache(maxsize=30_000)
def syllable(char: str) -> str:
    """One character's usual reading without its tone, ü as v; '' for what is no letter."""
    if char in GIVEN:
        return GIVEN[char]
    said = _readings().get(ord(char), "").partition(",")[0] if CHINESE.match(char) else char
    return _plain(said)


@lru_cache(maxsize=4000)
def _surname(two: str) -> tuple[int, str, str]:
    """How many characters of a name's first two are its surname, its spelling, its initials."""
    if two in COMPOUND:
        return 2, COMPOUND[two], COMPOUND[two][0] + syllable(two[1])[:1]
    first = SURNAMES.get(two[0]) or syllable(two[0])
    return 1, first, first[:1]


def of(name: str) -> tuple[str, str]:
    """The pinyin and the initials of a person's name."""
    if not name:
        return "", ""
    if not CHINESE.match(name[0]):
        return _foreign(name)
    taken, pinyin, initials = _surname(name[:2])
    given = [syllable(char) for char in name[taken:]]
    initials += "".join([said[:1] for said in given])
    return (pinyin + "".join(given))[:LONGEST], initials[:MOST_INITIALS]


def _foreign(name: str) -> tuple[str, str]:
    """A name in other letters: spelled as it is, the initials of its words."""
    words = unicodedata.normalize("NFKC", name).split()
    spelled = ["".join(map(syllable, word)) for word in words]
    return "".join(spelled)[:LONGEST], "".join(w[:1] for w in spelled)[:MOST_INITIALS]


def _begins(field: str, typed: str) -> Q:
    return Q(**{f"{field}__gte": typed, f"{field}__lt": typed + AFTER_LETTERS})


def spelled_like(typed: str) -> Q:
    """The people whose pinyin or initials begin with these Latin letters."""
    typed = _plain(typed).replace("lyu", "lv")[:LONGEST]
    if not typed:
        return Q(pk__in=[])
    found = _begins("pinyin", typed) | _begins("initials", typed[:MOST_INITIALS])
    for char, kept, other in ALSO:
        if other in typed:
            found |= _begins("pinyin", typed.replace(other, kept)) & Q(name__contains=char)
    return found


def named_like(typed: str) -> Q:
    """The people whose name begins with these characters, by the index of their pinyin."""
    readings = {of(typed)[0]}
    if len(typed) == 1:
        readings |= {said for name, said in COMPOUND.items() if name[0] == typed}
    found = Q(pk__in=[])
    for said in readings:
        found |= _begins("pinyin", said) if said else Q(pinyin="")
    return found & Q(name__startswith=typed)


class Spelled(Bytewise):
    """The pinyin (0) or the initials (1) of the row's name, written whenever the row is."""

    def __init__(self, *args, part: int = 0, **kwargs):
        self.part = part
        kwargs |= {"max_length": MOST_INITIALS if part else LONGEST, "blank": True}
        super().__init__(*args, **{"default": "", "editable": False, **kwargs})

    def deconstruct(self):
        """As it was declared."""
        name, path, args, kwargs = super().deconstruct()
        return name, path, args, {**kwargs, "part": self.part}

    def pre_save(self, model_instance, add):
        """What the name says now."""
        said = of(model_instance.name)[self.part]
        setattr(model_instance, self.attname, said)
        return said
