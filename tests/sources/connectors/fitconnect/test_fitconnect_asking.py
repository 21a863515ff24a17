"""Asking FIT-Connect: log in, wait when told to, stop in time, and refuse answers that are none."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from sources.batches.protocol import Unreachable
from tests.sources.connectors.fitconnect.fitconnect_office import (
    DAY,
    NOW,
    Office,
    busy_town,
    case_of,
    numbers_of,
    refusal_of,
    warnings_of,
)
from tests.sources.connectors.fitconnect.fitconnect_server import Town, serving, token


@pytest.fixture
def busy() -> Iterator[Town]:
    with serving(busy_town(4)) as town:
        yield town


@pytest.fixture
def office(busy: Town, tmp_path: Path) -> Office:
    return Office(busy, tmp_path)


class TestAsking:
    def test_a_token_that_ended_is_renewed_before_it_is_refused(self, office: Office) -> None:
        office.town.token_seconds, office.tick = 20, 2.0
        assert len(office.day()) == 12
        assert office.town.asked.count("POST /token") > 1
        assert len([path for path in office.town.asked if "cases" in path]) == 4

    def test_a_token_that_is_refused_is_renewed_once(self, office: Office) -> None:
        office.batch_rows = 3
        pulled = office.system().pull(None)
        next(pulled)
        office.town.granted.clear()
        assert len(numbers_of(list(pulled))) == 9
        assert office.town.asked.count("POST /token") == 2

    def test_a_wrong_secret_is_refused_without_being_told(self, office: Office) -> None:
        office.secret = "wrong-one"
        code, said = refusal_of(office.pull)
        assert code == "no_rights"
        assert "wrong-one" not in said
        assert said.endswith(
            "give the id and secret of a client of this destination with the right to fetch submissions."
        )

    def test_a_client_nobody_knows_is_refused(self, office: Office) -> None:
        office.more = {"token_url": f"{office.town.address}/elsewhere"}
        assert refusal_of(office.pull) == (
            "no_rights",
            "online: 127.0.0.1 asked for /elsewhere does not know this client or its secret (400); give the id and "
            "secret of a client of this destination with the right to fetch submissions.",
        )

    @pytest.mark.parametrize("body", [b"[]", b"{}", b'{"access_token": 7}', b'{"access_token": "a\\r\\nX: y"}'])
    def test_an_answer_that_is_no_token_is_refused(self, office: Office, body: bytes) -> None:
        office.town.answers["/token"] = (200, {}, body)
        assert refusal_of(office.pull) == (
            "wrong_answer",
            "online: 127.0.0.1 asked for /token answered without 'access_token'; check connection.token_url.",
        )

    @pytest.mark.parametrize("path", ["/v1/submissions", f"/v1/cases/{case_of(1)}/events"])
    @pytest.mark.parametrize("body", [b"[]", b'{"offset": 0}', b'{"submissions": {}, "eventLog": {}}'])
    def test_an_answer_of_another_form_is_refused(self, office: Office, path: str, body: bytes) -> None:
        office.town.answers[path] = (200, {}, body)
        code, said = refusal_of(office.pull)
        name = "submissions" if path.endswith("submissions") else "eventLog"
        assert code == "wrong_answer"
        assert said.endswith(f"answered without '{name}'; check connection.url and which version of the API it has.")

    def test_an_address_without_the_service_is_refused(self, office: Office) -> None:
        office.town.answers["/v1/submissions"] = (404, {}, b"")
        assert refusal_of(office.pull)[0] == "unexpected_status"

    def test_a_service_that_does_not_answer_is_unreachable_and_nothing_is_taken(self, office: Office) -> None:
        office.town.answers[f"/v1/cases/{case_of(3)}/events"] = (503, {}, b"")
        with pytest.raises(Unreachable) as refused:
            office.pull()
        assert case_of(3) not in refused.value.sentence
        office.town.answers.clear()
        assert len(office.day()) == 12

    def test_the_service_is_left_alone_as_long_as_it_asks(self, office: Office) -> None:
        office.town.rate_limit += [(5, 60), (5, 60), (5, 60), (0, 42)]
        assert len(office.day()) == 12
        assert office.slept == [42]

    def test_a_wait_beyond_the_pull_ends_it_and_the_next_one_goes_on(self, office: Office) -> None:
        office.town.rate_limit += [(9, 60), (9, 60), (9, 60), (0, 3600)]
        office.now += DAY
        first = office.pull()
        assert warnings_of(first) == [
            "online: time was up after 2 of 4 cases; the next pull goes on from there, or set a longer "
            "connection.patience_minutes."
        ]
        office.land(first)
        office.town.forget()
        assert len(office.day()) == 6
        assert office.town.asked_cases == [case_of(number) for number in (3, 4, 1, 2)]
        assert office.slept == []

    def test_a_pull_ends_when_time_is_up_and_every_case_has_its_turn(self, office: Office) -> None:
        office.more, office.tick = {"timeout_seconds": 600}, 20.0
        warnings: list[str] = []
        for _ in range(12):
            office.now += DAY
            office.land(batches := office.pull())
            warnings += warnings_of(batches)
        assert any("time was up" in warning for warning in warnings)
        assert (len(office.landed), len(set(office.landed))) == (12, 12)

    def test_time_that_is_up_inside_a_long_log_loses_no_page(self, office: Office) -> None:
        case = case_of(1)
        office.town.logs = {case: [token(case, "notify-submission", NOW - DAY) for _ in range(9)]}
        office.town.waiting = [case]
        office.more, office.tick = {"page_size": 2, "timeout_seconds": 600}, 30.0
        for _ in range(12):
            office.day()
        assert (len(office.landed), len(set(office.landed))) == (9, 9)

    def test_an_empty_page_ends_a_log_that_says_it_is_longer(self, office: Office) -> None:
        office.town.answers[f"/v1/cases/{case_of(1)}/events"] = (200, {}, b'{"totalCount": 900, "eventLog": []}')
        assert len(office.day()) == 9

    def test_no_case_known_is_told_with_the_way_out(self, tmp_path: Path) -> None:
        with serving(Town()) as town:
            batches = Office(town, tmp_path).pull()
        assert [batch.frame.height for batch in batches] == [0]
        assert warnings_of(batches) == [
            "online: no case is known yet, for FIT-Connect lists only what waits for pick-up; have its callbacks stored "
            "in the inbox and name them in connection.case_ids."
        ]

    def test_fewer_cases_than_there_must_be_are_no_fact(self, office: Office) -> None:
        office.more = {"expected_minimum": 5}
        assert refusal_of(office.pull) == (
            "too_few_cases",
            "online: 4 cases are known, but connection.expected_minimum is 5; nothing was taken, bring the ledger back "
            "from its backup.",
        )
