"""Whatever ``sources propose`` prints, ``check``, ``sources test`` and the guard take the very same file, or say why not."""

import datetime as dt
import gzip
import shutil
from collections.abc import Iterator
from decimal import Decimal
from pathlib import Path

import polars as pl
import pytest

from pipelines.commands.mapping_options import named_columns
from pipelines.commands.sources import propose_source
from pipelines.run.outcome import Exit, Stop
from pipelines.tools.inspection import inspect
from pipelines.walk import guard
from sources.batches.protocol import Refused
from sources.demo.invent import write_town
from sources.proposal.propose import propose
from sources.proposal.toml import toml_of
from sources.town.folder import read_town
from tests.pipelines.walk.admissions import admit, admit_and_land
from tests.sources.proposal.municipal_files import BUDGETS, OTHERS, UNTOLD
from tests.sources.proposal.test_proposal import EXPORTS
from tests.towns import make_town, problems_of
from tests.walk.conftest import SHARED

TODAY = dt.date(2026, 11, 22)
NOW = dt.datetime(2026, 11, 22, 3, 0)
# Nothing is listed, so that no list of the town judges the words of the file.
NOTHING_LISTED = {
    "offices": "office_code;office_name;parent_office_code;directorate;staff_band\n",
    "services": "service_code;service_name;leika_key;office_code;target_working_days;maturity_level;online_since\n",
}


def delivered(folder: Path, file: Path) -> tuple[Path, str] | None:
    """A town with the proposal of a file as its only source and the file in its inbox; None where it has no mapping."""
    try:
        proposal = propose(file, today=TODAY)
    except Refused as refusal:
        # The sentence says what the file is and what to have exported.
        assert refusal.sentence.startswith(f"{file.name}: ")
        assert "; " in refusal.sentence
        return None
    if not proposal.is_recognised:
        return None
    toml = toml_of(proposal, "own")
    make_town(folder, toml, NOTHING_LISTED, privacy="thresholds_off = true")
    inbox = folder / "inbox" / "own"
    shutil.copy(file, inbox / (file.name if "." in file.name else f"{file.name}.csv"))
    return folder, toml


def accepted(folder: Path, toml: str) -> list[Path]:
    """What the door makes of the file; what a person was asked is what ``check`` or ``sources test`` name."""
    if problems := problems_of(folder):
        assert "QUESTION" in toml, problems
        assert all("lacks '" in said or "'of' is missing" in said or "no record" in said for said in problems), problems
        return []
    town = read_town(folder)
    seen = inspect(town, town.sources[0])
    if seen.exit_code is not Exit.PUBLISHED:
        said = [line.sentence for line in seen.lines if line.sign == "✗"]
        assert "QUESTION" in toml or "what does this mean?" in toml, said
        return []
    admission = admit(folder, NOW)
    assert admission.refusals == [] or "QUESTION" in toml, admission.refusals
    return list(admission.folders)


def files_of_towns(folder: Path) -> Iterator[Path]:
    folder.mkdir()
    for number, (name, sent) in enumerate((BUDGETS | OTHERS).items()):
        path = folder / f"{number}-{''.join(filter(str.isalnum, name))}.csv"
        path.write_bytes(sent.content)
        yield path
    for name, (content, *_) in EXPORTS.items():
        path = folder / f"{name.replace(' ', '-')}.csv"
        path.write_text(content, encoding="utf-8")
        yield path
    write_town(folder / "demo", scale=0.02, as_of=TODAY, key_id="0123456789ab")
    for system in sorted((folder / "demo" / "inbox").iterdir()):
        yield max(file for file in system.rglob("*") if file.is_file())


def real_logs() -> Iterator[Path]:
    yield from sorted(SHARED.glob("*.jsonocel"))
    yield from sorted(SHARED.glob("*.xmlocel"))
    yield from sorted(SHARED.glob("ocel*.sqlite"))
    yield SHARED / "receipt.xes.gz"
    yield SHARED / "interval_event_log.csv"
    for file in sorted((SHARED / "real_files").rglob("*")):
        if file.suffix in (".csv", ".xes", ".xlsx", ".dat") and file.parent.name != "real_files":
            yield file


def judged(folders: list[Path]) -> list[str]:
    return [said for verdict in guard.judge(folders) for said in verdict.sentences()]


