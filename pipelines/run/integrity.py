"""Whether what landed is still what was landed."""

from __future__ import annotations

from pipelines.run.input_hash import file_hash
from sources.landing.landing import Landing


def damaged_files(landing: Landing) -> list[str]:
    """One sentence per landed file that is not what its manifest says."""
    damaged: list[str] = []
    for manifest in landing.manifests():
        folder = landing.root / manifest.source / manifest.delivery_id
        for kind, digest in manifest.files.items():
            path = folder / f"{kind}.parquet"
            if not path.is_file() or file_hash(path) != digest:
                damaged.append(
                    f"{path}: differs from its manifest; restore landing from the backup, "
                    f"or delete {folder} and deliver the file again."
                )
    for folder in landing.strays():
        damaged.append(
            f"{folder}: has no readable manifest; restore it from the backup, or delete it and deliver again."
        )
    return damaged
