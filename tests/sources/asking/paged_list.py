"""A list as REST systems hand it out: in pages of {count, next, previous, results}, with filters and an order."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from tests.sources.asking.fault_server import Asked, Reply, Script, replied

Item = dict[str, Any]


class PagedList:
    """Items served page by page; ``meanwhile`` runs before each page and may change them."""

    def __init__(
        self,
        items: list[Item],
        page_size: int = 100,
        size_name: str = "page_size",
        headers: Mapping[str, str] | None = None,
        matches: Callable[[Item, dict[str, str]], bool] = lambda _, __: True,
        fields: bool = False,
    ) -> None:
        self.items = items
        self.meanwhile: Callable[[int], None] = lambda _: None
        self._page_size, self._size_name = page_size, size_name
        self._headers, self._matches, self._fields = headers or {}, matches, fields

    def __call__(self, asked: Asked) -> Reply:
        query = asked.query
        number = int(query.get("page", "1"))
        self.meanwhile(number)
        size = min(int(query.get(self._size_name, self._page_size)), self._page_size)
        found = [item for item in self.items if self._matches(item, query)]
        for name in reversed([name for name in query.get("ordering", "").split(",") if name]):
            found.sort(key=lambda item: item[name.lstrip("-")], reverse=name.startswith("-"))
        if number > 1 and (number - 1) * size >= len(found):
            return replied({"detail": "Invalid page."}, 404, self._headers)
        shown = found[(number - 1) * size : number * size]
        if self._fields and "fields" in query:
            names = query["fields"].split(",")
            shown = [{name: item[name] for name in names if name in item} for item in shown]
        # Behind a proxy a system believes in an address nobody else can reach.
        following = f"http://internal.invalid:8000{asked.path}?page={number + 1}"
        content = {
            "count": len(found),
            "next": following if number * size < len(found) else None,
            "previous": None,
            "results": shown,
        }
        return replied(content, headers=self._headers)


def scripted(pages: Mapping[int, Reply]) -> Script:
    """Pages by their number, whatever else is asked."""
    return lambda asked: pages[int(asked.query.get("page", "1"))]
