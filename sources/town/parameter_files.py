"""Reading ``parameters/*.csv``: German or plain dress, every mistake a sentence with file and line."""

from __future__ import annotations

import csv
import io
import re
from collections import defaultdict
from collections.abc import Iterable, Iterator
from decimal import Decimal
from pathlib import Path
from typing import cast

from sources.town.mistakes import nearest, validated
from sources.town.parameters import ALL, Measure, MeasureService, Office, Row, Service

TRUTHS = {"wahr": "true", "falsch": "false", "ja": "true", "nein": "false"}


def read_table(path: Path, table: type[Row]) -> tuple[list[Row], list[str]]:
    """The rows of one file and one sentence per mistake in it."""
    label = f"parameters/{path.name}"
    if not path.is_file():
        return [], [f"{label}: missing; a file with only the header {';'.join(table.model_fields)} is enough."]
    try:
        text = path.read_text(encoding="utf-8-sig")
    except UnicodeDecodeError as error:
        return [], [f"{label}: not UTF-8 at byte {error.start}; save it as UTF-8."]
    header = text.partition("\n")[0]
    if not header.strip():
        return [], [f"{label} line 1: no header; a file with only the header {';'.join(table.model_fields)} is enough."]
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=";" if ";" in header else ",", strict=True)
    try:
        names = [name.strip() for name in next(reader)]
        lines = [(reader.line_num, cells) for cells in reader]
    except csv.Error as error:
        return [], [f"{label} line {reader.line_num}: {error}; check that each quote is closed."]
    problems = list(_header_problems(names, table, label))
    if problems:
        return [], problems
    return _read_rows(lines, names, table, label)


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
            told = ", ".join(str(part) for part in key)
            problems.append(
                f"{where}: {' and '.join(table.key)} ({told}) already stand in line {first_lines[key]}; keep one."
            )
        first_lines.setdefault(key, line)
        rows.append(row)
    return rows, problems


def _plain(cell: str, name: str, table: type[Row]) -> str:
    """German numbers, dates and truths become plain; a number that can be read in two ways stays and is refused."""
    annotation = str(table.model_fields[name].annotation)
    if "Decimal" in annotation and re.fullmatch(r"-?(\d{1,3}(\.\d{3})+|\d+),\d+", cell):
        return cell.replace(".", "").replace(",", ".")
    if "Decimal" in annotation and ("," in cell or re.fullmatch(r"-?[1-9]\d{0,2}(\.\d{3})+", cell)):
        return f"{cell}, ambiguous: write it without points, or with a comma before the decimals"
    if "date" in annotation and (german := re.fullmatch(r"(\d{1,2})\.(\d{1,2})\.(\d{4})", cell)):
        return f"{german[3]}-{german[2]:0>2}-{german[1]:0>2}"
    if "bool" in annotation:
        # A German spreadsheet writes its own words as soon as it saves the file.
        return TRUTHS.get(cell.lower(), cell)
    return cell


def contradictions(parameters: dict[str, tuple[Row, ...]]) -> Iterator[str]:
    """One sentence per place where the files, each valid alone, disagree."""
    offices = cast("tuple[Office, ...]", parameters["offices"])
    services = cast("tuple[Service, ...]", parameters["services"])
    office_codes = {office.office_code for office in offices}
    service_codes = {service.service_code for service in services}
    yield from _unknown_references("services", "office_code", [s.office_code for s in services], office_codes)
    parents = [o.parent_office_code for o in offices if o.parent_office_code]
    yield from _unknown_references("offices", "parent_office_code", parents, office_codes)
    yield from _parent_circles(offices)
    for file in ("opening_hours", "closing_days"):
        used = [code for row in parameters[file] if (code := getattr(row, "office_code")) != ALL]  # noqa: B009
        yield from _unknown_references(file, "office_code", used, office_codes)
    links = cast("tuple[MeasureService, ...]", parameters["measure_services"])
    measures = {measure.measure_id for measure in cast("tuple[Measure, ...]", parameters["measures"])}
    yield from _unknown_references("measure_services", "measure_id", [link.measure_id for link in links], measures)
    yield from _unknown_references(
        "measure_services", "service_code", [link.service_code for link in links], service_codes
    )
    claimed: dict[str, Decimal] = defaultdict(Decimal)
    for link in links:
        claimed[link.service_code] += link.share
    for service, total in sorted(claimed.items()):
        if total > 1:
            yield (
                f"parameters/measure_services.csv: shares of service '{service}' add up to {total}; "
                "at most 1 may be claimed."
            )


def _unknown_references(file: str, column: str, used: Iterable[str], known: set[str]) -> Iterator[str]:
    for code in sorted(set(used) - known):
        yield f"parameters/{file}.csv: {column} '{code}' is not listed{nearest(code, sorted(known))}."


def _parent_circles(offices: tuple[Office, ...]) -> Iterator[str]:
    parent = {office.office_code: office.parent_office_code for office in offices}
    for code in parent:
        seen: set[str] = set()
        above: str | None = code
        while above is not None and above not in seen:
            seen.add(above)
            above = parent.get(above)
        if above == code:
            yield f"parameters/offices.csv: office '{code}' is its own parent's parent; break the circle."
