"""How a system that does not answer is asked again: longer and longer apart, until patience ends."""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import Final, TypeVar

from sources.batches.protocol import Unreachable

FIRST_WAIT_SECONDS: Final = 1.0
LONGEST_WAIT_SECONDS: Final = 30.0
Given = TypeVar("Given")


def patiently(attempt: Callable[[], Given], patience_seconds: float) -> Given:
    """What an attempt gives; one that meets ``Unreachable`` is made again while there is patience.

    Raises:
        Unreachable: of the last attempt.
    """
    until = time.monotonic() + patience_seconds
    wait = FIRST_WAIT_SECONDS
    while True:
        try:
            return attempt()
        except Unreachable:
            if time.monotonic() + wait > until:
                raise
        time.sleep(wait)
        wait = min(2 * wait, LONGEST_WAIT_SECONDS)
