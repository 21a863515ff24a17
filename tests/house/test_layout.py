"""The plan of the house: what may stand where, how big a file may grow, and that no path of one machine is in it."""

import re
from collections import Counter
from graphlib import CycleError, TopologicalSorter

import grimp

from tests.house.blueprint import ROOMS, ROOT, entries, files, ignored, named

FOLDERS = {"pipelines", "models", "dashboards", "sources", "tests", "docs", ".ci"}
FILES = {
    ".gitignore",
    ".pre-commit-config.yaml",
    "CHANGELOG.md",
    "CONTRIBUTING.md",
    "LICENSE",
    "Makefile",
    "README.md",
    "dagster.yaml",
    "dbt_project.yml",
    "profiles.yml",
    "publiccode.yml",
    "pyproject.toml",
    "requirements-analyst.in",
    "requirements-analyst.lock",
    "requirements-dev.in",
    "requirements-dev.lock",
    "requirements-spark.in",
    "requirements-spark.lock",
    "requirements.in",
    "requirements.lock",
}
VAGUE = {"utils", "util", "helpers", "helper", "common", "lib", "misc", "legacy"}
LONGEST = 300
MOST_FILES = 20
MACHINE_PATH = re.compile(r"(?<![\w.~$}])(?:/(?:home|root|Users|work|workspace|mnt)/\w|[A-Z]:\\\w)")
BINARY = {".gz", ".parquet", ".png", ".woff2", ".ico", ".pdf", ".zip", ".xlsx", ".duckdb"}


def test_the_top_level_holds_only_the_rooms_and_what_tools_insist_on() -> None:
    hidden = set(ignored())
    found = {path.name for path in ROOT.iterdir() if path.name not in hidden and not path.name.endswith(".egg-info")}
    assert found == FOLDERS | FILES


def test_nothing_has_a_name_that_says_nothing() -> None:
    vague = [named(path) for path in entries(ROOT) if path.stem.lower() in VAGUE]
    assert vague == []


def test_no_python_file_is_too_long() -> None:
    lengths = {named(path): len(path.read_text(encoding="utf-8").splitlines()) for path in files(*ROOMS, suffix=".py")}
    assert {name: lines for name, lines in lengths.items() if lines > LONGEST} == {}


def test_no_folder_holds_too_many_python_files() -> None:
    held = Counter(named(path.parent) for path in files(*ROOMS, "tests", suffix=".py"))
    assert {name: count for name, count in held.items() if count > MOST_FILES} == {}


def test_the_limits_are_the_ones_contributors_are_told() -> None:
    text = (ROOT / "CONTRIBUTING.md").read_text(encoding="utf-8")
    assert f"passes {LONGEST} lines" in " ".join(text.split())
    assert f"more than {MOST_FILES} Python files" in " ".join(text.split())


def test_every_python_file_says_what_belongs_in_it() -> None:
    silent = [
        named(path)
        for path in files(*ROOMS, suffix=".py")
        if path.stat().st_size and not path.read_text(encoding="utf-8").lstrip().startswith(('"""', 'r"""'))
    ]
    assert silent == []


def test_no_two_modules_import_each_other_in_a_circle() -> None:
    graph = grimp.build_graph(*ROOMS, exclude_type_checking_imports=True, cache_dir=None)
    arrows = {module: graph.find_modules_directly_imported_by(module) for module in graph.modules}
    circle: list[str] = []
    try:
        TopologicalSorter(arrows).prepare()
    except CycleError as error:
        circle = error.args[1]
    assert circle == []


def test_no_file_holds_a_path_of_one_machine() -> None:
    paths = [path for path in files() if path.suffix not in BINARY]
    found = {
        named(path): match.group()
        for path in paths
        if (match := MACHINE_PATH.search(path.read_text(encoding="utf-8", errors="replace")))
    }
    assert found == {}


def test_the_pattern_for_machine_paths_finds_one() -> None:
    slash = "/"
    assert MACHINE_PATH.search(f"open('{slash}home/anna/x.csv')")
    assert not MACHINE_PATH.search("https://example.org/home/anna")
    assert not MACHINE_PATH.search("/srv/papierwende/my-town")
