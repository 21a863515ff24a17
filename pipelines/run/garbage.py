"""Python's search for objects that hold each other: rarely while a process works, and not when it ends."""

from __future__ import annotations

import atexit
import gc
from typing import Final

# Whoever loads Dagster, dbt or Great Expectations makes millions of objects and drops few of them.
_OBJECTS_BEFORE_LOOKING: Final = 2_000_000


def look_rarely() -> None:
    """Spare this process a tenth of its time while it loads, and at its end a second look at all it loaded."""
    gc.set_threshold(_OBJECTS_BEFORE_LOOKING, 50, 50)
    # Handlers run in reverse order: others still may make and drop objects.
    atexit.register(gc.freeze)
