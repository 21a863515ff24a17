"""The client for systems asked over HTTP trusts no page, no redirect, no stranger's certificate, and tells no secret."""

import logging
from collections.abc import Iterator
from pathlib import Path

import httpx2
import pytest

from sources.batches.protocol import Refused
from tests.sources.asking.asked_web import GOOD, SECRET, Waits, refusal, unreachable, web_of
from tests.sources.asking.fault_server import FaultServer, Reply, make_certificate, replied, serving


@pytest.fixture
def server() -> Iterator[FaultServer]:
    with serving() as running:
        yield running


@pytest.mark.parametrize(
    "reply",
    [
        Reply(body=b"<html><form action=/login>", headers={"Content-Type": "text/html"}),
        replied({"detail": "Authentication credentials were not provided."}),
        replied({"error": "session expired", "code": 17}),
        Reply(204),
    ],
    ids=["page", "detail", "error", "nothing"],
)
def test_a_log_in_page_or_a_message_that_calls_itself_success_is_refused(server: FaultServer, reply: Reply) -> None:
    server.answers("/api/documents/", reply)
    assert refusal(web_of(server.url), "/api/documents/") == (
        "not_json",
        "dms: 127.0.0.1 asked for /api/documents/ answered with a page or a message instead of records, "
        "most likely its log-in; check connection.url and the secret.",
    )
    assert len(server.asked) == 1


def test_records_of_another_shape_are_refused(server: FaultServer) -> None:
    server.answers("/x", replied([1, 2]))
    for read in (lambda web: web.get("/x").record(), lambda web: web.get("/x").records()):
        with pytest.raises(Refused, match="answered with something else than") as refused:
            read(web_of(server.url))
        assert refused.value.reason_code == "unexpected_shape"


@pytest.mark.parametrize(
    ("status", "message"), [(401, "does not accept the secret (401)"), (403, "forbids it (403)")], ids=["401", "403"]
)
def test_missing_rights_are_not_asked_for_twice(server: FaultServer, status: int, message: str) -> None:
    server.answers("/api/tasks/", replied({"detail": "no"}, status))
    assert refusal(web_of(server.url), "/api/tasks/") == (
        "no_rights",
        f"dms: 127.0.0.1 asked for /api/tasks/ {message}; give a token that may read.",
    )
    assert len(server.asked) == 1


def test_an_unknown_path_is_told_and_never_read(server: FaultServer) -> None:
    answer = web_of(server.url).get("/nowhere")
    assert answer.status == 404
    code, said = refusal(web_of(server.url), "/nowhere")
    assert (code, "answered 404; check connection.url" in said) == ("unexpected_status", True)


def test_a_message_never_tells_the_number_of_a_case(server: FaultServer) -> None:
    for path in ("/v1/cases/6f1c-77/events", "/api/documents/4711/history/"):
        _, said = refusal(web_of(server.url), f"{path}?token={SECRET}")
        assert "4711" not in said
        assert "6f1c" not in said
        assert "…" in said


def test_a_redirect_on_the_same_host_is_followed(server: FaultServer) -> None:
    server.answers("/x", Reply(301, headers={"Location": "/api/x/?page=2"}))
    server.answers("/api/x/", GOOD)
    assert web_of(server.url).get("/x", {"page": 2}).record()["name"] == "Grün"
    assert server.asked[1].query == {"page": "2"}


def test_a_redirect_to_another_host_is_refused_and_never_gets_the_token(server: FaultServer) -> None:
    with serving() as thief:
        target = thief.url.replace("127.0.0.1", "localhost")
        for location in (f"{thief.url}/x", f"{target}/x", f"//{target.removeprefix('http://')}/x", "file:///etc/x"):
            server.answers("/x", Reply(302, headers={"Location": location}))
            code, said = refusal(web_of(server.url))
            assert (code, "where nothing was sent" in said) == ("foreign_redirect", True)
        assert thief.asked == []


def test_a_redirect_from_https_to_http_is_another_host(tmp_path: Path) -> None:
    certificate = make_certificate(tmp_path / "town.pem")
    with serving(certificate) as secure:
        secure.answers("/x", Reply(302, headers={"Location": secure.url.replace("https", "http") + "/x"}))
        assert refusal(web_of(secure.url, connection={"ca_file": str(certificate)}))[0] == "foreign_redirect"
        assert len(secure.asked) == 1


def test_a_form_is_never_sent_on(server: FaultServer) -> None:
    server.answers("/token", Reply(307, headers={"Location": "/other"}))
    with pytest.raises(Refused) as refused:
        web_of(server.url).post("/token", form={"client_secret": SECRET})
    assert refused.value.reason_code == "foreign_redirect"
    assert len(server.asked) == 1


