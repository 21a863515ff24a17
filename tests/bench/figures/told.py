"""How each program tells what it found in a log, so that results are compared before a time is believed.

Needs nothing but Python: it runs in the environments of the peers too.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable


def told(
    edges: Iterable[tuple[str, str, int]],
    ways: Iterable[tuple[Iterable[str], int]],
    durations: tuple[int, float] | None,
) -> str:
    """One line: how many edges, changes, variants and cases there are, and a hash of all of them with their counts.

    Args:
        edges: activity, next activity, how often.
        ways: activities in order, of how many cases.
        durations: how many cases, and the sum of the seconds from their first to their last event.
    """
    sorted_edges = sorted((one, next_one, int(count)) for one, next_one, count in edges)
    sorted_ways = sorted((list(activities), int(count)) for activities, count in ways)
    found: dict[str, object] = {
        "edges": len(sorted_edges),
        "changes": sum(count for *_, count in sorted_edges),
        "variants": len(sorted_ways),
        "cases": sum(count for _, count in sorted_ways),
        "hash": hashlib.sha256(json.dumps([sorted_edges, sorted_ways]).encode()).hexdigest(),
    }
    if durations is not None:
        found["cases_timed"], found["seconds"] = int(durations[0]), float(durations[1])
    return json.dumps(found)
