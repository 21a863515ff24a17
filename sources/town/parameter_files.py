"""Reading ``parameters/*.csv``: German or plain notation, every mistake a sentence with file and line."""

from __future__ import annotations

import csv
import difflib
import io
import re
import unicodedata
from collections import defaultdict
from collections.abc import Collection, Iterator, Mapping
from decimal import Decimal
from pathlib import Path
from typing import Final

from sources.town.mistakes import nearest, validated
from sources.town.parameter_row import ALL, Row
from sources.town.parameters import PARAMETER_TABLES, Office, Parameters, Service
from sources.town.plans import ServiceCostShare

NEEDED = {
    "services": "no service has a name, an office or a promised time",
    "offices": "every office counts as small and its times are kept to the day",
    "opening_hours": "no working time can be counted",
    "activities": "no step has a medium and none is a decision",
    "channels": "no application counts as paper or online",
}
TRUTHS = {"wahr": "true", "falsch": "false", "ja": "true", "nein": "false"}


def read_parameters(folder: Path) -> tuple[Parameters, list[str]]:
    """All tables of the folder, and one sentence per mistake; a file that is missing has no rows."""
    read: dict[str, tuple[Row, ...]] = {}
    problems = list(_misspelt_files(folder))
    for table in PARAMETER_TABLES:
        path = folder / f"{table.file}.csv"
        if path.exists():
            rows, mistakes = _read_table(path, table)
            read[table.file] = tuple(rows)
            problems += mistakes
    return Parameters(**read), problems  # type: ignore[arg-type]


def absences(folder: Path) -> Iterator[str]:
    """One sentence per missing file without which much stays unknown."""
    for file, consequence in NEEDED.items():
        if not (folder / f"{file}.csv").exists():
            yield f"parameters/{file}.csv: missing, so {consequence}; add it (docs/parameters.md)."


def _misspelt_files(folder: Path) -> Iterator[str]:
    """One sentence per file that no table reads while the one it is named like is missing."""
    present = sorted(path.name for path in folder.glob("[!.]*") if path.is_file())
    missing = {f"{table.file}.csv" for table in PARAMETER_TABLES}.difference(present)
    for name in present:
        if meant := difflib.get_close_matches(name.lower(), sorted(missing), n=1, cutoff=0.75):
            yield f"parameters/{name}: no table reads this file; the nearest is '{meant[0]}'; rename it."


def _read_table(path: Path, table: type[Row]) -> tuple[list[Row], list[str]]:
    """The rows of one file and one sentence per mistake in it."""
    label = f"parameters/{path.name}"
    try:
        # A Mac writes ü as u and two dots; the sources' words are read in one form, and so are these.
        text = unicodedata.normalize("NFC", path.read_text(encoding="utf-8-sig"))
    except UnicodeDecodeError as error:
        return [], [f"{label}: not UTF-8 at byte {error.start}; save it as UTF-8."]
    header = text.partition("\n")[0]
    if not header.strip():
        return [], [f"{label} line 1: no header; a file with only the header {';'.join(table.model_fields)} is enough."]
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=";" if ";" in header else ",", strict=True)
    try:
        names = _without_empty_end([name.strip() for name in next(reader)], 0)
        lines = [(reader.line_num, _without_empty_end(cells, len(names))) for cells in reader]
    except csv.Error as error:
        return [], [f"{label} line {reader.line_num}: {error}; check that each quote is closed."]
    problems = list(_header_problems(names, table, label))
    if problems:
        return [], problems
    return _read_rows(lines, names, table, label)


def _without_empty_end(cells: list[str], keep: int) -> list[str]:
    """Cells without the empty ones a spreadsheet leaves behind the last column."""
    while len(cells) > keep and not cells[-1].strip():
        cells = cells[:-1]
    return cells


