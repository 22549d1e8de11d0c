"""What a picture says, whose it is, and what it settles: the rules, on pages made by hand."""

from datetime import date, datetime

import pytest

from adapters import pixels
from selfcheck.reading import (
    REASONS,
    UNKNOWN,
    Fact,
    Person,
    blanked,
    identity_key,
    items,
    read_page,
    verdict,
)
from selfcheck.reading.blanking import holds_number
from selfcheck.reading.identity import consistent
from selfcheck.reading.moments import written
from selfcheck.reading.names import FULL, OTHER, PART, compare
from selfcheck.reading.normal import dense
from selfcheck.reading.packs import packs
from selfcheck.reading.verdicts import REFUSED
from tests.selfcheck.pictures import ZHANG, code, line, me, page, picture, portrait, read, warning

NOW = datetime(2026, 11, 21, 15, 0)  # noqa: DTZ001 — the school's own clock


def values(reading) -> dict[str, str]:
    return {name: fact.value for name, fact in reading.facts.items()}


def judged(*readings, item, person=ZHANG, **more):
    found = verdict(readings, item, person, NOW, **more)
    return found.accept, found.doubts


def test_the_own_page_says_who_and_whether_registered():
    """CHK-4"""
    reading = me()

    assert reading.page == "app_mine"
    assert values(reading) == {
        "clock": "14:32", "name": "*小明", "phone": "5678", "realname": "yes",
    }  # fmt: skip


def test_a_page_of_rows_reads_the_same():
    """CHK-4: labels at the left, values at the right; the region without blanks."""
    reading = read(
        "个人信息", ("姓名", "张小明"), ("手机号码", "138****5678"), ("实名认证", "已认证"),
        ("注册地区", "浙江省 杭州市"), "国家反诈中心",
    )  # fmt: skip

    assert values(reading) == {
        "clock": "14:32", "name": "张小明", "phone": "5678", "realname": "yes", "region": "浙江省杭州市",
    }  # fmt: skip


@pytest.mark.parametrize("said", ["國家反詐中心", "国家 反诈 中心", "国家反诈中心 "])
def test_width_blanks_and_traditional_signs_make_no_difference(said):
    reading = read(said, "*小明", "１３８＊＊＊＊５６７８", "已實名認證", "設置")

    assert values(reading) == {
        "clock": "14:32", "name": "*小明", "phone": "5678", "realname": "yes",
    }  # fmt: skip


@pytest.mark.parametrize("said", ["未实名", "去认证", "尚未实名认证", "实名认证中"])
def test_words_that_hold_the_good_word_but_deny_it_are_a_no(said):
    assert me(real=said).fact("realname").value == "no"


def test_words_for_both_states_are_no_state():
    reading = read("国家反诈中心", "*小明", "138****5678", "已实名", "去认证", "设置")

    assert reading.fact("realname") == Fact("", 0.0)


def test_switches_are_read_row_by_row():
    """CHK-4"""
    assert values(warning(call=True, sms=False)) == {"clock": "14:32", "call": "on", "sms": "off"}


@pytest.mark.parametrize(
    ("word", "state"),
    [("已开启", "on"), ("开", "on"), ("未开启", "off"), ("去开启", "off"), ("关", "off")],
)
def test_switches_in_words_are_read(word, state):
    """CHK-4"""
    reading = read("预警设置", ("来电预警", word), ("短信预警", "已开启"))

    assert reading.fact("call").value == state


def test_a_word_and_a_switch_that_disagree_leave_the_row_unknown():
    reading = read("预警设置", ("来电预警", "未开启"), "短信预警", switches=[(1, True), (2, True)])

    assert values(reading) == {"clock": "14:32", "sms": "on"}


def test_a_sentence_about_a_function_is_not_its_row():
    reading = read(
        "预警设置", "短信预警", "开启来电预警后，可识别诈骗电话，已开启", switches=[(1, True)]
    )

    assert values(reading) == {"clock": "14:32", "sms": "on"}


