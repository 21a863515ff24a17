"""What the generator knows of forms, documents, batches, counts, budget, posts, and of which records find their case.

Counted from its own arrays; units below the staff threshold stand under the parent that ``MERGED_UNITS`` names.
"""

from __future__ import annotations

from collections import Counter
from typing import Final

import numpy as np

from sources.demo.paper_trail import PaperTrail
from sources.demo.systems.budget import Budget
from sources.demo.systems.day_counts import PRODUCTS, DayCounts
from sources.demo.systems.file_stock import FileStock
from sources.demo.systems.form_log import FORM_STEPS, Forms
from sources.demo.systems.letters import DIRECTION_WORDS, DOCUMENT_KINDS, PAPER_REASONS, Documents
from sources.demo.systems.post_plan import Post
from sources.demo.systems.scan_batches import Batches
from sources.demo.systems.scan_centre import Scans
from sources.demo.town import catalogue as c
from sources.demo.town.arrays import Flags, Ints
from sources.demo.town.arrivals import NO_CASE, Cases
from sources.demo.town.days import Days
from sources.demo.town.detours import Detours
from sources.demo.town.steps import CaseSteps
from sources.demo.truth.figures import Table, counted_words

_OF_RECORDS: Final = ("formulare", "dokumente", "scanstelle", "scanindex", "transfervermerke")
"""Sources of records that may or may not name a case; the others tell of nothing else."""

_STANDS: Final = np.array([c.office_index(c.MERGED_UNITS.get(office.code, office.code)) for office in c.OFFICES])
"""Per office the one under which its counts stand."""


def trail_truth(
    days: Days, cases: Cases, steps: CaseSteps, scans: Scans, trail: PaperTrail, detours: Detours
) -> dict[str, object]:
    """All parts, by the name they have in ``truth.json``."""
    months = [month.isoformat() for month in days.months]
    return {
        "submissions": _submissions(months, trail.forms),
        "documents": _documents(months, trail.documents),
        "scan_batches": _batches(months, trail.batches),
        "scan_samples": _samples(months, trail.batches),
        "printing": _printing(months, trail.counts),
        "franking": _franking(months, trail.counts),
        "file_stock": _stock(trail.stock),
        "budget": _budget(trail.budget),
        "posts": _posts(trail.posts),
        "links": _links(cases, steps, scans, trail),
        "detours": {
            "merged_cases": len(detours.merged),
            "steps_under_second_numbers": len(detours.merged_steps),
            "reopened_cases": len(detours.reopened),
            "corrected_documents": len(trail.documents.corrected),
            "removed_documents": len(trail.documents.removed),
        },
    }


def _submissions(months: list[str], forms: Forms) -> Table:
    """By month of the beginning."""
    flags: dict[str, Flags] = {
        "started": np.ones(len(forms), dtype=np.bool_),
        "submitted": forms.is_submitted,
        "assisted": forms.is_assisted,
        "with_case": forms.case != NO_CASE,
        **{f"aborted_{name}": forms.step == step for step, name in enumerate(FORM_STEPS)},
    }
    sums = [np.bincount(forms.month[flag], minlength=len(months)).tolist() for flag in flags.values()]
    return {"columns": ["month", *flags], "rows": [list(row) for row in zip(months, *sums, strict=True)]}


def _documents(months: list[str], documents: Documents) -> dict[str, object]:
    """Documents that stand, by month, direction and medium, with their pages; and by kind and reason."""
    stands = documents.stands
    shape = (len(months), len(DIRECTION_WORDS), len(c.MEDIA) + 1)
    cell = np.ravel_multi_index((documents.month[stands], documents.direction[stands], documents.medium[stands]), shape)
    count = np.bincount(cell, minlength=int(np.prod(shape))).reshape(shape)
    pages = np.bincount(cell, documents.pages[stands], int(np.prod(shape))).reshape(shape)
    directions, media = list(DIRECTION_WORDS.values()), [*c.MEDIA, "unknown"]
    rows: list[list[object]] = [
        [months[m], directions[d], media[w], int(count[m, d, w]), int(pages[m, d, w])]
        for m, d, w in np.argwhere(count > 0).tolist()
    ]
    return {
        "total": int(stands.sum()),
        "by_month": {"columns": ["month", "direction", "medium", "documents", "pages"], "rows": rows},
        "document_type": counted_words(DOCUMENT_KINDS, documents.kind[stands]),
        "reason": counted_words(PAPER_REASONS, documents.reason[stands & (documents.reason >= 0)]),
    }


def _batches(months: list[str], batches: Batches) -> Table:
    """By month of the beginning and unit as it stands."""
    return _by_month_and_unit(
        months, batches.month, _STANDS[batches.unit], {"batches": np.ones(len(batches)), "pages": batches.pages}
    )


def _samples(months: list[str], batches: Batches) -> Table:
    """By month of the batch."""
    taken = batches.sampled >= 0
    columns = {"batches": np.ones(len(batches)), "sampled": batches.sampled, "defects": batches.defects}
    sums = [np.bincount(batches.month[taken], v[taken], len(months)).astype(int).tolist() for v in columns.values()]
    return {"columns": ["month", *columns], "rows": [list(row) for row in zip(months, *sums, strict=True) if row[1]]}


