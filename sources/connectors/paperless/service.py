"""The questions paperless-ngx is asked, and the shapes of its answers in API versions 10 and 9.

No question names a field that could hold a text, a title, a sender or a file's name. Three answers carry such things
unasked, and nothing of them is kept: the history, the trash (both are only asked when a mapping says so) and the tasks.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Sequence
from typing import Any, Final

from sources.asking.answers import Answer
from sources.asking.asked_rows import moment_of
from sources.asking.pages import AnswerPage, Item, Pages, page_of
from sources.asking.web import Web
from sources.batches.protocol import Refused

API_VERSIONS: Final = (10, 9)
NOT_ACCEPTABLE, NOT_FOUND = 406, 404
# The most that paperless gives at once: for a town the list of all its ids is one answer.
MOST_IDS: Final = 100_000
LABELS_PER_PAGE: Final = 1000
TRASH_PER_PAGE: Final = 100
TASKS_PER_PAGE: Final = 100
ASN_TAKEN: Final = re.compile(r"ASN \d+ already exists")


class PaperlessService:
    """One paperless-ngx, with the version that was agreed upon.

    Attributes:
        api_version: 10 or 9.
        version: of the program, such as 3.0.5; empty when it does not tell.
        visible: how many documents this token may see.
    """

    def __init__(self, name: str, web: Web) -> None:
        """Agree on a version and count.

        Raises:
            Refused: ``version_unknown``, or as ``Web`` does.
        """
        self._name, self._web = name, web
        self.api_version = 0
        answer = self._agreed()
        self.version = answer.headers.get("x-version", "")
        self.visible = answer.count()
        if "x-api-version" in answer.headers:
            web.pin("X-Api-Version", answer.headers["x-api-version"])

    def _agreed(self) -> Answer:
        answer: Answer | None = None
        for self.api_version in API_VERSIONS:
            answer = self._get("/api/documents/", {"fields": "id", "page_size": 1})
            if answer.status != NOT_ACCEPTABLE:
                return answer
        speaks = answer.headers.get("x-api-version", "another") if answer else "another"
        raise Refused(
            "version_unknown",
            f"{self._name}: paperless speaks API version {speaks}, but only 10 and 9 are known here; "
            "update paperless-ngx, or Papierwende.",
        )

    def statistics(self) -> Item:
        """Counts such as documents_total and current_asn."""
        return self._get("/api/statistics/").record()

    def labels(self, kind: str) -> Iterator[Item]:
        """All of tags, document_types or custom_fields."""
        for items in self._pages(f"/api/{kind}/", {}, kind.replace("_", " "), LABELS_PER_PAGE):
            yield from items

    def documents(self, fields: Sequence[str], since: str | None = None) -> Iterator[list[Item]]:
        """These fields of all documents, or of those modified after a moment; for few and small fields."""
        params: dict[str, str | int] = {"fields": ",".join(fields), "ordering": "modified,id" if since else "id"}
        if since:
            params["modified__gt"] = since
        yield from self._pages("/api/documents/", params, "documents", MOST_IDS)

    def documents_of(self, ids: Sequence[int], fields: Sequence[str]) -> list[Item]:
        """These fields of some documents; those deleted meanwhile are not among them."""
        params = {"id__in": ",".join(map(str, ids)), "fields": ",".join(fields), "ordering": "id"}
        wanted = set(ids)
        pages = self._pages("/api/documents/", params, "documents", len(ids))
        return [item for items in pages for item in items if item["id"] in wanted]

    def history(self, number: int) -> list[Item]:
        """What happened to a document; its entries carry old and new texts, of which nothing may be kept."""
        answer = self._get(f"/api/documents/{number}/history/")
        return [] if answer.status == NOT_FOUND else answer.records()

    def trash(self) -> Iterator[list[Item]]:
        """The documents in the trash, whole: paperless knows no ``fields=`` here."""
        yield from self._pages("/api/trash/", {}, "documents in the trash", TRASH_PER_PAGE)

    def failed_tasks(self, since: str | None) -> tuple[int, int]:
        """How many documents could not be taken in since a moment, and how many as their archive number was taken."""
        after = moment_of(since) if since else None
        failed = clashes = 0
        for task in self._failures():
            done = moment_of(task.get("date_done") or task.get("date_created"))
            if after is not None and done is not None and done <= after:
                continue
            failed += 1
            clashes += bool(ASN_TAKEN.search(_message(task)))
        return failed, clashes

    def _failures(self) -> Iterator[Item]:
        for task in self._tasks():
            kind = task.get("task_type") if self.api_version == API_VERSIONS[0] else task.get("task_name")
            if kind == "consume_file" and str(task.get("status")).lower() == "failure":
                yield task

    def _tasks(self) -> Iterator[Item]:
        if self.api_version == API_VERSIONS[0]:
            for items in self._pages("/api/tasks/", {"status": "failure"}, "tasks", TASKS_PER_PAGE):
                yield from items
        else:
            yield from self._get("/api/tasks/", {"status": "FAILURE"}).records()

    def _pages(self, path: str, params: dict[str, Any], things: str, size: int) -> Iterator[list[Item]]:
        def ask(number: int) -> AnswerPage | None:
            answer = self._get(path, {**params, "page": number, "page_size": size})
            if answer.status == NOT_FOUND and number > 1:
                return None
            return page_of(answer)

        return Pages(self._name, things, ask, _number, _state).items()

    def _get(self, path: str, params: dict[str, str | int] | None = None) -> Answer:
        return self._web.get(path, params, {"Accept": f"application/json; version={self.api_version}"})


def _number(item: Item) -> int:
    return int(item["id"])


def _state(item: Item) -> tuple[int, object]:
    return int(item["id"]), item.get("modified")


def _message(task: Item) -> str:
    """What a failed task says, in version 10 and in version 9."""
    result: Callable[[str], Any] = (task.get("result_data") or {}).get
    return str(result("error_message") or task.get("result") or "")
