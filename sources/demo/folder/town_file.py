"""The invented town's ``town.toml``: its privacy thresholds and how its systems are mapped by name."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from pathlib import Path
from typing import Final

from sources.demo.folder import mappings_of_cases as of_cases
from sources.demo.folder import mappings_of_counts as of_counts
from sources.demo.systems.finance import KIND_WORDS
from sources.demo.systems.letters import DIRECTION_WORDS
from sources.demo.systems.scan_centre import ORIGIN_WORDS, QA_WORDS, QR_WORDS
from sources.demo.town import catalogue as c
from sources.demo.town.services_offered import SERVICES

_HEAD: Final = """\
# Musterhafen is invented: its offices, services, people, figures and council resolutions do not exist.
# The service keys stand in the invented group 99999. truth.json holds what its generator knows; no step reads it.

[town]
name = "{name}"
land = "{land}"
timezone = "{timezone}"
contact = "digitalisierung@musterhafen.example"

[privacy]
key_id = "{key_id}"
staff_threshold = 5
min_cases = 10
"""


def write_town_file(folder: Path, key_id: str, scanner_replaced_on: dt.date) -> None:
    """Write ``town.toml``; the pseudonym key itself stays outside the folder, only its id stands here."""
    # The old scanner's index ends the day before the new one begins.
    ended = f"{scanner_replaced_on - dt.timedelta(days=1):%Y-%m-%d}"
    channels: dict[str, str] = dict(zip(c.CHANNEL_WORDS, c.CHANNELS, strict=False)) | {c.ASSISTED_WORD: "counter"}
    media: dict[str, str] = dict(zip(c.MEDIUM_WORDS, c.MEDIA, strict=True))
    outcomes: dict[str, str] = dict(zip(c.OUTCOME_WORDS, c.OUTCOMES, strict=True))
    services = {service.name: service.code for service in SERVICES}
    scanned = [("origin", ORIGIN_WORDS), ("qr_status", QR_WORDS), ("qa_result", QA_WORDS)]
    parts = [
        _HEAD.format(name=c.TOWN_NAME, land=c.LAND, timezone=c.TIMEZONE, key_id=key_id),
        _mapped(of_cases.CASES, ("channel", channels), ("medium", media), ("outcome", outcomes)),
        _mapped(of_cases.PORTAL, ("channel", channels), ("service", services)),
        of_cases.FORMS,
        _mapped(of_cases.DOCUMENTS, ("direction", DIRECTION_WORDS), ("medium", media)),
        of_cases.DELETIONS,
        _mapped(of_counts.SCANS.format(ended_on=ended), *scanned),
        _mapped(of_counts.CAPTURE, *scanned),
        _mapped(of_counts.TRANSFER_NOTES, *scanned),
        of_counts.BATCHES,
        of_counts.SAMPLES,
        of_counts.PRINTING,
        of_counts.FRANKING,
        of_counts.FILE_STOCK,
        _mapped(of_counts.COSTS, ("kind", KIND_WORDS)),
        of_counts.BUDGET,
        of_counts.POSTS,
    ]
    (folder / "town.toml").write_text("".join(parts), encoding="utf-8")


def _mapped(source: str, *values: tuple[str, Mapping[str, str]]) -> str:
    """A source with the words of its closed vocabularies."""
    for field, words in values:
        lines = "".join(f'"{word}" = "{code}"\n' for word, code in words.items())
        source += f"\n[source.values.{field}]\n{lines}"
    return source
