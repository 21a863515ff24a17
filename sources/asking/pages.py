"""A list that a system hands out in pages, walked so that nothing is lost while it changes underneath.

Only whether there is a next page is believed; its number is counted here and its address is our own, for behind a proxy
a ``next`` link names a host nobody can reach. What moved over a page's edge while it was walked shows in the system's
own count: then the whole list is walked once more, and only what was not seen yet is handed on.
"""

from __future__ import annotations

from collections.abc import Callable, Hashable, Iterator
from dataclasses import dataclass, field
from typing import Any, Final

from sources.asking.answers import Answer
from sources.batches.protocol import Refused

WALKS: Final = 2
# A page may be empty, or wholly known from the page before; so many in a row lead nowhere.
PAGES_WITHOUT_NEWS: Final = 3

Item = dict[str, Any]
Key = Callable[[Item], Hashable]


@dataclass(frozen=True)
class AnswerPage:
    """One page: its items, how many there are on all pages, and whether another follows."""

    items: list[Item]
    count: int
    has_next: bool


def page_of(answer: Answer) -> AnswerPage:
    """The page in an answer of {count, next, results}; anything else is refused."""
    content = answer.record()
    return AnswerPage(answer.objects(content.get("results")), answer.count(), content.get("next") is not None)


# The page of a number, counted from 1; None when there is none, or no longer.
Ask = Callable[[int], AnswerPage | None]


@dataclass
class _Walk:
    """Once through all pages."""

    seen: set[Hashable] = field(default_factory=set[Hashable])
    count: int = 0
    shrank: bool = False
    pages_without_news: int = 0

    def take(self, page: AnswerPage, identity: Key) -> None:
        before = len(self.seen)
        self.seen.update(map(identity, page.items))
        self.pages_without_news = 0 if len(self.seen) > before else self.pages_without_news + 1
        self.shrank = self.shrank or page.count < self.count
        self.count = page.count

    @property
    def is_whole(self) -> bool:
        """What was deleted on the way pulled others over the edge of a page, unseen; what was added stands behind."""
        return not self.shrank and len(self.seen) >= self.count


@dataclass
class Pages:
    """A list in pages.

    Attributes:
        name: whose list this is, the beginning of a sentence.
        things: what it holds, in the plural.
        ask: gets a page.
        identity: by which an item is the same one, whatever has changed in it.
        version: by which it is the same one in the same state.
    """

    name: str
    things: str
    ask: Ask
    identity: Key
    version: Key

    def items(self) -> Iterator[list[Item]]:
        """Page by page what is new in it; an item that changed meanwhile comes in both of its states.

        Raises:
            Refused: ``endless_pages``, or ``pages_moving`` when twice the walk was not known to be whole.
        """
        handed_on: set[Hashable] = set()
        walk = _Walk()
        for _ in range(WALKS):
            walk = _Walk()
            for page in self._walk(walk):
                if fresh := self._fresh(page.items, handed_on):
                    yield fresh
            if walk.is_whole:
                return
        raise Refused(
            "pages_moving",
            f"{self.name}: the system counts {walk.count} {self.things} but showed {len(walk.seen)} of them, or lost "
            "some while it showed them, twice; nothing was taken, run again when nobody changes them, or ask whoever "
            "runs it.",
        )

    def _walk(self, walk: _Walk) -> Iterator[AnswerPage]:
        number = 1
        while (page := self.ask(number)) is not None:
            yield page
            walk.take(page, self.identity)
            if not page.has_next:
                return
            if walk.pages_without_news >= PAGES_WITHOUT_NEWS:
                raise Refused(
                    "endless_pages",
                    f"{self.name}: page after page of {self.things} is announced but brings nothing new; "
                    "nothing was taken, ask whoever runs the system.",
                )
            number += 1

    def _fresh(self, items: list[Item], versions: set[Hashable]) -> list[Item]:
        fresh: list[Item] = []
        for item in items:
            version = self.version(item)
            if version not in versions:
                versions.add(version)
                fresh.append(item)
        return fresh
