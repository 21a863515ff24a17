"""What a delivery folder says of itself."""

from __future__ import annotations

import hashlib
import json
from dataclasses import asdict, dataclass

from sources.contract.records import CONTRACT_VERSION


@dataclass(frozen=True)
class Manifest:
    """What a delivery folder says of itself."""

    delivery_id: str
    source: str
    system: str
    mode: str
    record_kind: str
    stand: str
    content_sha256: str
    mapping_sha256: str
    contract_version: str
    key_id: str
    rows_read: int
    rows_admitted: int
    rows_quarantined: int
    rows_duplicate: int
    ambiguous_times: int
    nonexistent_times: int
    coarsened_rows: int
    unmapped: dict[str, dict[str, int]]
    files: dict[str, str]
    admitted_at: str
    same_key_adds_up: bool = False
    watermark: str = ""
    origin: str = ""
    columns: tuple[str, ...] = ()
    rows_set_aside: int = 0

    @property
    def unmapped_values(self) -> int:
        """How many values lay outside their vocabulary."""
        return sum(sum(counts.values()) for counts in self.unmapped.values())

    def is_admitted_under(self, mapping_sha256: str, key_id: str) -> bool:
        """Whether it was admitted under this mapping and key, and under today's contract."""
        admitted = (self.mapping_sha256, self.contract_version, self.key_id)
        return admitted == (mapping_sha256, CONTRACT_VERSION, key_id)

    def fingerprint(self) -> str:
        """A hash of everything but the moment of admission, which ``deliveries.parquet`` carries too."""
        content = {name: value for name, value in asdict(self).items() if name != "admitted_at"}
        content["files"] = {kind: digest for kind, digest in self.files.items() if kind != "deliveries"}
        return hashlib.sha256(json.dumps(content, sort_keys=True).encode()).hexdigest()
