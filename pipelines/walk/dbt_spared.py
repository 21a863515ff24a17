"""What dbt does for others and nobody here asks for: each a part of a small town's run that this process is spared.

Nothing that dbt computes, checks or tells of a model changes. dbt has no settings for it; requirements.in pins its
minor version, and tests/pipelines/walk/test_dbt_spared.py compares a run with one of dbt as it is.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from functools import cache
from typing import Any, Final

from agate import TypeTester
from dbt.adapters.duckdb.impl import DuckDBAdapter
from dbt.clients.jinja import MacroGenerator, MacroStack
from dbt.compilation import Linker
from dbt.context.macros import MacroNamespace, MacroNamespaceBuilder
from dbt.context.manifest import ManifestContext
from dbt.contracts.graph.manifest import Manifest
from dbt.contracts.graph.nodes import Macro
from dbt_common.clients import agate_helper
from dbt_common.dataclass_schema import dbtClassMixin
from dbt_common.events.base_types import BaseEvent, EventLevel
from dbt_common.events.event_manager import EventManager

_UNTOLD: Final = (EventLevel.DEBUG, EventLevel.TEST)
_MESSAGE: Final = "pb_msg"


def spare_events() -> None:
    """Drop what no log is told: dbt dresses each event three times before it looks who listens."""
    make, fire = BaseEvent.__init__, EventManager.fire_event

    def keep(event: BaseEvent, *said: Any, **facts: Any) -> None:  # noqa: ANN401
        vars(event)["said"] = said, facts

    def made_when_asked(event: BaseEvent, name: str) -> object:
        if name != _MESSAGE:
            return getattr(event.pb_msg, name)
        said, facts = vars(event)["said"]
        make(event, *said, **facts)
        return vars(event)[_MESSAGE]

    def fire_told(
        events: EventManager,
        e: BaseEvent,
        level: EventLevel | None = None,
        node: object = None,
        force_warn_or_error_handling: bool = False,
    ) -> None:
        if force_warn_or_error_handling or (level or e.level_tag()) not in _UNTOLD:
            fire(events, e, level, node, force_warn_or_error_handling)

    _instead(BaseEvent, __init__=keep, __getattr__=made_when_asked)
    _instead(EventManager, fire_event=fire_told)


def spare_build() -> None:
    """Do once, or not at all, what dbt does for each model and test.

    The project was judged and its manifest written when the models were parsed, a moment ago. No model declares a
    foreign key, which dbt looks for before each.
    """
    _instead(Manifest, write=_nothing)
    _instead(Linker, write_graph=_nothing)
    _instead(dbtClassMixin, validate=classmethod(_nothing))
    _instead(DuckDBAdapter, _acquire_foreign_key_lock=_nothing)
    _instead(ManifestContext, to_dict=_with_macros)
    _instead(MacroNamespaceBuilder, build_namespace=_bound)
    _instead(
        agate_helper,
        build_type_tester=_kept(agate_helper.build_type_tester),
        empty_table=cache(agate_helper.empty_table),
    )


def _instead(place: object, **does: object) -> None:
    """Have a class or a module of dbt do something else, which must be there to be replaced."""
    for name, what in does.items():
        if not hasattr(place, name):
            raise AttributeError(f"{place} of this dbt has no {name}: spare it otherwise")
        setattr(place, name, what)


def _nothing(*_: object, **__: object) -> None:
    """Is done."""


class _Macro(MacroGenerator):
    """A macro as a template calls it; of hundreds of macros one is made for each of a node's two templates."""

    def __init__(self, macro: Macro, context: dict[str, Any], node: Any, stack: MacroStack) -> None:  # noqa: ANN401
        self.macro, self.context, self.node, self.stack = macro, context, node, stack


def _bound(
    builder: MacroNamespaceBuilder, macros_by_package: Mapping[str, Mapping[str, Macro]], context: dict[str, Any]
) -> MacroNamespace:
    """All macros as the templates of a node can call them."""
    node, stack = builder.node, builder.thread_ctx
    packages: dict[str, dict[str, MacroGenerator]] = {
        package: {name: _Macro(macro, context, node, stack) for name, macro in macros.items()}
        for package, macros in macros_by_package.items()
    }
    internal = [packages.pop(name) for name in builder.internal_package_names_order if name in packages]
    of_project: dict[str, MacroGenerator] = {}
    # The packages that are named first win.
    for macros in reversed(internal):
        of_project.update(macros)
    own, root = (packages.get(name, {}) for name in (builder.search_package, builder.root_package))
    return MacroNamespace({} if own is root else root, own, of_project, packages)


def _with_macros(context: ManifestContext) -> dict[str, Any]:
    """What a template can name: all macros by one updating each, of which the later win, and not by asking for each."""
    named, macros = super(ManifestContext, context).to_dict(), context.namespace
    if not isinstance(macros, MacroNamespace):
        return named | macros.local_namespace | macros.project_namespace
    for names in reversed([*macros._search_order()]):
        named.update(names)
    return named


def _kept(make: Callable[..., TypeTester]) -> Callable[..., TypeTester]:
    """How the columns of an answer are read, made once per set of columns that hold text."""
    made: dict[object, TypeTester] = {}

    def kept(text_columns: Iterable[str], string_null_values: Iterable[str] | None = ("null", "")) -> TypeTester:
        key = frozenset(text_columns), string_null_values
        if key not in made:
            made[key] = make(key[0], string_null_values)
        return made[key]

    return kept
