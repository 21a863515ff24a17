"""Canaries: names where codes belong, rare and recurring, are found nowhere but in the inbox; listing lets codes in."""

from __future__ import annotations

import json
import re
from pathlib import Path

import pytest

from tests.faults.command import papierwende
from tests.pipelines.walk.admissions import admit_and_land
from tests.towns import make_town
from tests.walk.search_everywhere import findings

STEPS = """
[[source]]
name = "faelle"
system = "case"
format = "csv"
path = "inbox/faelle/*.csv"
[source.columns]
case_ref = "Vorgang"
activity = "Schritt"
occurred_at = "Zeit"
unit = "Sachgebiet"
office = "Amt"
service = "Leistung"
case_type = "Fallart"

[[source]]
name = "formulare"
system = "portal"
format = "csv"
path = "inbox/formulare/*.csv"
[source.columns]
submission_ref = "Formular"
started_at = "Zeit"
service = "Leistung"
aborted_step = "Seite"

[[source]]
name = "schreiben"
system = "mail"
format = "csv"
path = "inbox/schreiben/*.csv"
[source.columns]
document_ref = "Nummer"
direction = "Richtung"
occurred_at = "Zeit"
document_type = "Art"
reason = "Anlass"
[source.values.direction]
ein = "in"
"""
# Per column a rare name nobody could know, and a clerk's or steady customer's that recurs.
CANARIES = {
    "Schritt": ("Kowalczykowa", "Petra Meyer"),
    "Sachgebiet": ("Oyelaran", "p.meyer"),
    "Amt": ("Tschernyschewski", "MEYER"),
    "Leistung": ("Nguyen Thi", "Frau Krause"),
    "Fallart": ("Vanderwaldt", "Meyer, Petra"),
    "Seite": ("Abdelkarim", "Herr Yildirim"),
    "Art": ("Szczepanski", "Lehmann, Jens"),
    "Anlass": ("Papadopoulos", "Dr. Hoffmann"),
}
ANYBODY = re.compile("|".join(re.escape(name) for names in CANARIES.values() for name in names))
RARE, ROWS = 7, 60
PLAIN = {
    "Schritt": "Antrag prüfen", "Sachgebiet": "buergeramt", "Amt": "buergeramt", "Leistung": "parkausweis",
    "Fallart": "erstantrag", "Seite": "angaben", "Art": "bescheid", "Anlass": "wunsch",
}  # fmt: skip


def written(path: Path, numbers: str, more: str, columns: tuple[str, ...]) -> None:
    """Two in three rows are plain, every third names the one who recurs, one row of all the one who does not."""
    lines = [";".join((numbers, "Zeit", *(["Richtung"] if more else []), *columns))]
    for row in range(ROWS):
        cells = [PLAIN[c] if row % 3 else CANARIES[c][1] for c in columns]
        if row == RARE - 1:
            cells = [CANARIES[c][0] for c in columns]
        lines.append(
            ";".join((f"N-{row}", f"2026-0{1 + row % 3}-{1 + row % 27:02} 09:00", *([more] if more else []), *cells))
        )
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text("\n".join(lines) + "\n", encoding="utf-8")


def town(folder: Path, **privacy: str) -> Path:
    activities = "activity;medium;kind;waits_for;is_decision\nAntrag prüfen;digital;internal;office;false\n"
    make_town(folder, STEPS, {"activities": activities}, **privacy)
    written(folder / "inbox/faelle/a.csv", "Vorgang", "", ("Schritt", "Sachgebiet", "Amt", "Leistung", "Fallart"))
    written(folder / "inbox/formulare/a.csv", "Formular", "", ("Leistung", "Seite"))
    written(folder / "inbox/schreiben/a.csv", "Nummer", "ein", ("Art", "Anlass"))
    return folder


def manifests(folder: Path) -> dict[str, dict[str, object]]:
    return {
        path.parent.parent.name: json.loads(path.read_text(encoding="utf-8"))
        for path in (folder / "landing").glob("*/*/manifest.json")
    }


@pytest.mark.timeout(600)
def test_no_canary_leaves_the_inbox_and_what_is_listed_comes_in(tmp_path: Path) -> None:
    folder = town(tmp_path / "town")
    assert set(findings(folder / "inbox", ANYBODY)) == {f"{n}/a.csv" for n in ("faelle", "formulare", "schreiben")}
    ran = papierwende(folder, "run", str(folder), "--as-of", "2026-04-30")
    assert ran.returncode == 3, ran.stdout + ran.stderr
    assert not ANYBODY.search(ran.stdout + ran.stderr)
    assert findings(folder, ANYBODY, leave_out=("inbox",)) == {}
    said = re.sub(r"\s+", " ", ran.stdout + ran.stderr)
    for column, file in (("Sachgebiet", "offices"), ("Schritt", "activities"), ("Seite", "codes"), ("Art", "codes")):
        assert re.search(
            rf"20 rows of column '{column}' hold values that {file}\.csv does not list .* "
            rf"\(first in row 1 of delivery [0-9a-f]{{8}}\); they stand as 'unlisted'. List them in parameters/{file}\.csv",
            said,
        ), said
    withheld = manifests(folder)["formulare"]["withheld"]
    # Rows 0, 3, 6 …, of which the seventh is the rare one's: twenty rows, two values, one of them once.
    assert withheld["aborted_step"] == {"rows": 20, "first": 1, "values": 2, "once": 1}  # type: ignore[index]
    again = papierwende(folder, "run", str(folder), "--as-of", "2026-04-30")
    assert "nothing new" in again.stdout.lower(), "what is withheld is no reason to read a file again"

    (folder / "parameters" / "codes.csv").write_text("field;code\naborted_step;Abdelkarim\n", encoding="utf-8")
    ran = papierwende(folder, "run", str(folder), "--as-of", "2026-04-30")
    assert ran.returncode == 3, ran.stdout + ran.stderr
    found = findings(folder, ANYBODY, leave_out=("inbox", "parameters"))
    assert set().union(*found.values()) == {"Abdelkarim"}, "the listed one came in, nobody else did"
    assert any("papierwende.duckdb" in name for name in found)
    assert manifests(folder)["formulare"]["withheld"]["aborted_step"]["rows"] == 19  # type: ignore[index]


def test_each_canary_would_be_found_where_codes_are_not_judged(tmp_path: Path) -> None:
    folder = town(tmp_path / "town", privacy="thresholds_off = true")
    admit_and_land(folder)
    found = set().union(*findings(folder / "landing", ANYBODY).values())
    assert found == {name for names in CANARIES.values() for name in names}
