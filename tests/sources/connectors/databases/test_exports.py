"""The shipped templates for a nightly export: their mapping can be used, and the file they write is read by it.

No SQL Server and no Oracle run here; what is checked is what the templates promise each other.
"""

import datetime as dt
import re
import tomllib
from pathlib import Path

import pytest

from sources.town.source import Source
from tests.house.blueprint import ROOT
from tests.sources.connectors.readings import rows_of

TEMPLATES = sorted((ROOT / "docs" / "exports").glob("*.sql"))
PERSONAL = ("name", "vorname", "adresse", "sachbearbeiter", "bemerkung", "betreff", "telefon", "mail", "geburt")


def mapping(template: Path) -> Source:
    """The source its head tells a town to write."""
    text = template.read_text(encoding="utf-8")
    comment = text[text.index("--   [[source]]") :].split("\n--\n")[0]
    toml = "\n".join(line.removeprefix("--").strip() for line in comment.splitlines())
    (source,) = tomllib.loads(toml)["source"]
    return Source.model_validate(source)


def sql(template: Path) -> str:
    """The template without its comments."""
    return re.sub(r"^--.*$", "", template.read_text(encoding="utf-8"), flags=re.MULTILINE)


def test_both_databases_have_one() -> None:
    assert [path.name for path in TEMPLATES] == ["mssql-nightly.sql", "oracle-nightly.sql"]


@pytest.mark.parametrize("template", TEMPLATES, ids=lambda path: path.stem)
class TestEveryTemplate:
    def test_its_mapping_names_what_it_exports_in_the_same_order(self, template: Path) -> None:
        source = mapping(template)
        exported = list(dict.fromkeys(re.findall(r'"(\w{3,})"', sql(template))))
        assert exported == list(source.columns.values())
        assert {"case_ref", "activity", "occurred_at", "changed_at"} <= set(source.columns)

    def test_it_exports_nobody(self, template: Path) -> None:
        assert [word for word in PERSONAL if word in sql(template).lower()] == []

    def test_it_writes_under_another_name_first(self, template: Path) -> None:
        assert "nightly.part" in template.read_text(encoding="utf-8")
        assert not Path("nightly.part").match(Path(mapping(template).path).name)

    def test_a_file_as_it_writes_it_is_read_by_its_mapping(self, template: Path, tmp_path: Path) -> None:
        source = mapping(template)
        header = ";".join(f'"{name}"' for name in source.columns.values())
        at = dt.datetime(2026, 6, 1, 10).isoformat()
        (tmp_path / "night.csv").write_text(
            f'\n{header}\n"1";"BHV ""1""";"Prüfung\nläuft";"{at}";"{at}";"";"36"\n', encoding="utf-8"
        )
        read = rows_of(tmp_path / "night.csv", source)
        assert read.faults == []
        assert read.column("Aktenzeichen") == ['BHV "1"']
        assert read.column("Zeitpunkt") == [at]
