"""The decimal sign of a delivery that declares none: its columns prove it, or the delivery is refused."""

from decimal import Decimal
from pathlib import Path

import polars as pl
import pytest

from sources.batches.notation import with_decimals
from sources.batches.protocol import POSITION, Batch, Refused
from sources.connectors.files import read_batches
from sources.town.folder import read_town
from sources.town.source import Source
from tests.sources.connectors.readings import refusal_of
from tests.towns import admitted, make_source, make_town, reasons

COUNTS = {"counted_on": "Tag", "unit": "Amt"}
ASK = 'declare decimal = "," or decimal = "." for this source.'


def written(folder: Path, *lines: str) -> Path:
    path = folder / "x.csv"
    path.write_text("\n".join(lines) + "\n", encoding="utf-8")
    return path


def values(folder: Path, path: Path, source: Source) -> tuple[list[Decimal | None], list[tuple[int, str, str | None]]]:
    """The counts that are admitted, and what is not."""
    result = admitted(read_town(make_town(folder / "town")), list(read_batches(path, source)), source)
    return result.records["counts"]["value"].to_list(), reasons(result)


def side_by_side(**counts: str) -> Source:
    return make_source(COUNTS, system="print", counts=counts)


def test_thousands_of_whole_things_are_thousands(tmp_path: Path) -> None:
    path = written(tmp_path, "Tag;Amt;Seiten", "2026-01-02;A;1.250", "2026-01-05;A;980", "2026-01-06;A;12.000")
    found = values(tmp_path, path, side_by_side(printed_pages="Seiten"))
    assert found == ([1250, 980, 12000], [])


def test_metres_that_could_be_two_numbers_refuse_the_delivery(tmp_path: Path) -> None:
    path = written(tmp_path, "Tag;Amt;Meter", "2026-01-02;A;12", "2026-01-05;A;1.250")
    assert refusal_of(path, side_by_side(shelf_metres="Meter")) == (
        "ambiguous_number",
        "x.csv: the number of 'Meter' in row 2 is one with a decimal comma and another with a decimal point, and no "
        f"other row tells which is meant; nothing was taken in, {ASK}",
    )


def test_one_row_tells_for_its_column(tmp_path: Path) -> None:
    path = written(tmp_path, "Tag;Amt;Meter", "2026-01-02;A;1.250", "2026-01-05;A;12,5")
    assert values(tmp_path, path, side_by_side(shelf_metres="Meter")) == ([1250, Decimal("12.5")], [])


def test_rows_that_contradict_each_other_refuse_the_delivery(tmp_path: Path) -> None:
    path = written(tmp_path, "Tag;Amt;Meter", "2026-01-02;A;12.5", "2026-01-05;A;12,5")
    code, said = refusal_of(path, side_by_side(shelf_metres="Meter"))
    assert (code, "a decimal comma in row 2 and a decimal point in row 1" in said) == ("two_notations", True)
    assert said.endswith(ASK)


def test_counts_side_by_side_in_two_notations_refuse_the_delivery(tmp_path: Path) -> None:
    path = written(tmp_path, "Tag;Amt;Seiten;Meter", "2026-01-02;A;1.250;12.5")
    code, said = refusal_of(path, side_by_side(printed_pages="Seiten", shelf_metres="Meter"))
    assert (code, "'Seiten' has a decimal comma and 'Meter' a decimal point" in said) == ("two_notations", True)


def test_where_the_kind_stands_in_its_own_column_only_whole_things_have_thousands(tmp_path: Path) -> None:
    source = make_source(
        {**COUNTS, "kind": "Was", "value": "Zahl"},
        system="print",
        values={"kind": {"Akten": "files", "Meter": "shelf_metres"}},
    )
    whole = written(tmp_path, "Tag;Amt;Was;Zahl", "2026-01-02;A;Akten;1.250", "2026-01-05;A;Meter;12")
    assert values(tmp_path, whole, source) == ([1250, 12], [])
    metres = written(tmp_path, "Tag;Amt;Was;Zahl", "2026-01-02;A;Akten;980", "2026-01-05;A;Meter;1.250")
    assert refusal_of(metres, source)[0] == "ambiguous_number"


def test_a_declared_point_never_makes_a_page_and_a_quarter(tmp_path: Path) -> None:
    path = written(tmp_path, "Tag;Amt;Seiten", "2026-01-02;A;1.250", "2026-01-05;A;980")
    source = make_source(COUNTS, system="print", counts={"printed_pages": "Seiten"}, decimal=".")
    assert values(tmp_path, path, source) == ([980], [(1, "part_of_a_whole", "value")])


def test_what_was_proved_holds_for_later_batches_and_a_contradiction_there_refuses() -> None:
    source = side_by_side(shelf_metres="Meter")
    batches = [Batch(pl.DataFrame({POSITION: [row], "Meter": [text]})) for row, text in enumerate(("12,5", "1.250"), 1)]
    assert [batch.decimals for batch in with_decimals(Path("x"), source, iter(batches))] == [{"Meter": ","}] * 2
    later = [*batches, Batch(pl.DataFrame({POSITION: [3], "Meter": ["12.5"]}))]
    with pytest.raises(Refused, match="comma in row 1 and a decimal point in row 3"):
        list(with_decimals(Path("x"), source, iter(later)))


def test_typed_numbers_and_a_machines_formats_need_no_proof() -> None:
    typed = Batch(pl.DataFrame({POSITION: [1], "Meter": [1.25]}))
    (batch,) = with_decimals(Path("x"), side_by_side(shelf_metres="Meter"), iter([typed]))
    assert not batch.decimals
    assert make_source(COUNTS, system="print", format="xes", counts={"shelf_metres": "Meter"}).decimal_sign == "."


def test_a_budget_that_proves_its_comma_keeps_its_control_row(tmp_path: Path) -> None:
    columns = {"budget_line": "Konto", "year": "Jahr", "appropriation_eur": "Ansatz"}
    source = make_source(columns, system="finance", control={"column": "Konto", "value": "Summe"})
    path = written(tmp_path, "Konto;Jahr;Ansatz", "a;2026;1.000", "b;2026;2.000,50", "Summe;;3.000,50")
    result = admitted(read_town(make_town(tmp_path / "town")), list(read_batches(path, source)), source)
    assert result.records["budget_lines"]["appropriation_eur"].to_list() == [Decimal(1000), Decimal("2000.5")]


@pytest.mark.parametrize(
    ("metres", "read"),
    [
        (("1.125", "2.5"), [Decimal("1.125"), Decimal("2.5")]),
        (('"1.250"', '"12,5"'), [Decimal(1250), Decimal("12.5")]),
        (('"1.250"', '"980"'), "ambiguous_number"),
    ],
    ids=["numbers", "texts that prove a comma", "texts that prove nothing"],
)
def test_json_lines_have_a_point_in_numbers_and_say_nothing_of_texts(
    tmp_path: Path, metres: tuple[str, ...], read: list[Decimal] | str
) -> None:
    path = tmp_path / "x.jsonl"
    rows = (f'{{"Tag": "2026-01-0{day}", "Amt": "A", "Meter": {one}}}\n' for day, one in enumerate(metres, 1))
    path.write_text("".join(rows), encoding="utf-8")
    source = make_source(COUNTS, system="print", format="jsonl", counts={"shelf_metres": "Meter"})
    if isinstance(read, str):
        assert refusal_of(path, source)[0] == read
    else:
        assert values(tmp_path, path, source) == (read, [])