def _header_problems(names: list[str], table: type[Row], label: str) -> Iterator[str]:
    known = tuple(table.model_fields)
    for name in names:
        if name not in known:
            yield f"{label} line 1: column '{name}' is unknown{nearest(name, known)}."
    for name, field in table.model_fields.items():
        if field.is_required() and name not in names:
            yield f"{label} line 1: column '{name}' is missing; add it."
    for name in sorted({name for name in names if names.count(name) > 1}):
        yield f"{label} line 1: column '{name}' stands twice; keep one."


def _read_rows(
    lines: list[tuple[int, list[str]]], names: list[str], table: type[Row], label: str
) -> tuple[list[Row], list[str]]:
    rows: list[Row] = []
    problems: list[str] = []
    first_lines: dict[tuple[object, ...], int] = {}
    for line, cells in lines:
        where = f"{label} line {line}"
        if not any(cell.strip() for cell in cells):
            continue
        if len(cells) != len(names):
            problems.append(
                f"{where}: {len(cells)} cells where the header has {len(names)}; check delimiters and quotes."
            )
            continue
        filled = {
            name: _plain(cell.strip(), name, table) for name, cell in zip(names, cells, strict=True) if cell.strip()
        }
        row, mistakes = validated(table, filled, where)
        problems += mistakes
        if row is None:
            continue
        key = tuple(getattr(row, part) for part in table.key)
        if key in first_lines:
            values = ", ".join(str(part) for part in key)
            problems.append(
                f"{where}: {' and '.join(table.key)} ({values}) already stand in line {first_lines[key]}; keep one."
            )
        first_lines.setdefault(key, line)
        rows.append(row)
    return rows, problems


def _plain(cell: str, name: str, table: type[Row]) -> str:
    """German numbers, dates, clocks and truths become plain; a number of two readings stays and is refused."""
    annotation = str(table.model_fields[name].annotation)
    if "Decimal" in annotation and re.fullmatch(r"-?(\d{1,3}(\.\d{3})+|\d+),\d+", cell):
        return cell.replace(".", "").replace(",", ".")
    if "Decimal" in annotation and ("," in cell or re.fullmatch(r"-?[1-9]\d{0,2}(\.\d{3})+", cell)):
        return f"{cell}, ambiguous: write it without points, or with a comma before the decimals"
    if "date" in annotation and (german := re.fullmatch(r"(\d{1,2})\.(\d{1,2})\.(\d{4})", cell)):
        return f"{german[3]}-{german[2]:0>2}-{german[1]:0>2}"
    # Read as a number 1.000 would be 1.
    if re.search(r"\bint\b", annotation) and re.fullmatch(r"\d{1,3}(\.\d{3})+", cell):
        return cell.replace(".", "")
    if name.endswith("s_at") and re.fullmatch(r"\d:\d\d", cell):
        return f"0{cell}"
    if "bool" in annotation:
        # A German spreadsheet writes its own words as soon as it saves the file.
        return TRUTHS.get(cell.lower(), cell)
    return cell


LISTED_IN: Final = {
    "office_code": "offices", "parent_office_code": "offices", "service_code": "services", "continues": "services",
    "measure_id": "measures", "volume_driver": "services",
}  # fmt: skip


