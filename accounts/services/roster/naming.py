"""Names of units: which are the same one, and which only look like another's."""

import re
import unicodedata
from collections import Counter, defaultdict
from collections.abc import Callable, Iterator
from functools import lru_cache

from accounts.roster.table import Row

GRADED = re.compile(r"\d{3,}|\d{2}级")
ALONE = 10  # one in so many of another grade is somebody who repeats a year, not another class
HAN = str.maketrans("一二三四五六七八九", "123456789")
Find = Callable[[str, str], str]


@lru_cache(maxsize=20_000)
def same(name: str) -> str:
    """What two ways of writing one name share: width and blanks aside."""
    return "".join(unicodedata.normalize("NFKC", name).split()).lower()


@lru_cache(maxsize=20_000)
def near(name: str) -> str:
    """What similar class names share: 23级1班, 2023级01班 and 23级（一）班 are alike."""
    found = same(name).removesuffix("班").removesuffix("班)")
    found = re.sub(r"[一二三四五六七八九](?=\)?$)", lambda m: m[0].translate(HAN), found)
    found = re.sub(r"(?<!\d)20(\d\d)(?!\d)", r"\1", found)
    found = re.sub(r"(?<!\d)(2\d)(\d\d)(?!\d)", r"\1-\2", found)
    found = re.sub(r"[级第()_.-]+", "-", found).strip("-")
    return re.sub(r"(?<!\d)0+(?=\d)", "", found)


@lru_cache(maxsize=20_000)
def says_grade(name: str) -> bool:
    """Whether a class's name holds its grade already."""
    return GRADED.search(name) is not None


def room_label(values: dict[str, str]) -> str:
    """The name of a dorm, from building and room or from one cell that holds both and a bed."""
    building, room = values.get("building", ""), values.get("room", "")
    if not room:
        return ""
    return _label(building, room)


@lru_cache(maxsize=50_000)
def _label(building: str, room: str) -> str:
    building = re.sub(r"(?<=\d)(号楼|栋|幢|号|楼)$", "", building.replace("#", ""))
    room = re.sub(r"[#＃]|(?<=\d)(号楼|栋|幢)-?(?=\d)", "-", room).removesuffix("室")
    if building and not room.startswith(building):
        room = f"{building}-{room}"
    bed = re.fullmatch(r"(.+\d-[A-Za-z]?\d{2,5})-\d{1,2}(号床|床|号)?", room)
    return bed[1] if bed else room


def with_grades(rows: Iterator[Row], find: Find, grade_of: Callable[[str], str]) -> Iterator[Row]:
    """The rows, with a class such as 计科1班 named 2023级计科1班 where several grades have one.

    `find` gives the path of a class by the college's name and its own, '' for none; `grade_of`
    the grade of the people of a path. Rows of such classes come last, all others at once.
    """
    waiting: list[Row] = []
    grades: dict[tuple[str, str], Counter] = defaultdict(Counter)
    for row in rows:
        name, grade = row.values.get("class_name", ""), row.values.get("grade", "")
        if not name or not grade or says_grade(name) or row.problems:
            yield row
            continue
        waiting.append(row)
        grades[row.values.get("college", ""), name][grade] += 1
    names = {key: _names(*key, found, find, grade_of) for key, found in grades.items()}
    for row in waiting:
        key = row.values.get("college", ""), row.values["class_name"]
        row.values["class_name"] = names[key][row.values["grade"]]
        yield row


def _names(college: str, name: str, grades: Counter, find: Find, grade_of) -> dict[str, str]:
    """What each grade's class of this name is called."""
    most = max(grades.values())
    main = [grade for grade, count in grades.most_common() if count * ALONE > most]
    plain = find(college, name)
    taken = grade_of(plain) if plain else ""
    named = {}
    for grade in [*main, *(grade for grade in grades if grade not in main)]:
        full = f"{grade}级{name}"
        if find(college, full):
            named[grade] = full
        elif grade not in main:
            named[grade] = named[main[0]]
        elif (plain and taken == grade) or (len(main) == 1 and not (plain and taken)):
            named[grade] = name
        else:
            named[grade] = full
    return named
