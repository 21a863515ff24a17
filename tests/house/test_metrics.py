"""One home for a metric: its facts stand at its column, a share says what it rests on, and it has one German name."""

import re
from collections import Counter
from typing import Any

import pytest

from tests.house.blueprint import ROOT, Model, files, models, named

REPORTS = [model for model in models() if model.name.startswith("rpt_")]
RESTS_ON_SOMETHING = re.compile(r"_share(?:_|$)|^(?:median|mean|p\d\d)_|_per_")
FACTS = {
    "name_de", "name_en", "question_de", "formula_de", "formula", "version", "unit", "direction", "purpose", "asked_by",
}  # fmt: skip
BASES = {"numerator", "denominator", "n", "without_base"}
UNITS = {
    "share", "seconds", "days", "working_days", "weeks", "cases", "steps", "pages", "records", "eur", "hours",
    "breaks_per_case", "eur_per_case", "fte",
}  # fmt: skip
PURPOSES = {"service_monitoring", "process_analysis", "paper_monitoring", "savings_control", "data_quality"}


def meta_of(column: dict[str, Any]) -> dict[str, Any]:
    """What a column's yml says beside its type."""
    return (column.get("config") or {}).get("meta") or {}


def facts_of(column: dict[str, Any]) -> dict[str, Any] | None:
    """The facts of a metric, where they stand at this column."""
    metric = meta_of(column).get("metric")
    return metric if isinstance(metric, dict) else None


ALL = {
    facts.get("key", column["name"]): (model, column, facts)
    for model in REPORTS
    for column in model.columns
    if (facts := facts_of(column))
}


def missing_base(column: dict[str, Any], names: set[str]) -> str:
    """What is wrong with what a column says it rests on; empty when nothing is."""
    if not RESTS_ON_SOMETHING.search(column["name"]):
        return ""
    meta = meta_of(column)
    if meta.get("bound_of") in names:
        return ""
    metric = meta.get("metric")
    facts = ALL[metric][2] if isinstance(metric, str) and metric in ALL else metric
    if not isinstance(facts, dict):
        return "names no metric"
    if facts.get("without_base"):
        return ""
    wanted = ("numerator", "denominator") if "denominator" in facts else ("n",)
    absent = [name for name in wanted if facts.get(name) not in names]
    return f"has no {' and no '.join(absent)} in its table" if absent else ""


@pytest.mark.parametrize("model", REPORTS, ids=lambda model: model.name)
def test_every_share_and_percentile_says_what_it_rests_on(model: Model) -> None:
    names = {column["name"] for column in model.columns}
    assert {column["name"]: wrong for column in model.columns if (wrong := missing_base(column, names))} == {}


@pytest.mark.parametrize(
    ("meta", "wrong"),
    [
        ({}, "names no metric"),
        ({"metric": "nobody_knows"}, "names no metric"),
        ({"metric": {"unit": "share", "numerator": "cases"}}, "has no n in its table"),
        ({"metric": {"numerator": "cases", "denominator": "gone"}}, "has no denominator in its table"),
        ({"metric": {"denominator": "cases"}}, "has no numerator in its table"),
        ({"metric": {"n": "cases"}}, ""),
        ({"metric": "on_time_share"}, "has no numerator and no denominator in its table"),
        ({"metric": {"without_base": "a share of sources"}}, ""),
    ],
)
def test_a_share_without_a_base_is_seen(meta: dict[str, Any], wrong: str) -> None:
    assert missing_base({"name": "some_share", "config": {"meta": meta}}, {"some_share", "cases"}) == wrong


@pytest.mark.parametrize("key", ALL)
def test_the_facts_of_a_metric_are_complete(key: str) -> None:
    model, column, facts = ALL[key]
    assert facts.keys() >= FACTS, FACTS - facts.keys()
    assert facts.keys() <= FACTS | BASES | {"key", "digits"}
    assert facts["unit"] in UNITS and facts["purpose"] in PURPOSES
    assert facts["direction"] in {"lower", "higher", "neutral"}
    assert re.fullmatch(r"[VH]\d{1,2}", facts["asked_by"]) and str(facts["version"]).isdigit()
    assert facts["question_de"].endswith("?")
    columns = {one["name"]: one for one in model.columns}
    assert facts["unit"] != "share" or facts.keys() & {"denominator", "n", "without_base"}
    if base := facts.get("denominator") or facts.get("n"):
        assert meta_of(columns[base]).get("n_de") or facts_of(columns[base]), (
            f"{model.name}.{base} does not say in German what it counts"
        )
    assert key == column["name"] or key not in columns


def test_a_column_that_names_a_metric_names_one_there_is() -> None:
    unknown = [
        f"{model.name}.{column['name']}: {metric}"
        for model in REPORTS
        for column in model.columns
        if isinstance(metric := meta_of(column).get("metric"), str) and metric not in ALL
    ]
    assert unknown == []


def test_facts_stand_once_and_no_two_figures_share_a_german_name() -> None:
    homes = Counter(
        facts.get("key", column["name"]) for model in REPORTS for column in model.columns if (facts := facts_of(column))
    )
    names = Counter(facts["name_de"] for _, _, facts in ALL.values())
    assert [key for key, count in homes.items() if count > 1] == []
    assert [name for name, count in names.items() if count > 1] == []


def unwanted() -> dict[str, str]:
    """The words the glossary replaces, each with the word it decides for."""
    text = (ROOT / "docs" / "glossary.md").read_text(encoding="utf-8").partition("## One figure, one name")[2]
    rows = re.findall(r"^\| ([^|]+) \| ([^|]+) \|$", text.partition("\n## ")[0], re.MULTILINE)
    return {word.strip(): said.strip() for word, said in rows if not word.startswith(("-", "not"))}


def test_the_glossary_decides_what_a_figure_is_called() -> None:
    words = unwanted()
    assert len(words) > 5
    places = [*files("dashboards", suffix=".py"), *files("dashboards", suffix=".html"), *files("models", suffix=".yml")]
    found = [
        f"{named(path)}: {word}, say {said}"
        for path in places
        for word, said in words.items()
        if word in path.read_text(encoding="utf-8")
    ]
    assert found == []


def test_no_page_gives_a_published_figure_another_heading() -> None:
    bases = {facts.get("denominator") or facts.get("n") for _, _, facts in ALL.values()}
    columns = {column["name"] for _, column, _ in ALL.values()} | bases - {None, "case_count", "records"}
    literal = re.compile(r'\bColumn\(\s*"(\w+)",')
    found = [
        f"{named(path)}: {name}"
        for path in files("dashboards/pages", suffix=".py")
        for name in literal.findall(path.read_text(encoding="utf-8"))
        if name in columns
    ]
    assert found == []