def contradictions(parameters: Parameters) -> Iterator[str]:
    """One sentence per place where the files, each valid alone, disagree."""
    offices, services, links = parameters.offices, parameters.services, parameters.measure_services
    office_codes = {office.office_code for office in offices}
    service_codes = {service.service_code for service in services}
    yield from _unknown_references("services", "office_code", [s.office_code for s in services], office_codes)
    parents = [o.parent_office_code for o in offices if o.parent_office_code]
    yield from _unknown_references("offices", "parent_office_code", parents, office_codes)
    yield from _parent_circles(offices)
    continued = [service.continues for service in services if service.continues]
    yield from _unknown_references("services", "continues", continued, service_codes)
    yield from _service_circles(services)
    for code in sorted({code for code in continued if continued.count(code) > 1}):
        yield f"parameters/services.csv: service '{code}' is continued by two services; name the one that goes on."
    for file, rows in (("opening_hours", parameters.opening_hours), ("closing_days", parameters.closing_days)):
        used = [row.office_code for row in rows if row.office_code != ALL]
        yield from _unknown_references(file, "office_code", used, office_codes)
    measures = {measure.measure_id for measure in parameters.measures}
    yield from _unknown_references("measure_services", "measure_id", [link.measure_id for link in links], measures)
    yield from _unknown_references(
        "measure_services", "service_code", [link.service_code for link in links], service_codes
    )
    drivers = [rule.volume_driver for rule in parameters.budget_line_rules if rule.volume_driver]
    yield from _unknown_references("budget_line_rules", "volume_driver", drivers, service_codes)
    counted = [row.service_code for row in parameters.past_cases]
    yield from _unknown_references("past_cases", "service_code", counted, service_codes)
    yield from _of_plans(parameters, measures, office_codes, service_codes)
    claimed: dict[str, Decimal] = defaultdict(Decimal)
    for link in links:
        claimed[link.service_code] += link.share
    for service, total in sorted(claimed.items()):
        if total > 1:
            yield (
                f"parameters/measure_services.csv: shares of service '{service}' add up to {total}; "
                "at most 1 may be claimed."
            )


def _of_plans(
    parameters: Parameters, measures: set[str], office_codes: set[str], service_codes: set[str]
) -> Iterator[str]:
    """The same of what was planned, and of the lines services cause."""
    planned = [plan.measure_id for plan in parameters.measure_plans]
    yield from _unknown_references("measure_plans", "measure_id", planned, measures)
    staffed = [plan.office_code for plan in parameters.staff_plans]
    yield from _unknown_references("staff_plans", "office_code", staffed, office_codes)
    shares = parameters.service_cost_shares
    yield from _unknown_references(
        "service_cost_shares", "service_code", [share.service_code for share in shares], service_codes
    )
    for year in sorted({share.valid_from.year for share in shares}):
        valid: dict[tuple[str, str, str | None], ServiceCostShare] = {}
        for share in sorted(shares, key=lambda one: one.valid_from):
            if share.valid_from.year <= year:
                valid[share.budget_line_id, share.service_code, share.intake_channel] = share
        caused: dict[str, Decimal] = defaultdict(Decimal)
        for share in valid.values():
            caused[share.budget_line_id] += share.share
        for line, total in sorted(caused.items()):
            if total > 1:
                yield (
                    f"parameters/service_cost_shares.csv: shares of line '{line}' add up to {total} in {year}; "
                    "at most 1 can be caused by services."
                )


def _unknown_references(file: str, column: str, used: Collection[str], known: set[str]) -> Iterator[str]:
    if used and not known:
        lists = LISTED_IN[column]
        yield f"parameters/{file}.csv: {column} '{min(used)}' is not listed, as {lists}.csv is missing or lists none."
        return
    for code in sorted(set(used) - known):
        yield f"parameters/{file}.csv: {column} '{code}' is not listed{nearest(code, sorted(known))}."


def _parent_circles(offices: tuple[Office, ...]) -> Iterator[str]:
    for code in _in_circles({office.office_code: office.parent_office_code for office in offices}):
        yield f"parameters/offices.csv: office '{code}' is its own parent's parent; break the circle."


def _service_circles(services: tuple[Service, ...]) -> Iterator[str]:
    for code in _in_circles({service.service_code: service.continues for service in services}):
        yield f"parameters/services.csv: service '{code}' continues itself; break the circle."


def _in_circles(above: Mapping[str, str | None]) -> Iterator[str]:
    """The codes that one comes back to by going up from them."""
    for code in above:
        seen: set[str] = set()
        reached = above[code]
        while reached is not None and reached not in seen:
            seen.add(reached)
            reached = above.get(reached)
        if code in seen:
            yield code
