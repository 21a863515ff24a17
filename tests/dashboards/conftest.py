"""Sites of the invented town: the one its run published, and those of changed copies of its published file."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from pathlib import Path

import duckdb
import pytest

from dashboards.site import build_site
from tests.dashboards.states import HOSTILE, NEWS, Statement
from tests.walked import Walked


@pytest.fixture(scope="session")
def site(demo: Walked) -> Path:
    """The folder of the pages; the file they were made from lies beside it."""
    assert demo.exit_code == 3, demo.said
    return demo.site


@pytest.fixture(scope="session")
def changed(tmp_path_factory: pytest.TempPathFactory) -> Callable[..., Path]:
    """A function from a name, a site and statements to the site of its published file after these."""
    made: dict[str, Path] = {}

    def make(name: str, site: Path, *statements: Statement) -> Path:
        if name not in made:
            folder = tmp_path_factory.mktemp(name)
            file = folder / "papierwende.duckdb"
            shutil.copyfile(site.parent / file.name, file)
            with duckdb.connect(str(file)) as connection:
                connection.execute("set timezone = 'Europe/Berlin'; use monitor")
                for statement in statements:
                    connection.execute(*([statement] if isinstance(statement, str) else statement))
            build_site(file, folder / "site")
            made[name] = folder / "site"
        return made[name]

    return make


@pytest.fixture(scope="session")
def hostile_site(changed: Callable[..., Path], site: Path) -> Path:
    """The town whose names, services, offices, measures and steps were made up by somebody who means harm."""
    return changed("hostile", site, *HOSTILE)


@pytest.fixture(scope="session")
def news_site(changed: Callable[..., Path], site: Path) -> Path:
    """The town some of whose published figures moved, and one of whose links rests on too few records."""
    return changed("news", site, *NEWS)
