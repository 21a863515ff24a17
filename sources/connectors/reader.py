"""The process that reads strangers' files: little memory, no secrets, no way to harm the run that started it.

Each request names a file and what is wanted of it; the answers are messages, the last of them says that it is done.
"""

from __future__ import annotations

import os
import pickle
import resource
import sys
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path
from typing import IO, Final

from sources.batches import wire
from sources.batches.protocol import Refused
from sources.connectors.files import header_of, read_batches

STATM: Final = Path("/proc/self/statm")
KILL_FIRST: Final = Path("/proc/self/oom_score_adj")


def main() -> None:
    """Answer requests until nobody asks any more."""
    answers = os.fdopen(os.dup(sys.stdout.fileno()), "wb")
    # What a parser prints must not come among the messages.
    os.dup2(sys.stderr.fileno(), sys.stdout.fileno())
    _take_little(int(sys.argv[1]))
    # Only who started this process writes here.
    while (request := _next_request(sys.stdin.buffer)) is not None:
        for message in _answers(*request):
            answers.write(message)
            answers.flush()


def _take_little(memory: int) -> None:
    """Allow so many bytes beside what the program itself takes, no dump of memory, and to be killed first."""
    mapped = int(STATM.read_text().split()[0]) * resource.getpagesize() if STATM.is_file() else 0
    resource.setrlimit(resource.RLIMIT_AS, (mapped + memory, mapped + memory))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    with suppress(OSError):
        KILL_FIRST.write_text("1000")


def _next_request(asked: IO[bytes]) -> tuple[object, ...] | None:
    try:
        return pickle.load(asked)
    except EOFError:
        return None


def _answers(kind: object, *of: object) -> Iterator[bytes]:
    try:
        if kind == "header":
            yield wire.of_header(header_of(*of))  # type: ignore[arg-type]
        else:
            for batch in read_batches(*of):  # type: ignore[arg-type]
                yield wire.of_batch(batch)
    except Refused as refusal:
        yield wire.of_refusal(refusal)
    except MemoryError:
        yield wire.packed({"memory": True})
    yield wire.packed({"done": True})


if __name__ == "__main__":
    main()
