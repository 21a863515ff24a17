"""A process engine's history on this machine: plain lists by firstResult and maxResults, times without a colon."""

from __future__ import annotations

import datetime as dt
import operator
import zlib
from collections.abc import Callable
from typing import Any

from tests.sources.asking.fault_server import Asked, FaultServer, Reply, replied

Item = dict[str, Any]
BERLIN = dt.timezone(dt.timedelta(hours=1))
FORMAT = "%Y-%m-%dT%H:%M:%S.%f%z"


def at(day: int, hour: int = 8, millisecond: int = 0) -> str:
    """A moment in November 2026 as Camunda writes it."""
    moment = dt.datetime(2026, 11, day, hour, 0, 0, millisecond * 1000, BERLIN)
    return f"{moment:%Y-%m-%dT%H:%M:%S}.{millisecond:03d}+0100"


def activity(number: int, began: str, ended: str | None, process: str = "p1") -> Item:
    """A step, with who did it."""
    return {
        "id": f"step:{number:04d}",
        "processInstanceId": process,
        "processDefinitionKey": "wohngeld",
        "activityId": f"task_{number}",
        "activityName": "Antrag prüfen",
        "activityType": "userTask",
        "assignee": "anna.muster",
        "startTime": began,
        "endTime": ended,
        "durationInMillis": None if ended is None else 1000,
        "canceled": False,
        "tenantId": None,
    }


def process(number: str, business_key: str | None, began: str, ended: str | None = None) -> Item:
    """A case, with who began it."""
    return {
        "id": number,
        "businessKey": business_key,
        "processDefinitionKey": "wohngeld",
        "startTime": began,
        "endTime": ended,
        "startUserId": "anna.muster",
        "state": "ACTIVE" if ended is None else "COMPLETED",
    }


class CamundaServer:
    """An engine with activities and processes; ``meanwhile`` runs before each page. A strict one leaves out the bound."""

    def __init__(self, server: FaultServer, most_per_page: int = 10_000, is_strict: bool = False) -> None:
        self.activities: list[Item] = []
        self.processes: list[Item] = [process("p1", "WG-1", at(1))]
        self.meanwhile: Callable[[], None] = lambda: None
        self.most_per_page = most_per_page
        self.is_strict = is_strict
        self.date: dict[str, str] = {}
        self.server = server
        server.script("/version", lambda _: replied({"version": "7.21.0"}, headers=self.date))
        lists = {"activity-instance": "activities", "process-instance": "processes", "task": "activities"}
        for kind, name in lists.items():
            server.script(f"/history/{kind}", lambda asked, name=name: self._page(asked, getattr(self, name)))
            server.script(
                f"/history/{kind}/count",
                lambda asked, name=name: replied(
                    {"count": len(_filtered(getattr(self, name), asked.query, self.is_strict))}
                ),
            )

    def pages(self, kind: str = "activity-instance") -> list[Asked]:
        """The questions for pages of a history."""
        return self.server.asked_for(f"/history/{kind}")

    def _page(self, asked: Asked, items: list[Item]) -> Reply:
        self.meanwhile()
        query = asked.query
        found = _filtered(items, query, self.is_strict)
        if "sortBy" in query:
            # Like a database: records of one moment come in any order.
            found.sort(
                key=lambda item: (
                    _moment(item[query["sortBy"]]),
                    zlib.crc32(f"{item['id']}{len(self.pages())}".encode()),
                )
            )
        first = int(query.get("firstResult", "0"))
        return replied(found[first : first + min(int(query["maxResults"]), self.most_per_page)])


def _filtered(items: list[Item], query: dict[str, str], is_strict: bool) -> list[Item]:
    found = list(items)
    is_after = operator.gt if is_strict else operator.ge
    if "processInstanceIds" in query:
        found = [item for item in found if item["id"] in query["processInstanceIds"].split(",")]
    if query.get("finished") == "true":
        found = [item for item in found if item["endTime"]]
    if after := query.get("startedAfter"):
        found = [item for item in found if is_after(_moment(item["startTime"]), _moment(after))]
    if before := query.get("startedBefore"):
        found = [item for item in found if _moment(item["startTime"]) <= _moment(before)]
    if after := query.get("finishedAfter"):
        found = [item for item in found if item["endTime"] and is_after(_moment(item["endTime"]), _moment(after))]
    return found


def _moment(text: str) -> dt.datetime:
    """Strict, as Camunda is: only its own format."""
    return dt.datetime.strptime(text, FORMAT)
