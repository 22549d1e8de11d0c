"""Names of files as classes give them: whom and what they say, and when they say nothing for sure."""

from datetime import date

import pytest

from selfcheck.tools.naming import Namer, Someone, Thing, words_of

ZHANG, LI, SHORT, FIRST_WU, SECOND_WU, LONGER, ALI, JOHN, DAY = range(1, 10)
REAL, WARN, CODE = 101, 102, 103
PEOPLE = [
    Someone(ZHANG, "2023010203", "张三"),
    Someone(LI, "2023010204", "李四"),
    Someone(SHORT, "1234", "王五六"),
    Someone(FIRST_WU, "2023010206", "吴伟"),
    Someone(SECOND_WU, "2023010207", "吴伟"),
    Someone(LONGER, "2023010208", "李四海"),
    Someone(ALI, "2023010209", "阿依古丽·买买提"),
    Someone(JOHN, "B2023010210", "John Smith"),
    Someone(DAY, "20261101", "郑一"),
]
THINGS = [
    Thing(REAL, words_of("国家反诈中心App 实名认证")),
    Thing(WARN, words_of("国家反诈中心App 预警提醒")),
    Thing(CODE, words_of("浙江反骗码", "绿码")),
]
NAMER = Namer(
    PEOPLE, THINGS, around=["计算机学院", "计科2301班", "梅园3-412"], today=date(2026, 11, 21)
)


@pytest.mark.parametrize(
    ("path", "person", "item"),
    [
        ("2023010203张三实名.jpg", ZHANG, REAL),
        ("2023010203.png", ZHANG, None),
        ("张三-反诈app.png", ZHANG, None),
        ("张三 - 反诈APP预警.PNG", ZHANG, WARN),
        ("IMG_1234.HEIC", None, None),
        ("IMG_2023010203.jpg", ZHANG, None),
        ("微信图片_20261101093012.jpg", None, None),
        ("微信图片_20261101.jpg", None, None),
        ("20261101_093012.jpg", None, None),
        ("20261101.jpg", None, None),
        ("20261101郑一反骗码.jpg", DAY, CODE),
        ("mmexport1698765432123.jpg", None, None),
        ("Screenshot_2026-11-01-09-30-12-345_com.hicorenational.antifraud.jpg", None, None),
        ("3号楼402张三.jpg", ZHANG, None),
        ("计科2301班张三实名认证.jpg", ZHANG, REAL),
        ("计科2301班/张三/预警.jpg", ZHANG, WARN),
        ("反骗码/2023010204 李四.jpg", LI, CODE),
        ("实名\\张三.jpg", ZHANG, REAL),
        ("梅园3-412/李四绿码.jpeg", LI, CODE),
        ("２０２３０１０２０３（张三）.ｊｐｇ", ZHANG, None),
        ("张三(1).jpg", ZHANG, None),
        ("实名截图2023010204.jpg", LI, REAL),
        ("李四海实名.jpg", LONGER, REAL),
        ("阿依古丽·买买提 实名.jpg", ALI, REAL),
        ("阿依古丽买买提.jpg", ALI, None),
        ("John_Smith_预警.png", JOHN, WARN),
        ("b2023010210.png", JOHN, None),
        ("1234王五六.jpg", SHORT, None),
        ("2023010206吴伟.jpg", FIRST_WU, None),
        ("吴伟2023010207绿码.jpg", SECOND_WU, CODE),
        ("实名/张三预警.jpg", ZHANG, None),
    ],
)
def test_what_a_name_says(path, person, item):
    """CHK-6."""
    found = NAMER.read(path)

    assert (found.person, found.item) == (person, item)


@pytest.mark.parametrize(
    ("path", "doubt"),
    [
        ("吴伟.jpg", "同名"),
        ("张三李四.jpg", "几个人"),
        ("张三/李四.jpg", "几个人"),
        ("2023010203李四.jpg", "不是同一个人"),
        ("2023010203吴伟.jpg", "不是同一个人"),
        ("2023010203-2023010204.jpg", "不是同一个人"),
        ("2023019999张三.jpg", "不是本班"),
        ("2023019999/张三.jpg", "不是本班"),
        ("张三丰.jpg", "没有本班人员"),
        ("小张三.jpg", "没有本班人员"),
        ("张三国栋.jpg", "没有本班人员"),
        ("张.jpg", "没有本班人员"),
        ("1234.jpg", "没有本班人员"),
        ("x" * 300 + "张三" * 400 + ".jpg", "没有本班人员"),
        ("120230102031.jpg", "没有本班人员"),
        ("<img onerror=alert(1)>.jpg", "没有本班人员"),
        ("", "没有本班人员"),
    ],
)
def test_a_name_that_could_be_another_person_is_nobody(path, doubt):
    """CHK-6, C07."""
    found = NAMER.read(path)

    assert (found.person, found.by) == (None, "")
    assert doubt in found.doubt


@pytest.mark.parametrize(("path", "by"), [("2023010203.jpg", "number"), ("张三.jpg", "name")])
def test_by_what_somebody_was_known_is_told(path, by):
    assert NAMER.read(path).by == by


def test_a_single_item_needs_no_word():
    namer = Namer(PEOPLE, THINGS[:1], today=date(2026, 11, 21))

    assert namer.read("张三.jpg").item == REAL


@pytest.mark.parametrize("number", range(0, 60, 7))
def test_every_name_of_a_class_is_found_and_none_for_another(number):
    """A class of 60, whatever order its numbers and names stand in."""
    names = [f"{'赵钱孙李周吴'[n % 6]}{'一二三四五六七八九十'[n // 6]}明" for n in range(60)]
    people = [Someone(n, f"20240{n:03d}", name) for n, name in enumerate(names)]
    namer = Namer(people, THINGS, today=date(2026, 11, 21))
    one = people[number]

    written = [f"{one.number}{one.name}", f"{one.name}_{one.number}", one.name, one.number]
    found = {namer.read(f"{text}{word}.jpg").person for text in written for word in ("", "实名")}

    assert found == {number}
