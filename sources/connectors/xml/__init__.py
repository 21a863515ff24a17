"""XML indexes: records and fields by path."""

from sources.batches.file_format import Format
from sources.connectors.xml.file import read_xml

# Which element is a record, and what of it a column, only a mapping says.
FORMAT = Format("XML", read_xml, likeness=lambda beginning: beginning.opens_with(b"<"))
