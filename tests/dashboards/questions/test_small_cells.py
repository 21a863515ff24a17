"""Small cells: what rests on too few cases is taken away, also when only one figure of a row does."""

from __future__ import annotations

import polars as pl
import pytest

from dashboards.questions.small_cells import hidden_last, hide_small_shares

BASES = {
    "paper_share_in": {"known_channel_cases"},
    "paper_share_out": {"outbound_letters"},
    "median_lead_seconds": {"lead_cases"},
}


def test_a_share_of_two_letters_is_hidden_although_its_row_has_many_cases() -> None:
    row = pl.DataFrame(
        {
            "cases": [500],
            "outbound_letters": [2],
            "paper_share_out": [0.5],
            "known_channel_cases": [500],
            "paper_share_in": [0.4],
        }
    )
    hidden = hide_small_shares(row, 10, BASES).to_dicts()[0]
    assert hidden["paper_share_out"] is None
    assert hidden["paper_share_in"] == 0.4


def test_a_base_of_exactly_the_threshold_may_be_shown() -> None:
    row = pl.DataFrame({"lead_cases": [10, 9, None], "median_lead_seconds": [1.0, 2.0, 3.0]})
    assert hide_small_shares(row, 10, BASES)["median_lead_seconds"].to_list() == [1.0, None, None]


def test_a_figure_is_not_shown_without_what_it_rests_on() -> None:
    with pytest.raises(ValueError, match="median_lead_seconds is asked without lead_cases"):
        hide_small_shares(pl.DataFrame({"median_lead_seconds": [1.0]}), 10, BASES)


def test_what_lost_the_number_a_list_is_sorted_by_stands_last() -> None:
    rows = pl.DataFrame({"code": ["c", "z", "b", "a"], "paper": [40, None, 20, None]})
    assert hidden_last(rows, "paper", "code")["code"].to_list() == ["c", "b", "a", "z"]
