"""The published tables of forms, documents, batches, counts, budget and posts against what their generator knows."""

from __future__ import annotations

import json
from collections import Counter
from typing import Any

import pytest

from dashboards.words.glossary import CHECKS, REASON_NAMES
from sources.door.door import QUARANTINE_REASONS
from tests.walked import Walked

MONTH = "date_trunc('month', {})::date::varchar"


@pytest.fixture(scope="module")
def truth(demo: Walked) -> dict[str, Any]:
    """What the generator knows."""
    assert demo.exit_code == 3, demo.said
    return json.loads((demo.folder / "truth.json").read_text(encoding="utf-8"))


def figures_by_key(part: dict[str, Any], keys: int) -> dict[tuple[Any, ...], tuple[float, ...]]:
    """A truth table as key → the numbers behind it."""
    return {tuple(row[:keys]): tuple(row[keys:]) for row in part["rows"]}


def found(demo: Walked, keys: int, query: str) -> dict[tuple[Any, ...], tuple[float, ...]]:
    """A query's rows as key → numbers, decimals to the cent."""
    rows = demo.ask(query)
    by_key = {tuple(row[:keys]): tuple(round(float(value), 2) for value in row[keys:]) for row in rows}
    assert len(by_key) == len(rows)
    return by_key


def test_forms_begun_sent_off_and_given_up(demo: Walked, truth: dict[str, Any]) -> None:
    columns = truth["submissions"]["columns"]
    steps = [name.removeprefix("aborted_") for name in columns if name.startswith("aborted_")]
    aborted = ", ".join(f"count(*) filter (where aborted_step = '{step}')" for step in steps)
    query = (
        f"select {MONTH.format('started_at')}, count(*), count(submitted_at), count(*) filter (where is_assisted), "
        f"count(case_id), {aborted} from fct_submissions group by 1"
    )
    assert found(demo, 1, query) == figures_by_key(truth["submissions"], 1)
    assert demo.ask("select count(*) from fct_submissions where submitted_at < started_at or aborted_step = ''") == [
        (0,)
    ]
    assert demo.ask(
        "select count(distinct submission_id) = count(*), count(distinct service_code) > 20 from fct_submissions"
    ) == [(True, True)]


def test_documents_by_month_direction_and_medium(demo: Walked, truth: dict[str, Any]) -> None:
    query = (
        f"select {MONTH.format('occurred_at')}, direction, coalesce(medium, 'unknown'), count(*), sum(pages) "
        "from fct_documents group by all"
    )
    assert found(demo, 3, query) == figures_by_key(truth["documents"]["by_month"], 3)
    types = dict(demo.ask("select document_type, count(*) from fct_documents group by 1"))
    assert types == truth["documents"]["document_type"]


def test_a_corrected_document_stands_once_and_a_deleted_one_not_at_all(demo: Walked, truth: dict[str, Any]) -> None:
    assert demo.ask("select count(*), count(distinct document_id), min(pages) from fct_documents") == [
        (truth["documents"]["total"], truth["documents"]["total"], 1)
    ]
    outdated = sum(file["outdated"] for file in truth["files"] if file["source"] == "dokumente")
    assert demo.ask("select sum(rows_superseded)::bigint from fct_deliveries where source = 'dokumente'") == [
        (outdated,)
    ]


def test_three_kinds_of_scan_index_fill_one_table(demo: Walked, truth: dict[str, Any]) -> None:
    scans = truth["scans"]
    assert demo.ask("select count(*) filter (where pages is null), count(sheets) = count(*) from fct_scans") == [
        (scans["without_page_count"], True)
    ]
    query = f"select {MONTH.format('scanned_at')}, count(*), count(case_id) from fct_scans group by 1"
    assert found(demo, 1, query) == {
        (month,): tuple(numbers) for month, numbers in scans["by_month"].items() if numbers[0]
    }


def test_batches_their_samples_and_their_scans(demo: Walked, truth: dict[str, Any]) -> None:
    query = f"select {MONTH.format('started_at')}, unit_code, count(*), sum(pages) from fct_scan_batches group by all"
    assert found(demo, 2, query) == figures_by_key(truth["scan_batches"], 2)
    query = (
        f"select {MONTH.format('b.started_at')}, count(*), sum(q.sampled), sum(q.defects) "
        "from fct_scan_qc as q inner join fct_scan_batches as b using (batch_id) group by 1"
    )
    assert found(demo, 1, query) == figures_by_key(truth["scan_samples"], 1)
    assert demo.ask("select count(*) from fct_scans anti join fct_scan_batches using (batch_id)") == [(0,)]


def test_printed_pages_of_small_units_are_added_to_their_parents(demo: Walked, truth: dict[str, Any]) -> None:
    query = (
        f"select {MONTH.format('day')}, unit_code, count(*), sum(pages), sum(sheets) from fct_print_daily group by all"
    )
    assert found(demo, 2, query) == figures_by_key(truth["printing"], 2)


def test_franked_items_and_their_cost_to_the_cent(demo: Walked, truth: dict[str, Any]) -> None:
    query = (
        f"select {MONTH.format('day')}, product, count(*), sum(items), sum(cost_eur) from fct_post_daily group by all"
    )
    assert found(demo, 2, query) == figures_by_key(truth["franking"], 2)


def test_file_stock_of_every_count(demo: Walked, truth: dict[str, Any]) -> None:
    query = "select counted_on::varchar, unit_code, shelf_metres, files from fct_file_stock"
    assert found(demo, 2, query) == figures_by_key(truth["file_stock"], 2)


