"""What the town keeps beside events, scans and cost items: forms, documents, batches, counts, budget, posts."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import numpy as np

from sources.demo.systems.accounts import FileAccount
from sources.demo.systems.budget import Budget, budget_drawn, write_budget
from sources.demo.systems.capture_index import write_capture_index
from sources.demo.systems.day_counts import DayCounts, counted_by_day, write_day_counts
from sources.demo.systems.file_stock import FileStock, stock_counted, write_file_stock
from sources.demo.systems.finance import CostItem
from sources.demo.systems.form_log import Forms, forms_begun, write_form_log
from sources.demo.systems.letters import Documents, documents_kept, write_documents
from sources.demo.systems.post_plan import Post, posts_planned, write_post_plan
from sources.demo.systems.scan_batches import Batches, batches_scanned, write_batches
from sources.demo.systems.scan_centre import Scans
from sources.demo.systems.transfer_notes import write_transfer_notes
from sources.demo.town.arrivals import Cases
from sources.demo.town.days import Days
from sources.demo.town.steps import CaseSteps

FOLDERS = (
    "formulare", "dokumente", "loeschungen", "scanindex", "transfervermerke", "chargen", "stichproben",
    "druck", "postausgang", "altakten", "haushalt", "stellenplan",
)  # fmt: skip


@dataclass(frozen=True)
class PaperTrail:
    """All of it, as drawn."""

    forms: Forms
    documents: Documents
    batches: Batches
    counts: DayCounts
    stock: FileStock
    budget: Budget
    posts: list[Post]


def trail_left(
    days: Days, cases: Cases, steps: CaseSteps, scans: Scans, items: list[CostItem], streams: list[np.random.Generator]
) -> PaperTrail:
    """Draw it, each part from a stream of its own, so that one changes without the others."""
    documents = documents_kept(days, steps, streams[1])
    return PaperTrail(
        forms=forms_begun(days, cases, streams[0]),
        documents=documents,
        batches=batches_scanned(scans, streams[2]),
        counts=counted_by_day(days, documents, streams[3]),
        stock=stock_counted(days, streams[4]),
        budget=budget_drawn(days, items, streams[5]),
        posts=posts_planned(days, streams[6]),
    )


def write_trail(folder: Path, days: Days, cases: Cases, scans: Scans, trail: PaperTrail) -> list[FileAccount]:
    """Write the files of all these systems; the deletion list is dated last."""
    accounts = write_form_log(folder, days, cases, trail.forms)
    accounts += write_capture_index(folder, days, cases, scans)
    accounts += write_transfer_notes(folder, days, cases, scans)
    accounts += write_batches(folder, days, trail.batches)
    accounts += write_day_counts(folder, days, trail.counts)
    accounts += write_file_stock(folder, days, trail.stock)
    accounts += write_budget(folder, days, trail.budget)
    accounts += write_post_plan(folder, days, trail.posts)
    return accounts + write_documents(folder, days, cases, trail.documents)
