"""Sites of invented towns, each built once."""

from __future__ import annotations

import importlib.util
import sys
from pathlib import Path

import pytest

from dashboards.site import build_site

HERE = Path(__file__).parent


def _published_town():
    """The fixture builder beside this file; test folders are no packages."""
    name = "tests_dashboards_published_town"
    if name not in sys.modules:
        spec = importlib.util.spec_from_file_location(name, HERE / "published_town.py")
        assert spec and spec.loader
        sys.modules[name] = importlib.util.module_from_spec(spec)
        spec.loader.exec_module(sys.modules[name])
    return sys.modules[name]


published_town = _published_town()
Town, publish = published_town.Town, published_town.publish


@pytest.fixture(scope="session")
def make_site(tmp_path_factory):
    """A function from a town to the folder of its site, and the published file beside it."""
    made: dict[str, Path] = {}

    def make(kind: str, /, **turned) -> Path:
        if kind not in made:
            folder = tmp_path_factory.mktemp(kind)
            publish(folder / "papierwende.duckdb", Town(**turned))
            build_site(folder / "papierwende.duckdb", folder / "site")
            made[kind] = folder / "site"
        return made[kind]

    return make


@pytest.fixture(scope="session")
def site(make_site):
    return make_site("usual")


HOSTILE = (
    "</script><script>alert(1)</script>",
    '<img src=x onerror="alert(1)">',
    '=HYPERLINK("http://boese.example")',
    "{{ 7 * 7 }}{% raw %}",
    "../../etc/passwd\x00\x01\u2028\ufffe;\"'\n",
    "javascript:alert(1)",
    "]]></title><svg onload=alert(1)>",
)


@pytest.fixture(scope="session")
def hostile_site(make_site):
    names = HOSTILE + tuple(f"Leistung {number}" for number in range(5))
    steps = {f"{step}{HOSTILE[at % 7]}": kind for at, (step, kind) in enumerate(published_town.STEPS.items())}
    return make_site(
        "hostile", name=HOSTILE[0] + HOSTILE[1], services=names, offices=HOSTILE[:3], cases=3000, steps=steps
    )
