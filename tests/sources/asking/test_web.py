"""The client for systems asked over HTTP is patient with what heals and bounded in what it takes."""

import datetime as dt
import email.utils
import gzip
import itertools
import json
from collections.abc import Iterator

import pytest

from tests.sources.asking.asked_web import GOOD, SECRET, Waits, refusal, unreachable, web_of
from tests.sources.asking.fault_server import JSON, FaultServer, Reply, replied, serving

LONG = json.dumps({"records": list(range(1000))}).encode()


@pytest.fixture
def server() -> Iterator[FaultServer]:
    with serving() as running:
        yield running


def test_an_answer_has_status_headers_and_content(server: FaultServer) -> None:
    server.answers("/api/x", replied({"a": "Grün"}, headers={"X-Version": "3.0.5"}))
    answer = web_of(f"{server.url}/api").get("/x", {"page": 2, "since": "2026-11-21T23:00:00+01:00"})
    assert (answer.status, answer.headers["x-version"], answer.record()) == (200, "3.0.5", {"a": "Grün"})
    asked = server.asked[0]
    assert asked.query == {"page": "2", "since": "2026-11-21T23:00:00+01:00"}
    assert (asked.headers["authorization"], asked.headers["accept-encoding"]) == (f"Token {SECRET}", "gzip")


def test_a_form_is_posted(server: FaultServer) -> None:
    server.answers("/token", replied({"access_token": "t"}))
    assert web_of(server.url).post("/token", form={"grant_type": "client_credentials"}).record() == {
        "access_token": "t"
    }
    assert (server.asked[0].method, server.asked[0].body) == ("POST", b"grant_type=client_credentials")


def test_json_is_posted(server: FaultServer) -> None:
    server.answers("/query", replied([{"id": 1}]))
    assert web_of(server.url).post("/query", json={"unfinished": True}).records() == [{"id": 1}]
    assert json.loads(server.asked[0].body) == {"unfinished": True}


@pytest.mark.parametrize("status", [500, 502, 503, 504])
def test_a_server_error_is_asked_again_longer_and_longer_apart(server: FaultServer, status: int) -> None:
    server.answers("/x", *[Reply(status)] * 4, GOOD)
    waits = Waits()
    assert web_of(server.url, waits).get("/x").record()["name"] == "Grün"
    assert len(waits) == 4
    for wait, longest in zip(waits, (1, 2, 4, 8), strict=True):
        assert longest / 2 <= wait <= longest


def test_waits_are_random_so_that_many_askers_do_not_come_back_together(server: FaultServer) -> None:
    server.answers("/x", Reply(503), GOOD)
    firsts: set[float] = set()
    for _ in range(5):
        server.answers("/x", Reply(503), GOOD)
        web_of(server.url, waits := Waits()).get("/x")
        firsts.add(waits[0])
    assert len(firsts) > 1


def test_a_server_error_that_stays_is_unreachable_when_patience_ends(server: FaultServer) -> None:
    server.answers("/x", Reply(503))
    waits = Waits()
    said = unreachable(web_of(server.url, waits))
    assert "127.0.0.1 answered 503; it was asked" in said
    assert "nothing of it was taken. See whether it runs and can be reached from this machine." in said
    assert 500 < sum(waits) <= 600
    assert max(waits) <= 60


def test_without_patience_a_system_is_asked_once(server: FaultServer) -> None:
    server.answers("/x", Reply(500))
    said = unreachable(web_of(server.url, connection={"patience_minutes": 0}))
    assert said == (
        "dms: 127.0.0.1 answered 500; it was asked once and nothing of it was taken. "
        "See whether it runs and can be reached from this machine."
    )
    assert len(server.asked) == 1


def test_a_busy_system_is_left_alone_for_the_seconds_it_asks(server: FaultServer) -> None:
    server.answers("/x", Reply(429, headers={"Retry-After": "17"}), GOOD)
    web_of(server.url, waits := Waits()).get("/x").record()
    assert waits == [17.0]


def test_a_busy_system_is_left_alone_until_the_hour_it_names_by_its_own_clock(server: FaultServer) -> None:
    its_now = dt.datetime(2001, 1, 1, tzinfo=dt.UTC)
    headers = {
        "Date": email.utils.format_datetime(its_now, usegmt=True),
        "Retry-After": email.utils.format_datetime(its_now + dt.timedelta(seconds=90), usegmt=True),
    }
    server.answers("/x", Reply(429, headers=headers), GOOD)
    web_of(server.url, waits := Waits()).get("/x").record()
    assert waits == [90.0]


def test_a_system_that_tells_its_rate_limit_is_left_alone_until_it_resets(server: FaultServer) -> None:
    server.answers("/x", Reply(429, headers={"RateLimit-Reset": "5"}), GOOD)
    web_of(server.url, waits := Waits()).get("/x").record()
    assert waits == [5.0]


@pytest.mark.parametrize("value", ["soon", "-3", "", "Wed, 99 Foo 2026"])
def test_a_waiting_time_that_cannot_be_read_is_chosen_by_us(server: FaultServer, value: str) -> None:
    server.answers("/x", Reply(429, headers={"Retry-After": value}), GOOD)
    web_of(server.url, waits := Waits()).get("/x").record()
    assert 0.5 <= waits[0] <= 1


