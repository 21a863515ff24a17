"""Camunda 7 and its forks: the history of activities, processes or tasks over ``/engine-rest``; never who did it.

``connection.query`` names the history: ``activity-instance`` (default), ``process-instance`` or ``task``. Pages do not
begin at a number but at the last moment seen, so that neither the nightly history cleanup nor new work moves anything
out of sight. What the cleanup deletes at the source is kept here: a vanished history is no removal. An instance that
ends long after it began is found by its end; what came later than ``connection.overlap_hours`` by a full pull.
"""

from __future__ import annotations

import datetime as dt
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from typing import Any, Final

import httpx2

from sources.asking.asked_rows import Newest, TextRows, moment_of, refuse_columns, refuse_lost, too_few
from sources.asking.pages import Item
from sources.asking.redaction import http_moment
from sources.asking.watermarks import begin, written
from sources.asking.web import Web
from sources.batches.protocol import Access, Batch, Refused, Seen, connection_of, required_columns, wanted_columns
from sources.town.source import Source

_EVERYWHERE: Final = (
    "id", "processDefinitionKey", "processDefinitionId", "rootProcessInstanceId", "startTime", "endTime",
    "removalTime", "tenantId", "businessKey",
)  # fmt: skip
HISTORY_COLUMNS: Final[dict[str, tuple[str, ...]]] = {
    "activity-instance": (
        *_EVERYWHERE, "processInstanceId", "activityId", "activityName", "activityType", "parentActivityInstanceId",
        "executionId", "taskId", "calledProcessInstanceId", "durationInMillis", "canceled", "completeScope",
    ),
    "process-instance": (
        *_EVERYWHERE, "processDefinitionName", "processDefinitionVersion", "durationInMillis", "startActivityId",
        "superProcessInstanceId", "state",
    ),
    "task": (
        *_EVERYWHERE, "processInstanceId", "taskDefinitionKey", "name", "activityInstanceId", "executionId",
        "duration", "due", "followUpDate", "priority", "parentTaskId", "taskState",
    ),
}  # fmt: skip
PERSONAL_COLUMNS: Final = frozenset(
    ("assignee", "userId", "owner", "startUserId", "taskAssignee", "description", "deleteReason"),
)
RIGHTS: Final = "a user with READ_HISTORY on all process definitions"
PER_PAGE: Final = 500
ASKED_BY_ID: Final = 50
MOST_CACHED_CASES: Final = 100_000
WALKS: Final = 2
MILLISECOND: Final = dt.timedelta(milliseconds=1)


@dataclass(frozen=True)
class _Question:
    """One list of the history, walked along one of its two moments."""

    along: str
    after: str
    since: dt.datetime | None = None
    more: dict[str, str] = field(default_factory=dict[str, str])

    def filters(self, bound: dt.datetime | None) -> dict[str, str]:
        return self.more | ({self.after: _sent(bound)} if bound else {})


