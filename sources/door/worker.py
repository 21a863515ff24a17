"""What a delivery's reading hands over is kept in another thread, in the order in which it came."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor


class Worker:
    """One thread with one piece of work at a time; who hands over the next waits until the last is done."""

    def __init__(self) -> None:
        """The thread begins with the first piece of work, and ends when nobody needs it any more."""
        self._thread = ThreadPoolExecutor(1, thread_name_prefix="keeping")
        self._under_way: Future[None] | None = None

    def do(self, work: Callable[[], None]) -> None:
        """Hand over a piece of work.

        Raises:
            BaseException: whatever ended the piece before; it is raised once.
        """
        self.wait()
        self._under_way = self._thread.submit(work)

    def wait(self) -> None:
        """Until all is done.

        Raises:
            BaseException: whatever ended it.
        """
        under_way, self._under_way = self._under_way, None
        if under_way is not None:
            under_way.result()
