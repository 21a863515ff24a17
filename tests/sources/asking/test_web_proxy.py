"""A town hall's proxy: used where it is named, never guessed, and what it refuses is told as the proxy's."""

import socket
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest
from pydantic import ValidationError

from sources.town.connection import Connection
from tests.sources.asking.asked_web import GOOD, SECRET, Waits, unreachable, web_of
from tests.sources.asking.fault_server import make_certificate, serving
from tests.sources.asking.proxy_server import ProxyServer, running_proxy


@pytest.fixture
def proxy() -> Iterator[ProxyServer]:
    with running_proxy() as running:
        yield running


def test_an_encrypted_system_is_reached_through_a_tunnel_that_learns_only_its_host(
    proxy: ProxyServer, tmp_path: Path
) -> None:
    certificate = make_certificate(tmp_path / "town.pem")
    with serving(certificate) as system:
        system.answers("/cases/4711", GOOD)
        given = {"proxy": proxy.url, "ca_file": str(certificate)}
        with web_of(system.url, connection=given) as web:
            assert web.get("/cases/4711").record()["name"] == "Grün"
        assert proxy.seen == [("CONNECT", system.url.removeprefix("https://"))]
        assert system.asked[0].headers["authorization"] == f"Token {SECRET}"


def test_a_certificate_is_judged_behind_the_proxy_too(proxy: ProxyServer, tmp_path: Path) -> None:
    with serving(make_certificate(tmp_path / "stranger.pem")) as system:
        assert "not trusted" in unreachable(web_of(system.url, connection={"proxy": proxy.url}))
        assert system.asked == []


def test_a_system_without_encryption_is_asked_by_the_proxy(proxy: ProxyServer) -> None:
    with serving() as system:
        system.answers("/x", GOOD)
        with web_of(system.url, connection={"proxy": proxy.url}) as web:
            assert web.get("/x").status == 200
        assert proxy.seen == [("GET", f"{system.url}/x")]


# Without a tunnel nobody can tell the proxy's 403 from the system's.
@pytest.mark.parametrize(
    ("address", "status"), [("https://dms.invalid", 407), ("https://dms.invalid", 403), ("http://localhost:9", 407)]
)
def test_a_proxy_that_lets_nobody_through_is_told_at_once(proxy: ProxyServer, address: str, status: int) -> None:
    proxy.refuses = status
    waits = Waits()
    sentence = unreachable(web_of(address, waits, connection={"proxy": proxy.url}))
    assert f"is not reached through 127.0.0.1 ({status} " in sentence
    assert sentence.endswith("nothing of it was taken. Have the proxy let this machine through to it.")
    assert waits == []


def test_a_proxy_that_meets_nobody_is_asked_again(proxy: ProxyServer) -> None:
    proxy.refuses = 503
    waits = Waits()
    sentence = unreachable(web_of("https://dms.invalid", waits, connection={"proxy": proxy.url}))
    assert "dms.invalid is not reached through 127.0.0.1 (503 Service Unavailable); it was asked" in sentence
    assert len(waits) > 3


def test_a_proxy_that_is_not_there_is_named() -> None:
    sentence = unreachable(
        web_of("https://dms.invalid", connection={"proxy": "http://127.0.0.1:9", "patience_minutes": 0})
    )
    assert sentence.startswith("dms: dms.invalid cannot be reached through 127.0.0.1; it was asked once")


def test_a_proxy_that_hangs_up_is_named() -> None:
    with socket.create_server(("127.0.0.1", 0)) as deaf:
        threading.Thread(target=lambda: deaf.accept()[0].close(), daemon=True).start()
        url = f"http://127.0.0.1:{deaf.getsockname()[1]}"
        sentence = unreachable(web_of("https://dms.invalid", connection={"proxy": url, "patience_minutes": 0}))
    assert sentence.startswith("dms: dms.invalid broke off its answer through 127.0.0.1; it was asked once")


def test_a_proxy_that_says_nothing_is_named() -> None:
    with socket.create_server(("127.0.0.1", 0)) as mute:
        url = f"http://127.0.0.1:{mute.getsockname()[1]}"
        given = {"proxy": url, "patience_minutes": 0, "timeout_seconds": 1}
        sentence = unreachable(web_of("https://dms.invalid", connection=given))
    assert sentence.startswith("dms: dms.invalid did not answer within 1 seconds through 127.0.0.1; it was asked once")


@pytest.mark.parametrize(
    ("given", "message"),
    [
        ({"proxy": "proxy.example:3128"}, "is no proxy; write it such as http://proxy.example.org:3128"),
        ({"proxy": "socks5://proxy.example:1080"}, "is no proxy"),
        ({"proxy": ""}, "is no proxy"),
        ({"proxy": " http://proxy.example:3128"}, "is no proxy"),
        ({"proxy": "http://proxy.example:3128?x=1"}, "is no proxy"),
        ({"proxy": "http://proxy.example:3128#"}, "is no proxy"),
        ({"proxy": "http://[::1"}, "is no proxy"),
        ({"proxy": "http://prüxy_x:3128"}, "is no proxy"),
        ({"proxy": "http://proxy.example:99999"}, "is no proxy"),
        ({"proxy": "http://me:secret@proxy.example:3128"}, "a user stands in the address of the proxy"),
        ({"proxy": "http://proxy.example:3128", "url": "postgresql://reader@db.example/x"}, "reached without one"),
    ],
)
def test_what_is_no_proxy_is_refused_by_check(given: dict[str, str], message: str) -> None:
    with pytest.raises(ValidationError, match=message):
        Connection(**{"url": "https://dms.example", **given})
