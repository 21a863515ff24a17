"""XES event logs."""

from sources.batches.file_format import Format
from sources.connectors.xes.file import read_header, read_xes

FORMAT = Format("XES", read_xes, read_header, lambda beginning: beginning.opens_with(b"<"))
