"""FIT-Connect: the shared samples come byte for byte, bad tokens are told, and no more is asked for than events."""

import datetime as dt
import json
from collections.abc import Iterator
from pathlib import Path

import polars as pl
import pytest
from pydantic import ValidationError

from sources.batches.protocol import POSITION, Access
from sources.connectors.fitconnect.system import LOG_COLUMNS, FitConnect
from tests.sources.connectors.fitconnect.fitconnect_office import (
    DAY,
    MAPPED,
    NOW,
    Office,
    busy_town,
    case_of,
    faults_of,
    numbers_of,
    refusal_of,
    source_of,
    warnings_of,
)
from tests.sources.connectors.fitconnect.fitconnect_server import (
    DESTINATION,
    SAMPLE_CASES,
    SECRET,
    Town,
    claims,
    public_jwk,
    sample,
    sample_town,
    serving,
    signed,
    token,
)
from tests.towns import KEY, TODAY, make_town


@pytest.fixture
def samples() -> Iterator[Town]:
    with serving(sample_town()) as town:
        yield town


@pytest.fixture
def busy() -> Iterator[Town]:
    with serving(busy_town(4)) as town:
        yield town


@pytest.fixture
def office(busy: Town, tmp_path: Path) -> Office:
    return Office(busy, tmp_path)


class TestSamples:
    @pytest.fixture
    def office(self, samples: Town, tmp_path: Path) -> Office:
        inbox = tmp_path / "inbox" / "callbacks"
        inbox.mkdir(parents=True)
        for number, case in enumerate(SAMPLE_CASES):
            (inbox / f"{number}.json").write_text(json.dumps({"type": "t", "submissions": [{"caseId": case}]}))
        return Office(samples, tmp_path, {"case_ids": "inbox/callbacks/*.json"})

    def test_all_events_of_the_samples_come_in_their_order(self, office: Office) -> None:
        (batch,) = office.pull()
        decoded = [json.loads(line) for line in sample("sets_decoded.jsonl").splitlines()]
        assert batch.frame["jti"].to_list() == [said["jti"] for said in decoded]
        assert batch.frame["case_id"].to_list() == [said["txn"].removeprefix("case:") for said in decoded]
        assert batch.frame["issuer"].to_list() == [said["iss"] for said in decoded]
        assert batch.frame[POSITION].to_list() == list(range(1, 14))
        assert (batch.faults, batch.warnings, batch.part) == ((), (), "records")

    def test_only_mapped_columns_come_all_of_them_text(self, office: Office) -> None:
        (batch,) = office.pull()
        assert batch.frame.schema == {POSITION: pl.Int64(), **{name: pl.String() for name in MAPPED.values()}}

    def test_the_night_of_the_clock_change_goes_through_the_door_in_utc(self, office: Office) -> None:
        from tests.towns import Door, Units, read_town

        town = read_town(make_town(office.folder / "town"))
        columns = {"case_ref": "case_id", "activity": "event", "occurred_at": "occurred_at", "record_ref": "jti"}
        door = Door(source_of(office.town, columns), "Europe/Berlin", Units(town), KEY, TODAY)
        for batch in office.pull():
            door.take(batch)
        admitted = door.close()
        events = admitted.records["events"]
        assert (admitted.rows_read, admitted.rows_admitted, admitted.ambiguous, admitted.nonexistent) == (13, 13, 0, 0)
        created = events.filter(pl.col("activity") == "create-submission")["occurred_at"].to_list()
        assert created == [
            dt.datetime(2026, 3, 28, 22, 30),
            dt.datetime(2026, 3, 29, 0, 30),
            dt.datetime(2026, 3, 29, 2, 30),
        ]
        assert not any(case in str(events.to_dicts()) for case in SAMPLE_CASES)

    def test_the_shared_callback_names_its_case_and_its_signature_is_checked(self, office: Office) -> None:
        for path in (office.folder / "inbox" / "callbacks").iterdir():
            path.unlink()
        stored = json.loads(sample("callback.json"))
        kept = office.folder / "inbox" / "callbacks" / "kept.json"
        kept.write_text(json.dumps({"headers": stored["headers"], "body": stored["body"]}))
        office.town.waiting.clear()
        office.secret = f"{SECRET}\nanother-secret"
        pulled = office.pull()
        assert numbers_of(pulled) == []
        assert warnings_of(pulled)[0] == (
            "online: 1 files at connection.case_ids name no case or are not signed with the callback secret, and were "
            "left out; see who wrote them, and remove them."
        )
        office.secret = f"{SECRET}\ncallback-secret"
        assert len(numbers_of(office.pull())) == 4

    def test_files_that_are_no_callback_are_counted_and_left_out(self, office: Office) -> None:
        inbox = office.folder / "inbox" / "callbacks"
        for name, content in {
            "a": b"",
            "b": b"[]",
            "c": b"\xff",
            "d": b'{"submissions": [{"caseId": "../../x"}, 7, {}], "n": 1}',
            "e": b'{"body": 7}',
            "f": b'{"body": "{"}',
            "g": b" " * (1 << 20) + b"{}",
            "h": b"[" * 100_000,
        }.items():
            (inbox / f"{name}.json").write_bytes(content)
        outside = office.folder / "outside.json"
        outside.write_text(json.dumps({"submissions": [{"caseId": DESTINATION}]}))
        (inbox / "link.json").symlink_to(outside)
        pulled = office.pull()
        assert len(numbers_of(pulled)) == 13
        assert "online: 8 files at connection.case_ids name no case" in warnings_of(pulled)[0]
        assert DESTINATION not in (office.memory / "cases.csv").read_text()

    def test_a_test_says_what_is_there_and_that_receipts_are_no_decisions(self, office: Office) -> None:
        office.pull()
        office.town.forget()
        seen = office.system().test()
        assert seen.columns == LOG_COLUMNS
        assert seen.sentences == (
            "online: 127.0.0.1 granted a token for 30 minutes.",
            "online: the key set has 2 keys that can sign events: 6513270e-269e-4d37-b2a7-4de452e6b438, "
            "d23f0824-128b-4f33-8c5c-7fd0a6a3a450.",
            "online: 1 submissions wait for pick-up; 3 cases are known here, 0 of them are gone at the source.",
            "online: accept-submission and reject-submission are receipts of transport, never decisions on a case.",
        )
        assert office.town.asked == [
            "POST /token",
            "/.well-known/jwks.json",
            "/v1/submissions?offset=0&limit=1",
        ]

    def test_nothing_of_a_submission_is_asked_for_but_that_it_is_there(self, office: Office) -> None:
        office.pull()
        assert office.town.asked == [
            "POST /token",
            "/v1/submissions?offset=0&limit=500",
            f"/v1/cases/{SAMPLE_CASES[0]}/events?offset=0&limit=500",
            "/.well-known/jwks.json",
            *(f"/v1/cases/{case}/events?offset=0&limit=500" for case in SAMPLE_CASES[1:]),
        ]


