"""Systems that are asked, by the format a source declares; each is loaded when a town has one."""

from __future__ import annotations

from importlib import import_module
from typing import Final, cast

from sources.connectors.protocol import Access, Opener, System
from sources.mapping import Source

_MODULES: Final = {
    "postgres": ("postgres", "open_postgres"),
    "mssql": ("databases", "open_mssql"),
    "oracle": ("databases", "open_oracle"),
    "paperless": ("paperless", "open_paperless"),
    "fitconnect": ("fitconnect", "open_fitconnect"),
    "camunda7": ("camunda7", "open_camunda7"),
    "zgw": ("zgw", "open_zgw"),
}


def _opener(module: str, function: str) -> Opener:
    def opened(source: Source, access: Access) -> System:
        # Drivers are heavy; a town without such a system never loads them.
        opener = cast("Opener", getattr(import_module(f"sources.connectors.{module}"), function))
        return opener(source, access)

    return opened


OPENERS: Final[dict[str, Opener]] = {name: _opener(*where) for name, where in _MODULES.items()}
