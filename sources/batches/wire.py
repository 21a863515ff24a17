"""Batches between two processes: a message is a line of facts as JSON, and behind it the rows as Arrow.

Nothing that is received is executed: what comes from a process that read a stranger's file is data only.
"""

from __future__ import annotations

import io
import json
import struct
from collections.abc import Callable, Mapping
from dataclasses import asdict
from typing import Any, Final

import polars as pl

from sources.batches.file_format import Header
from sources.batches.protocol import Batch, Fault, Refused

LENGTHS: Final = struct.Struct(">QQ")
Message = tuple[dict[str, Any], bytes]


def packed(facts: Mapping[str, Any], rows: bytes = b"") -> bytes:
    """A message as it is sent."""
    said = json.dumps(facts).encode()
    return LENGTHS.pack(len(said), len(rows)) + said + rows


def unpacked(receive: Callable[[int], bytes]) -> Message:
    """The next message, received piece by piece.

    Args:
        receive: gives exactly so many bytes.
    """
    facts, rows = LENGTHS.unpack(receive(LENGTHS.size))
    return json.loads(receive(facts)), receive(rows)


def of_batch(batch: Batch) -> bytes:
    """A batch as a message."""
    rows = io.BytesIO()
    batch.frame.write_ipc_stream(rows)
    facts = {name: value for name, value in vars(batch).items() if name not in ("frame", "faults")}
    return packed({"batch": facts, "faults": [asdict(fault) for fault in batch.faults]}, rows.getvalue())


def of_header(header: Header) -> bytes:
    """What a file's beginning shows as a message."""
    return packed({"header": {**vars(header), "names": list(header.names), "options": dict(header.options)}})


def of_refusal(refusal: Refused) -> bytes:
    """A refusal as a message."""
    return packed({"refused": [refusal.reason_code, refusal.sentence]})


def as_batch(message: Message) -> Batch:
    """The batch a message holds."""
    facts, rows = message
    fields: dict[str, Any] = facts["batch"]
    fields |= {name: tuple(fields[name]) for name in ("warnings", "columns")}
    faults = tuple(Fault(**fault) for fault in facts["faults"])
    return Batch(pl.read_ipc_stream(io.BytesIO(rows)), faults, **fields)


def as_header(message: Message) -> Header:
    """The header a message holds."""
    fields: dict[str, Any] = message[0]["header"]
    fields |= {name: tuple(fields[name]) for name in ("case_objects", "notes")}
    return Header(**fields)
