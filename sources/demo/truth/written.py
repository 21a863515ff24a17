"""Puts ``truth.json`` together and says of each part how it is defined."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import asdict
from pathlib import Path
from typing import Final

import numpy as np

from sources.demo.folder.parameters_written import email_rule_changes_on
from sources.demo.systems.accounts import FileAccount
from sources.demo.systems.finance import CostItem
from sources.demo.systems.scan_centre import DOCUMENT_TYPES, ORIGIN_WORDS, QA_WORDS, QR_WORDS, Scans
from sources.demo.town import catalogue as c
from sources.demo.town import faults as f
from sources.demo.town.adoption import Adoption
from sources.demo.town.arrivals import Cases, october_night
from sources.demo.town.days import Days
from sources.demo.town.faults import Register
from sources.demo.town.minutes import dated_minutes
from sources.demo.town.services_offered import SERVICE_CODES, SERVICES, UNLISTED_SERVICE
from sources.demo.town.steps import CaseSteps
from sources.demo.truth.figures import (
    after_closing,
    coarsening,
    counted_words,
    landed,
    lead_times,
    paper,
    rework_cases,
    throughput,
)
from sources.demo.truth.promises import promises_truth
from sources.demo.truth.savings import Twins, savings_together, savings_truth

DEFINITIONS: Final = {
    "time": "Months, days and years are local (Europe/Berlin). All times as the sources write them and the door "
    "coarsens them.",
    "throughput": "received: by month of received_at; closed: by month of closed_at; open_at_end: received so far "
    "minus closed so far at the month's end (the running month: at as_of). all = totals; rows of zeros are left "
    "out.",
    "lead_times": "closed_at minus received_at in seconds of cases closed up to as_of, without cases closed before "
    "they were received; by local year or month of closing; percentiles linear. day_granular_services are "
    "exact to the day.",
    "on_time": "Closed cases with a due day, by month of closing; on time when closed by the end of it.",
    "paper": "By month of receipt. paper_in: post, fax, counter, and e-mail before email_counts_as_paper_before; "
    "out of known_channel_cases. Letters: outbound events up to as_of with known medium. end_to_end: "
    "closed, channel online, every event known digital; end_to_end_known: closed and certain either way.",
    "backlog": "open_cases per day: received on or before the day and not closed on or before it. The last day is "
    "as_of.",
    "adoption": "Latent probability of an application online without help: mean of the month's days, no sampling "
    "noise.",
    "minutes": "Dated true mean minutes of work per case. What the town timed stands in "
    "parameters/processing_minutes.csv and meets them only by chance.",
    "savings": "capacity_hours: (minutes of work of the cases received in the month had the measure not been taken - "
    "their minutes as it was) / 60, for the month of go-live and each after it before as_of's month. The same people "
    "with the same lots and efforts; the measure's share of the service plays no part. _decided: of cases closed up to "
    "as_of only. null where nobody knows of any work. booked: euros per month and kind; cash_released only with a "
    "booking reference.",
    "savings_together": "The same for two measures on one service, and for all measures, none of them taken.",
    "promises": "days_late: go-live less the day promised; received_cases: on the promised channel, in the twelve full "
    "months before as_of's; cost: planned and booked on months that are booked, without what was saved.",
    "lines_of_measures": "Line, year, euros paid, of them for measures, euros a measure truly took off it.",
    "scans": "pages are those the indexes tell; the new scanner tells none of loose images (without_page_count).",
    "submissions": "Forms by month of their beginning: submitted = sent off; with_case = sent off with a case number; "
    "aborted_<step> = given up there; the rest was still being filled in at as_of.",
    "documents": "Documents that stand after the correcting file and the deletion list, by month of occurred_at; "
    "medium unknown = not told.",
    "counts": "scan_batches, scan_samples, printing, franking, file_stock: sums after small units were merged into "
    "their parent; days = days with any.",
    "budget": "Lines as last delivered, euros; the control row is none of them.",
    "posts": "By office after small ones were merged, and grade; fte as share of full posts; lapsing = kw.",
    "links": "records: with_number carry a case number, found carry one that case system or portal know. cases: known "
    "to each source; cases_known_to_one_source: to it and no other.",
    "detours": "Merged cases stand under one number in all figures; of reopened ones the last closing counts.",
    "files": "source: its name in town.toml; rows: records of the file (header and control row excluded, a cut last "
    "line included), each becomes records_per_row; duplicates repeat an earlier record of the same file; quarantined "
    "must be refused; repeated_from_earlier_file stand in an earlier file too; outdated are replaced or removed later.",
    "rework_cases": "Cases in which one activity occurs at least twice up to as_of.",
    "privacy": "Events of the case system whose unit is small (merged into the parent, time to the day) or of "
    "unknown size (code kept, time to the day).",
    "faults": "Spoilt cases and rows; see each entry. Refused rows are additional to the honest ones.",
}


def write_truth(
    folder: Path,
    days: Days,
    cases: Cases,
    latent: Adoption,
    register: Register,
    steps: CaseSteps,
    scans: Scans,
    items: list[CostItem],
    twins: Twins,
    accounts: Sequence[FileAccount],
    arguments: dict[str, object],
    trail: dict[str, object],
) -> None:
    """Write ``truth.json`` into the folder's root."""
    as_landed = landed(days, cases, register)
    day_granular = [service.code for service in SERVICES if service.office == c.DAY_ONLY_OFFICE]
    truth: dict[str, object] = {
        "about": "What the generator of the invented town knows. No step of the program may read this file.",
        "definitions": DEFINITIONS,
        "arguments": arguments,
        "window": {"first_day": days.first.isoformat(), "as_of": days.as_of.isoformat(), "months": len(days.months)},
        "totals": _totals(cases, as_landed.is_closed, steps, scans),
        "throughput": throughput(days, as_landed),
        "lead_times": {**lead_times(days, as_landed), "day_granular_services": day_granular},
        "paper": {
            **paper(days, as_landed, steps),
            "email_counts_as_paper_before": email_rule_changes_on(days).isoformat(),
        },
        "backlog": _backlog(days, as_landed.received_day, as_landed.closed_day, as_landed.is_closed),
        "rework_cases": rework_cases(as_landed, steps),
        "adoption": _adoption(days, latent),
        "minutes": dated_minutes(days),
        "savings": savings_truth(twins, days, items),
        "savings_together": savings_together(twins),
        "promises": promises_truth(days, as_landed, items, float(str(arguments["scale"]))),
        "scans": _scans(days, scans),
        **trail,
        "privacy": coarsening(steps),
        "files": [asdict(account) for account in accounts],
        "faults": _faults(days, register, steps, after_closing(days, as_landed, steps), accounts),
    }
    text = json.dumps(truth, ensure_ascii=False, separators=(",", ":"), sort_keys=False)
    (folder / "truth.json").write_text(text.replace('},"', '},\n"') + "\n", encoding="utf-8")


