"""CSV: bytes to blocks, quotes, shape, columns."""

from sources.batches.file_format import Format
from sources.connectors.csv.file import read_csv
from sources.connectors.csv.header import likeness, read_header

FORMAT = Format("CSV", read_csv, read_header, likeness)
