"""Guard: admitted deliveries are judged by Great Expectations; what passes lands, what fails is kept aside.

The expectations are plain data with a sentence each, over one profile row per delivery. A check that could not be
evaluated is a broken check, not a failed delivery.
"""

from __future__ import annotations

import logging
import os
import warnings
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import TYPE_CHECKING, Final

import polars as pl

from pipelines.run.outcome import Exit
from pipelines.run.unloaded import left_out, load_when_used
from sources.contract.records import FIELDS
from sources.door.admitted import commonest_reasons
from sources.landing.landing import Landing
from sources.landing.profile import MOST_QUARANTINED, MOST_UNKNOWN, MOST_VARIETY, least_recurring, profile

if TYPE_CHECKING:
    from great_expectations.core import ExpectationValidationResult

# Per column of a profile the field whose mapping it judges; of codes the delivery itself tells.
JUDGED_FIELDS: Final = {
    "activity_variety": "activity", "unlisted_activity": "activity", "unlisted_unit_code": "unit",
    "unlisted_service_code": "service", "unlisted_office_code": "office", "unknown_channel_share": "channel",
}  # fmt: skip
# The columns of a profile that say which delivery it is of.
NAMED_BY: Final = ("source", "delivery_id")


@dataclass(frozen=True)
class Expectation:
    """What must hold for a delivery: a profile column between two bounds.

    Attributes:
        name: the claim, as the check is named.
        sentence: the claim for people.
        column: of the profile.
        most: upper bound; the lower bound is 0.
        exit_code: how a run ends that fails it.
    """

    name: str
    sentence: str
    column: str
    most: float
    exit_code: Exit = Exit.GUARD


EXPECTATIONS = (
    Expectation(
        "every_row_is_accounted_for", "Each row read was admitted, quarantined or a duplicate.", "rows_unaccounted", 0
    ),
    Expectation(
        "records_keep_the_contract",
        "Each record has exactly the contract's columns and types.",
        "schema_differences",
        0,
    ),
    Expectation("required_values_are_there", "No record lacks a required value.", "missing_values", 0),
    Expectation(
        "references_are_pseudonyms",
        "No case, document or batch number stands in clear.",
        "bare_references",
        0,
        Exit.PRIVACY,
    ),
    Expectation(
        "no_text_looks_personal",
        "No code or label looks like an e-mail address, IBAN or phone number.",
        "personal_texts",
        0,
        Exit.PRIVACY,
    ),
    Expectation(
        "activities_recur",
        "Activities recur; a column that hardly repeats itself holds case numbers or free text.",
        "activity_variety",
        MOST_VARIETY,
        Exit.PRIVACY,
    ),
    Expectation(
        "codes_recur",
        "Case types, districts and document types recur; a column that hardly repeats itself is another one.",
        "code_variety",
        MOST_VARIETY,
        Exit.PRIVACY,
    ),
    *(
        Expectation(
            f"most_{things}_are_listed",
            f"At most half of the {things} are missing in parameters/{file}.csv; list them, or correct the mapping.",
            f"unlisted_{column}",
            0.5,
            Exit.PRIVACY,
        )
        for things, file, column in (
            ("activities", "activities", "activity"),
            ("units", "offices", "unit_code"),
            ("services", "services", "service_code"),
            ("offices", "offices", "office_code"),
        )
    ),
    Expectation("times_are_possible", "No time lies before 1970.", "impossible_times", 0),
    Expectation("values_stay_in_their_vocabulary", "No value lies outside its closed vocabulary.", "foreign_values", 0),
    Expectation(
        "most_rows_can_be_read", "At most a fifth of the rows went to quarantine.", "quarantine_share", MOST_QUARANTINED
    ),
    Expectation(
        "typical_sizes_stay",
        "Typical numbers stay within a factor of twenty of earlier deliveries; beyond it a unit changed, such as cents "
        "for euros (if it did not, say sizes_may_change = true in [[source]]).",
        "typical_shift",
        20,
    ),
    Expectation(
        "most_channels_are_known",
        "At most half of the cases have an unknown channel.",
        "unknown_channel_share",
        MOST_UNKNOWN,
    ),
)


@dataclass(frozen=True)
class Verdict:
    """What became of one expectation over all deliveries.

    Attributes:
        passed: it held for every delivery.
        broken: it could not be evaluated; says nothing about the data.
        offenders: (source, delivery_id, value found) where it did not hold.
        reasons: per offending delivery why its rows are in quarantine, where that is what did not hold.
    """

    expectation: Expectation
    passed: bool
    broken: bool
    offenders: tuple[tuple[str, str, float], ...]
    reasons: Mapping[str, str] = field(default_factory=dict)

    def sentences(self) -> list[str]:
        """One sentence per offending delivery, or one for the broken check."""
        if self.broken:
            return [
                f"Check {self.expectation.name} could not be evaluated, so the data are not judged and nothing lands; "
                "report it, the last generation stays."
            ]
        return [
            f"Source '{source}': {self.expectation.sentence} "
            f"Found {self.expectation.column} {value:g} in delivery {delivery[:8]}; "
            + (
                "only its counts are kept."
                if self.expectation.exit_code is Exit.PRIVACY
                else f"it is kept in var/refused/{source}/{delivery}."
            )
            + (f" Why: {self.reasons[delivery]}." if self.reasons.get(delivery) else "")
            for source, delivery, value in self.offenders
        ]


