"""ZGW Zaken: cases and their statuses become rows, by days, and never a description or a role."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from sources.batches.protocol import Refused
from sources.connectors.zgw import Zgw
from tests.sources.asking.fault_server import JSON, FaultServer, Reply, replied, serving
from tests.sources.asking.paged_list import PagedList
from tests.sources.asking.pulls import access_of, nothing_personal, pulled, refusal, unreachable
from tests.sources.connectors.zaken_server import API, SECRET, ZakenServer, status, zaak
from tests.towns import make_source

CASES = {
    "case_ref": "identificatie",
    "service": "zaaktype",
    "channel": "communicatiekanaalNaam",
    "received_at": "registratiedatum",
    "closed_at": "einddatum",
    "due_at": "uiterlijkeEinddatumAfdoening",
}
STEPS = {
    "case_ref": "identificatie",
    "activity": "statustype",
    "occurred_at": "datumStatusGezet",
    "record_ref": "uuid",
    "service": "zaaktype",
}


@pytest.fixture
def server() -> Iterator[FaultServer]:
    with serving() as running:
        yield running


@pytest.fixture
def zaken(server: FaultServer) -> ZakenServer:
    api = ZakenServer(server)
    api.zaken = [
        zaak(1, "2026-11-01", "2026-11-05"),
        zaak(2, "2026-11-02"),
        zaak(3, "2026-11-10", "2026-11-12"),
    ]
    api.statussen = [
        status(1, 1, "ontvangen", "2026-11-01T09:00:00+01:00"),
        status(2, 1, "afgehandeld", "2026-11-05T10:00:00Z"),
        status(3, 2, "ontvangen", "2026-11-02T09:00:00+01:00"),
    ]
    return api


def system(server: FaultServer, folder: Path, columns: dict[str, str] | None = None, **more: Any) -> Zgw:
    secret = more.pop("secret", SECRET)
    connection = {"url": server.url, "client_id": "papierwende", "patience_minutes": 0, "overlap_hours": 0, **more}
    source = make_source(CASES if columns is None else columns, format="zgw", path="", connection=connection)
    return Zgw(source, access_of(folder, secret), sleep=lambda _: None)


def test_cases_become_rows(server: FaultServer, zaken: ZakenServer, tmp_path: Path) -> None:
    pull = pulled(system(server, tmp_path))
    assert pull.rows(*CASES.values())[:2] == [
        ("ZAAK-2026-0001", "bijstand", "e-mail", "2026-11-01", "2026-11-05", "2026-12-31"),
        ("ZAAK-2026-0002", "bijstand", "e-mail", "2026-11-02", None, "2026-12-31"),
    ]
    assert (pull.watermark, pull.warnings, pull.records.height) == ("2026-11-12", [], 3)
    nothing_personal(pull, ["Anna", "rollen", SECRET])


def test_statuses_become_steps_of_their_case(server: FaultServer, zaken: ZakenServer, tmp_path: Path) -> None:
    pull = pulled(system(server, tmp_path, STEPS, query="statussen"))
    assert pull.rows(*STEPS.values()) == [
        ("ZAAK-2026-0001", "ontvangen", "2026-11-01T09:00:00+01:00", "s1", "bijstand"),
        ("ZAAK-2026-0001", "afgehandeld", "2026-11-05T10:00:00Z", "s2", "bijstand"),
        ("ZAAK-2026-0002", "ontvangen", "2026-11-02T09:00:00+01:00", "s3", "bijstand"),
    ]
    nothing_personal(pull, ["Anna", "rollen"])


def test_each_question_is_signed_and_names_its_coordinates(
    server: FaultServer, zaken: ZakenServer, tmp_path: Path
) -> None:
    pulled(system(server, tmp_path))
    for asked in server.asked:
        assert asked.headers["authorization"].startswith("Bearer ")
        assert asked.headers["accept-crs"] == "EPSG:4326"
        assert SECRET not in str(asked)


def test_a_link_and_a_nested_value_are_read_as_one_word(
    server: FaultServer, zaken: ZakenServer, tmp_path: Path
) -> None:
    columns = {
        **CASES,
        "channel": "communicatiekanaal",
        "outcome": "opschorting.indicatie",
        "office": "verlenging.duur",
    }
    pull = pulled(system(server, tmp_path, columns))
    assert pull.rows("communicatiekanaal", "opschorting.indicatie", "verlenging.duur")[0] == ("e-mail", "false", None)


@pytest.mark.parametrize("column", ["omschrijving", "toelichting", "rollen", "opschorting.reden"])
def test_what_tells_of_people_cannot_be_mapped(server: FaultServer, tmp_path: Path, column: str) -> None:
    with pytest.raises(Refused, match=f"column '{column}' tells of a person or holds free text") as refused:
        system(server, tmp_path, {**CASES, "office": column})
    assert (refused.value.reason_code, server.asked) == ("personal_column", [])


def test_a_column_the_api_no_longer_has_is_refused(server: FaultServer, zaken: ZakenServer, tmp_path: Path) -> None:
    for item in zaken.zaken:
        item["kanaalNaam"] = item.pop("communicatiekanaalNaam")
    code, said = refusal(system(server, tmp_path))
    assert (code, "column 'communicatiekanaalNaam' is missing" in said) == ("column_missing", True)


def test_a_later_pull_asks_for_new_closed_and_open_cases_only(
    server: FaultServer, zaken: ZakenServer, tmp_path: Path
) -> None:
    first = pulled(system(server, tmp_path))
    zaken.zaken[1].update(communicatiekanaalNaam="telefoon")
    zaken.zaken += [zaak(4, "2026-11-15"), zaak(5, "2026-10-01", "2026-11-14")]
    server.asked.clear()
    second = pulled(system(server, tmp_path), first.watermark)
    assert sorted(second.rows("identificatie", "communicatiekanaalNaam")) == [
        ("ZAAK-2026-0002", "telefoon"),
        ("ZAAK-2026-0003", "e-mail"),
        ("ZAAK-2026-0004", "e-mail"),
        ("ZAAK-2026-0005", "e-mail"),
    ]
    assert second.watermark == "2026-11-15"
    filters = [{k: v for k, v in asked.query.items() if "__" in k} for asked in zaken.asked()[1:]]
    assert filters == [
        {"registratiedatum__gt": "2026-11-11"}, {"einddatum__gt": "2026-11-11"}, {"einddatum__isnull": "true"},
    ]  # fmt: skip


def test_a_later_pull_of_statuses_asks_case_by_case(server: FaultServer, zaken: ZakenServer, tmp_path: Path) -> None:
    zaken.statussen.append(status(4, 2, "in behandeling", "2026-11-20T09:00:00+01:00"))
    pull = pulled(system(server, tmp_path, STEPS, query="statussen"), "2026-11-13")
    assert pull.column("uuid") == ["s3", "s4"]
    assert [asked.query["zaak"].rpartition("/")[2] for asked in zaken.asked("statussen")] == ["z2"]
    assert {asked.headers["host"] for asked in server.asked} == {server.url.removeprefix("http://")}


def test_a_case_that_came_late_is_found_within_the_overlap(
    server: FaultServer, zaken: ZakenServer, tmp_path: Path
) -> None:
    zaken.zaken = [zaak(7, "2026-11-08", "2026-11-08"), zaak(8, "2026-11-06", "2026-11-06")]
    assert pulled(system(server, tmp_path, overlap_hours=48), "2026-11-10").column("identificatie") == [
        "ZAAK-2026-0007"
    ]
    assert pulled(system(server, tmp_path)).records.height == 2


def test_a_day_ahead_of_today_is_no_watermark(server: FaultServer, zaken: ZakenServer, tmp_path: Path) -> None:
    zaken.zaken.append(zaak(9, "2026-11-13", "2099-01-01"))
    assert pulled(system(server, tmp_path)).watermark == "2026-11-13"


def test_many_pages_lose_nothing(server: FaultServer, tmp_path: Path) -> None:
    api = ZakenServer(server, page_size=7)
    api.zaken = [zaak(number, "2026-11-01") for number in range(1, 101)]
    api.statussen = [status(number, number, "ontvangen", "2026-11-01T09:00:00Z") for number in range(1, 101)]
    assert pulled(system(server, tmp_path)).records["identificatie"].n_unique() == 100
    assert pulled(system(server, tmp_path, STEPS, query="statussen")).records["uuid"].n_unique() == 100


def test_a_case_destroyed_while_it_is_pulled_takes_no_other_with_it(server: FaultServer, tmp_path: Path) -> None:
    api = ZakenServer(server)
    items = [zaak(number, "2026-11-01") for number in range(1, 31)]
    listed = PagedList(items, 10, "pageSize")
    listed.meanwhile = lambda number: items.pop(0) and None if number == 2 and len(items) == 30 else None
    server.script(f"{API}/zaken", listed)
    assert set(pulled(system(server, tmp_path)).column("identificatie")) >= {item["identificatie"] for item in items}
    assert api.asked()


def test_a_status_of_a_case_nobody_listed_waits_for_the_next_pull(
    server: FaultServer, zaken: ZakenServer, tmp_path: Path
) -> None:
    zaken.statussen.append(status(9, 99, "ontvangen", "2026-11-20T09:00:00Z"))
    assert pulled(system(server, tmp_path, STEPS, query="statussen")).column("uuid") == ["s1", "s2", "s3"]


def test_a_sudden_zero_is_no_fact(server: FaultServer, zaken: ZakenServer, tmp_path: Path) -> None:
    zaken.zaken.clear()
    assert refusal(system(server, tmp_path), "2026-11-10") == (
        "sudden_zero",
        "s: the Zaken API shows 0 cases to this client, but some landed before; nothing was taken. "
        "Without rights it shows none: give a client with the right zaken.lezen for all zaaktypes.",
    )
    assert "at least 2 are expected" in refusal(system(server, tmp_path, expected_minimum=2))[1]
    assert pulled(system(server, tmp_path)).records.height == 0


def test_a_wrong_secret_is_told_and_asked_once(server: FaultServer, zaken: ZakenServer, tmp_path: Path) -> None:
    code, said = refusal(system(server, tmp_path, secret="another secret that is long enough too"))
    assert (code, "give a client with the right zaken.lezen for all zaaktypes" in said) == ("no_rights", True)
    assert len(server.asked) == 1


@pytest.mark.parametrize("more", [{"secret": None}, {"client_id": None}])
def test_without_client_and_secret_nothing_is_asked(server: FaultServer, tmp_path: Path, more: dict[str, Any]) -> None:
    with pytest.raises(Refused, match=r"connection\.client_id or its secret is missing") as refused:
        system(server, tmp_path, **more)
    assert (refused.value.reason_code, server.asked) == ("no_secret", [])


def test_a_short_secret_is_told(server: FaultServer, tmp_path: Path) -> None:
    server.script(f"{API}/zaken", PagedList([]))
    assert pulled(system(server, tmp_path, secret="short")).warnings == [
        "s: the client's secret is shorter than 32 signs; have a longer one made."
    ]


def test_an_api_under_another_path_is_asked_there(server: FaultServer, tmp_path: Path) -> None:
    server.script("/zgw/zaken/v1/zaken", PagedList([zaak(1, "2026-11-01")]))
    assert pulled(system(server, tmp_path, url=f"{server.url}/zgw/zaken/v1")).records.height == 1


def test_a_list_the_api_does_not_have_is_refused(server: FaultServer, tmp_path: Path) -> None:
    with pytest.raises(Refused, match="use one of zaken, statussen") as refused:
        system(server, tmp_path, query="rollen")
    assert refused.value.reason_code == "unknown_query"


def test_an_update_in_the_middle_of_a_pull_is_refused(server: FaultServer, zaken: ZakenServer, tmp_path: Path) -> None:
    first = server._scripts[f"{API}/zaken"]

    def updated(asked: Any) -> Reply:
        zaken.version = "1.5.1" if len(zaken.asked()) == 1 else "2.0.0"
        return first(asked)

    server.script(f"{API}/zaken", updated)
    assert refusal(system(server, tmp_path))[0] == "version_changed"


@pytest.mark.parametrize(
    ("reply", "code"),
    [
        (Reply(body=b"<html>", headers={"Content-Type": "text/html"}), "not_json"),
        (
            replied({"type": "x", "code": "error", "title": "no", "status": 500, "detail": "no", "instance": "u"}),
            "not_json",
        ),
        (replied([{"url": "x"}]), "unexpected_shape"),
        (replied({"count": "many", "next": None, "results": []}), "unexpected_shape"),
        (replied({"count": 1, "next": None, "results": [zaak(1, "1.11.2026")]}), "unexpected_shape"),
        (replied({"detail": "x"}, 400), "unexpected_status"),
    ],
    ids=["page", "error", "list", "count", "day", "status"],
)
def test_a_wrong_answer_is_refused(server: FaultServer, tmp_path: Path, reply: Reply, code: str) -> None:
    server.answers(f"{API}/zaken", reply)
    assert refusal(system(server, tmp_path))[0] == code


def test_a_page_that_breaks_off_is_asked_for_again(server: FaultServer, zaken: ZakenServer, tmp_path: Path) -> None:
    script = server._scripts[f"{API}/zaken"]
    faults = [Reply(503), Reply(body=b'{"count": 1}' * 20, headers=JSON, fault="cut")]
    server.script(f"{API}/zaken", lambda asked: faults.pop() if faults else script(asked))
    assert pulled(system(server, tmp_path, patience_minutes=5)).records.height == 3


def test_an_api_that_stays_down_is_unreachable(server: FaultServer, tmp_path: Path) -> None:
    server.answers(f"{API}/zaken", Reply(500))
    assert "127.0.0.1 answered 500" in unreachable(system(server, tmp_path))


def test_an_api_is_described(server: FaultServer, zaken: ZakenServer, tmp_path: Path) -> None:
    connection = {"url": server.url, "client_id": "papierwende"}
    source = make_source(CASES, format="zgw", path="", connection=connection)
    seen = Zgw(source, access_of(tmp_path, SECRET)).test()
    assert seen.sentences == ("s: Zaken API 1.5.1 shows 3 cases.",)
    assert "communicatiekanaalNaam" in seen.columns
    assert {"omschrijving", "toelichting", "rollen"}.isdisjoint(seen.columns)


def test_rows_come_in_batches(server: FaultServer, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("sources.asking.asked_rows.BATCH_ROWS", 10)
    ZakenServer(server).zaken = [zaak(number, "2026-11-01") for number in range(35)]
    pull = pulled(system(server, tmp_path))
    assert [batch.frame.height for batch in pull.batches] == [10, 10, 10, 5]
    assert pull.records.height == 35
