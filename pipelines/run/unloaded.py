"""Modules that others load for what we never ask of them: they stay unloaded."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from contextlib import contextmanager
from importlib.util import LazyLoader, find_spec, module_from_spec


@contextmanager
def left_out(*names: str) -> Iterator[None]:
    """Let whoever imports one of these modules find it missing while the block runs; for those who can do without."""
    known = {name: sys.modules.get(name) for name in names}
    sys.modules |= dict.fromkeys(names)  # type: ignore[arg-type]
    try:
        yield
    finally:
        for name, module in known.items():
            del sys.modules[name]
            if module is not None:
                sys.modules[name] = module


def load_when_used(name: str) -> None:
    """Have whoever imports a part of a package, as ``from package import part``, get it unloaded from now on.

    It is loaded with the first thing of it that is used. Nothing happens where it is loaded already, or where there is
    none: who wants it finds out.
    """
    package, _, part = name.rpartition(".")
    if name in sys.modules or (spec := find_spec(name)) is None or spec.loader is None:
        return
    loader = spec.loader = LazyLoader(spec.loader)
    module = module_from_spec(spec)
    sys.modules[name] = module
    loader.exec_module(module)
    # To look for it among the loaded modules would load it.
    setattr(sys.modules[package], part, module)