def judge(
    folders: list[Path],
    listed: Mapping[str, frozenset[str]] | None = None,
    before: Callable[[str], Path | None] = lambda _source: None,
) -> list[Verdict]:
    """Judge admitted deliveries; every expectation gets its verdict.

    Args:
        folders: admitted deliveries in ``var/incoming``.
        listed: per landed column the codes the town's parameter files list.
        before: per source the folder of its landed deliveries, None when sizes are not to be compared with them.
    """
    if not folders:
        return [Verdict(expectation, passed=True, broken=False, offenders=()) for expectation in EXPECTATIONS]
    profiles = pl.DataFrame(
        [profile(folder, listed, before(folder.parent.name)) for folder in folders], infer_schema_length=None
    )
    results = _validated(profiles)
    verdicts = (_verdict(expectation, results.get(expectation.name)) for expectation in EXPECTATIONS)
    return [replace(verdict, reasons=_reasons(verdict, folders)) for verdict in verdicts]


def settle(landing: Landing, folders: list[Path], verdicts: list[Verdict]) -> tuple[int, int]:
    """Land what passed and set aside what did not; a broken check lands nothing. Returns (landed, set aside)."""
    offending = {delivery for verdict in verdicts for _, delivery, _ in verdict.offenders}
    if any(verdict.broken for verdict in verdicts):
        return 0, 0
    private = {o[1] for v in verdicts if v.expectation.exit_code is Exit.PRIVACY for o in v.offenders}
    for folder in folders:
        if folder.name in offending:
            landing.set_aside(folder, with_records=folder.name not in private)
        else:
            landing.land(folder)
    return len(folders) - len(offending), len(offending)


def _validated(profiles: pl.DataFrame) -> dict[str, ExpectationValidationResult]:
    """What Great Expectations found, by the name of the expectation."""
    # Seconds of import: only here, only when there is something to judge, and without what is judged by nothing here:
    # tests of distributions, and a cluster.
    load_when_used("scipy.stats")
    os.environ.setdefault("GX_ANALYTICS_ENABLED", "false")
    logging.getLogger("great_expectations").setLevel(logging.ERROR)
    warnings.filterwarnings("ignore", module="great_expectations")
    with left_out("pyspark"):
        import great_expectations as gx  # noqa: PLC0415
    from great_expectations.expectations.core.expect_column_values_to_be_between import ExpectColumnValuesToBeBetween  # noqa: PLC0415

    context = gx.get_context(mode="ephemeral")
    context.variables.progress_bars = {"globally": False}  # type: ignore[assignment]
    asset = context.data_sources.add_pandas("door").add_dataframe_asset("profiles")
    batch = asset.add_batch_definition_whole_dataframe("all").get_batch({"dataframe": profiles.to_pandas()})
    suite = gx.ExpectationSuite(
        name="deliveries",
        expectations=[
            ExpectColumnValuesToBeBetween(column=e.column, min_value=0, max_value=e.most, meta={"name": e.name})
            for e in EXPECTATIONS
        ],
    )
    found = batch.validate(
        suite, result_format={"result_format": "COMPLETE", "unexpected_index_column_names": [*NAMED_BY]}
    )  # type: ignore[arg-type]
    return {result.expectation_config.meta["name"]: result for result in found.results}  # type: ignore[union-attr, index]


def _reasons(verdict: Verdict, folders: list[Path]) -> dict[str, str]:
    """Per offending delivery why it is refused: its rows' reasons, or the field whose mapping is to be corrected."""
    offending = {delivery for _, delivery, _ in verdict.offenders}
    column = verdict.expectation.column
    reasons: dict[str, str] = {}
    for folder in (folder for folder in folders if folder.name in offending):
        if column == "quarantine_share":
            reasons[folder.name] = commonest_reasons(pl.read_parquet(folder / "quarantine.parquet"))
        elif field := _field_of(least_recurring(folder)) if column == "code_variety" else JUDGED_FIELDS.get(column):
            way_out = "name another column" if field == "activity" else "name another column, or take the line out"
            reasons[folder.name] = f"it is what {field} of [source.columns] names; {way_out}"
    return reasons


def _field_of(column: str) -> str:
    """The word of a mapping that becomes a landed column."""
    return next(name for name, owners in FIELDS.items() if any(field.column == column for _, field in owners))


def _verdict(expectation: Expectation, result: ExpectationValidationResult | None) -> Verdict:
    if result is not None and result.success:
        return Verdict(expectation, passed=True, broken=False, offenders=())
    # Without success and without a result the check itself broke.
    found = (result.result if result is not None else {}).get("unexpected_index_list") or []
    offenders = tuple((*(row[name] for name in NAMED_BY), row[expectation.column]) for row in found)
    return Verdict(expectation, passed=False, broken=not offenders, offenders=offenders)