def test_a_code_says_colour_day_and_end():
    """CHK-5"""
    assert values(code()) == {
        "clock": "14:32", "name": "张小明", "phone": "5678", "colour": "green",
        "issued": "2026-11-01 09:00:00", "until": "2027-11-01",
    }  # fmt: skip


def test_a_span_of_days_gives_beginning_and_end():
    """CHK-5"""
    reading = code(issued="答题记录", until="有效期 2026.11.01-2027.10.31")

    assert (reading.fact("issued").value, reading.fact("until").value) == (
        "2026-11-01",
        "2027-10-31",
    )


@pytest.mark.parametrize(
    ("said", "colour"),
    [("绿码", "#e0392b"), ("红码", "#1aa260"), ("绿码", ""), ("绿码", "#2463eb")],
)
def test_a_colour_counts_only_where_words_and_pixels_agree(said, colour):
    """CHK-5"""
    assert not code(said=said, colour=colour).fact("colour").sure


def test_the_legend_of_colours_is_not_the_colour():
    """CHK-5"""
    reading = code(said="绿码：答题通过；红码：未通过")

    assert reading.fact("colour") == Fact("", 0.0)


@pytest.mark.parametrize(
    ("text", "days"),
    [
        ("2026-11-21", ["2026-11-21"]),
        ("2026年1月2日 9:05", ["2026-01-02 09:05"]),
        ("2026/11/2114:03:22", ["2026-11-21 14:03:22"]),
        ("2026.05.01至2027.04.30", ["2026-05-01", "2027-04-30"]),
        ("2026-13-01", []),
        ("2026-02-30", []),
        ("电话 0571-2026", []),
    ],
)
def test_days_are_read_in_every_hand(text, days):
    assert written(text) == days


@pytest.mark.parametrize(
    ("read_as", "name", "match"),
    [
        ("张小明", "张小明", FULL), ("張小明", "张小明", FULL), ("*小明", "张小明", PART),
        ("张*", "张小明", PART), ("张*明", "张小明", PART), ("**明", "张小明", PART), ("小明", "张小明", PART),
        ("*晓明", "张小明", OTHER), ("李*", "张小明", OTHER), ("张小", "张小明", OTHER), ("王小明", "张小明", OTHER),
        ("阿依古丽•买买提", "阿依古丽·买买提", FULL), ("明", "张小明", PART), ("", "张小明", OTHER),
    ],
)  # fmt: skip
def test_a_name_as_read_is_held_against_the_record(read_as, name, match):
    assert compare(read_as, name) == match


@pytest.mark.parametrize(
    ("name", "phone", "person", "doubts"),
    [
        ("*小明", "138****5678", ZHANG, []),
        ("张小明", "已绑定", ZHANG, []),
        ("*小明", "已绑定", ZHANG, ["masked_name"]),
        ("*小明", "138****1111", ZHANG, ["other_phone"]),
        ("张小明", "138****1111", ZHANG, ["other_phone"]),
        ("*小红", "138****5678", ZHANG, ["other_name"]),
        ("李小明", "138****5678", ZHANG, ["other_name"]),
        ("张小明", "已绑定", Person("张小明", "5678", namesake=True), ["same_name"]),
        ("张小明", "138****5678", Person("张小明", "5678", namesake=True), []),
        ("*小明", "138****5678", Person("张小明"), ["no_phone"]),
        ("张小明", "138****5678", Person("张小明"), []),
        ("文静", "已绑定", Person("文静", "5678"), ["masked_name"]),
        ("文静", "138****5678", Person("文静", "5678"), []),
    ],
)
def test_part_of_a_name_needs_the_number_as_well(name, phone, person, doubts):
    """CHK-4"""
    assert consistent(me(name, phone), person) == doubts


def test_two_numbers_on_a_page_are_no_number():
    reading = read("国家反诈中心", "*小明", "138****5678", "139****1111", "已实名", "设置")

    assert consistent(reading, ZHANG) == ["not_read"]


