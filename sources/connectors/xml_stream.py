"""XML from towns, walked element by element in bounded memory.

No DOCTYPE is ever read: no record needs one, and everything dangerous in XML begins with one. Prefixes of namespaces
are dropped, since every export chooses its own.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Final, Protocol
from xml.parsers import expat

from sources.connectors.protocol import Refused, open_bytes

CHUNK_BYTES: Final = 1 << 20
DEEPEST: Final = 100


class Walker(Protocol):
    """What is told of each element on the way."""

    def open(self, tag: str, attributes: dict[str, str]) -> None:
        """An element begins."""
        ...

    def close(self, tag: str) -> None:
        """An element ends."""
        ...

    def text(self, text: str) -> None:
        """Text directly inside the innermost open element."""
        ...


class _Stopped(Exception):
    """The document holds what is never read."""


class _Gate:
    """Between the parser and the walker: drops prefixes, counts depth."""

    def __init__(self, walker: Walker) -> None:
        self._walker = walker
        self._depth = 0

    def open(self, tag: str, attributes: dict[str, str]) -> None:
        self._depth += 1
        if self._depth > DEEPEST:
            raise _Stopped("too_deep", f"nests its elements more than {DEEPEST} deep; refused.")
        self._walker.open(_local(tag), {_local(name): value for name, value in attributes.items()})

    def close(self, tag: str) -> None:
        self._depth -= 1
        self._walker.close(_local(tag))

    def doctype(self, *_: object) -> None:
        raise _Stopped("doctype", "declares a DOCTYPE, which no delivery needs; refused.")


def walked(path: Path, walker: Walker) -> Iterator[None]:
    """Walk through a document; stops after each chunk, so that rows can be taken off the walker.

    Raises:
        Refused: DOCTYPE, broken XML, or deeper than any delivery is.
    """
    gate = _Gate(walker)
    parser = expat.ParserCreate()
    parser.buffer_text = True
    parser.StartElementHandler = gate.open
    parser.EndElementHandler = gate.close
    parser.CharacterDataHandler = walker.text
    parser.StartDoctypeDeclHandler = gate.doctype
    try:
        with open_bytes(path) as raw:
            while chunk := raw.read(CHUNK_BYTES):
                parser.Parse(chunk, False)
                yield
            parser.Parse(b"", True)
    except _Stopped as stopped:
        code, sentence = stopped.args
        raise Refused(code, f"{path.name}: {sentence}") from stopped
    # An encoding that nobody knows, or that expat cannot read, is no ExpatError.
    except (expat.ExpatError, LookupError, ValueError) as error:
        raise Refused("broken_xml", f"{path.name}: broken XML, {error}; have the export run again.") from error


def _local(name: str) -> str:
    return name.rpartition(":")[2]