def _totals(cases: Cases, is_closed: np.ndarray, steps: CaseSteps, scans: Scans) -> dict[str, int]:
    in_portal = int(steps.in_portal.sum())
    known = np.zeros(len(cases), dtype=np.bool_)
    known[steps.case[~steps.in_portal]] = True
    return {
        "cases": len(cases),
        "closed_cases": int(is_closed.sum()),
        "open_cases": int((~is_closed).sum()),
        "cases_only_in_portal": int((~known).sum()),
        "events": len(steps),
        "events_portal": in_portal,
        "events_faelle": len(steps) - in_portal,
        "scans": len(scans),
    }


def _backlog(days: Days, received: np.ndarray, closed: np.ndarray, is_closed: np.ndarray) -> dict[str, object]:
    came = np.bincount(received, minlength=days.count)
    went = np.bincount(closed[is_closed], minlength=days.count)
    still_open = np.cumsum(came - went)
    return {
        "first_day": days.first.isoformat(),
        "arrived": came.tolist(),
        "closed": went.tolist(),
        "open_cases": still_open.tolist(),
    }


def _adoption(days: Days, latent: Adoption) -> dict[str, object]:
    month = days.month_of[: days.count]
    length = np.bincount(month)
    means = {
        code: [round(float(total), 9) for total in np.bincount(month, latent.online[index]) / length]
        for index, code in enumerate(SERVICE_CODES)
    }
    return {"months": [first.isoformat() for first in days.months], "online": means}


def _scans(days: Days, scans: Scans) -> dict[str, object]:
    return {
        "total": len(scans),
        "with_case": int((scans.case >= 0).sum()),
        "by_month": {
            first.isoformat(): [int((scans.month == i).sum()), int(((scans.month == i) & (scans.case >= 0)).sum())]
            for i, first in enumerate(days.months)
        },
        "pages": int(scans.pages[~scans.loose_images].sum()),
        "without_page_count": int(scans.loose_images.sum()),
        "sheets": int(scans.sheets.sum()),
        "origin": counted_words(list(ORIGIN_WORDS.values()), scans.origin),
        "qr_status": counted_words(list(QR_WORDS.values()), scans.qr_status),
        "qa_result": counted_words(list(QA_WORDS.values()), scans.qa_result),
        "document_type": counted_words(DOCUMENT_TYPES, scans.document_type),
    }


def _faults(
    days: Days, register: Register, steps: CaseSteps, after: int, accounts: Sequence[FileAccount]
) -> dict[str, object]:
    def portal(month: int) -> str:
        return f"inbox/portal/antraege_{days.months[month]:%Y-%m}.csv"

    refused = {account.path: account.quarantined for account in accounts}
    rows_of = np.bincount(steps.case[~steps.in_portal], minlength=len(register.service))
    return {
        "exact_duplicates": {"file": portal(f.DUPLICATES_MONTH), "see": "files.duplicates"},
        "overlapping_month": {"file": portal(f.OVERLAP_MONTH + 1), "repeats_tail_of": portal(f.OVERLAP_MONTH)},
        "unreadable_timestamps": {
            "file": portal(f.UNREADABLE_MONTH),
            "rows": refused.get(portal(f.UNREADABLE_MONTH), 0),
        },
        "impossible_years": {
            "file": portal(f.IMPOSSIBLE_YEARS_MONTH),
            "rows": refused.get(portal(f.IMPOSSIBLE_YEARS_MONTH), 0),
            "years": [1900, 9999],
        },
        "person_in_activity": {"file": portal(f.STRAY_PERSON_MONTH), "rows": 1},
        "cut_last_line": {"file": f"inbox/scan/scanindex_{days.months[f.CUT_SCAN_MONTH]:%Y-%m}.csv", "rows": 1},
        "unknown_channel": {
            "value": c.STRANGE_CHANNEL_WORD,
            "cases": len(register.strange),
            "rows": int(rows_of[register.strange].sum()),
        },
        "unlisted_service": {
            "service_code": UNLISTED_SERVICE,
            "cases": len(register.unlisted),
            "rows": int(rows_of[register.unlisted].sum()),
        },
        "closed_before_received": {"cases": len(register.backdated)},
        "events_after_closing": {
            "cases": len(register.appended),
            "activity": c.ACTIVITIES[c.ADDENDUM].name,
            "cases_with_any_event_after_closing": after,
        },
        "ambiguous_hour": {"night": october_night(days).isoformat(), "see": "files.ambiguous_times"},
    }