def test_redirects_in_a_circle_end(server: FaultServer) -> None:
    server.answers("/x", Reply(302, headers={"Location": "/x"}))
    code, said = refusal(web_of(server.url))
    assert (code, "sends on and on" in said, len(server.asked)) == ("redirect_loop", True, 4)


def test_an_address_on_another_host_is_never_asked(server: FaultServer) -> None:
    with serving() as other:
        assert refusal(web_of(server.url), f"{other.url}/x")[0] == "foreign_address"
        assert other.asked == []
    server.answers("/x", GOOD)
    assert web_of(server.url).get(f"{server.url}/x").status == 200


def test_another_base_than_the_connections_is_asked_for_tokens(server: FaultServer) -> None:
    server.answers("/oauth/token", replied({"access_token": "t"}))
    web = web_of("https://api.invalid", base=f"{server.url}/oauth/token")
    assert web.post("", form={"a": "b"}).record() == {"access_token": "t"}


def test_a_way_to_log_in_can_be_handed_in(server: FaultServer) -> None:
    server.answers("/x", GOOD)
    web_of(server.url, headers={}, auth=httpx2.BasicAuth("reader", SECRET)).get("/x")
    assert server.asked[0].headers["authorization"].startswith("Basic ")


def test_a_certificate_nobody_trusts_is_never_bypassed(tmp_path: Path) -> None:
    certificate = make_certificate(tmp_path / "town.pem")
    with serving(certificate) as secure:
        secure.answers("/x", GOOD)
        said = unreachable(web_of(secure.url, waits := Waits()))
        assert "127.0.0.1 shows a certificate that is not trusted" in said
        assert said.endswith("Have it renewed, or name the town's own authority in connection.ca_file.")
        assert (waits, secure.asked) == ([], [])


def test_the_towns_own_authority_is_trusted_when_it_is_named(tmp_path: Path) -> None:
    certificate = make_certificate(tmp_path / "town.pem")
    with serving(certificate) as secure:
        secure.answers("/x", GOOD)
        web = web_of(secure.url, connection={"ca_file": "town.pem"}, folder=tmp_path)
        assert web.get("/x").record()["name"] == "Grün"


def test_the_towns_own_authority_is_not_trusted_for_another_host(tmp_path: Path) -> None:
    certificate = make_certificate(tmp_path / "town.pem")
    with serving(certificate) as secure:
        url = secure.url.replace("127.0.0.1", "localhost")
        assert "not trusted" in unreachable(web_of(url, connection={"ca_file": str(certificate)}))
        assert secure.asked == []


def test_an_authority_that_cannot_be_read_is_told(tmp_path: Path) -> None:
    (tmp_path / "broken.pem").write_text("none")
    for name in ("missing.pem", "broken.pem"):
        with pytest.raises(Refused, match=f"connection.ca_file '{name}' is no readable certificate") as refused:
            web_of("https://dms.invalid", connection={"ca_file": name}, folder=tmp_path)
        assert refused.value.reason_code == "unreadable_ca_file"


def test_plain_http_where_tls_is_spoken_is_unreachable(server: FaultServer) -> None:
    url = server.url.replace("http", "https")
    assert "cannot be reached" in unreachable(web_of(url, connection={"patience_minutes": 0}))


def test_another_version_in_the_middle_of_a_pull_is_refused(server: FaultServer) -> None:
    server.answers("/x", *[replied({"a": 1}, headers={"X-Api-Version": version}) for version in ("10", "11")])
    web = web_of(server.url)
    web.pin("X-Api-Version", "10")
    web.get("/x")
    assert refusal(web) == (
        "version_changed",
        "dms: 127.0.0.1 asked for /x answered in version 11 instead of 10 (x-api-version); nothing was taken, "
        "run again when its update has ended.",
    )


def test_the_environment_decides_nothing(server: FaultServer, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HTTP_PROXY", "http://127.0.0.1:9")
    monkeypatch.setenv("ALL_PROXY", "http://127.0.0.1:9")
    server.answers("/x", GOOD)
    assert web_of(server.url).get("/x").status == 200


def test_no_log_tells_an_address_or_a_secret(server: FaultServer, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.INFO)
    server.answers("/cases/4711", GOOD)
    web_of(server.url).get("/cases/4711")
    assert "4711" not in caplog.text
    assert SECRET not in caplog.text


def test_two_answers_do_not_mix(server: FaultServer) -> None:
    server.script("/x", lambda asked: replied({"page": asked.query["page"]}))
    with web_of(server.url) as web:
        assert [web.get("/x", {"page": number}).record()["page"] for number in (1, 2, 1)] == ["1", "2", "1"]
