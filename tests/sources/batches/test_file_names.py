"""A file's name in a sentence: the town's own words, dates and numbers stay, any other word is cut."""

from pathlib import Path

import pytest

from sources.batches.file_names import shown_name, told_of


@pytest.mark.parametrize(
    ("name", "shown"),
    [
        ("antraege_2024-10.csv", "antraege_2024-10.csv"),
        ("scanindex_2025-09.csv.gz", "scanindex_2025-09.csv.gz"),
        ("Meyer_Petra.csv", "Me…_Pe….csv"),
        ("Kim.CSV", "K….CSV"),
        ("Bescheid Kowalczykowa 17.xlsx", "Bescheid Kow… 17.xlsx"),
        ("ÖZTÜRK.json", "ÖZT….json"),
        ("0471123456789.csv", "04….csv"),
        ("x.csv", "x.csv"),
        ("bericht.Oyelaran", "bericht.Oye…"),
        ("Oyelaran", "Oye…"),
    ],
)
def test_a_name_is_cut_to_what_it_may_tell(name: str, shown: str) -> None:
    assert shown_name(name, "inbox/scanstelle/scanindex_*.csv") == shown


def test_a_cut_name_is_followed_by_its_place_in_the_folder(tmp_path: Path) -> None:
    for name in ("a.csv", "Meyer.csv", "b.csv", ".hidden"):
        (tmp_path / name).write_text("")
    sentence = "Meyer.csv: 2 of 5 rows went to quarantine; Meyer.csv is odd."
    assert told_of(sentence, tmp_path / "Meyer.csv", "inbox/*.csv") == (
        "Me….csv (file 1 of 3 in its folder): 2 of 5 rows went to quarantine; Me….csv is odd."
    )
    assert told_of("a.csv: fine.", tmp_path / "a.csv", "inbox/*.csv") == "a.csv: fine."
