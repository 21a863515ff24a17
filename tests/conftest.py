"""What every test may rely on: a Chromium where it is needed, the invented town, and never the user's own keys."""

import os
import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.walked import Walked, invented

NO_CHROMIUM = "needs a Chromium: apt-get install chromium"


WALKS = "tests/walk/"


def pytest_configure() -> None:
    """Each worker of ``make test`` computes on cores of its own: threads that wait for each other cost a sixth."""
    workers = int(os.environ.get("PYTEST_XDIST_WORKER_COUNT", "1"))
    number = int(os.environ.get("PYTEST_XDIST_WORKER", "gw0").removeprefix("gw"))
    cores = sorted(os.sched_getaffinity(0))
    if workers > 1 and (own := cores[number % len(cores) :: workers]):
        os.sched_setaffinity(0, own)


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """The longest files begin first: the workers of ``make test`` share the tests file by file."""
    items.sort(key=lambda item: not item.nodeid.startswith(WALKS))


def pytest_runtest_setup(item: pytest.Item) -> None:
    """Skip browser tests where there is no Chromium; in CI that is a failure."""
    if item.get_closest_marker("browser") is None or shutil.which("chromium"):
        return
    if os.environ.get("CI") == "true":
        pytest.fail(NO_CHROMIUM, pytrace=False)
    pytest.skip(NO_CHROMIUM)


@pytest.fixture(scope="session")
def chromium() -> Path:
    """The browser's executable; only for tests marked ``browser``."""
    found = shutil.which("chromium")
    assert found, NO_CHROMIUM
    return Path(found)


@pytest.fixture(scope="session", autouse=True)
def _own_settings(tmp_path_factory: pytest.TempPathFactory) -> Iterator[None]:
    """Keys are made in a folder of their own, and no town of the user's environment is seen."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("XDG_CONFIG_HOME", str(tmp_path_factory.mktemp("config")))
        for name in ("PAPIERWENDE_TOWN", "PAPIERWENDE_KEY_FILE", "DAGSTER_HOME"):
            patch.delenv(name, raising=False)
        yield


@pytest.fixture(scope="session")
def demo(tmp_path_factory: pytest.TempPathFactory) -> Walked:
    """The invented town after its first run, shared by all workers: to be read, never to be changed."""
    return invented(tmp_path_factory, "0.05")


@pytest.fixture(scope="session")
def tiny(tmp_path_factory: pytest.TempPathFactory) -> Walked:
    """The invented town with so few cases that most of its figures may not be shown; shared, only to be read."""
    return invented(tmp_path_factory, "0.003")
