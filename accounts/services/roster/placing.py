"""Where in the grid a row of a roster belongs; units that are not there yet are planned."""

from dataclasses import dataclass
from difflib import get_close_matches

from accounts.models import Unit, UnitAlias, User
from accounts.moves import Refused
from accounts.paths import CLASS, COLLEGE, DORM, SCHOOL, child, cut, level_of, under
from accounts.services.roster.naming import near, room_label, same

Kind = Unit.Kind
Category = User.Category
UNPLACED = "未分班新生"
DEFAULT_GROUP: dict[str, str] = {
    Category.STAFF: "教职工",
    Category.DISPATCHED: "劳务派遣",
    Category.SERVICE: "社会服务人员",
}
COLLEGE_ENDINGS = ("学院", "书院", "系")
ALIKE = 0.66
LONGEST = 60


class Unplaced(Exception):
    """The row does not say where it belongs: the field, what stands there, what to do."""

    def __init__(self, field: str, reason: str, value: str = ""):
        super().__init__(reason)
        self.field, self.reason, self.value = field, reason, value


class Stray(Refused):
    """A row belongs to another unit than the one the roster is imported for."""


@dataclass(slots=True)
class Node:
    """A unit that is there or planned."""

    path: str
    kind: str
    name: str
    planned: bool = False