def test_a_system_that_asks_for_more_than_our_patience_is_unreachable_at_once(server: FaultServer) -> None:
    server.answers("/x", Reply(429, headers={"Retry-After": "86400"}))
    said = unreachable(web_of(server.url, waits := Waits()))
    assert "answered 429 and asks to wait 86400 seconds; it was asked once" in said
    assert waits == []


def test_nobody_listening_is_unreachable(server: FaultServer) -> None:
    port = int(server.url.rsplit(":", 1)[1])
    with serving() as gone:
        assert gone.url != f"http://127.0.0.1:{port}"
    said = unreachable(web_of(gone.url, connection={"patience_minutes": 1}))
    assert "127.0.0.1 cannot be reached; it was asked" in said


def test_a_host_whose_name_is_unknown_is_unreachable() -> None:
    said = unreachable(web_of("https://nobody.invalid", connection={"patience_minutes": 0}))
    assert "nobody.invalid cannot be reached; it was asked once" in said


def test_an_answer_that_never_begins_is_asked_for_again(server: FaultServer) -> None:
    server.answers("/x", Reply(fault="hang"), GOOD)
    assert web_of(server.url).get("/x").record()["name"] == "Grün"
    server.answers("/x", Reply(fault="hang"))
    said = unreachable(web_of(server.url, connection={"patience_minutes": 0}))
    assert "did not answer within 1 seconds" in said


def test_an_answer_that_trickles_is_given_up_however_busy_it_looks(server: FaultServer) -> None:
    server.answers("/x", Reply(body=LONG, headers=JSON, fault="drip"))
    ticking = itertools.count(0, 0.5)
    said = unreachable(web_of(server.url, connection={"patience_minutes": 0}, clock=lambda: next(ticking)))
    assert "127.0.0.1 trickled its answer; it was asked once" in said


def test_an_answer_that_breaks_off_is_asked_for_again(server: FaultServer) -> None:
    server.answers("/x", Reply(body=LONG, headers=JSON, fault="cut"), Reply(body=LONG, headers=JSON))
    assert len(web_of(server.url).get("/x").record()["records"]) == 1000
    assert len(server.asked) == 2


def test_an_answer_that_always_breaks_off_is_unreachable(server: FaultServer) -> None:
    server.answers("/x", Reply(body=LONG, headers=JSON, fault="cut"))
    said = unreachable(web_of(server.url, connection={"patience_minutes": 1}))
    assert "127.0.0.1 broke off its answer; it was asked" in said


@pytest.mark.parametrize(
    "body",
    [gzip.compress(LONG)[:-9], gzip.compress(LONG)[:40] + b"\x00" * 40, b"no gzip at all"],
    ids=["cut", "damaged", "none"],
)
def test_a_broken_gzip_is_asked_for_again_and_then_unreachable(server: FaultServer, body: bytes) -> None:
    broken = Reply(body=body, headers={**JSON, "Content-Encoding": "gzip"})
    server.answers("/x", broken, Reply(body=gzip.compress(LONG), headers={**JSON, "Content-Encoding": "gzip"}))
    assert len(web_of(server.url).get("/x").record()["records"]) == 1000
    server.answers("/x", broken)
    assert " answer" in unreachable(web_of(server.url, connection={"patience_minutes": 0}))


@pytest.mark.parametrize("body", [LONG[:-1], b"", b'{"a": NaN}', b"[" * 100_000, b'{"a": "\xff"}'])
def test_json_that_is_not_sound_is_asked_for_again(server: FaultServer, body: bytes) -> None:
    server.answers("/x", Reply(body=body, headers=JSON), GOOD)
    assert web_of(server.url).get("/x").record()["name"] == "Grün"
    assert len(server.asked) == 2


def test_half_a_sign_in_a_text_does_not_stop_the_rest(server: FaultServer) -> None:
    server.answers("/x", Reply(body=b'{"a": "x\\ud83d", "b": "\\ud83d\\ude00"}', headers=JSON))
    assert web_of(server.url).get("/x").record() == {"a": "x?", "b": "😀"}


def test_an_answer_in_a_packing_nobody_asked_for_is_not_believed(server: FaultServer) -> None:
    server.answers("/x", Reply(body=b"\x1b\x00", headers={**JSON, "Content-Encoding": "br"}))
    assert "packed its answer" in unreachable(web_of(server.url, connection={"patience_minutes": 0}))


def test_an_answer_without_end_is_refused(server: FaultServer, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("sources.asking.answers.MOST_BYTES", 2 << 20)
    bomb = gzip.compress(b'["' + b"a" * (8 << 20) + b'"]')
    for body, packed in ((b" " * (3 << 20), {}), (bomb, {"Content-Encoding": "gzip"})):
        server.answers("/x", Reply(body=body, headers={**JSON, **packed}))
        code, said = refusal(web_of(server.url))
        assert code == "answer_too_large"
        assert "answered with more than 2 MB at once; set a smaller connection.page_size." in said