def test_a_page_of_oneself_settles_installing_and_registering():
    """CHK-4"""
    assert judged(me(), item="installed") == (True, ())
    assert judged(me(), item="named") == (True, ())


@pytest.mark.parametrize(
    ("reading", "item", "doubt"),
    [
        (me(real="未实名"), "named", "not_realname"),
        (me(name="*小红"), "named", "other_name"),
        (me(phone="138****0000"), "named", "other_phone"),
        (code(said="红码", colour="#e0392b"), "green", "red"),
        (code(said="黄码", colour="#f5a623"), "green", "amber"),
        (code(said="绿码", colour="#e0392b"), "green", "no_colour"),
        (code(until="有效期至：2026-11-20"), "green", "expired"),
        (code(until="答题记录"), "green", "no_date"),
        (code(issued="申领时间：2026-12-01 09:00:00"), "green", "odd_date"),
        (code(name="李小明"), "green", "other_name"),
    ],
)
def test_what_is_not_as_it_should_be_goes_to_a_person(reading, item, doubt):
    """CHK-4 CHK-5: with the reason, and nothing is refused."""
    accept, doubts = judged(reading, item=item)

    assert (accept, doubt in doubts) == (False, True)


def test_a_green_code_of_oneself_is_accepted_to_its_last_day():
    """CHK-5"""
    assert judged(code(), item="green") == (True, ())
    assert judged(code(until="有效期至：2026-11-21"), item="green") == (True, ())


def test_a_picture_is_as_old_as_the_time_that_runs_on_it():
    """CHK-5: the day a code was given is none of its picture's."""
    shown, since = code(issued="2026-11-01 09:00:00"), date(2026, 11, 2)

    assert judged(shown, item="green", since=since) == (False, ("old",))
    assert judged(shown, item="green", since=date(2026, 11, 1)) == (True, ())
    assert judged(code(), item="green", since=since) == (True, ())


def test_a_switch_page_alone_says_nobody_s_name():
    """CHK-4"""
    assert judged(warning(), item="warning") == (False, ("no_identity",))


def test_a_switch_page_counts_with_the_own_page_of_the_same_time():
    """CHK-4"""
    assert judged(warning(), me(clock="14:35"), item="warning") == (True, ())
    assert judged(warning(clock="23:58"), me(clock="00:03"), item="warning") == (True, ())


@pytest.mark.parametrize(
    ("other", "doubts"),
    [
        (me(clock="16:40"), ("far_apart",)),
        (me(clock=""), ("no_time",)),
        (me(name="*小红"), ("other_name",)),
        (me(phone="138****1111"), ("other_phone",)),
    ],
)
def test_a_switch_page_with_a_page_that_does_not_vouch_goes_to_a_person(other, doubts):
    """CHK-4"""
    assert judged(warning(), other, item="warning") == (False, doubts)


@pytest.mark.parametrize(("call", "sms"), [(False, True), (True, False), (False, False)])
def test_each_switch_must_be_on(call, sms):
    """CHK-4"""
    assert judged(warning(call, sms), me(), item="warning") == (False, ("switch_off",))


def test_two_pictures_that_say_different_things_go_to_a_person():
    accept, doubts = judged(warning(), warning(sms=False), me(), item="warning")

    assert (accept, doubts) == (False, ("switch_off", "contradicting"))


def test_a_picture_that_lacks_something_takes_nothing_from_one_that_proves_it():
    """CHK-4: the own page proves installing by itself."""
    rows = ("国家反诈中心", "应用信息", "版本 2.0", "卸载")
    shop = ("国家反诈中心", "应用介绍", "版本 2.0", "立即安装")

    assert judged(read(*rows, clock=""), me(), item="installed") == (True, ())
    assert judged(read(*shop), me(), item="installed") == (False, ("not_done", "contradicting"))