class Camunda7:
    """One process engine's history."""

    def __init__(
        self,
        source: Source,
        access: Access,
        *,
        sleep: Callable[[float], None] = time.sleep,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        """Nothing is asked yet; ``sleep`` waits so many seconds, ``clock`` gives seconds since whenever."""
        self._source, self._access, self._connection = source, access, connection_of(source)
        self._name, self._sleep, self._clock = source.name, sleep, clock
        self._kind = self._connection.query or "activity-instance"
        if self._kind not in HISTORY_COLUMNS:
            histories = ", ".join(HISTORY_COLUMNS)
            raise Refused(
                "unknown_query",
                f"{self._name}: connection.query '{self._kind}' is no history; use one of {histories}.",
            )
        refuse_columns(source, HISTORY_COLUMNS[self._kind], PERSONAL_COLUMNS)
        self._columns = wanted_columns(source)
        self._is_joined = self._kind != "process-instance" and "businessKey" in self._columns
        self._needed = {"id", "startTime", "endTime", *self._columns}
        if self._is_joined:
            self._needed = self._needed - {"businessKey"} | {"processInstanceId"}
        self._size = min(self._connection.page_size or PER_PAGE, 10_000)

    def test(self) -> Seen:
        """See the version, count each history; none is read."""
        with self._web() as web:
            version = str(web.get("/version").record().get("version", "unknown"))
            counts = {kind: _count(web, kind, {}) for kind in HISTORY_COLUMNS}
        listed = ", ".join(f"{count} of {kind}" for kind, count in counts.items())
        hidden = self._hidden(counts[self._kind], None)
        sentences = (f"{self._name}: Camunda {version} answers.", f"{self._name}: its history counts {listed}.")
        return Seen((*sentences, *([hidden] if hidden else [])), HISTORY_COLUMNS[self._kind])

    def pull(self, watermark: str | None) -> Iterator[Batch]:
        """What began or ended since the watermark, less the overlap.

        Raises:
            Refused: ``sudden_zero``, ``pages_moving``, or as ``Web`` does.
            Unreachable: no answer now.
        """
        with self._web() as web:
            begun = self._engine_time(web)
            if hidden := self._hidden(_count(web, self._kind, {}), watermark):
                raise Refused("sudden_zero", hidden)
            cases = _Cases(web) if self._is_joined else None
            newest = Newest(self._source, watermark, self._access.now)
            rows = TextRows(self._columns)
            for question in self._questions(watermark):
                for items in self._walked(web, question):
                    keys = cases.keys_of(items) if cases else {}
                    for item in items:
                        newest.take(item.get("startTime"))
                        newest.take(item.get("endTime"))
                        rows.add(item | {"businessKey": keys.get(item["processInstanceId"])} if keys else item)
                    if rows.is_full:
                        yield rows.take()
            # What ends while it is walked may be seen by one question and missed by the other: it is asked for again.
            reached = max(min(newest.watermark, written(begun)), watermark or "") if newest.watermark else None
            yield rows.take(watermark=reached)

    def _web(self) -> Web:
        secret = (self._access.secret or "").strip()
        user = self._connection.user
        return Web(
            self._source,
            headers={"Authorization": f"Bearer {secret}"} if secret and not user else {},
            auth=httpx2.BasicAuth(user, secret) if user else None,
            sleep=self._sleep,
            clock=self._clock,
            folder=self._access.town_folder,
            rights=RIGHTS,
        )

    def _engine_time(self, web: Web) -> dt.datetime:
        date = web.get("/version").headers.get("date", "")
        return http_moment(date) or self._access.now.replace(tzinfo=dt.UTC)

    def _hidden(self, count: int, watermark: str | None) -> str | None:
        reason = too_few(count, self._connection.expected_minimum, watermark)
        return reason and (
            f"{self._name}: Camunda shows {count} records of {self._kind} to this user, but {reason}; nothing was "
            f"taken. Without rights it shows an empty history: give {RIGHTS}."
        )

    def _questions(self, watermark: str | None) -> Iterator[_Question]:
        """The lists that together hold all that is new; none is in two of them."""
        mark = begin(watermark, self._connection.overlap_hours) if watermark else None
        since = mark[1] if mark and mark[0] == "instant" and isinstance(mark[1], dt.datetime) else None
        finished = {"finished": "true"} if "endTime" in required_columns(self._source) else {}
        if since is None:
            yield _Question("startTime", "startedAfter", None, finished)
            return
        yield _Question("endTime", "finishedAfter", since, {"startedBefore": _sent(since - MILLISECOND)})
        yield _Question("startTime", "startedAfter", since, finished)

    def _walked(self, web: Web, question: _Question) -> Iterator[list[Item]]:
        """All items of a question; when fewer came than the engine counts, once more from the beginning."""
        filters = question.filters(question.since)
        least = _count(web, self._kind, filters)
        seen = 0
        for _ in range(WALKS):
            seen = 0
            for items in self._walk(web, question, least):
                seen += len(items)
                yield items
            if seen < least:
                least = min(least, _count(web, self._kind, filters))
            if seen >= least:
                return
        raise Refused(
            "pages_moving",
            f"{self._name}: Camunda counts {least} records of {self._kind} but showed {seen} of them, twice; nothing "
            "was taken, run again later, or ask whoever runs it.",
        )

    def _walk(self, web: Web, question: _Question, count: int) -> Iterator[list[Item]]:
        """Page after page; each begins a millisecond before the last moment seen, and repeats what stood there.

        A page that ends within the moment it began with is asked for again twice as large: within one moment a
        database shows its records in any order, so that nothing could be skipped safely.
        """
        bound, size, seen = question.since, self._size, 0
        # By their ids what may come again, with its moment.
        known: dict[str, dt.datetime] = {}
        while size <= 2 * max(count, self._size):
            items = self._page(web, question, bound, size)
            fresh = [item for item in items if item["id"] not in known]
            seen += len(fresh)
            if fresh:
                yield fresh
            is_short = len(items) < size
            if not items or (is_short and (seen >= count or not fresh)):
                return
            known.update((str(item["id"]), self._moment(item, question)) for item in items)
            following = self._moment(items[-1], question) - MILLISECOND
            if bound is None or following > bound:
                bound, size = following, self._size
                known = {number: moment for number, moment in known.items() if moment >= following}
            elif not is_short:
                size *= 2

    def _moment(self, item: Item, question: _Question) -> dt.datetime:
        moment = moment_of(item.get(question.along))
        if moment is None:
            raise Refused(
                "unexpected_shape",
                f"{self._name}: Camunda shows a record whose {question.along} is no time; its version is not known.",
            )
        return moment

    def _page(self, web: Web, question: _Question, bound: dt.datetime | None, size: int) -> list[Item]:
        params: dict[str, str | int] = {
            **question.filters(bound),
            "sortBy": question.along,
            "sortOrder": "asc",
            "firstResult": 0,
            "maxResults": size,
        }
        items = web.get(f"/history/{self._kind}", params).records()
        refuse_lost(self._source, items, self._needed)
        return items


class _Cases:
    """The business key, which is the case's number, of each process; only processes tell it."""

    def __init__(self, web: Web) -> None:
        self._web = web
        self._keys: dict[str, Any] = {}

    def keys_of(self, items: list[Item]) -> dict[str, Any]:
        if len(self._keys) > MOST_CACHED_CASES:
            self._keys = {}
        wanted = sorted({str(item["processInstanceId"]) for item in items} - self._keys.keys())
        for start in range(0, len(wanted), ASKED_BY_ID):
            numbers = wanted[start : start + ASKED_BY_ID]
            # Of a process that was deleted meanwhile nothing is known.
            self._keys.update(dict.fromkeys(numbers))
            params = {"processInstanceIds": ",".join(numbers), "maxResults": len(numbers)}
            for process in self._web.get("/history/process-instance", params).records():
                self._keys[str(process["id"])] = process.get("businessKey")
        return self._keys


def _count(web: Web, kind: str, filters: dict[str, str]) -> int:
    return web.get(f"/history/{kind}/count", filters).count()


def _sent(moment: dt.datetime) -> str:
    """A moment as Camunda writes and reads it: milliseconds, and an offset without a colon."""
    moment = moment.astimezone(dt.UTC)
    return f"{moment:%Y-%m-%dT%H:%M:%S}.{moment.microsecond // 1000:03d}+0000"