def _printing(months: list[str], counts: DayCounts) -> Table:
    """By month and unit as it stands; ``days`` are those with any page."""
    pages, sheets = (_merged(values) for values in (counts.pages, counts.sheets))
    row, unit = np.nonzero(pages)
    columns = {"days": np.ones(len(row)), "pages": pages[row, unit], "sheets": sheets[row, unit]}
    return _by_month_and_unit(months, counts.month[row], unit, columns)


def _merged(values: Ints) -> Ints:
    """Columns of small offices added to those of their parents."""
    merged = np.zeros_like(values)
    for unit, stands in enumerate(_STANDS):
        merged[:, stands] += values[:, unit]
    return merged


def _franking(months: list[str], counts: DayCounts) -> Table:
    """By month and product."""
    rows: list[list[object]] = []
    for month, first in enumerate(months):
        mine = counts.month == month
        for product, name in enumerate(PRODUCTS):
            items, cents = counts.items[mine, product], counts.cents[mine, product]
            if items.any():
                rows.append([first, name, int((items > 0).sum()), int(items.sum()), int(cents.sum()) / 100])
    return {"columns": ["month", "product", "days", "items", "cost_eur"], "rows": rows}


def _stock(stock: FileStock) -> Table:
    """By day of the count and unit as it stands."""
    metres, files = _merged(stock.tenth_metres), _merged(stock.files)
    rows: list[list[object]] = [
        [stock.counted_on[row].isoformat(), c.OFFICE_CODES[unit], int(metres[row, unit]) / 10, int(files[row, unit])]
        for row, unit in np.argwhere(files > 0).tolist()
    ]
    return {"columns": ["counted_on", "unit_code", "shelf_metres", "files"], "rows": rows}


def _budget(budget: Budget) -> dict[str, object]:
    """Sums of each year, and every line; euros."""
    years = sorted({line.year for line in budget.lines})
    sums: list[list[object]] = []
    for year in years:
        of_year = [line for line in budget.lines if line.year == year]
        cents = (
            sum(line.appropriation for line in of_year),
            sum(line.supplementary or 0 for line in of_year),
            sum(line.actual for line in of_year),
        )
        sums.append([year, len(of_year), *(value / 100 for value in cents)])
    lines: list[list[object]] = [[*line.in_euros] for line in budget.lines]
    euros = ["appropriation_eur", "supplementary_eur", "actual_eur"]
    return {
        "by_year": {"columns": ["year", "lines", *euros], "rows": sums},
        "lines": {"columns": ["budget_line_id", "product", "account", "year", *euros], "rows": lines},
    }


def _posts(posts: list[Post]) -> Table:
    """By office as it stands and grade."""
    count: Counter[tuple[str, str]] = Counter()
    hundredths: Counter[tuple[str, str]] = Counter()
    lapsing: Counter[tuple[str, str]] = Counter()
    for post in posts:
        key = (c.MERGED_UNITS.get(post.office, post.office), post.grade)
        count[key] += 1
        hundredths[key] += post.hundredths
        lapsing[key] += post.lapses_on is not None
    rows: list[list[object]] = [[*key, count[key], hundredths[key] / 100, lapsing[key]] for key in sorted(count)]
    return {"columns": ["office_code", "grade", "posts", "fte", "lapsing"], "rows": rows}


def _links(cases: Cases, steps: CaseSteps, scans: Scans, trail: PaperTrail) -> dict[str, object]:
    """Which records carry a case number and find a case by it, and which cases how many sources know."""
    documents, forms = trail.documents, trail.forms
    stands = documents.stands
    mentioned: dict[str, Ints] = {
        "faelle": steps.case[~steps.in_portal],
        "portal": steps.case[steps.in_portal],
        "formulare": forms.case,
        "dokumente": documents.case[stands],
        "scanstelle": scans.case[~scans.is_captured & ~scans.is_noted],
        "scanindex": scans.case[scans.is_captured],
        "transfervermerke": scans.case[scans.is_noted],
    }
    knows = {source: _known(cases, case) for source, case in mentioned.items()}
    sources = np.sum(list(knows.values()), axis=0)
    return {
        "records": {
            source: {
                "records": len(mentioned[source]),
                "with_number": int((mentioned[source] != NO_CASE).sum()),
                "found": int((mentioned[source] >= 0).sum()),
            }
            for source in _OF_RECORDS
        },
        "cases": {source: int(flags.sum()) for source, flags in knows.items()},
        "cases_known_to_one_source": {source: int((flags & (sources == 1)).sum()) for source, flags in knows.items()},
    }


def _known(cases: Cases, case: Ints) -> Flags:
    known = np.zeros(len(cases), dtype=np.bool_)
    known[case[case >= 0]] = True
    return known


def _by_month_and_unit(months: list[str], month: Ints, unit: Ints, columns: dict[str, np.ndarray]) -> Table:
    shape = (len(months), len(c.OFFICES))
    cell = np.ravel_multi_index((month, unit), shape)
    sums = [np.bincount(cell, values, int(np.prod(shape))).reshape(shape) for values in columns.values()]
    rows: list[list[object]] = [
        [months[m], c.OFFICE_CODES[u], *(int(values[m, u]) for values in sums)]
        for m, u in np.argwhere(sums[0] > 0).tolist()
    ]
    return {"columns": ["month", "unit_code", *columns], "rows": rows}