class Grid:
    """The school's units by parent and name, and the ones a roster will add.

    `only` is the path all rows must lie below: whoever imports for one college places only there.
    """

    def __init__(self, school: Unit, only: str):
        self.school = school
        self.only = only if level_of(only) > SCHOOL else ""
        self.planned: list[Node] = []
        self.by_path: dict[str, Node] = {}
        self.by_name: dict[tuple[str, str], Node] = {}
        self.by_near: dict[tuple[str, str], Node] = {}
        self.classes: dict[str, list[Node]] = {}
        self.last: dict[str, int] = {school.path: school.spent}
        self.closed: dict[tuple[str, str], str] = {}
        self.gone: set[str] = set()
        self._raw: dict[tuple, str] = {}
        units = Unit.objects.filter(under(school.path, strictly=True)).order_by("path")
        columns = ("path", "kind", "name", "code", "spent")
        for path, kind, name, code, spent in units.open().values_list(*columns):
            self._keep(Node(path, kind, name), code)
            self.last[path] = spent
        self._know_aliases(units)
        self._know_closed(units)

    def _know_aliases(self, units) -> None:
        """A unit is found by its other names too, where no unit bears them itself."""
        aliases = UnitAlias.objects.filter(unit__in=units.open()).values_list("unit__path", "name")
        for path, name in aliases:
            self.by_name.setdefault((path[:-6], same(name)), self.by_path[path])

    def _know_closed(self, units) -> None:
        """Units that stand no longer: what became of them, and their numbers, never used again."""
        for unit in units.exclude(closed_on=None).select_related("moved_to"):
            parent = unit.path[:-6]
            self.by_path.setdefault(unit.path, Node(unit.path, unit.kind, unit.name))
            self.last[parent] = max(self.last.get(parent, 0), int(unit.path[-6:]))
            self.gone.add(unit.path)
            if unit.kind in {Kind.CLASS, Kind.DORM} and unit.moved_to is None:
                continue  # its students have graduated: another year's class may be called so
            went = f"，现为“{unit.moved_to.name}”" if unit.moved_to else ""
            self.closed[parent, same(unit.name)] = (
                f"“{unit.name}”已于 {unit.closed_on} 撤销或迁移{went}，请改用现在的单位"
            )

    def _keep(self, node: Node, code: str = "") -> None:
        parent = node.path[:-6]
        self.by_path[node.path] = node
        self.by_name.setdefault((parent, same(node.name)), node)
        if code:
            self.by_name.setdefault((parent, same(code)), node)
        if node.kind == Kind.CLASS:
            self.by_near.setdefault((parent, near(node.name)), node)
            self.classes.setdefault(same(node.name), []).append(node)
        self.last[parent] = max(self.last.get(parent, 0), int(node.path[-6:]))

    def _child(self, parent: str, kind: str, name: str, field: str) -> Node:
        """The unit of that name below the parent, planned if it is not there."""
        node = self.by_name.get((parent, same(name)))
        if node is None:
            if told := self.closed.get((parent, same(name))):
                raise Unplaced(field, told, name)
            if len(name) > LONGEST:
                raise Unplaced(field, f"名称超过 {LONGEST} 个字，请缩短", name[:20])
            node = Node(child(parent, self.last.get(parent, 0) + 1), kind, name, planned=True)
            self.planned.append(node)
            self._keep(node)
        return node

    def find_class(self, college: str, name: str) -> str:
        """The path of a class that is there or planned; '' for none."""
        top = self.by_name.get((self.school.path, same(college))) if college else None
        parent = top.path if top else self.only
        node = self.by_name.get((parent, same(name)))
        return node.path if node else ""

    def home(self, values: dict[str, str], category: str, newcomer: bool, old: str) -> str:
        """The path where the person of a row stands; `old` is where they stand now, '' if new.

        What the row does not say stays as it is. Raises Unplaced when it cannot be known.
        """
        if category != Category.STUDENT:
            return self._employee(values, category, old)
        klass = self._class(values, newcomer, old)
        if klass in self.gone:
            return old
        label = room_label(values)
        if not label:
            if len(old) < DORM * 6:
                return klass
            if old.startswith(klass):
                return old
            label = self.by_path[old].name
        key = (klass, label)
        path = self._raw.get(key)
        if path is None:
            path = self._raw[key] = self._child(klass, Kind.DORM, label, "room").path
        return path

    def _class(self, values: dict[str, str], newcomer: bool, old: str) -> str:
        college, name = values.get("college", ""), values.get("class_name", "")
        if cut(old, CLASS) in self.gone and same(name) == same(self.by_path[cut(old, CLASS)].name):
            return cut(old, CLASS)  # who has graduated stays where they were
        key = (college, name, "" if college else cut(old, COLLEGE))
        path = self._raw.get(key) if name else None
        if path is None:
            path = self._class_of(college, name, newcomer, old)
            if name:
                self._raw[key] = path
        return path

    def _class_of(self, college: str, name: str, newcomer: bool, old: str) -> str:
        top = self._college_of(college, name, old)
        if not name:
            if old.startswith(top):
                return cut(old, CLASS)
            if not newcomer:
                raise Unplaced("class_name", "班级为空，请补充")
            return self._child(top, Kind.GROUP, UNPLACED, "class_name").path
        if (top, same(name)) not in self.by_name:
            alike = self.by_near.get((top, near(name)))
            if alike:
                there = "名册中的" if alike.planned else "已有班级"
                reason = f"与{there}“{alike.name}”疑为同一班级，请改为“{alike.name}”"
                raise Unplaced("class_name", reason, name)
        return self._child(top, Kind.CLASS, name, "class_name").path

    def _college_of(self, college: str, name: str, old: str) -> str:
        """The path of the college of a student's row."""
        if college:
            return self._top(college, Kind.COLLEGE).path
        if self.only:
            return cut(self.only, COLLEGE)
        now = cut(old, COLLEGE)
        if now and (not name or (now, same(name)) in self.by_name):
            return now
        known = self.classes.get(same(name), []) if name else []
        if len(known) == 1:
            return cut(known[0].path, COLLEGE)
        raise Unplaced("college", "学院为空，请补充")

    def _top(self, name: str, kind: str) -> Node:
        """The college or department of that name."""
        key = ("", name, kind)
        if path := self._raw.get(key):
            return self.by_path[path]
        node = self.by_name.get((self.school.path, same(name)))
        if self.only and (node is None or node.path != cut(self.only, COLLEGE)):
            raise Stray
        if node is None:
            node = self._child(self.school.path, kind, name, "college")
        if kind == Kind.COLLEGE and node.kind == Kind.DEPARTMENT:
            if not node.planned:
                raise Unplaced("college", f"“{node.name}”是部门，没有班级，请核对学院", name)
            node.kind = kind
        self._raw[key] = node.path
        return node

    def _employee(self, values: dict[str, str], category: str, old: str) -> str:
        get = values.get
        key = (
            category, get("college"), get("unit_name"), get("company"), cut(old, CLASS),
        )  # fmt: skip
        if key not in self._raw:
            self._raw[key] = self._group(values, category, cut(old, CLASS))
        return self._raw[key]

    def _group(self, values: dict[str, str], category: str, old: str) -> str:
        name, group = values.get("college", ""), values.get("unit_name", "")
        company = values.get("company", "")
        if category == Category.SERVICE:
            group = company or group
        elif not name:
            name = company  # 单位名称 is a firm among service people, a department among staff
        if name:
            ending = name.endswith(COLLEGE_ENDINGS)
            top = self._employer(name, Kind.COLLEGE if ending else Kind.DEPARTMENT)
        elif self.only or old:
            top = cut(self.only or old, COLLEGE)
        else:
            raise Unplaced("college", "部门（学院）为空，请补充")
        if not group and old.startswith(top):
            return old
        group = group or DEFAULT_GROUP.get(category, DEFAULT_GROUP[Category.STAFF])
        return self._child(top, Kind.GROUP, group, "unit_name").path

    def _employer(self, name: str, kind: str) -> str:
        node = self.by_name.get((self.school.path, same(name)))
        return self._top(name, node.kind if node else kind).path

    def new_units(self) -> list[list[str]]:
        """The planned units as [path, kind, name, the name of one that looks alike or '']."""
        there: dict[str, list[str]] = {}
        for node in self.by_path.values():
            if not node.planned and node.kind in {Kind.COLLEGE, Kind.DEPARTMENT, Kind.GROUP}:
                there.setdefault(node.path[:-6], []).append(node.name)
        found = []
        for node in self.planned:
            names = (
                there.get(node.path[:-6], []) if node.kind not in {Kind.CLASS, Kind.DORM} else []
            )
            alike = get_close_matches(node.name, names, 1, ALIKE) if names else []
            found.append([node.path, node.kind, node.name, alike[0] if alike else ""])
        return found


def class_of(path: str) -> str:
    """The class or group a home belongs to."""
    return path[: CLASS * 6]
