"""Callbacks of FIT-Connect: only what was signed with the callback secret, and lately."""

import datetime as dt
import json
from typing import Any

import pytest

from sources.connectors.fitconnect.callbacks import verified_callback
from tests.sources.connectors.fitconnect.fitconnect_server import sample

NOW = dt.datetime(2026, 6, 15, 3, 0)


class TestCallbacks:
    def verified(self, **changed: Any) -> bool:
        stored = json.loads(sample("callback.json"))
        headers = {**stored["headers"], **changed.get("headers", {})}
        at = dt.datetime(1970, 1, 1) + dt.timedelta(seconds=int(stored["headers"]["callback-timestamp"]))
        now = at + changed.get("later", dt.timedelta())
        return verified_callback(
            headers, changed.get("body", stored["body"]), changed.get("secret", "callback-secret"), now
        )

    def test_the_shared_callback_is_verified(self) -> None:
        assert self.verified()

    @pytest.mark.parametrize(
        "changed",
        [
            {"secret": "another"},
            {"body": "{}"},
            {"headers": {"callback-timestamp": "1774737001"}},
            {"headers": {"callback-timestamp": "yesterday"}},
            {"headers": {"callback-timestamp": ""}},
            {"headers": {"callback-authentication": ""}},
            {"headers": {"callback-authentication": "§"}},
            {"later": dt.timedelta(minutes=5, seconds=1)},
            {"later": -dt.timedelta(minutes=5, seconds=1)},
        ],
    )
    def test_a_callback_that_is_changed_or_old_is_not(self, changed: dict[str, Any]) -> None:
        assert not self.verified(**changed)

    def test_five_minutes_are_young_enough(self) -> None:
        assert self.verified(later=dt.timedelta(minutes=5))

    def test_headers_are_known_in_any_case(self) -> None:
        stored = json.loads(sample("callback.json"))
        headers = {name.title(): value for name, value in stored["headers"].items()}
        now = dt.datetime.fromtimestamp(1774737000, dt.UTC).replace(tzinfo=None)
        assert verified_callback(headers, stored["body"], stored["secret"], now)

    def test_a_callback_without_headers_is_not_verified(self) -> None:
        assert not verified_callback({}, "{}", "callback-secret", NOW)
