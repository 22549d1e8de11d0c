"""The house: who may import whom, how large a room may be, what may not stand in it."""

import ast
import re
import sys
from collections.abc import Iterator
from importlib.metadata import packages_distributions
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent
# each may import only what stands below it; the wiring is imported by nobody
FLOORS = {
    "adapters": set(),
    "accounts": {"adapters"},
    "rounds": {"accounts", "adapters"},
    "notices": {"rounds", "accounts", "adapters"},
    "pledges": {"rounds", "notices", "accounts", "adapters"},
    "selfcheck": {"rounds", "notices", "accounts", "adapters"},
    "oversight": {"pledges", "selfcheck", "rounds", "notices", "accounts", "adapters"},
    "campus_antifraud": {
        "oversight",
        "pledges",
        "selfcheck",
        "rounds",
        "notices",
        "accounts",
        "adapters",
    },
}
APPS = [app for app in FLOORS if (ROOT / app).is_dir()]
REQUEST_DATA = {"POST", "GET", "FILES"}


def sources(*apps: str) -> list[Path]:
    """The Python files of the product, without migrations."""
    return [
        path
        for app in apps or APPS
        for path in sorted((ROOT / app).rglob("*.py"))
        if "migrations" not in path.parts
    ]


def short(path: Path) -> str:
    return str(path.relative_to(ROOT))


def imported(path: Path) -> Iterator[str]:
    """The top-level packages a file imports, anywhere in it."""
    for node in ast.walk(ast.parse(path.read_text())):
        if isinstance(node, ast.Import):
            yield from (alias.name.split(".")[0] for alias in node.names)
        elif isinstance(node, ast.ImportFrom) and node.module and not node.level:
            yield node.module.split(".")[0]


def test_no_app_imports_one_above_it():
    upward = [
        (short(path), name)
        for app in APPS
        for path in sources(app)
        for name in imported(path)
        if name in FLOORS and name != app and name not in FLOORS[app]
    ]

    assert upward == []
    assert len(sources()) > 50


def test_adapters_know_no_model():
    assert [(short(p), n) for p in sources("adapters") for n in imported(p) if n == "django"] == []


def test_a_code_file_has_at_most_400_lines():
    long = [(short(p), n) for p in sources() if (n := len(p.read_text().splitlines())) > 400]

    assert long == []


def functions(path: Path):
    for node in ast.walk(ast.parse(path.read_text())):
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            yield node


def test_a_function_has_at_most_40_lines():
    long = [
        (short(path), node.name, size)
        for path in sources()
        for node in functions(path)
        if (size := node.end_lineno - node.lineno + 1) > 40
    ]

    assert long == []


def views() -> list[Path]:
    return [p for p in sources() if p.name == "views.py" or "views" in p.parent.parts]


def test_a_view_reaches_scoped_rows_only_through_permitted():
    """`.objects` in a view is followed by `permitted`, wherever the model has a scope."""
    loose = []
    for path in views():
        text = path.read_text()
        for found in re.finditer(r"(\w+)\.objects((?:\.\w+\([^()]*\))*)", text):
            if ".permitted(" not in text[found.start() : found.end() + 200].split("\n\n")[0]:
                loose.append((short(path), found.group(0)))

    assert loose == []
    assert len(views()) >= 8


def test_a_view_has_at_most_20_lines():
    """Fetch with permission, form, one service, answer."""
    long = [
        (short(path), node.name, size)
        for path in views()
        for node in functions(path)
        if any("require_" in ast.unparse(decorator) for decorator in node.decorator_list)
        and (size := node.end_lineno - node.lineno + 1) > 20
    ]

    assert long == []


def test_only_the_faces_know_what_a_request_carries():
    """Models, queries, services, tasks and commands are told plain values."""
    faces = re.compile(r"views|forms|admin|desk|filters|sso|middleware|rounds/files")
    knowing = [
        short(path)
        for path in sources()
        if re.search(r"request\.(POST|GET|FILES|body)", path.read_text())
        and not faces.search(short(path))
    ]

    assert knowing == []


def test_every_package_in_use_is_asked_for_by_name_and_version():
    asked = {
        line.split("==")[0].split("[")[0].lower().replace("_", "-")
        for line in (ROOT / "requirements.txt").read_text().splitlines()
        if "==" in line
    }
    ours = set(FLOORS) | {"tests"}
    providers = packages_distributions()
    used = {
        dist.lower().replace("_", "-")
        for path in sources()
        for name in imported(path)
        if name not in sys.stdlib_module_names and name not in ours
        for dist in providers.get(name, [f"nobody's {name}"])
    }

    assert sorted(used - asked) == []


def test_what_a_request_carries_is_only_handed_to_forms():
    """`request.POST` and its like appear only as an argument of a form, or asked whether given."""
    loose = []
    for path in views():
        for node in ast.walk(ast.parse(path.read_text())):
            subscript = isinstance(node, ast.Subscript) and node.value
            call = (
                isinstance(node, ast.Call)
                and isinstance(node.func, ast.Attribute)
                and node.func.attr in {"get", "getlist"}
                and node.func.value
            )
            target = subscript or call
            if (
                isinstance(target, ast.Attribute)
                and target.attr in REQUEST_DATA
                and getattr(target.value, "id", "") == "request"
            ):
                loose.append((short(path), node.lineno))

    assert loose == []


@pytest.mark.parametrize(
    "what",
    [
        r"mark_safe\(",
        r"\.extra\(",
        r"RawSQL",
        r"pickle\.",
        r"shell=True",
        r"extractall",
        r"verify=False",
        r"filter\(\*\*request",
        r"datetime\.now\(\)",
        r"TODO|FIXME|XXX",
    ],
)
def test_nothing_stands_in_the_code_that_must_not(what):
    assert [short(path) for path in sources() if re.search(what, path.read_text())] == []


def templates() -> list[Path]:
    return sorted((ROOT / "templates").rglob("*.html"))


@pytest.mark.parametrize(
    "what",
    [
        r"<script(?![^>]*\bsrc=)",
        r"<style\b",
        r"\sstyle=",
        r"\son[a-z]+=\"",
        r"\|\s*safe\b",
        r"autoescape off",
        r"https?://(?!\{)",
        r"javascript:",
    ],
)
def test_no_template_holds_what_a_strict_policy_forbids(what):
    assert [short(path) for path in templates() if re.search(what, path.read_text())] == []


def test_no_template_names_an_office():
    """The school names its offices itself; see `School`."""
    names = re.compile("保卫处|(?<!安全)保卫部|武保部|平安办|学生处|学工部|学务处")

    assert [short(path) for path in templates() if names.search(path.read_text())] == []
    loose = [
        (short(path), found.group(0))
        for path in sources()
        if "demo" not in path.parts and (found := names.search(path.read_text()))
    ]
    # the defaults of a school that says nothing, and the examples the command line gives
    assert {where for where, _ in loose} == {
        "accounts/models/units.py",
        "accounts/management/commands/create_school.py",
    }


def test_a_template_has_at_most_150_lines():
    long = [short(path) for path in templates() if len(path.read_text().splitlines()) > 150]

    assert long == []