class TestBadTokens:
    def test_bad_tokens_become_faults_with_their_reason_and_never_end_a_pull(self, office: Office) -> None:
        case = case_of(1)
        good = claims(case, "submit-submission", NOW - DAY)
        office.town.logs[case] = [
            signed(good),
            signed(claims(case, "accept-submission", NOW - DAY), "stranger", kid="service"),
            signed(claims(case, "accept-submission", NOW - DAY), "stranger"),
            signed(claims(case, "accept-submission", NOW + DAY * 9)),
            signed(claims(case, "accept-submission", NOW - DAY, jti=good["jti"])),
            signed(claims(case_of(9), "accept-submission", NOW - DAY)),
            "eyJhbGciOiJub25lIn0.e30.",
            None,
            {"x": 1},
            signed(good),
        ]
        batches = office.pull()
        assert faults_of(batches) == [
            (2, "bad_signature"),
            (3, "unknown_key"),
            (4, "expired_token"),
            (5, "replayed_token"),
            (6, "replayed_token"),
            (7, "wrong_algorithm"),
            (8, "malformed_token"),
            (9, "malformed_token"),
        ]
        assert batches[0].frame.height == 1 + 1 + 9
        assert batches[0].frame["jti"].to_list()[:2] == [good["jti"]] * 2
        assert all(
            fault.column_name is None and not any(sign.isdigit() for sign in fault.reason.replace("PS512", ""))
            for fault in batches[0].faults
        )

    def test_a_refused_token_is_told_once(self, office: Office) -> None:
        office.town.logs[case_of(1)].append("rubbish")
        first = office.pull()
        office.land(first)
        office.now += DAY
        assert [len(faults_of(batches)) for batches in (first, office.pull())] == [1, 0]

    def test_a_number_replayed_in_a_later_pull_is_known(self, office: Office) -> None:
        case = case_of(1)
        number = office.day()[0]
        office.town.logs[case].append(token(case, "accept-submission", NOW, jti=number))
        assert faults_of(office.pull()) == [(1, "replayed_token")]

    def test_a_token_whose_key_is_published_late_lands_in_the_end(self, office: Office) -> None:
        case = case_of(1)
        said = claims(case, "accept-submission", NOW - DAY)
        office.town.logs[case].append(signed(said, "late"))
        batches = office.pull()
        office.land(batches)
        assert faults_of(batches) == [(4, "unknown_key")]
        office.town.keys.append(public_jwk("late"))
        assert office.day() == [said["jti"]]
        assert office.day() == []

    def test_the_key_of_a_destination_is_asked_for_by_its_number(self, office: Office) -> None:
        case = case_of(1)
        for number in range(3):
            said = claims(case, "accept-submission", NOW - DAY, iss=DESTINATION)
            office.town.logs[case].append(signed(said, "office-verify"))
            office.town.logs[case].append(signed(said, "stranger", kid=f"../{number}"))
        office.town.destination_keys[DESTINATION, "office-verify"] = public_jwk("office-verify")
        batches = office.pull()
        assert [code for _, code in faults_of(batches)] == ["unknown_key"] * 3
        assert len(numbers_of(batches)) == 15
        assert [path for path in office.town.asked if "/keys/" in path] == [
            f"/v1/destinations/{DESTINATION}/keys/office-verify"
        ]

    def test_a_key_this_client_may_not_see_ends_no_pull(self, office: Office) -> None:
        case = case_of(1)
        said = claims(case, "accept-submission", NOW - DAY, iss=DESTINATION)
        office.town.logs[case].append(signed(said, "office-verify"))
        office.town.answers[f"/v1/destinations/{DESTINATION}/keys/office-verify"] = (403, {}, b"")
        assert faults_of(office.pull()) == [(4, "unknown_key")]

    def test_keys_may_lie_on_another_host_which_is_sent_no_token(self, office: Office) -> None:
        with serving(Town(keys=office.town.keys)) as other:
            office.more = {"keys_url": f"{other.address}/.well-known/jwks.json"}
            office.town.keys = []
            assert len(office.day()) == 12
            assert other.asked == ["/.well-known/jwks.json"]


