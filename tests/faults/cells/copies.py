"""Published files as they could be: copies of a town's with some of their rows changed."""

from __future__ import annotations

import shutil
from pathlib import Path

import duckdb

from pipelines.run.generation import DATABASE
from tests.walked import Walked


def copied(walked: Walked, folder: Path, *statements: str) -> Path:
    """A changed copy of a published file."""
    folder.mkdir()
    file = folder / DATABASE
    shutil.copyfile(walked.database, file)
    with duckdb.connect(str(file)) as connection:
        connection.execute("use monitor")
        for statement in statements:
            connection.execute(statement)
    return file
