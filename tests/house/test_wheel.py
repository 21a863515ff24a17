"""The wheel: all code, templates and styles, and what dbt and Dagster read, in the layout of the checkout."""

import subprocess
import sys
import zipfile
from pathlib import Path

import pytest

from tests.house.blueprint import ROOMS, ROOT, files, named

PROJECT = "pipelines/_project/"


@pytest.fixture(scope="module")
def packed(tmp_path_factory: pytest.TempPathFactory) -> set[str]:
    """The names of all files in a freshly built wheel."""
    folder = tmp_path_factory.mktemp("wheel")
    command = [sys.executable, "-m", "hatchling", "build", "-t", "wheel", "-d", str(folder)]
    subprocess.run(command, cwd=ROOT, check=True, capture_output=True, stdin=subprocess.DEVNULL)
    (wheel,) = Path(folder).glob("*.whl")
    with zipfile.ZipFile(wheel) as archive:
        return {name for name in archive.namelist() if not name.endswith("/")}


def test_every_file_of_the_packages_is_in_it(packed: set[str]) -> None:
    wanted = {named(path) for path in files(*ROOMS)}
    assert {name for name in wanted if not name.startswith("pipelines/dialect/")} - packed == set()


def test_what_dbt_and_dagster_read_is_in_it_once(packed: set[str]) -> None:
    read = {named(path) for path in [*files("models"), *files("pipelines/dialect"), *files("tests/models")]}
    read |= {"dbt_project.yml", "profiles.yml", "dagster.yaml"}
    assert {name.removeprefix(PROJECT) for name in packed if name.startswith(PROJECT)} == read
    assert {name for name in packed if name.startswith("pipelines/dialect/")} == set()


def test_nothing_else_is_in_it(packed: set[str]) -> None:
    tops = {name.split("/")[0] for name in packed}
    assert {top for top in tops if not top.endswith(".dist-info")} == set(ROOMS)
