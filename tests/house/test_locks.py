"""The locks: everything pinned, everything hashed, nothing tied to one registry, and all of one mind."""

import re
import tomllib
from itertools import combinations
from pathlib import Path

import pytest
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

from tests.house.blueprint import ROOT

LOCKS = ("requirements.lock", "requirements-dev.lock", "requirements-spark.lock", "requirements-analyst.lock")
BUILD_TOOLS = {"hatchling", "editables"}
PIN = re.compile(r"^(?P<name>[A-Za-z0-9._-]+)(?:\[[\w,.-]+\])?==(?P<version>[^\s;\\]+)")


def packages(lock: Path) -> list[tuple[str, str, int]]:
    """Name, version and number of hashes of each locked package, in the lock's order."""
    found: list[tuple[str, str, int]] = []
    for line in lock.read_text(encoding="utf-8").splitlines():
        if pin := PIN.match(line):
            found.append((canonicalize_name(pin["name"]), pin["version"], 0))
        elif line.strip().startswith("--hash=sha256:"):
            name, version, hashes = found.pop()
            found.append((name, version, hashes + 1))
    return found


def pins(lock: Path) -> dict[str, str]:
    """The version of each locked package."""
    return {name: version for name, version, _ in packages(lock)}


def wanted(listing: Path) -> list[Requirement]:
    """The requirements of a .in file."""
    lines = (line.split("#")[0].strip() for line in listing.read_text(encoding="utf-8").splitlines())
    return [Requirement(line) for line in lines if line and not line.startswith("-")]


@pytest.mark.parametrize("lock", LOCKS)
def test_every_line_of_a_lock_is_a_pin_a_hash_or_a_comment(lock: str) -> None:
    lines = (ROOT / lock).read_text(encoding="utf-8").splitlines()
    strange = [
        line
        for line in lines
        if line.strip()
        and not PIN.match(line)
        and not line.startswith("    --hash=sha256:")
        and not line.lstrip().startswith("#")
    ]
    assert strange == []


@pytest.mark.parametrize("lock", LOCKS)
def test_every_locked_package_has_a_hash(lock: str) -> None:
    locked = packages(ROOT / lock)
    assert locked
    assert [name for name, _, hashes in locked if hashes == 0] == []


@pytest.mark.parametrize("lock", LOCKS)
def test_a_lock_names_no_registry(lock: str) -> None:
    text = (ROOT / lock).read_text(encoding="utf-8")
    assert re.findall(r"\S*://\S*|--(?:extra-)?index-url.*|--find-links.*|--trusted-host.*", text) == []


@pytest.mark.parametrize("name", ["requirements", "requirements-dev", "requirements-spark", "requirements-analyst"])
def test_every_requirement_is_locked_at_a_version_it_allows(name: str) -> None:
    locked: dict[str, list[str]] = {}
    for package, version, _ in packages(ROOT / f"{name}.lock"):
        locked.setdefault(package, []).append(version)
    missing = [
        str(requirement)
        for requirement in wanted(ROOT / f"{name}.in")
        if not any(
            requirement.specifier.contains(version) for version in locked.get(canonicalize_name(requirement.name), [])
        )
    ]
    assert missing == []


@pytest.mark.parametrize(("one", "other"), list(combinations(LOCKS[:3], 2)))
def test_locks_of_one_environment_agree_on_what_they_share(one: str, other: str) -> None:
    held, also = pins(ROOT / one), pins(ROOT / other)
    different = {name for name in held.keys() & also.keys() if held[name] != also[name]}
    assert different == set()


def test_the_package_asks_for_what_is_locked() -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    asked = {str(Requirement(line)) for line in project["dependencies"]}
    listed = {str(line) for line in wanted(ROOT / "requirements.in") if canonicalize_name(line.name) not in BUILD_TOOLS}
    assert asked == listed


def test_the_extra_for_one_machine_asks_for_what_tests_of_spark_install() -> None:
    extras = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]["optional-dependencies"]
    listed = {str(line) for line in wanted(ROOT / "requirements-spark.in")}
    assert {str(Requirement(line)) for line in extras["spark-local"]} == listed
