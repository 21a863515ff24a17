"""The site on loopback: by generation, with its headers, and nothing beside it."""

from __future__ import annotations

import http.client
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest

from dashboards.site import SECURITY_HEADERS
from pipelines.run.outcome import Exit, Stop
from pipelines.tools.serve import site_server
from pipelines.walk.publish import point_to

OLD, NEW = "2026-01-01-aaaaaaaaaaaa", "2026-01-02-bbbbbbbbbbbb"


@pytest.fixture
def town(tmp_path: Path) -> Path:
    """A town with two generations, the older one current."""
    for name in (OLD, NEW):
        site = tmp_path / "generations" / name / "site"
        site.mkdir(parents=True)
        (site / "index.html").write_text(f"generation {name}")
        (site.parent / "status.json").write_text("not for visitors")
    (tmp_path / "town.toml").write_text("not for visitors")
    point_to(tmp_path, OLD)
    return tmp_path


@pytest.fixture
def visit(town: Path) -> Iterator[http.client.HTTPConnection]:
    """A visitor's connection to the served site."""
    with site_server(town, 0) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        connection = http.client.HTTPConnection("127.0.0.1", server.server_address[1], timeout=10)
        yield connection
        connection.close()
        server.shutdown()


def get(visit: http.client.HTTPConnection, path: str) -> tuple[int, dict[str, str], str]:
    """Status, headers and body of a page."""
    visit.request("GET", path)
    answer = visit.getresponse()
    return answer.status, dict(answer.getheaders()), answer.read().decode()


def test_the_root_leads_to_the_current_generation(visit: http.client.HTTPConnection, town: Path) -> None:
    assert get(visit, "/")[1]["Location"] == f"/{OLD}/index.html"
    point_to(town, NEW)
    assert get(visit, "/")[1]["Location"] == f"/{NEW}/index.html"


def test_a_generation_stays_readable_while_the_next_is_swapped_in(
    visit: http.client.HTTPConnection, town: Path
) -> None:
    point_to(town, NEW)
    assert get(visit, f"/{OLD}/index.html")[2] == f"generation {OLD}"


def test_every_answer_carries_the_security_headers(visit: http.client.HTTPConnection) -> None:
    for path in ("/", f"/{OLD}/index.html", "/nowhere"):
        headers = get(visit, path)[1]
        assert {name: headers.get(name) for name in SECURITY_HEADERS} == SECURITY_HEADERS


@pytest.mark.parametrize(
    "path",
    [
        "/../town.toml",
        f"/{OLD}/../status.json",
        f"/{OLD}/%2e%2e/status.json",
        f"/{OLD}/..%2f..%2f..%2ftown.toml",
        "/%2e%2e/site/index.html",
        f"/{OLD}",
        "/.half/index.html",
        "//etc/passwd",
        "/etc/passwd",
    ],
)
def test_nothing_beside_the_site_is_served(visit: http.client.HTTPConnection, path: str) -> None:
    status, _, body = get(visit, path)
    assert "not for visitors" not in body
    assert "root:" not in body
    assert status == 404 or body == f"generation {OLD}"


def test_a_town_without_a_generation_says_what_to_do(tmp_path: Path) -> None:
    with pytest.raises(Stop, match="nothing is published yet; run `papierwende run") as stop:
        site_server(tmp_path, 0)
    assert stop.value.exit_code == Exit.CONFIGURATION


def test_a_taken_port_is_told(town: Path) -> None:
    with site_server(town, 0) as server, pytest.raises(Stop, match="is taken; choose another with --port"):
        site_server(town, server.server_address[1])
