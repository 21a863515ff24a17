"""A text file in blocks of UTF-8: decoded strictly as declared, and refused where it is written in two encodings.

Knows no format; what a line is and where a record ends is the connector's.
"""

from __future__ import annotations

import codecs
from collections.abc import Iterator
from pathlib import Path

import numpy as np

from sources.batches.archive import open_packed
from sources.batches.protocol import Refused
from sources.connectors.csv.single_byte import DOS, other_single_byte, single_byte_encoding
from sources.town.source import Source

BLOCK_BYTES = 1 << 23
UTF_16 = (codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)
HEAD_BYTES = 1 << 12


def text_blocks(path: Path, source: Source) -> Iterator[bytes]:
    """The file's text as UTF-8, without its byte order mark; blocks end anywhere between two signs.

    Raises:
        Refused: a byte that the declared encoding does not know, a line in another encoding, or umlauts of DOS taken
            for those of Windows and the other way round.
    """
    lines = 1
    with open_packed(path) as raw:
        encoding = codec_of(path, source.encoding, raw.peek(HEAD_BYTES)[:HEAD_BYTES])
        decoder = codecs.getincrementaldecoder(encoding)("strict")
        for block in _whole_lines(iter(lambda: raw.read(BLOCK_BYTES), b"")):
            if not encoding.startswith("utf"):
                _refuse_mixed(path, source, block, lines)
                _refuse_other_page(path, source, block, encoding, lines)
            is_latin_1 = encoding == "cp1252" and not _has_own_signs(block)
            yield block.decode("latin-1").encode() if is_latin_1 else _decoded(path, source, decoder, block, lines)
            lines += int(np.count_nonzero(np.frombuffer(block, dtype=np.uint8) == 0x0A))
    yield _decoded(path, source, decoder, b"", lines, final=True)


def codec_of(path: Path, declared: str, head: bytes) -> str:
    """The codec that reads a file whose beginning is given, its byte order mark left out.

    Without a mark the zero bytes of UTF-16 tell which byte comes first: of nearly every sign one of both is zero.

    Raises:
        Refused: nothing tells it.
    """
    codec = codecs.lookup(declared).name
    if codec == "utf-8":
        return "utf-8-sig"
    if codec in ("utf-16", "utf-16-le", "utf-16-be") and head.startswith(UTF_16):
        return "utf-16"
    if codec != "utf-16" or not head:
        return codec
    first, second = head[0::2].count(0), head[1::2].count(0)
    if first == second:
        raise Refused(
            "wrong_encoding",
            f"{path.name}: not {declared}: it has no byte order mark, and no byte tells which comes first; "
            "declare the file's encoding in [[source]], such as utf-8, utf-16-le or windows-1252.",
        )
    return "utf-16-le" if second > first else "utf-16-be"


def _whole_lines(blocks: Iterator[bytes]) -> Iterator[bytes]:
    """The same bytes, cut after line feeds; one that finds none is handed on as it is."""
    rest = b""
    for block in blocks:
        end = block.rfind(b"\n") + 1
        if end:
            yield rest + block[:end]
            rest = block[end:]
        else:
            yield rest
            rest = block
    if rest:
        yield rest


def _has_own_signs(block: bytes) -> bool:
    """Whether a text holds what tells Windows-1252 from Latin-1, which is decoded thirty times as quickly."""
    return bool(((np.frombuffer(block, dtype=np.uint8) & 0xE0) == 0x80).any())


def _decoded(
    path: Path, source: Source, decoder: codecs.IncrementalDecoder, block: bytes, lines: int, *, final: bool = False
) -> bytes:
    try:
        return decoder.decode(block, final).encode()
    except UnicodeError as error:
        line, what = lines, "half a sign"
        if isinstance(error, UnicodeDecodeError):
            line += bytes(error.object[: error.start]).count(b"\n")
            what = f"byte 0x{error.object[error.start]:02x}"
        raise Refused(
            "wrong_encoding",
            f"{path.name}: not {source.encoding} near line {line} ({what}); "
            f"declare the file's encoding in [[source]] '{source.name}', such as {single_byte_encoding(block)}.",
        ) from error


def _refuse_mixed(path: Path, source: Source, block: bytes, lines: int) -> None:
    """A single-byte encoding accepts every byte, so UTF-8 or UTF-16 inside it would pass as rubbish."""
    for start in _suspicious_lines(block):
        end = block.find(b"\n", start) + 1 or len(block)
        if found := other_encoding(block[start:end]):
            line = lines + block.count(b"\n", 0, start)
            raise Refused(
                "mixed_encodings",
                f"{path.name} line {line}: this line is {found} although "
                f"{source.encoding} is declared; have the export write one encoding, "
                f"or declare {found.lower()} if all of it is.",
            )


def _refuse_other_page(path: Path, source: Source, block: bytes, codec: str, lines: int) -> None:
    """DOS and Windows know nearly every byte of each other: an umlaut of one is a quotation mark of the other."""
    if (other := other_single_byte(block, codec)) is not None:
        first = next((n for n, line in enumerate(block.split(b"\n")) if other_single_byte(line, codec)), 0)
        raise Refused("wrong_encoding", other_page(f"{path.name} line {lines + first}", source, source.encoding, other))


def other_page(where: str, source: Source, taken: str, other: str) -> str:
    """The sentence on umlauts that are those of another system than they are taken for."""
    system = "DOS" if other == DOS else "Windows"
    return (
        f"{where}: its umlauts are those of {system} ({other}), not of {taken}; declare encoding = "
        f"\"{other}\" in [[source]] '{source.name}', or have the export write {taken}."
    )


def _suspicious_lines(block: bytes) -> list[int]:
    """Where the lines begin that could be in another encoding: those without a sign that UTF-8 forbids."""
    if block.isascii():
        return []
    data = np.frombuffer(block + b"\n", dtype=np.uint8)
    high = np.flatnonzero(data >= 0x80)
    # A lead byte that no continuation follows, as every umlaut of a single-byte encoding before a letter.
    alone = (data[high] >= 0xC0) & ((data[high + 1] & 0xC0) != 0x80)
    # Both marks of UTF-16 are made of these two bytes.
    has_mark = bool((data[high] >= 0xFE).any())
    if alone.all() and not has_mark:
        return []
    ends = np.flatnonzero(data == 0x0A)
    line_of = np.searchsorted(ends, high)
    lines = np.setdiff1d(line_of, [] if has_mark else line_of[alone])
    return [int(ends[line - 1]) + 1 if line else 0 for line in lines]


def other_encoding(line: bytes) -> str | None:
    """What a line that no single-byte encoding wrote is written in; None where one may have."""
    if line.startswith(UTF_16):
        return "UTF-16"
    try:
        line.decode("utf-8")
    except UnicodeDecodeError:
        return None
    return "UTF-8"
