"""What a source's landed deliveries say of its codes: those that stand there without a list."""

from __future__ import annotations

from collections import defaultdict

from sources.door.known_codes import KnownCodes
from sources.landing.landing import Landing
from sources.town.folder import Town
from sources.town.source import Source


def known_codes(town: Town, source: Source, landing: Landing) -> KnownCodes | None:
    """The source's codes by the town's lists and by what landed; None in a test town, where every code stands."""
    if town.privacy.thresholds_off:
        return None
    accepted: defaultdict[str, set[str]] = defaultdict(set)
    for manifest in landing.manifests_of(source.name):
        for name, codes in manifest.accepted.items():
            accepted[name].update(codes)
    return KnownCodes(town, source, accepted)


def lists_fingerprint(town: Town, source: Source, landing: Landing) -> str:
    """A hash of the codes that may stand today; empty where nothing of the source was withheld."""
    if not any(manifest.withheld for manifest in landing.manifests_of(source.name)):
        return ""
    known = known_codes(town, source, landing)
    return "" if known is None else known.fingerprint()
