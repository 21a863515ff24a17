"""Reading ahead: a delivery is read in one thread while the door admits what was read before in another."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from queue import Empty, Full, Queue
from typing import Generic, TypeVar

Item = TypeVar("Item")

PATIENCE = 0.1


def ahead(items: Iterator[Item], depth: int = 2) -> Iterator[Item]:
    """The same items in the same order, made by a thread that is at most ``depth`` of them ahead.

    An error of the reader is raised here, at its place in the order. When nobody asks any more, the thread ends.
    """
    reader = _Reader(items, depth)
    reader.start()
    try:
        while True:
            found = reader.ready.get()
            if found is None:
                return
            if isinstance(found, BaseException):
                raise found
            yield found[0]
    finally:
        reader.leave()


class _Reader(threading.Thread, Generic[Item]):
    """Puts items one by one, as a tuple; at the end None or the error that ended them."""

    def __init__(self, items: Iterator[Item], depth: int) -> None:
        super().__init__(name="reading ahead", daemon=True)
        self.ready: Queue[tuple[Item] | BaseException | None] = Queue(depth)
        self._items = items
        self._unwanted = threading.Event()

    def run(self) -> None:
        end: BaseException | None = None
        try:
            for item in self._items:
                self._put((item,))
                if self._unwanted.is_set():
                    return
        except BaseException as error:  # raised again where the items are wanted
            end = error
        self._put(end)

    def leave(self) -> None:
        """End the thread, whatever it waits for."""
        self._unwanted.set()
        while self.is_alive():
            try:
                self.ready.get_nowait()
            except Empty:
                self.join(PATIENCE)

    def _put(self, found: tuple[Item] | BaseException | None) -> None:
        while not self._unwanted.is_set():
            try:
                self.ready.put(found, timeout=PATIENCE)
            except Full:
                continue
            return
