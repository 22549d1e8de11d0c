"""Rule packs are data an office may edit: what is amiss is said in its own words."""

import pytest

from selfcheck.reading.packs import FOLDER, Unfit, load, parse

GOOD = """
page = "gold"
title = "金钟罩"
[recognise]
all = [["金钟罩"]]
any = ["家庭防护", "已开启"]
at_least = 1
[[field]]
fact = "guard"
sort = "switch"
labels = ["家庭防护"]
[[settles]]
item = "gold"
needs = { guard = "on" }
"""


def test_a_page_of_one_s_own_is_a_file():
    """CHK-7"""
    pack = parse(GOOD, "gold.toml")

    assert (pack.page, pack.groups, pack.settles[0].item) == ("gold", (("金钟罩",),), "gold")
    assert pack.fits("金钟罩\n家庭防护已开启") > 0.9
    assert pack.fits("金钟罩") == 0
    assert pack.fits("家庭防护") == 0


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        ('page = "gold"', "", "《gold.toml》文件缺少 page，请填写文字。"),
        ("title", "titel", "《gold.toml》文件里有不认识的“titel”，可用的有 field、identity、page、recognise、settles、title。"),
        ('[["金钟罩"]]', "[]", "《gold.toml》[recognise] 的 all 是空的，请至少写一组必须出现的词。"),
        ('[["金钟罩"]]', '["金钟罩"]', '《gold.toml》[recognise] 的 all 应是一列词，例如 ["绿码", "绿色"]。'),
        ("at_least = 1", "at_least = 3", "《gold.toml》[recognise] 的 at_least 应是不超过 any 词数的整数。"),
        ('sort = "switch"', 'sort = "toggle"', "《gold.toml》[[field]] guard 的 sort“toggle”不认识，可用的有 name、phone、"
         "state、switch、colour、moment、until、place。"),
        ('labels = ["家庭防护"]', "", "《gold.toml》[[field]] guard 缺少 labels。"),
        ('labels = ["家庭防护"]', 'labels = [" "]', "《gold.toml》[[field]] guard 的 labels 里有空的词，请填写或删去。"),
        ("{ guard =", "{ gard =", "《gold.toml》[[settles]] gold 需要“gard”，但没有这样的 [[field]]。"),
    ],
)  # fmt: skip
def test_what_is_amiss_in_a_pack_is_said_with_its_place(old, new, said):
    with pytest.raises(Unfit) as raised:
        parse(GOOD.replace(old, new), "gold.toml")

    assert str(raised.value) == said


def test_a_torn_file_is_said_to_be_torn():
    with pytest.raises(Unfit, match="格式有误"):
        parse(GOOD.replace('"gold"', '"gold', 1), "gold.toml")


def test_two_packs_of_one_name_are_refused(tmp_path):
    for name in ("a.toml", "b.toml"):
        (tmp_path / name).write_text(GOOD)

    with pytest.raises(Unfit, match="已被另一个文件使用"):
        load(sorted(tmp_path.iterdir()))


def test_the_packs_that_come_along_are_fit():
    assert sorted(pack.page for pack in load(FOLDER.glob("*.toml"))) == [
        "app_installed", "app_mine", "app_switch", "code", "followed", "overseas_message", "overseas_off",
    ]  # fmt: skip
