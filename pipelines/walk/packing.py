"""Packing: small deliveries are put together once a source has many, so that reading landing does not slow down."""

from __future__ import annotations

from collections.abc import Callable
from itertools import groupby
from operator import attrgetter

from pipelines.run.outcome import Exit, Stop
from pipelines.run.run import Run
from sources.landing.packs import DamagedDelivery, pack, worth_packing


def pack_small(run: Run, progress: Callable[[str, int], None]) -> int:
    """Pack small deliveries of each source that has as many as the town says; returns how many were packed.

    Raises:
        Stop: with exit 8 where one is not what was landed; it stays as it is.
    """
    least, packed = run.town.run.pack_after, 0
    if not least:
        return packed
    for source, manifests in groupby(list(run.landing.manifests()), key=attrgetter("source")):
        for folders in worth_packing(run.landing.root, source, list(manifests), least):
            progress(source, packed)
            try:
                pack(run.landing.root, run.landing.incoming, folders)
            except DamagedDelivery as damaged:
                raise Stop(
                    Exit.INTEGRITY,
                    f"{damaged.path}: changed while it was packed; restore landing from the backup, or delete "
                    f"{damaged.path.parent} and deliver the file again.",
                ) from damaged
            packed += len(folders)
    return packed
