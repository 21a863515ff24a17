"""A client for the fault server, and what it says when it gives up."""

from typing import Any

import pytest

from sources.asking.web import Web
from sources.batches.protocol import Refused, Unreachable
from tests.sources.asking.fault_server import replied
from tests.towns import make_source

SECRET = "4b1dtoken"
GOOD = replied({"records": [1, 2, 3], "name": "Grün"})


class Waits(list[float]):
    """A sleep that only writes down how long it was to wait."""

    def __call__(self, seconds: float) -> None:
        self.append(seconds)


def web_of(url: str, waits: Waits | None = None, connection: dict[str, Any] | None = None, **more: Any) -> Web:
    source = make_source(
        format="paperless",
        path="",
        name="dms",
        connection={"url": url, "timeout_seconds": 1, "patience_minutes": 10, **(connection or {})},
    )
    more = {"headers": {"Authorization": f"Token {SECRET}"}, "rights": "a token that may read", **more}
    return Web(source, sleep=Waits() if waits is None else waits, **more)


def refusal(web: Web, path: str = "/x") -> tuple[str, str]:
    with pytest.raises(Refused) as refused:
        web.get(path).record()
    assert_clean(refused.value.sentence)
    return refused.value.reason_code, refused.value.sentence


def unreachable(web: Web, path: str = "/x") -> str:
    with pytest.raises(Unreachable) as gone:
        web.get(path)
    assert_clean(gone.value.sentence)
    return gone.value.sentence


def assert_clean(sentence: str) -> None:
    assert SECRET not in sentence
    assert sentence.startswith("dms: ")
    assert sentence.endswith(".")
