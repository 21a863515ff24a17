"""XML from towns, walked element by element in bounded memory.

No DOCTYPE is ever read: no record needs one, and everything dangerous in XML begins with one. Prefixes of namespaces
are dropped, since every export chooses its own.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Final, Protocol
from xml.parsers import expat

from sources.batches.archive import open_packed
from sources.batches.protocol import Refused

CHUNK_BYTES: Final = 1 << 20
DEEPEST: Final = 100
# An encoding that nobody knows, or of several bytes that expat cannot read, is no ExpatError.
UNPARSED: Final = (expat.ExpatError, LookupError, ValueError)
UNKNOWN_ENCODING: Final = expat.errors.codes[expat.errors.XML_ERROR_UNKNOWN_ENCODING]


class Walker(Protocol):
    """What is called for each element on the way."""

    def open(self, tag: str, attributes: dict[str, str]) -> None:
        """An element begins."""

    def close(self, tag: str) -> None:
        """An element ends."""

    def text(self, text: str) -> None:
        """Text directly inside the innermost open element."""


class _Gate:
    """Between the parser and the walker: drops prefixes, counts depth."""

    def __init__(self, path: Path, walker: Walker) -> None:
        self._path, self._walker = path, walker
        self._depth = 0

    def open(self, tag: str, attributes: dict[str, str]) -> None:
        self._depth += 1
        if self._depth > DEEPEST:
            sentence = f"{self._path.name}: nests its elements more than {DEEPEST} deep; refused."
            raise Refused("too_deep", sentence)
        self._walker.open(local_name(tag), without_prefixes(attributes))

    def close(self, tag: str) -> None:
        self._depth -= 1
        self._walker.close(local_name(tag))

    def doctype(self, *_: object) -> None:
        raise Refused("doctype", f"{self._path.name}: declares a DOCTYPE, which no delivery needs; refused.")


def walked(path: Path, walker: Walker) -> Iterator[None]:
    """Walk through a document; stops after each chunk, so that rows can be taken off the walker.

    Raises:
        Refused: DOCTYPE, broken XML, or deeper than any delivery is.
    """
    gate = _Gate(path, walker)
    parser = expat.ParserCreate()
    parser.buffer_text = True
    parser.StartElementHandler = gate.open
    parser.EndElementHandler = gate.close
    parser.CharacterDataHandler = walker.text
    parser.StartDoctypeDeclHandler = gate.doctype
    try:
        with open_packed(path) as raw:
            while chunk := raw.read(CHUNK_BYTES):
                parser.Parse(chunk, False)
                yield
            parser.Parse(b"", True)
    except UNPARSED as error:
        raise not_parsed(path, error) from error


def not_parsed(path: Path, error: Exception, lines_before: int = 0) -> Refused:
    """Why a document could not be parsed; ``lines_before`` are those that the parser was not given."""
    if isinstance(error, expat.ExpatError) and error.code != UNKNOWN_ENCODING:
        where = f"{expat.ErrorString(error.code)} in line {error.lineno + lines_before}"
        return Refused("broken_xml", f"{path.name}: broken XML, {where}; have the export run again.")
    return Refused(
        "broken_xml", f"{path.name}: declares an encoding that cannot be read here; have it exported as UTF-8."
    )


def local_name(name: str) -> str:
    """The name of an element or attribute without its prefix."""
    return name.rpartition(":")[2] if ":" in name else name


def without_prefixes(attributes: dict[str, str]) -> dict[str, str]:
    """Attributes under their local names."""
    # Hardly any has a prefix, and a log has millions of them.
    if not attributes or ":" not in "".join(attributes):
        return attributes
    return {local_name(name): value for name, value in attributes.items()}
