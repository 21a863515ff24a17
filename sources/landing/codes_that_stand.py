"""What a source's landed deliveries say of its codes: those that stand there without a list, and where others came."""

from __future__ import annotations

from collections import defaultdict

from sources.contract.pseudonyms import Key
from sources.contract.withheld import WITHHELD
from sources.door.earlier import EarlierSightings
from sources.door.known_codes import ENOUGH_DAYS, KnownCodes
from sources.landing.landing import Landing
from sources.town.folder import Town
from sources.town.source import Source


def known_codes(town: Town, source: Source, landing: Landing, key: Key | None = None) -> KnownCodes | None:
    """The source's codes by the town's lists and by what landed; None in a test town, where every code stands.

    With the key it is known too where codes came that were withheld; without it only which stand.
    """
    if town.privacy.thresholds_off:
        return None
    manifests = list(landing.manifests_of(source.name))
    accepted: defaultdict[str, set[str]] = defaultdict(set)
    for manifest in manifests:
        for name, codes in manifest.accepted.items():
            accepted[name].update(codes)
    earlier = None
    if key is not None:
        known_again = (m for m in manifests if WITHHELD in m.files and m.key_id == key.key_id)
        files = tuple(landing.root / m.source / m.delivery_id / f"{WITHHELD}.parquet" for m in known_again)
        earlier = EarlierSightings(key, files, town.privacy.min_cases, ENOUGH_DAYS)
    return KnownCodes(town, source, accepted, earlier)


def lists_fingerprint(town: Town, source: Source, landing: Landing) -> str:
    """A hash of the codes that may stand today; empty where nothing of the source was withheld."""
    if not any(manifest.withheld for manifest in landing.manifests_of(source.name)):
        return ""
    known = known_codes(town, source, landing)
    return "" if known is None else known.fingerprint()
