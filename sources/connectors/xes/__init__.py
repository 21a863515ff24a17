"""XES event logs."""

import re
from typing import Final

from sources.batches.file_format import Beginning, Format, Likeness
from sources.connectors.xes.file import read_header, read_xes

LOG: Final = re.compile(rb"<(\w+:)?log\b")


def _likeness(beginning: Beginning) -> Likeness:
    # A log of objects has the same element around it.
    is_of_objects = b"<object-type" in beginning.head or ".xmlocel" in beginning.endings
    is_log = ".xes" in beginning.endings or LOG.search(beginning.head) is not None
    is_own = is_log and not is_of_objects and beginning.text.startswith(b"<")
    return Likeness.OWN_MARK if is_own else Likeness.NONE


FORMAT = Format("XES", read_xes, read_header, _likeness)
