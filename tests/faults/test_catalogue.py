"""The catalogue of faults of portals, files and schemas: for each one the test that commits it, by name."""

from __future__ import annotations

import ast
from functools import cache
from pathlib import Path

import pytest

TESTS = Path(__file__).parents[1]

CATALOGUE = {
    # ---- a system that is asked
    "C1": ("test_web.py", "test_a_server_error_is_asked_again_longer_and_longer_apart"),
    "C2": ("test_web.py", "test_a_busy_system_is_left_alone_until_the_hour_it_names_by_its_own_clock"),
    "C3": ("test_web.py", "test_an_answer_that_trickles_is_given_up_however_busy_it_looks"),
    "C4": ("test_web.py", "test_an_answer_that_always_breaks_off_is_unreachable"),
    "C5": (
        "test_web_trust.py",
        "test_a_log_in_page_or_a_message_that_calls_itself_success_is_refused",
    ),
    "C6": ("test_web_trust.py", "test_missing_rights_are_not_asked_for_twice"),
    "C7": ("test_web_trust.py", "test_a_redirect_to_another_host_is_refused_and_never_gets_the_token"),
    "C8": ("test_pages.py", "test_a_page_that_comes_twice_gives_its_items_once"),
    "C9": ("test_pages.py", "test_a_page_that_was_skipped_is_found_by_the_count_and_asked_for_again"),
    "C10": ("test_pages.py", "test_pages_in_another_order_lose_nothing"),
    "C11": ("test_pages.py", "test_an_item_that_moves_to_the_end_takes_no_other_with_it"),
    "C12": ("test_pages.py", "test_a_next_page_without_end_is_refused"),
    "C13": ("test_pages.py", "test_an_empty_page_in_the_middle_is_no_end"),
    "C14": ("test_pages.py", "test_a_count_that_is_never_reached_is_asked_once_more_and_then_refused"),
    "C15": ("test_paperless.py", "test_a_document_that_came_late_is_found_within_the_overlap"),
    "C16": ("test_postgres.py", "test_rows_that_came_late_are_found_in_the_overlap"),
    "C17": ("test_web_trust.py", "test_a_certificate_nobody_trusts_is_never_bypassed"),
    "C18": ("test_web_trust.py", "test_another_version_in_the_middle_of_a_pull_is_refused"),
    # ---- a file
    "D1": ("test_file_faults.py", "test_a_file_of_no_bytes_is_refused"),
    "D2": ("test_file_faults.py", "test_a_header_without_rows_is_an_empty_delivery"),
    "D3": ("test_inbox.py", "test_a_file_that_still_grows_waits_for_the_next_run"),
    "D4": (
        "test_file_faults.py",
        "test_a_format_of_lines_loses_at_most_its_last_line_wherever_it_is_cut",
    ),
    "D5": ("test_file_faults.py", "test_a_last_line_without_its_end_is_a_line"),
    "D6": ("bench_memory.py", "test_memory_does_not_grow_with_the_file"),
    "D7": (
        "test_file_faults.py",
        "test_a_line_of_a_hundred_megabytes_is_set_aside_or_refuses_the_file",
    ),
    "D8": ("test_csv_file.py", "test_mixed_encodings_are_refused_whichever_is_declared"),
    "D9": ("test_file_faults.py", "test_a_nul_in_a_text_goes_to_quarantine"),
    "D10": ("test_file_faults.py", "test_lines_may_end_in_one_way_or_the_other"),
    "D11": ("test_csv_file.py", "test_line_ends_delimiters_and_quotes_may_stand_in_quotes"),
    "D12": ("test_csv_file.py", "test_another_delimiter_than_declared_is_refused"),
    "D13": ("test_csv_file.py", "test_a_column_that_stands_twice_is_refused"),
    "D14": ("test_columns.py", "test_an_amount_that_could_mean_something_else_is_not_guessed"),
    "D15": ("test_xlsx_file.py", "test_serial_numbers_without_a_date_format_are_not_guessed_at"),
    "D16": ("test_file_faults.py", "test_leading_zeros_make_another_case"),
    "D17": ("test_file_faults.py", "test_a_reference_a_spreadsheet_shortened_goes_to_quarantine"),
    "D18": ("test_file_faults.py", "test_two_ways_of_writing_an_umlaut_are_one_case_and_one_step"),
    "D19": ("test_fetch.py", "test_the_same_content_under_two_names_is_one_delivery"),
    "D20": ("test_inbox.py", "test_the_same_name_with_new_content_is_a_new_delivery"),
    "D21": (
        "test_fetch.py",
        "test_a_file_that_vanishes_while_it_is_read_is_told_and_the_others_are_taken",
    ),
    "D22": ("test_fetch.py", "test_what_is_no_plain_file_is_left_alone_without_hanging"),
    "D23": ("test_fetch.py", "test_a_file_may_have_any_name"),
    "D24": ("test_archive.py", "test_a_bomb_that_lies_about_its_size_is_refused"),
    "D25": ("test_xlsx_file.py", "test_macros_and_links_are_told_and_never_followed"),
    "D26": ("test_file_faults.py", "test_no_format_of_xml_reads_a_doctype"),
    "D27": ("test_file_faults.py", "test_an_event_log_of_unsound_json_is_refused"),
    "D28": ("test_file_faults.py", "test_a_gzip_with_something_behind_it_or_missing_is_refused"),
    # ---- a schema that drifts
    "E1": ("test_csv_file.py", "test_a_missing_column_is_refused"),
    "E2": ("test_fetch.py", "test_a_new_column_is_named_and_never_loaded"),
    "E3": ("test_csv_file.py", "test_a_renamed_column_is_refused_with_the_nearest_name"),
    "E4": ("test_csv_file.py", "test_columns_are_read_by_name_whatever_their_order"),
    "E5": ("test_guard.py", "test_a_fifth_of_the_rows_may_be_refused_and_no_more"),
    "E6": ("test_fetch.py", "test_unknown_values_are_warned_of_and_only_common_ones_are_named"),
    "E8": ("test_guard.py", "test_a_delivery_whose_typical_number_jumped_is_set_aside"),
    "E9": (
        "test_landing.py",
        "test_a_delivery_is_known_under_the_mapping_contract_and_key_it_was_admitted_with",
    ),
}
# A code whose meaning changed from a day on is a dated row of channels.csv: the unit test of the model holds it.
CATALOGUED_IN_SQL = {
    "E7": ("models/intermediate/cases/int_cases_timed.yml", "the_channel_rule_of_the_day_of_receipt_holds")
}


@cache
def functions(file: str) -> frozenset[str]:
    """The functions of the test files of that name, in whatever room they stand."""
    trees = [ast.parse(path.read_text(encoding="utf-8")) for path in TESTS.rglob(file)]
    return frozenset(node.name for tree in trees for node in tree.body if isinstance(node, ast.FunctionDef))


@pytest.mark.parametrize("code", CATALOGUE)
def test_the_fault_has_its_test(code: str) -> None:
    file, name = CATALOGUE[code]
    assert name in functions(file)


def test_the_catalogue_is_whole() -> None:
    wanted = {*(f"C{n}" for n in range(1, 19)), *(f"D{n}" for n in range(1, 29)), *(f"E{n}" for n in range(1, 10))}
    assert wanted == CATALOGUE.keys() | CATALOGUED_IN_SQL.keys()
    for path, name in CATALOGUED_IN_SQL.values():
        assert f"name: {name}" in (TESTS.parent / path).read_text(encoding="utf-8")