class TestMapping:
    def access(self, folder: Path, secret: str | None = SECRET) -> Access:
        return Access(secret, folder / "memory", folder, NOW)

    def test_a_column_that_is_none_of_its_own_is_refused_with_the_nearest(self, tmp_path: Path) -> None:
        source = source_of(Town(address="http://localhost:9"), {**MAPPED, "record_ref": "jtis"})
        assert refusal_of(lambda: FitConnect(source, self.access(tmp_path))) == (
            "column_missing",
            "online: column 'jtis' is missing; the nearest is 'jti'. Nothing was taken in; correct [source.columns] "
            "or the export.",
        )

    @pytest.mark.parametrize("secret", [None, "", "  ", "\ncallback-secret"])
    def test_a_missing_secret_is_refused(self, tmp_path: Path, secret: str | None) -> None:
        source = source_of(Town(address="http://localhost:9"))
        assert refusal_of(lambda: FitConnect(source, self.access(tmp_path, secret))) == (
            "no_secret",
            "online: the client secret is missing; give it by the environment.",
        )

    @pytest.mark.parametrize("missing", ["token_url", "client_id"])
    def test_a_connection_without_log_in_is_refused(self, missing: str) -> None:
        with pytest.raises(ValidationError, match="connection lacks token_url or client_id; FIT-Connect gives both"):
            source_of(Town(address="http://localhost:9"), **{missing: None})

    def test_all_seven_columns_can_be_mapped(self, busy: Town, tmp_path: Path) -> None:
        names = ("case_ref", "record_ref", "activity", "occurred_at", "sequence", "unit", "medium")
        source = source_of(busy, dict(zip(names, LOG_COLUMNS, strict=True)))
        batches = list(FitConnect(source, self.access(tmp_path)).pull(None))
        assert batches[0].frame.columns == [POSITION, *LOG_COLUMNS]
        assert batches[0].frame["occurred_at"][0] == "2026-06-14T03:00:00Z"
        assert batches[0].frame["reply_id"].null_count() == 12

    def test_the_watermark_is_the_moment_of_asking_and_a_batch_s_number(self, busy: Town, tmp_path: Path) -> None:
        (batch,) = FitConnect(source_of(busy), self.access(tmp_path)).pull(None)
        assert batch.watermark == "2026-06-15T03:00:00.000000/000001"