def test_a_picture_that_another_handed_in_is_found_by_what_it_says():
    """CHK-6: not by its pixels."""
    key = identity_key(me())

    assert key == "app_mine|小明|5678|14:32|||"
    assert judged(me(), item="named", person=Person("张小明", "5678", taken=frozenset([key]))) == (
        False, ("same_as_other",),
    )  # fmt: skip
    assert judged(me(), item="named", person=Person("张小明", "5678", earlier=frozenset([key]))) == (
        False, ("recycled",),
    )  # fmt: skip
    assert judged(me(clock="14:33"), item="named", person=Person("张小明", "5678", taken=frozenset([key]))) == (
        True, (),
    )  # fmt: skip


def test_pages_without_a_name_or_a_time_have_no_key():
    assert (identity_key(warning()), identity_key(me(clock=""))) == ("", "")


@pytest.mark.parametrize(
    "rows",
    [
        ("我的", "张小明", "138****5678", "已实名", "余额宝", "设置"),
        ("班级群(58)", "请大家安装国家反诈中心", "收到"),
        ("反骗码答题", "第1题 共10题", "下一题"),
        ("国家反诈中心", "我要举报", "风险查询"),
    ],
)
def test_other_pages_are_the_wrong_page(rows):
    reading = read(*rows)

    assert (reading.page, judged(reading, item="named")) == (UNKNOWN, (False, ("wrong_page",)))


def test_a_blank_picture_and_one_without_text_say_so():
    import io

    from PIL import Image

    white = io.BytesIO()
    Image.new("RGB", (720, 1400), "white").save(white, "PNG")

    assert read_page([], white.getvalue()).flaw == "blank"
    assert read_page([], picture("#1aa260")).flaw == "unreadable"


def test_a_page_that_lies_on_its_side_reads_the_same():
    lines = [
        type(one)(one.text, tuple((1400 - y, x) for x, y in one.box), one.score)
        for one in page("国家反诈中心", "*小明", "138****5678", "已实名", "设置")
    ]

    assert values(read_page(lines, picture())) == values(me())


def test_a_line_read_badly_settles_nothing():
    lines = page("国家反诈中心", "已实名", "设置")
    lines += [line("*小明", 40, 400, score=0.6), line("138****5678", 40, 450)]

    assert judged(read_page(lines, picture()), item="named") == (False, ("not_read",))


@pytest.mark.parametrize(
    ("text", "holds"),
    [
        ("身份证号 330102200501011234", True), ("33010220050101123X", True), ("330***********1234", True),
        ("3301**********123X", True), ("身份证 3****************4", True), ("证件号码：G1234567", True),
        ("138****5678", False), ("13812345678", False), ("2026-11-21 14:03:22", False), ("来电预警", False),
    ],
)  # fmt: skip
def test_identity_numbers_are_known_whole_and_in_part(text, holds):
    assert holds_number(text) == holds


def test_a_face_is_covered_and_a_picture_without_one_stays_as_it_is():
    data, plain_page = portrait(220), picture("#1aa260")

    made = pixels.opened(blanked(data, []))

    assert made[220, 220].tolist() == [40, 40, 40]
    assert made[900, 700].tolist() == pixels.opened(data)[900, 700].tolist()
    assert blanked(plain_page, page("国家反诈中心", "138****5678")) == plain_page


def test_nothing_is_taken_for_a_face_where_writing_stands():
    assert blanked(portrait(220), [line("来电预警", 140, 205)]) == portrait(220)


def test_every_item_and_every_doubt_has_its_words():
    """CHK-7: items come with the packs."""
    assert items() == [
        "installed",
        "named",
        "warning",
        "check",
        "calls",
        "push",
        "green",
        "followed",
        "overseas_off",
    ]
    assert set(REFUSED.values()) <= set(REASONS)
    assert all(sentence.endswith("。") and len(sentence) < 60 for _, sentence in REASONS.values())


def test_words_of_packs_are_kept_as_they_are_compared():
    for pack in packs():
        for word in (*pack.some, *pack.never, *(w for group in pack.groups for w in group)):
            assert word == dense(word)