def test_every_proposal_is_taken_with_its_own_file_or_asks(tmp_path: Path) -> None:
    folders: list[Path] = []
    for number, file in enumerate(files_of_towns(tmp_path / "files")):
        if made := delivered(tmp_path / f"town{number}", file):
            folders += accepted(*made)
    assert len(folders) > 40
    assert judged(folders) == []


def test_every_proposal_for_a_real_log_is_taken_with_it_or_asks(tmp_path: Path) -> None:
    if not SHARED.is_dir():
        pytest.skip("the shared reference data are not beside this checkout")
    folders: list[Path] = []
    for number, file in enumerate(real_logs()):
        if made := delivered(tmp_path / f"town{number}", file):
            folders += accepted(*made)
    assert len(folders) > 10
    assert judged(folders) == []


@pytest.mark.parametrize("content", UNTOLD.values(), ids=UNTOLD)
def test_what_nothing_tells_is_asked_for_and_nothing_is_written(
    tmp_path: Path, content: str, capsys: pytest.CaptureFixture[str]
) -> None:
    file = tmp_path / "export.csv"
    file.write_text(content, encoding="utf-8")
    with pytest.raises(Stop) as caught:
        propose_source(file)
    assert caught.value.exit_code is Exit.CONFIGURATION
    (said,) = caught.value.sentences
    assert said.startswith("export.csv: nothing tells for sure what its rows are, so nothing is proposed.")
    assert "--record" in said
    assert "Gebucht durch" not in said
    assert capsys.readouterr().out == ""


def test_a_budget_of_years_side_by_side_says_what_to_have_exported(tmp_path: Path) -> None:
    file = tmp_path / "haushalt.csv"
    file.write_bytes(BUDGETS["a column per year"].content)
    with pytest.raises(Stop) as caught:
        propose_source(file)
    assert caught.value.exit_code is Exit.GUARD
    assert caught.value.sentences == [
        "haushalt.csv: is a budget with its years in the names of columns ('Ergebnis 2023', 'Ansatz 2024', "
        "'Ansatz 2025', 'Planung 2026'); a budget line is one row per year: write one [[source]] per year with the same "
        'path, such as year = "2026" and in [source.columns] appropriation_eur = "Planung 2026"; or have the export write '
        "a column Haushaltsjahr and a row per line and year, with Ansatz, Nachtrag and Ergebnis beside each other."
    ]


def test_a_source_per_year_reads_a_budget_of_years_side_by_side(tmp_path: Path) -> None:
    """What the sentence says can be written: the same file, once for each year."""
    years = {"2025": "Ansatz 2025", "2026": "Planung 2026"}
    sources = "".join(
        f"""
[[source]]
name = "haushalt-{year}"
system = "finance"
format = "csv"
path = "inbox/haushalt/*.csv"
mode = "dump"
decimal = ","
year = "{year}"
[source.columns]
budget_line = "Sachkonto"
product = "Produkt"
appropriation_eur = "{column}"
"""
        for year, column in years.items()
    )
    folder = make_town(tmp_path / "town", sources)
    (folder / "inbox" / "haushalt" / "a.csv").write_bytes(BUDGETS["a column per year"].content)
    admit_and_land(folder)
    lines = pl.read_parquet(folder / "landing" / "*" / "*" / "budget_lines.parquet")
    assert sorted(lines.select("year", "appropriation_eur").rows()) == [
        (2025, Decimal("38500.00")),
        (2025, Decimal("1250000.00")),
        (2026, Decimal("39000.00")),
        (2026, Decimal("1275000.00")),
    ]


@pytest.mark.parametrize(
    ("pair", "said"),
    [
        ("case_ref", "--column case_ref: write a field and its column, such as case_ref=Nr."),
        ("case_reff=Nr", "--column case_reff=Nr: 'case_reff' is no field; the nearest is 'case_ref'."),
    ],
)
def test_a_column_that_is_said_wrongly_is_told(pair: str, said: str) -> None:
    with pytest.raises(Stop) as caught:
        named_columns([pair])
    assert caught.value.sentences == [said]


def test_what_is_packed_is_proposed_too(tmp_path: Path) -> None:
    file = tmp_path / "haushalt.csv.gz"
    file.write_bytes(gzip.compress(BUDGETS["cameral"].content))
    assert propose(file, today=TODAY).records == ("budget_lines",)
