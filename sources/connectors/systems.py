"""Systems that are asked, by the format a source declares; each is loaded when a town has one."""

from __future__ import annotations

from importlib import import_module
from typing import Final, cast

from sources.batches.protocol import Access, Opener, System
from sources.town.source import Source

_MODULES: Final = {
    "postgres": ("databases.postgres", "open_postgres"),
    "mssql": ("databases.dbapi", "open_mssql"),
    "oracle": ("databases.dbapi", "open_oracle"),
    "paperless": ("paperless.system", "Paperless"),
    "fitconnect": ("fitconnect.system", "FitConnect"),
    "camunda7": ("camunda7", "Camunda7"),
    "zgw": ("zgw", "Zgw"),
}


def _opener(module: str, name: str) -> Opener:
    def opened(source: Source, access: Access) -> System:
        # Drivers are heavy; a town without such a system never loads them.
        opener = cast("Opener", getattr(import_module(f"sources.connectors.{module}"), name))
        return opener(source, access)

    return opened


OPENERS: Final[dict[str, Opener]] = {name: _opener(*where) for name, where in _MODULES.items()}
