"""One answer over HTTP: read whole and bounded, unpacked, and known to be JSON before anybody looks into it."""

from __future__ import annotations

import json
import zlib
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, Final, cast

import httpx2

from sources.batches.json_values import no_constant
from sources.batches.protocol import Refused

MOST_BYTES: Final = 64 << 20
BAD_REQUEST: Final = 400
# An object of nothing but these is a message about an error, whatever its status says.
ERROR_WORDS: Final = frozenset(
    ("detail", "error", "errors", "error_description", "message", "title", "type", "status", "code", "instance")
)


class Again(Exception):
    """An answer that may be right when asked for once more.

    Attributes:
        what: what the machine did, to be said when patience ends.
        wait_seconds: how long it asks to be left alone, None when it does not say.
    """

    def __init__(self, what: str, wait_seconds: float | None = None) -> None:
        """Keep both."""
        super().__init__(what)
        self.what = what
        self.wait_seconds = wait_seconds


@dataclass(frozen=True)
class Answer:
    """What came back for one question.

    Attributes:
        status: the HTTP status; never 401, 403, 429, 5xx or a redirect, ``Web`` deals with those.
        headers: by name in lower case.
        said: who answered what, the beginning of a sentence.
    """

    status: int
    headers: Mapping[str, str]
    said: str
    content: object = None
    is_json: bool = False

    def json(self) -> object:
        """The answer's content.

        Raises:
            Refused: the status is an error, or the content is a page or an error message.
        """
        if self.status >= BAD_REQUEST:
            raise Refused(
                "unexpected_status",
                f"{self.said} answered {self.status}; check connection.url and whether the system's version is known.",
            )
        if not self.is_json:
            raise Refused(
                "not_json",
                f"{self.said} answered with a page or a message instead of records, most likely its log-in; "
                "check connection.url and the secret.",
            )
        return self.content

    def record(self) -> dict[str, Any]:
        """The content where it is one object; anything else is refused."""
        content = self.json()
        if not isinstance(content, dict):
            raise self._misshapen("one object")
        return cast("dict[str, Any]", content)

    def records(self) -> list[dict[str, Any]]:
        """The content where it is a list of objects; anything else is refused."""
        return self.objects(self.json())

    def count(self) -> int:
        """How many records there are, of an object that tells it."""
        count = self.record().get("count")
        if not isinstance(count, int):
            raise self._misshapen("a count of records")
        return count

    def objects(self, content: object) -> list[dict[str, Any]]:
        """A part of the content that must be a list of objects."""
        if not isinstance(content, list) or not all(isinstance(item, dict) for item in content):
            raise self._misshapen("a list of objects")
        return cast("list[dict[str, Any]]", content)

    def _misshapen(self, expected: str) -> Refused:
        return Refused(
            "unexpected_shape",
            f"{self.said} answered with something else than {expected}; check connection.url and whether the "
            "system's version is known.",
        )


def read_answer(response: httpx2.Response, said: str, give_up: Callable[[], bool]) -> Answer:
    """The answer with its body, which is read to its end unless ``give_up`` says that it has taken too long.

    Raises:
        Again: the body breaks off, trickles, or cannot be unpacked or read.
        Refused: the body is larger than ``MOST_BYTES``.
    """
    body = _body(response, said, give_up)
    headers = {name.lower(): value for name, value in response.headers.items()}
    if response.status_code >= BAD_REQUEST or "json" not in headers.get("content-type", ""):
        content, is_json = None, False
    else:
        content = _content(body)
        is_json = not _is_error(content)
    return Answer(response.status_code, headers, said, content, is_json)


def _body(response: httpx2.Response, said: str, give_up: Callable[[], bool]) -> bytes:
    packed = response.headers.get("content-encoding", "identity").lower()
    if packed not in ("identity", "gzip"):
        raise Again("packed its answer in a way nobody asked for")
    unpacker = zlib.decompressobj(wbits=31) if packed == "gzip" else None
    body = bytearray()
    for chunk in response.iter_raw():
        body += _unpacked(unpacker, chunk, MOST_BYTES + 1 - len(body)) if unpacker else chunk
        if len(body) > MOST_BYTES:
            raise Refused(
                "answer_too_large",
                f"{said} answered with more than {MOST_BYTES >> 20} MB at once; set a smaller connection.page_size.",
            )
        if give_up():
            raise Again("trickled its answer")
    if unpacker and not unpacker.eof:
        raise Again("broke off its answer")
    return bytes(body)


def _unpacked(unpacker: zlib._Decompress, chunk: bytes, most: int) -> bytes:  # pyright: ignore[reportPrivateUsage]
    try:
        return unpacker.decompress(chunk, most)
    except zlib.error:
        raise Again("sent an answer that cannot be unpacked") from None


def _content(body: bytes) -> object:
    try:
        content = json.loads(body, parse_constant=no_constant)
        # Half a sign (a lone surrogate) can be escaped in JSON but written nowhere.
        if b"\\ud" in body.lower():
            whole = json.dumps(content, ensure_ascii=False).encode("utf-8", "replace")
            content = json.loads(whole)
    except (ValueError, RecursionError):
        raise Again("broke off its answer, or wrote no sound JSON") from None
    return content


def _is_error(content: object) -> bool:
    return isinstance(content, dict) and bool(content) and ERROR_WORDS.issuperset(content)
