"""models/exposures.yml says which page reads which tables; here the pages are made, and what they ask is written down."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import fields
from typing import Any

import polars as pl
import pytest
import yaml

from dashboards import site
from dashboards.pages.context import page_context
from dashboards.questions.marts import Marts, open_marts
from tests.house.blueprint import ROOT
from tests.walk.conftest import Walked

TABLE = re.compile(r"\bmonitor\.(\w+)")
# Every page says which generation it shows, in which zone, and knows of its figures what they are. The last is asked
# once and kept, so that only the first page would be seen asking.
EVERY_PAGE = {"dim_generation", "dim_metrics", "dim_town"}
Change = Callable[[int, pl.DataFrame], pl.DataFrame]


@contextmanager
def asked(change: Change = lambda _number, frame: frame) -> Iterator[list[set[str]]]:
    """The tables of each question that is asked meanwhile; its answer may be changed."""
    questions: list[set[str]] = []
    real = Marts.ask

    def ask(marts: Marts, sql: str, **values: object) -> pl.DataFrame:
        questions.append(set(TABLE.findall(sql)))
        return change(len(questions) - 1, real(marts, sql, **values))

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(Marts, "ask", ask)
        yield questions


def is_same(one: Any, other: Any) -> bool:
    return one.equals(other) if isinstance(one, pl.DataFrame) else one == other


def tables_of_shared_answers(marts: Marts) -> dict[str, set[str]]:
    """What pages share is asked once: an answer rests on the questions without whose rows it would be another one."""
    with asked() as questions:
        whole = page_context(marts)
    rests_on: dict[str, set[str]] = {field.name: set() for field in fields(whole)}
    for number, tables in enumerate(questions):
        with asked(lambda n, frame, number=number: frame.clear() if n == number else frame):
            other = page_context(marts)
        for name in rests_on:
            if not is_same(getattr(whole, name), getattr(other, name)):
                rests_on[name] |= tables
    return rests_on


def tables_read(marts: Marts, make: Callable[[Any], Any], shared: dict[str, set[str]]) -> set[str]:
    """The tables a page asks by itself and those of the shared answers it looks at."""
    whole, seen = page_context(marts), set[str]()

    class Watched(type(whole)):
        def __getattribute__(self, name: str) -> Any:
            seen.add(name)
            return super().__getattribute__(name)

    with asked() as questions:
        make(Watched(**{field.name: getattr(whole, field.name) for field in fields(whole)}))
    return EVERY_PAGE.union(*questions, *(shared[name] for name in seen & shared.keys()))


def test_each_page_reads_the_tables_its_exposure_names(demo: Walked) -> None:
    written = yaml.safe_load((ROOT / "models" / "exposures.yml").read_text(encoding="utf-8"))["exposures"]
    exposed = {page["name"]: {ref.split("'")[1] for ref in page["depends_on"]} for page in written}
    with open_marts(demo.database) as marts:
        shared = tables_of_shared_answers(marts)
        read = {make.__module__.rpartition(".")[2]: tables_read(marts, make, shared) for make in site.PAGES.values()}
    assert exposed == read


def test_a_question_is_found_behind_what_pages_share(demo: Walked) -> None:
    with open_marts(demo.database) as marts:
        shared = tables_of_shared_answers(marts)
    assert all(tables for name, tables in shared.items() if name != "marts"), shared