def test_every_budget_line_as_last_delivered(demo: Walked, truth: dict[str, Any]) -> None:
    rows = demo.ask(
        "select budget_line_id, product, account, year, appropriation_eur::double, supplementary_eur::double, "
        "actual_eur::double from fct_budget_lines"
    )
    assert sorted(rows, key=str) == sorted((tuple(row) for row in truth["budget"]["lines"]["rows"]), key=str)
    query = (
        "select year, count(*), sum(appropriation_eur), coalesce(sum(supplementary_eur), 0), sum(actual_eur) "
        "from fct_budget_lines group by 1"
    )
    assert found(demo, 1, query) == figures_by_key(truth["budget"]["by_year"], 1)
    assert demo.ask("select count(*) from fct_cost_items anti join fct_budget_lines using (budget_line_id)") == [(0,)]


def test_posts_of_every_office_and_grade(demo: Walked, truth: dict[str, Any]) -> None:
    query = "select office_code, grade, count(*), sum(fte), count(lapses_on) from fct_posts group by all"
    assert found(demo, 2, query) == figures_by_key(truth["posts"], 2)


def test_cases_entered_twice_are_one_and_reopened_ones_close_with_their_last_word(
    demo: Walked, truth: dict[str, Any]
) -> None:
    """Volumes and lead times are compared in test_demo_truth; here only that the detours were there to be taken."""
    detours = truth["detours"]
    assert detours["merged_cases"] == 6 and detours["reopened_cases"] == 7
    assert demo.ask("select count(*) from fct_cases") == [(truth["totals"]["cases"],)]
    assert demo.ask("select count(*) from fct_case_steps anti join fct_cases using (case_id)") == [(0,)]


def test_records_find_their_case(demo: Walked, truth: dict[str, Any]) -> None:
    records = truth["links"]["records"]
    tables = {
        "fct_submissions": ("formulare",),
        "fct_documents": ("dokumente",),
        "fct_scans": ("scanstelle", "scanindex", "transfervermerke"),
    }
    for table, sources in tables.items():
        figures = [sum(records[source][name] for source in sources) for name in ("records", "with_number", "found")]
        query = (
            f"select count(*), count(t.case_id), count(c.case_id) from {table} as t "
            "left join fct_cases as c on t.case_id = c.case_id"
        )
        assert demo.ask(query) == [tuple(figures)], table


def test_cases_are_known_to_the_sources_that_tell_of_them(demo: Walked, truth: dict[str, Any]) -> None:
    links = truth["links"]
    assert dict(demo.ask("select source, count(*) from bridge_case_sources group by 1")) == {
        source: cases for source, cases in links["cases"].items() if cases
    }
    alone = demo.ask(
        "select any_value(source) from bridge_case_sources group by case_id having count(distinct source) = 1"
    )
    assert Counter(source for (source,) in alone) == {
        source: cases for source, cases in links["cases_known_to_one_source"].items() if cases
    }


def test_the_published_links_count_what_found_its_case(demo: Walked, truth: dict[str, Any]) -> None:
    links = truth["links"]
    kinds = {"formulare": "submissions", "dokumente": "documents"}
    # A form that was given up has no case to find.
    wanted = {
        (source, kinds.get(source, "scans")): (
            figures["with_number" if source == "formulare" else "records"],
            figures["with_number"],
            figures["found"],
        )
        for source, figures in links["records"].items()
    }
    scans = [figures for (_, kind), figures in wanted.items() if kind == "scans"]
    wanted["all", "scans"] = tuple(sum(column) for column in zip(*scans, strict=True))
    rows = demo.ask(
        "select source, record_kind, records::bigint, with_case_number::bigint, found_case::bigint, found_share "
        "from rpt_case_links where record_kind in ('scans', 'documents', 'submissions')"
    )
    found = {tuple(row[:2]): row[2:] for row in rows}
    assert {key: figures[:3] for key, figures in found.items() if key in wanted} == wanted
    for records, _, with_case, share in found.values():
        assert share == pytest.approx(with_case / records, rel=1e-12)
    alone = links["cases_known_to_one_source"]
    wanted_cases = {source: (cases, alone[source]) for source, cases in links["cases"].items() if cases}
    wanted_cases["all"] = (truth["totals"]["cases"], sum(alone.values()))
    rows = demo.ask(
        "select source, cases_total::bigint, cases_known_to_one_source::bigint, one_source_share "
        "from rpt_case_links where record_kind = 'cases'"
    )
    assert {source: (total, only) for source, total, only, _ in rows} == wanted_cases
    for _, total, only, share in rows:
        assert share == pytest.approx(only / total, rel=1e-12)


def test_every_file_of_every_source_was_admitted(demo: Walked, truth: dict[str, Any]) -> None:
    wanted = Counter(file["source"] for file in truth["files"])
    assert dict(demo.ask("select source, count(*) from fct_deliveries group by 1")) == dict(wanted)
    rows = Counter[str]()
    for file in truth["files"]:
        rows[file["source"]] += file["rows"] * file["records_per_row"]
    assert dict(demo.ask("select source, sum(rows_read)::bigint from fct_deliveries group by 1")) == dict(rows)


def test_every_check_and_reason_has_its_german_words(demo: Walked) -> None:
    checks = {name for (name,) in demo.ask("select distinct check_name from rpt_log_health")}
    assert checks <= CHECKS.keys()
    assert {name for (name,) in demo.ask("select distinct reason_code from fct_quarantine")} <= REASON_NAMES.keys()
    assert QUARANTINE_REASONS.keys() <= REASON_NAMES.keys()
