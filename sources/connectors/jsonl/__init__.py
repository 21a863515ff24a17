"""JSON lines."""

from sources.batches.file_format import Format
from sources.connectors.jsonl.file import read_header, read_jsonl

FORMAT = Format("JSON Lines", read_jsonl, read_header, lambda beginning: beginning.opens_with(b"{"))
